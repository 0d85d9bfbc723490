//! Tenants do not exist for each other.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{NOW, OURS, THEIRS, get, record_as, record_one, workflow};
use crate::testing::{LogFixture, at, finished, patch, started};
use crate::{
    Consumer, ExecutionFilter, Known, RecordError, RecordOptions, Recorded, Report, WorkflowKey,
};
use kernel::{Count, PageRequest};
use workflow_model::ExecutionStatus;

const OPTIONS: fn() -> RecordOptions = || RecordOptions {
    atomic: false,
    now: at(NOW),
};

/// No read shows another tenant's executions, changes or counts.
pub async fn tenants_see_only_their_own(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let ours = record_one(fixture, started(workflow, Some("x"), 0))
        .await
        .execution()
        .clone();
    let log = fixture.log();
    assert_eq!(log.get(THEIRS, ours.id).await.unwrap(), None);
    let filters = [
        ExecutionFilter::default(),
        ExecutionFilter {
            workflow: Some(workflow),
            ..ExecutionFilter::default()
        },
        ExecutionFilter {
            external_id: Some("x".to_owned()),
            ..ExecutionFilter::default()
        },
    ];
    for filter in filters {
        let page = log
            .list(THEIRS, &filter, &Vec::new(), &PageRequest::first())
            .await
            .unwrap();
        assert_eq!(
            (page.items, page.count),
            (Vec::new(), Some(Count::Exact(0)))
        );
        assert_eq!(log.scan(THEIRS, &filter, None, 10).await.unwrap(), []);
    }
    for consumer in Consumer::ALL {
        assert_eq!(log.backlog(THEIRS, consumer).await.unwrap(), 0);
        assert_eq!(fixture.take_changes(THEIRS, consumer, 10).await, []);
        assert_eq!(log.tenants_waiting(consumer).await.unwrap(), [OURS]);
    }
    assert_eq!(fixture.tallies().project(THEIRS, 10).await.unwrap(), []);
    fixture.tallies().project(OURS, 10).await.unwrap();
    assert_eq!(fixture.tallies().tally(THEIRS, None).await.unwrap(), []);
    assert_eq!(
        fixture
            .tallies()
            .tally(THEIRS, Some(workflow))
            .await
            .unwrap(),
        []
    );
}

/// No write changes another tenant's executions or counts.
pub async fn tenants_cannot_change_anothers(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let twin = fixture.workflow(THEIRS, "Discount Approval", &[]).await;
    let ours = record_one(fixture, started(workflow, Some("x"), 0))
        .await
        .execution()
        .clone();
    let end = finished(workflow, Some("x"), (0, 60), ExecutionStatus::Failed);
    let by_name = Report {
        workflow: Some(WorkflowKey::Name("Discount Approval".to_owned())),
        ..end.clone()
    };
    let on_it = Report {
        status: Some(ExecutionStatus::Failed),
        ..patch(ours.id)
    };
    let in_revision = Report {
        known: Known::ById(ours.id, Some(1)),
        ..on_it.clone()
    };
    let answers = record_as(
        fixture,
        THEIRS,
        vec![end, by_name, on_it, in_revision],
        OPTIONS(),
    )
    .await;
    assert_eq!(answers[0], Err(RecordError::UnknownWorkflow));
    let Ok(Recorded::Created(theirs)) = &answers[1] else {
        panic!("{answers:?}")
    };
    assert_eq!((theirs.tenant, theirs.workflow), (THEIRS, twin));
    assert_eq!(answers[2], Err(RecordError::UnknownExecution));
    assert_eq!(answers[3], Err(RecordError::UnknownExecution));

    for revision in [None, Some(1), Some(2)] {
        assert!(
            !fixture
                .log()
                .delete(THEIRS, ours.id, revision, at(NOW))
                .await
                .unwrap()
        );
    }
    assert_eq!(get(fixture, ours.id).await.as_ref(), Some(&ours));

    fixture.tallies().project(OURS, 10).await.unwrap();
    let before = fixture.tallies().tally(OURS, None).await.unwrap();
    fixture.tallies().rebuild(THEIRS).await.unwrap();
    assert_eq!(fixture.tallies().tally(OURS, None).await.unwrap(), before);
    assert_eq!(before.len(), 1);
}
