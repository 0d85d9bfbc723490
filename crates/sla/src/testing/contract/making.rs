//! What an SLA judges when it is made, and from then on.

use super::world::{
    US, breaches, catch_up, counters, end, make, new_sla, project, record, run, window,
};
use crate::NewSla;
use crate::testing::Fixture;
use execution_log::Report;
use execution_log::testing::{finished, patch};
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
    run(fx, workflow, "runs", 9_900).await;
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
