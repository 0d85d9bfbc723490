//! [`crate::JudgementStore::sweep`]: what runs is judged by the clock.

use super::world::{
    THEM, US, breaches, catch_up, counters, end, make, new_sla, policy, project, record, run,
    start, sweep, window,
};
use crate::testing::Fixture;
use crate::{Severity, Sla, Thresholds};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::Report;
use execution_log::testing::{actor, at, finished, patch, started};
use workflow_model::ExecutionStatus;

fn just_over(seconds: i64) -> DateTime<Utc> {
    at(seconds) + TimeDelta::milliseconds(1)
}

async fn deadline(fx: &dyn Fixture) -> Option<DateTime<Utc>> {
    fx.judgements().next_deadline().await.unwrap()
}

/// One deadline at a time: the first instant over the next threshold. Each raises or updates
/// the one record.
pub async fn a_run_is_found_at_each_threshold(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "hangs", 10).await;
    project(fx, 10).await;
    assert_eq!(deadline(fx).await, Some(just_over(90)));
    assert_eq!(fx.judgements().tenants_due(at(90)).await.unwrap(), []);
    assert_eq!(sweep(fx, 90).await.taken, 0);
    for (seconds, next, total, severity, news) in [
        (91, Some(just_over(110)), (0, 0), Severity::Warning, 1),
        (111, Some(just_over(160)), (1, 1), Severity::Warning, 0),
        (161, None, (1, 1), Severity::Critical, 1),
    ] {
        assert_eq!(
            fx.judgements().tenants_due(at(seconds)).await.unwrap(),
            [US]
        );
        let done = sweep(fx, seconds).await;
        assert_eq!((done.taken, done.breaches.len()), (1, news), "at {seconds}");
        assert_eq!(deadline(fx).await, next);
        assert_eq!(counters(fx, &sla).await, total);
        let found = breaches(fx).await;
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].severity, found[0].detected_at),
            (severity, at(91))
        );
        assert_eq!(found[0].actual_millis, (seconds - 10) * 1_000);
    }
}

/// After a time without sweeps it is found at once, with what it has become.
pub async fn a_run_is_found_after_sleeping_over_its_deadline(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "hangs", 0).await;
    project(fx, 0).await;
    let done = sweep(fx, 50_000).await;
    assert_eq!((done.taken, done.breaches.len()), (1, 1));
    assert_eq!(counters(fx, &sla).await, (1, 1));
    let found = breaches(fx).await;
    assert_eq!(
        (found[0].severity, found[0].detected_at),
        (Severity::Critical, at(50_000))
    );
    // It stands where it went over the target, not where it was found.
    assert_eq!(window(fx, &sla, 50_000).await.total, 0);
    assert_eq!(window(fx, &sla, 101).await.total, 1);
    assert_eq!(window(fx, &sla, 100).await.total, 0);
}

/// The sweep sees what the log knows, though the report of the end was not projected yet.
pub async fn an_end_that_waits_is_not_a_run_that_hangs(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "quick", 0).await;
    project(fx, 0).await;
    end(fx, workflow, "quick", (0, 50)).await;
    sweep(fx, 5_000).await;
    assert_eq!(breaches(fx).await, []);
    catch_up(fx, 5_000).await;
    assert_eq!(counters(fx, &sla).await, (1, 0));
    assert_eq!(breaches(fx).await, []);
}

/// A run that was counted by the clock counts once, and stands at its end when it ends.
pub async fn a_run_moves_to_its_end(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "hangs", 0).await;
    catch_up(fx, 120).await;
    assert_eq!(
        (window(fx, &sla, 120).await.total, breaches(fx).await.len()),
        (1, 1)
    );
    end(fx, workflow, "hangs", (0, 3_000)).await;
    catch_up(fx, 3_000).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    assert_eq!(window(fx, &sla, 2_999).await.total, 0);
    assert_eq!(window(fx, &sla, 6_599).await.total, 1);
    let found = breaches(fx).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].severity, found[0].actual_millis),
        (Severity::Critical, 3_000_000)
    );
    assert_eq!(deadline(fx).await, None);
}

/// A paused execution is not found, however long it is paused; resumed, its deadline is later.
pub async fn a_pause_has_no_deadline(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    let id = run(fx, workflow, "waits", 0).await;
    project(fx, 0).await;
    record(
        fx,
        US,
        Report {
            status: Some(ExecutionStatus::Paused),
            ..patch(id)
        },
        50,
    )
    .await;
    catch_up(fx, 50_000).await;
    assert_eq!((deadline(fx).await, breaches(fx).await), (None, Vec::new()));
    record(
        fx,
        US,
        Report {
            status: Some(ExecutionStatus::Running),
            ..patch(id)
        },
        50_050,
    )
    .await;
    project(fx, 50_050).await;
    assert_eq!(deadline(fx).await, Some(just_over(50_080)));
}

