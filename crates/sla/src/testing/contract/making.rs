//! What an SLA judges when it is made, and from then on.

use super::world::{
    US, breaches, catch_up, counters, end, make, new_sla, project, record, run, sweep, window,
};
use crate::testing::Fixture;
use crate::{NewSla, Severity};
use chrono::TimeDelta;
use execution_log::Report;
use execution_log::testing::{at, finished, patch};
use workflow_model::ExecutionStatus;

/// At its making: what ended within the window before. What ended an hour or more before that
/// is not alerted.
pub async fn a_new_sla_judges_its_window(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    let elsewhere = fx.workflow(US, "Bills").await;
    for (name, ended) in [
        ("before", 10_000 - 7_200),
        ("first", 10_000 - 7_199),
        ("history", 10_000 - 3_700),
        ("recent", 9_000),
        ("last", 10_000),
    ] {
        end(fx, workflow, name, (ended - 200, ended)).await;
        end(fx, elsewhere, name, (ended - 200, ended)).await;
    }
    run(fx, workflow, "runs", 9_950).await;
    catch_up(fx, 10_000).await;
    let new = NewSla {
        window_hours: 2,
        ..new_sla(workflow, "Late")
    };
    let sla = make(fx, new, 10_000).await;
    assert_eq!(counters(fx, &sla).await, (0, 0));
    let done = project(fx, 10_000).await;
    assert_eq!(done.touched, [sla.id]);
    assert_eq!(counters(fx, &sla).await, (4, 4));
    assert_eq!(window(fx, &sla, 10_000).await.total, 4);
    let told: Vec<_> = breaches(fx)
        .await
        .iter()
        .map(|b| b.alert_recipients.len())
        .collect();
    assert_eq!(told.len(), 4);
    assert_eq!(
        told.iter().sum::<usize>(),
        4,
        "two are history, two have two recipients"
    );
    assert_eq!(project(fx, 10_000).await.taken, 0, "it is judged once");
}

/// After its making: all that is reported, whenever it started or ended; and news of what was
/// reported before.
pub async fn a_new_sla_judges_what_is_reported_since(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    let old = end(fx, workflow, "old", (-90_200, -90_000)).await;
    let ran = run(fx, workflow, "ran", -500).await;
    // Both reports still wait when the SLA is made, and are none of its business.
    let sla = make(fx, new_sla(workflow, "Fast"), 0).await;
    catch_up(fx, 1).await;
    assert_eq!(counters(fx, &sla).await, (0, 0));
    assert_eq!(breaches(fx).await, []);
    let import = finished(
        workflow,
        Some("import"),
        (-999_999, -900_000),
        ExecutionStatus::Failed,
    );
    record(fx, US, import, 10).await;
    catch_up(fx, 10).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    record(
        fx,
        US,
        Report {
            status: Some(ExecutionStatus::Completed),
            ..patch(ran)
        },
        20,
    )
    .await;
    catch_up(fx, 20).await;
    assert_eq!(counters(fx, &sla).await, (2, 2));
    record(
        fx,
        US,
        Report {
            outcome: Some("approved".to_owned()),
            ..patch(old)
        },
        30,
    )
    .await;
    catch_up(fx, 30).await;
    assert_eq!(counters(fx, &sla).await, (3, 3));
    let counts = window(fx, &sla, 30).await;
    assert_eq!(
        (counts.total, counts.breaches),
        (1, 1),
        "only one ended in the window"
    );
}

/// At its making: what runs, and was reported before, gets its deadline. It counts once it is
/// over the target, and it is found though nothing is ever reported of it again.
pub async fn a_new_sla_finds_what_runs_at_its_deadline(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    let hangs = run(fx, workflow, "hangs", 0).await;
    let paused = run(fx, workflow, "paused", 0).await;
    let pause = Report {
        status: Some(ExecutionStatus::Paused),
        ..patch(paused)
    };
    record(fx, US, pause, 10).await;
    run(fx, fx.workflow(US, "Bills").await, "elsewhere", 0).await;
    catch_up(fx, 20).await;
    let sla = make(fx, new_sla(workflow, "Fast"), 50).await;
    catch_up(fx, 50).await;
    assert_eq!(counters(fx, &sla).await, (0, 0));
    let deadline = fx.judgements().next_deadline().await.unwrap();
    assert_eq!(deadline, Some(at(80) + TimeDelta::milliseconds(1)));
    assert_eq!(sweep(fx, 80).await.taken, 0);
    let done = sweep(fx, 81).await;
    let found: Vec<_> = done
        .breaches
        .iter()
        .map(|b| (b.execution, b.severity))
        .collect();
    assert_eq!(found, [(hangs, Severity::Warning)]);
    sweep(fx, 200).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    end(fx, workflow, "hangs", (0, 300)).await;
    catch_up(fx, 300).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    assert_eq!(breaches(fx).await.len(), 1);
}

/// What was over every threshold before the promise was made raises no alarm by itself.
pub async fn what_ran_over_all_thresholds_is_not_judged_unasked(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    run(fx, workflow, "abandoned", -151).await;
    let late = run(fx, workflow, "late", -150).await;
    catch_up(fx, 0).await;
    let sla = make(fx, new_sla(workflow, "Fast"), 0).await;
    catch_up(fx, 0).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    catch_up(fx, 9_999).await;
    let found = breaches(fx).await;
    let found: Vec<_> = found.iter().map(|b| (b.execution, b.severity)).collect();
    assert_eq!(found, [(late, Severity::Critical)]);
    let nothing_waits = fx.judgements().next_deadline().await.unwrap();
    assert_eq!(nothing_waits, None);
}

/// A report that was on its way when the SLA was made, and was not there yet when it looked at
/// what was there before, is judged when it arrives.
pub async fn a_report_that_was_under_way_is_judged(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    let sla = make(fx, new_sla(workflow, "Fast"), 0).await;
    catch_up(fx, 0).await;
    end(fx, workflow, "slow", (-210, -10)).await;
    run(fx, workflow, "hangs", -20).await;
    catch_up(fx, 1).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    assert_eq!(breaches(fx).await[0].alert_recipients.len(), 2);
    let deadline = fx.judgements().next_deadline().await.unwrap();
    assert_eq!(deadline, Some(at(60) + TimeDelta::milliseconds(1)));
}

/// A report that came after the SLA's time of making, and was judged before the SLA was there to
/// be seen, is judged under it all the same.
pub async fn what_was_judged_while_the_sla_was_made_is_not_missed(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    end(fx, workflow, "quick", (1, 2)).await;
    end(fx, workflow, "slow", (-200, 2)).await;
    run(fx, workflow, "hangs", 2).await;
    catch_up(fx, 3).await;
    // Its time is that of the request, which waited for its turn.
    let sla = make(fx, new_sla(workflow, "Fast"), 0).await;
    catch_up(fx, 4).await;
    assert_eq!(counters(fx, &sla).await, (2, 1));
    let deadline = fx.judgements().next_deadline().await.unwrap();
    assert_eq!(deadline, Some(at(82) + TimeDelta::milliseconds(1)));
}
