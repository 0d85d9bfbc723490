//! Counts of executions.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{NOW, OURS, record, record_one, workflow};
use crate::testing::{LogFixture, at, finished, patch, started};
use crate::{Report, Tally, TallyStore};
use chrono::{DateTime, Utc};
use workflow_model::{ExecutionStatus, WorkflowId};

async fn project_all(tallies: &dyn TallyStore) {
    while !tallies.project(OURS, 3).await.unwrap().is_empty() {}
}

/// The counts of one workflow, or of all, that are not 0.
async fn counts(
    fixture: &dyn LogFixture,
    workflow: Option<WorkflowId>,
) -> Vec<(WorkflowId, ExecutionStatus, i64)> {
    let tallies = fixture.tallies().tally(OURS, workflow).await.unwrap();
    let shown = |tally: &Tally| (tally.workflow, tally.status, tally.count);
    let mut counts: Vec<_> = tallies
        .iter()
        .map(shown)
        .filter(|(_, _, n)| *n != 0)
        .collect();
    counts.sort();
    counts
}

/// Each change moves the counts once: a new execution adds one, a new status moves one, a
/// deletion takes one away; what is not taken yet does not count.
pub async fn projecting_moves_tallies_exactly(fixture: &dyn LogFixture) {
    use ExecutionStatus::{Completed, Failed, Running};
    let one = workflow(fixture).await;
    let two = fixture.workflow(OURS, "Two", &[]).await;
    let tallies = fixture.tallies();
    let gone = record_one(fixture, started(one, Some("gone"), 0))
        .await
        .execution()
        .id;
    record(
        fixture,
        vec![
            started(one, Some("x"), 0),
            finished(one, None, (0, 60), Completed),
            finished(two, None, (0, 60), Failed),
            finished(one, Some("x"), (0, 60), Failed),
        ],
    )
    .await;
    assert_eq!(counts(fixture, None).await, []);

    assert_eq!(tallies.project(OURS, 2).await.unwrap().len(), 2);
    assert_eq!(counts(fixture, None).await, [(one, Running, 2)]);
    assert_eq!(tallies.project(OURS, 10).await.unwrap().len(), 3);
    let of_one = [(one, Running, 1), (one, Completed, 1), (one, Failed, 1)];
    assert_eq!(counts(fixture, Some(one)).await, of_one);
    assert_eq!(counts(fixture, Some(two)).await, [(two, Failed, 1)]);
    assert_eq!(counts(fixture, None).await.len(), 4);
    assert_eq!(
        tallies.project(OURS, 10).await.unwrap(),
        [],
        "each change is taken once"
    );
    assert_eq!(counts(fixture, Some(one)).await, of_one);

    fixture
        .log()
        .delete(OURS, gone, None, at(NOW))
        .await
        .unwrap();
    project_all(tallies).await;
    assert_eq!(
        counts(fixture, Some(one)).await,
        [(one, Completed, 1), (one, Failed, 1)]
    );
}

/// A workflow's counters say how many executions there are and when the latest started, also
/// after corrections and deletions.
pub async fn projecting_keeps_the_counters_of_workflows(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let check = async |count: i64, latest: Option<DateTime<Utc>>| {
        project_all(fixture.tallies()).await;
        assert_eq!(fixture.counters(OURS, workflow).await, (count, latest));
    };
    check(0, None).await;
    let first = record_one(fixture, started(workflow, None, 10))
        .await
        .execution()
        .id;
    let latest = record_one(fixture, started(workflow, None, 30))
        .await
        .execution()
        .id;
    record_one(fixture, started(workflow, None, 20)).await;
    check(3, Some(at(30))).await;
    record_one(
        fixture,
        Report {
            started_at: Some(at(40)),
            ..patch(first)
        },
    )
    .await;
    check(3, Some(at(40))).await;
    fixture
        .log()
        .delete(OURS, first, None, at(NOW))
        .await
        .unwrap();
    check(2, Some(at(30))).await;
    fixture
        .log()
        .delete(OURS, latest, None, at(NOW))
        .await
        .unwrap();
    check(1, Some(at(20))).await;
}

/// Counting the log again gives what projecting gave, and what waited is not counted twice.
pub async fn rebuilding_gives_the_same_tallies(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let tallies = fixture.tallies();
    let gone = record_one(fixture, started(workflow, None, 5))
        .await
        .execution()
        .id;
    for number in 0..5 {
        let id = format!("run-{number}");
        let status = ExecutionStatus::ALL[number];
        record_one(fixture, started(workflow, Some(&id), 0)).await;
        if status.is_final() {
            record_one(fixture, finished(workflow, Some(&id), (0, 60), status)).await;
        }
    }
    project_all(tallies).await;
    fixture
        .log()
        .delete(OURS, gone, None, at(NOW))
        .await
        .unwrap();
    project_all(tallies).await;
    let projected = counts(fixture, None).await;
    let counters = fixture.counters(OURS, workflow).await;
    assert_eq!(projected.iter().map(|(_, _, count)| count).sum::<i64>(), 5);
    tallies.rebuild(OURS).await.unwrap();
    assert_eq!(counts(fixture, None).await, projected);
    assert_eq!(fixture.counters(OURS, workflow).await, counters);

    // A change that waits while the log is counted again.
    record_one(fixture, started(workflow, None, 99)).await;
    tallies.rebuild(OURS).await.unwrap();
    project_all(tallies).await;
    let total: i64 = counts(fixture, None)
        .await
        .iter()
        .map(|(_, _, count)| count)
        .sum();
    assert_eq!(total, 6);
    assert_eq!(fixture.counters(OURS, workflow).await, (6, Some(at(99))));
}