/// The next sweep after an edit judges what runs by the new thresholds.
pub async fn an_edit_sets_deadlines_anew(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "hangs", 0).await;
    catch_up(fx, 200).await;
    assert_eq!(
        (counters(fx, &sla).await, deadline(fx).await),
        ((1, 1), None)
    );
    run(fx, workflow, "runs", 200).await;
    catch_up(fx, 230).await;
    let thresholds = Thresholds {
        warning_millis: 10_000,
        target_millis: 20_000,
        critical_millis: 400_000,
    };
    let edited = Sla {
        thresholds,
        revision: 2,
        updated_at: at(230),
        ..sla
    };
    fx.slas().replace(&edited, None).await.unwrap();
    sweep(fx, 230).await;
    assert_eq!(counters(fx, &edited).await, (2, 2));
    assert_eq!(deadline(fx).await, Some(just_over(400)));
    let found: Vec<_> = breaches(fx).await.iter().map(|b| b.severity).collect();
    assert_eq!(found, [Severity::Critical, Severity::Warning]);
}

/// Nothing is found while the SLA is inactive, and what hangs is found when it is active again.
pub async fn an_inactive_sla_has_no_deadlines(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    run(fx, workflow, "hangs", 0).await;
    catch_up(fx, 10).await;
    let off = Sla {
        is_active: false,
        revision: 2,
        updated_at: at(20),
        ..sla
    };
    fx.slas().replace(&off, None).await.unwrap();
    assert_eq!(deadline(fx).await, None);
    catch_up(fx, 1_000).await;
    assert_eq!(breaches(fx).await, []);
    let on = Sla {
        is_active: true,
        revision: 3,
        updated_at: at(1_000),
        ..off
    };
    fx.slas().replace(&on, None).await.unwrap();
    sweep(fx, 1_000).await;
    assert_eq!(
        (counters(fx, &on).await, breaches(fx).await.len()),
        ((1, 1), 1)
    );
}

/// A sweep takes at most `limit` deadlines, the earliest first, and only of its tenant.
pub async fn sweeps_are_bounded_and_stay_in_their_tenant(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    for (name, from) in [("c", 2), ("a", 0), ("b", 1)] {
        run(fx, workflow, name, from).await;
    }
    project(fx, 2).await;
    let theirs = fx.workflow(THEM, "Orders").await;
    let made = fx
        .slas()
        .insert(&actor(THEM), new_sla(theirs, "Theirs"), at(0), None)
        .await;
    let theirs_sla = made.unwrap().unwrap();
    record(fx, THEM, started(theirs, Some("t"), 0), 0).await;
    fx.judgements()
        .project(THEM, at(0), &policy(), 10)
        .await
        .unwrap();
    let mut due = fx.judgements().tenants_due(at(200)).await.unwrap();
    due.sort();
    assert_eq!(due, [US, THEM]);
    let step = fx
        .judgements()
        .sweep(US, at(200), &policy(), 2)
        .await
        .unwrap();
    assert_eq!((step.taken, counters(fx, &sla).await), (2, (2, 2)));
    assert_eq!(
        deadline(fx).await,
        Some(just_over(80)),
        "the other tenant's"
    );
    assert_eq!(sweep(fx, 200).await.taken, 1);
    assert_eq!(fx.judgements().tenants_due(at(200)).await.unwrap(), [THEM]);
    assert_eq!(counters(fx, &theirs_sla).await, (0, 0));
}

/// The deadline of a deleted execution is not found, whether its deletion was projected or not.
pub async fn a_deleted_run_has_no_deadline(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let other = make(fx, new_sla(workflow, "Other"), 0).await;
    let id = run(fx, workflow, "gone", 0).await;
    project(fx, 0).await;
    assert!(fx.log().delete(US, id, None, at(10)).await.unwrap());
    sweep(fx, 1_000).await;
    assert_eq!(breaches(fx).await, []);
    catch_up(fx, 1_000).await;
    assert_eq!((breaches(fx).await, deadline(fx).await), (Vec::new(), None));
    assert_eq!(
        (counters(fx, &sla).await, counters(fx, &other).await),
        ((0, 0), (0, 0))
    );
    let again = finished(workflow, Some("gone"), (0, 50), ExecutionStatus::Completed);
    record(fx, US, again, 2_000).await;
    catch_up(fx, 2_000).await;
    assert_eq!(counters(fx, &sla).await, (1, 0));
}
