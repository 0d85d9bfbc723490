//! Rebuilding, and whose sums are whose.

use super::measures::{durations, recount, recounted_durations, rows, run};
use super::{measured, named, project, ran, record, workflow};
use crate::testing::{CatalogFixture, step};
use execution_log::Consumer;
use workflow_model::StepStatus;

/// Queues, sums and rebuilding are of one tenant.
pub async fn statistics_stay_in_their_tenant(fixture: &dyn CatalogFixture) {
    let (a, b) = (fixture.tenant("a").await, fixture.tenant("b").await);
    let action = named(fixture, a, "mail", "x").await;
    let flow = workflow(fixture, a, "flow").await;
    let done = || vec![step("mail", "x", StepStatus::Completed, 5)];
    ran(fixture, a, flow, done()).await;
    assert_eq!(fixture.statistics().project(b, 100).await.unwrap(), vec![]);
    project(fixture, a).await;
    ran(fixture, a, flow, done()).await;
    fixture.statistics().rebuild(b).await.unwrap();
    let backlog = fixture
        .log()
        .log()
        .backlog(a, Consumer::Statistics)
        .await
        .unwrap();
    assert_eq!(backlog, 1);
    assert_eq!(measured(fixture, a, &action).await, (1, 0, 1, 5));
    assert_eq!(rows(fixture, b).await, vec![]);
    assert_eq!(
        fixture.statistics().steps(b, Some(flow)).await.unwrap(),
        vec![]
    );
}

/// Rebuilding gives what projecting gave, counts what waited in the queue once, and leaves
/// nothing of it there.
pub async fn rebuilding_gives_the_same(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let action = named(fixture, a, "mail", "x").await;
    let flow = workflow(fixture, a, "flow").await;
    for (id, status, millis) in [
        ("1", StepStatus::Completed, 5),
        ("2", StepStatus::Failed, 50),
        ("3", StepStatus::Completed, 500),
    ] {
        let report = run(flow, id, vec![step("mail", "x", status, millis)]);
        record(fixture, a, report).await;
    }
    project(fixture, a).await;
    let before = (rows(fixture, a).await, durations(fixture, a).await);
    fixture.statistics().rebuild(a).await.unwrap();
    assert_eq!(
        (rows(fixture, a).await, durations(fixture, a).await),
        before
    );
    assert_eq!(measured(fixture, a, &action).await, (2, 1, 3, 555));

    let report = run(
        flow,
        "4",
        vec![step("mail", "x", StepStatus::Completed, 5_000)],
    );
    record(fixture, a, report).await;
    fixture.statistics().rebuild(a).await.unwrap();
    assert_eq!(measured(fixture, a, &action).await, (3, 1, 4, 5_555));
    let backlog = fixture
        .log()
        .log()
        .backlog(a, Consumer::Statistics)
        .await
        .unwrap();
    assert_eq!(backlog, 0);
    project(fixture, a).await;
    assert_eq!(measured(fixture, a, &action).await, (3, 1, 4, 5_555));
    assert_eq!(rows(fixture, a).await, recount(fixture, a).await);
    let recounted = recounted_durations(fixture, a).await;
    assert_eq!(durations(fixture, a).await, recounted);
}
