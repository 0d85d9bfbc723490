//! [`crate::JudgementStore::window`] and `rebuild`.

use super::world::{
    THEM, US, breaches, catch_up, counters, end, make, new_sla, policy, project, record, run,
    start, stored, sweep, window,
};
use crate::testing::Fixture;
use crate::{Breach, NewSla, WindowCounts, window_parts};
use chrono::TimeDelta;
use execution_log::Report;
use execution_log::testing::{at, finished, patch};
use workflow_model::ExecutionStatus;

/// The window moves with the clock.
pub async fn the_window_slides_though_nothing_runs(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    end(fx, workflow, "slow", (0, 200)).await;
    end(fx, workflow, "quick", (1_990, 2_000)).await;
    catch_up(fx, 2_000).await;
    for (seconds, total, breached) in [
        (199, 0, 0),
        (200, 1, 1),
        (2_000, 2, 1),
        (3_799, 2, 1),
        (3_800, 1, 0),
        (5_600, 0, 0),
    ] {
        let counts = window(fx, &sla, seconds).await;
        assert_eq!(
            (counts.total, counts.breached),
            (total, breached),
            "at {seconds}"
        );
    }
    assert_eq!(
        counters(fx, &sla).await,
        (2, 1),
        "the counters are of all time"
    );
}

/// `(now − hours, now]`, to the millisecond.
pub async fn the_window_is_open_at_its_start_and_closed_at_its_end(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let exact = at(100) + TimeDelta::milliseconds(7);
    let report = Report {
        completed_at: Some(exact),
        ..finished(workflow, Some("e"), (50, 100), ExecutionStatus::Completed)
    };
    record(fx, US, report, 101).await;
    project(fx, 101).await;
    for (shift, expected) in [(-1, 0), (0, 1), (3_599_999, 1), (3_600_000, 0)] {
        let parts = window_parts(exact + TimeDelta::milliseconds(shift), 1);
        let counts = fx.judgements().window(US, sla.id, &parts).await.unwrap();
        assert_eq!(counts.total, expected, "{shift} ms after the end");
    }
}

/// The sums of hours, minutes and the rest agree with a recount, wherever the window ends.
pub async fn windows_are_sums_of_their_parts(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    let sla = make(
        fx,
        NewSla {
            window_hours: 3,
            ..new_sla(workflow, "Long")
        },
        0,
    )
    .await;
    let mut ended = Vec::new();
    for i in 0..60_i64 {
        let (to, took) = (i * 487 % 20_011, i * 37 % 200);
        end(fx, workflow, &i.to_string(), (to - took, to)).await;
        ended.push((to, took));
    }
    project(fx, 20_000).await;
    for seconds in (0..40_000).step_by(1_733) {
        let counts = window(fx, &sla, seconds).await;
        let inside = |limit: i64| {
            let hit = |(to, took): &&(i64, i64)| {
                *to > seconds - 3 * 3_600 && *to <= seconds && *took > limit
            };
            i64::try_from(ended.iter().filter(hit).count()).unwrap()
        };
        let expected = WindowCounts {
            total: inside(-1),
            breached: inside(100),
            breaches: inside(80),
            critical: inside(150),
            warning: inside(80) - inside(150),
        };
        assert_eq!(counts, expected, "at {seconds}");
    }
}

/// A run that has a record and is not over the target yet: the record counts, the run does not.
pub async fn records_count_in_the_window(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "close", 0).await;
    catch_up(fx, 90).await;
    let warned = WindowCounts {
        breaches: 1,
        warning: 1,
        ..WindowCounts::default()
    };
    assert_eq!(window(fx, &sla, 90).await, warned);
    sweep(fx, 200).await;
    let critical = WindowCounts {
        total: 1,
        breached: 1,
        breaches: 1,
        critical: 1,
        warning: 0,
    };
    assert_eq!(window(fx, &sla, 200).await, critical);
}

