//! The change feed.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{NOW, OURS, THEIRS, get, record, record_as, record_one, workflow};
use crate::testing::{LogFixture, at, finished, patch, started};
use crate::{Change, Consumer, RecordOptions, Recorded, Report};
use kernel::StoreError;
use workflow_model::{ExecutionId, ExecutionStatus};

/// A deleted execution is gone, and each consumer learns what it was.
pub async fn deleting_leaves_a_change(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let gone = record_one(fixture, started(workflow, Some("x"), 0))
        .await
        .execution()
        .clone();
    let stays = record_one(fixture, started(workflow, Some("y"), 0))
        .await
        .execution()
        .clone();
    let log = fixture.log();
    assert!(log.delete(OURS, gone.id, None, at(NOW + 5)).await.unwrap());
    assert!(!log.delete(OURS, gone.id, None, at(NOW + 5)).await.unwrap());
    assert!(
        !log.delete(OURS, ExecutionId(1_000_000), None, at(NOW))
            .await
            .unwrap()
    );
    assert_eq!(get(fixture, gone.id).await, None);
    assert_eq!(get(fixture, stays.id).await, Some(stays));
    for consumer in Consumer::ALL {
        let changes = fixture.take_changes(OURS, consumer, 10).await;
        let last = changes.last().unwrap();
        assert_eq!(changes.len(), 3);
        assert_eq!((&last.before, &last.after), (&Some(gone.clone()), &None));
        assert_eq!(last.recorded_at, at(NOW + 5));
    }
    let new = record_one(fixture, started(workflow, Some("x"), 0)).await;
    assert!(matches!(new, Recorded::Created(_)), "{new:?}");
    assert_ne!(new.execution().id, gone.id, "ids are not used again");
}

/// An execution of another revision than the expected one is not deleted.
pub async fn deleting_a_stale_revision_is_refused(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let made = record_one(fixture, started(workflow, None, 0))
        .await
        .execution()
        .clone();
    let refused = fixture.log().delete(OURS, made.id, Some(2), at(NOW)).await;
    assert!(
        matches!(refused, Err(StoreError::StaleVersion)),
        "{refused:?}"
    );
    assert_eq!(get(fixture, made.id).await.as_ref(), Some(&made));
    assert!(
        fixture
            .log()
            .delete(OURS, made.id, Some(1), at(NOW))
            .await
            .unwrap()
    );
}

/// Each consumer sees every change once and in order: what is after one is before the next.
pub async fn changes_chain_for_every_consumer(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let first = record_one(fixture, started(workflow, Some("x"), 0))
        .await
        .execution()
        .clone();
    let failed = finished(workflow, Some("x"), (0, 60), ExecutionStatus::Failed);
    record(fixture, vec![started(workflow, Some("y"), 0), failed]).await;
    let later = RecordOptions {
        atomic: true,
        now: at(NOW + 9),
    };
    let news = Report {
        outcome: Some("lost".to_owned()),
        ..patch(first.id)
    };
    record_as(fixture, OURS, vec![news], later).await;
    let last = get(fixture, first.id).await.unwrap();

    for consumer in Consumer::ALL {
        let mut changes = Vec::new();
        loop {
            let taken = fixture.take_changes(OURS, consumer, 3).await;
            assert!(taken.len() <= 3);
            if taken.is_empty() {
                break;
            }
            changes.extend(taken);
        }
        assert_eq!(changes.len(), 4);
        assert!(changes.is_sorted_by(|a, b| a.sequence < b.sequence));
        assert_eq!(changes[3].recorded_at, at(NOW + 9));
        let of = |id: ExecutionId| -> Vec<&Change> {
            let is = |change: &&Change| change.after.as_ref().is_some_and(|e| e.id == id);
            changes.iter().filter(is).collect()
        };
        let chain = of(first.id);
        assert_eq!(chain.len(), 3);
        assert_eq!(
            (&chain[0].before, &chain[0].after),
            (&None, &Some(first.clone()))
        );
        for pair in chain.windows(2) {
            assert_eq!(pair[0].after, pair[1].before);
        }
        assert_eq!(chain[2].after, Some(last.clone()));
    }
}

/// A report that brings no news leaves no change.
pub async fn unchanged_reports_leave_no_change(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let report = finished(workflow, Some("x"), (0, 60), ExecutionStatus::Completed);
    let late = started(workflow, Some("x"), 0);
    record(fixture, vec![report.clone(), report.clone(), late, report]).await;
    for consumer in Consumer::ALL {
        assert_eq!(fixture.log().backlog(OURS, consumer).await.unwrap(), 1);
    }
}

/// Each consumer and tenant has a queue of its own, and it is known whose are not empty.
pub async fn queues_are_independent_and_per_tenant(fixture: &dyn LogFixture) {
    let log = fixture.log();
    let ours = workflow(fixture).await;
    let theirs = fixture.workflow(THEIRS, "Theirs", &[]).await;
    for consumer in Consumer::ALL {
        assert_eq!(log.tenants_waiting(consumer).await.unwrap(), []);
    }
    record(
        fixture,
        vec![started(ours, None, 0), started(ours, None, 1)],
    )
    .await;
    let options = RecordOptions {
        atomic: false,
        now: at(NOW),
    };
    record_as(fixture, THEIRS, vec![started(theirs, None, 0)], options).await;

    assert_eq!(fixture.take_changes(OURS, Consumer::Sla, 1).await.len(), 1);
    let waiting = async |tenant| {
        let mut counts = Vec::new();
        for consumer in [Consumer::Tally, Consumer::Sla, Consumer::Statistics] {
            counts.push(log.backlog(tenant, consumer).await.unwrap());
        }
        counts
    };
    assert_eq!(waiting(OURS).await, [2, 1, 2]);
    assert_eq!(waiting(THEIRS).await, [1, 1, 1]);
    assert_eq!(fixture.take_changes(OURS, Consumer::Sla, 10).await.len(), 1);
    assert_eq!(fixture.tallies().project(OURS, 10).await.unwrap().len(), 2);
    assert_eq!(waiting(OURS).await, [0, 0, 2]);
    for (consumer, expected) in [
        (Consumer::Tally, &[THEIRS][..]),
        (Consumer::Sla, &[THEIRS]),
        (Consumer::Statistics, &[OURS, THEIRS]),
    ] {
        let mut tenants = log.tenants_waiting(consumer).await.unwrap();
        tenants.sort();
        assert_eq!(tenants, expected);
    }
}