/// Several windows come in the order that was asked for; another tenant's are empty.
pub async fn windows_are_read_in_order_and_within_the_tenant(fx: &dyn Fixture) {
    let (workflow, first) = start(fx).await;
    end(fx, workflow, "a", (0, 200)).await;
    let second = make(fx, new_sla(workflow, "Second"), 5_000).await;
    end(fx, workflow, "b", (5_000, 5_010)).await;
    end(fx, workflow, "c", (5_000, 5_020)).await;
    project(fx, 5_020).await;
    let asked = [
        (second.id, window_parts(at(5_020), 1)),
        (first.id, window_parts(at(5_020), 2)),
        (first.id, window_parts(at(5_010), 1)),
        (second.id, Vec::new()),
    ];
    let totals = async |tenant| -> Vec<i64> {
        let counts = fx.judgements().windows(tenant, &asked).await.unwrap();
        counts.iter().map(|counts| counts.total).collect()
    };
    assert_eq!(totals(US).await, [2, 3, 1, 0]);
    assert_eq!(totals(THEM).await, [0, 0, 0, 0]);
    let parts = window_parts(at(5_020), 1);
    let theirs = fx
        .judgements()
        .window(THEM, second.id, &parts)
        .await
        .unwrap();
    assert_eq!(theirs, WindowCounts::default());
}

/// Judging the log again gives the same counts, windows and deadlines; records stay as they
/// are, and nobody is told again.
pub async fn rebuilding_gives_the_same(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    end(fx, workflow, "ancient", (-90_200, -90_000)).await;
    end(fx, workflow, "recent", (-300, -100)).await;
    let open = run(fx, workflow, "open since before", -70).await;
    run(fx, workflow, "abandoned", -9_000).await;
    let sla = make(fx, new_sla(workflow, "Fast"), 0).await;
    end(fx, workflow, "quick", (0, 50)).await;
    end(fx, workflow, "close", (0, 90)).await;
    let corrected = end(fx, workflow, "corrected", (0, 200)).await;
    let hangs = run(fx, workflow, "hangs", 100).await;
    run(fx, workflow, "runs", 250).await;
    catch_up(fx, 260).await;
    record(
        fx,
        US,
        Report {
            completed_at: Some(at(60)),
            ..patch(corrected)
        },
        270,
    )
    .await;
    catch_up(fx, 270).await;
    let state = async || {
        (
            stored(fx, sla.id).await,
            [
                window(fx, &sla, 270).await,
                window(fx, &sla, 3_500).await,
                window(fx, &sla, 3_660).await,
            ],
            fx.judgements().next_deadline().await.unwrap(),
            breaches(fx).await,
        )
    };
    let before = state().await;
    assert_eq!(
        (before.0.total_executions, before.0.breached_executions),
        (6, 3)
    );
    fx.judgements()
        .rebuild(THEM, at(270), &policy())
        .await
        .unwrap();
    assert_eq!(state().await, before);
    let told = fx.outbox().claim(at(270), at(280), 100).await.unwrap();
    fx.judgements()
        .rebuild(US, at(270), &policy())
        .await
        .unwrap();
    catch_up(fx, 270).await;
    let after = state().await;
    assert_eq!((after.0, after.1, after.2), (before.0, before.1, before.2));
    // Sweeping again what hangs brings its actual duration up to date.
    let facts = |found: Vec<Breach>| -> Vec<Breach> {
        let still = |breach: Breach| {
            let actual_millis = if [hangs, open].contains(&breach.execution) {
                0
            } else {
                breach.actual_millis
            };
            Breach {
                actual_millis,
                revision: 0,
                ..breach
            }
        };
        found.into_iter().map(still).collect()
    };
    assert_eq!(facts(after.3), facts(before.3));
    assert_eq!(
        fx.outbox().claim(at(280), at(290), 100).await.unwrap(),
        told
    );
}

/// What waits in the queue is judged and alerted as if nobody had judged the log again: new
/// breaches have their alerts, and what was deleted is gone.
pub async fn rebuilding_loses_no_alert_of_what_waits(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let gone = end(fx, workflow, "gone", (0, 200)).await;
    run(fx, workflow, "slow", 0).await;
    catch_up(fx, 50).await;
    fx.outbox().claim(at(50), at(99_999), 100).await.unwrap();
    end(fx, workflow, "slow", (0, 160)).await;
    assert!(fx.log().delete(US, gone, None, at(201)).await.unwrap());
    fx.judgements()
        .rebuild(US, at(210), &policy())
        .await
        .unwrap();
    catch_up(fx, 210).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    let found = breaches(fx).await;
    assert_eq!(found.len(), 1, "the other went with its execution");
    let told = fx.outbox().claim(at(210), at(300), 100).await.unwrap();
    let told: Vec<_> = told.iter().map(|alert| alert.breach).collect();
    assert_eq!(told, [found[0].id; 2]);
}
