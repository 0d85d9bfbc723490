//! What is recorded and what is refused.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{NOW, OURS, THEIRS, get, record, record_as, record_one, workflow};
use crate::testing::{LogFixture, at, finished, patch, started, step};
use crate::{Known, RecordError, RecordOptions, Recorded, Report, WorkflowKey};
use workflow_model::{ExecutionId, ExecutionStatus, RecordedStep, WorkflowId};

/// A report on another revision than the one it names is refused.
pub async fn a_stale_revision_is_refused(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let id = record_one(fixture, started(workflow, None, 0))
        .await
        .execution()
        .id;
    let on = |revision: i64, outcome: &str| Report {
        known: Known::ById(id, Some(revision)),
        outcome: Some(outcome.to_owned()),
        ..patch(id)
    };
    assert!(matches!(
        record_one(fixture, on(1, "first")).await,
        Recorded::Updated(_)
    ));
    for revision in [1, 3] {
        let refused = record(fixture, vec![on(revision, "late")]).await;
        assert_eq!(refused, [Err(RecordError::Stale)]);
    }
    assert_eq!(
        get(fixture, id).await.unwrap().outcome.as_deref(),
        Some("first")
    );
}

/// A report must name a workflow, a version and an execution of its tenant.
pub async fn an_unknown_workflow_version_or_execution_is_refused(fixture: &dyn LogFixture) {
    let ours = workflow(fixture).await;
    let theirs = fixture.workflow(THEIRS, "Theirs", &[]).await;
    let by_name = |name: &str| Report {
        workflow: Some(WorkflowKey::Name(name.to_owned())),
        ..started(ours, Some("x"), 0)
    };
    let answers = record(
        fixture,
        vec![
            started(WorkflowId(ours.0 + theirs.0 + 1000), None, 0),
            started(theirs, None, 0),
            by_name("Nobody's"),
            by_name("Theirs"),
            Report {
                workflow: None,
                ..started(ours, None, 0)
            },
            Report {
                workflow_version: Some(2),
                ..started(ours, None, 0)
            },
            patch(ExecutionId(1_000_000)),
        ],
    )
    .await;
    let unknown = Err(RecordError::UnknownWorkflow);
    let expected = [
        unknown.clone(),
        unknown.clone(),
        unknown.clone(),
        unknown.clone(),
        unknown,
        Err(RecordError::UnknownVersion(2)),
        Err(RecordError::UnknownExecution),
    ];
    assert_eq!(answers, expected);
}

/// A workflow can be named; of several of one name it is the first. An id and its name are the
/// same workflow.
pub async fn workflows_are_found_by_name(fixture: &dyn LogFixture) {
    let first = fixture.workflow(OURS, "Twice", &[]).await;
    fixture.workflow(OURS, "Twice", &[]).await;
    let named = Report {
        workflow: Some(WorkflowKey::Name("Twice".to_owned())),
        ..started(first, Some("x"), 0)
    };
    let created = record_one(fixture, named).await;
    assert_eq!(created.execution().workflow, first);
    let again = record_one(fixture, started(first, Some("x"), 0)).await;
    assert_eq!(again, Recorded::Unchanged(created.execution().clone()));
}

/// An execution keeps the version that was current when it was first reported, unless a report
/// says otherwise; names and actions of steps come from that version.
pub async fn versions_are_kept_and_fill_in_steps(fixture: &dyn LogFixture) {
    let old = [("Check", Some("validation")), ("Approve", Some("approval"))];
    let workflow = fixture.workflow(OURS, "Versions", &old).await;
    let indexed = |index: u32| RecordedStep {
        step_index: Some(index),
        ..step("", (i64::from(index), i64::from(index) + 1))
    };
    let report = |id: &str, steps| Report {
        steps,
        ..started(workflow, Some(id), 0)
    };
    let before = record_one(fixture, report("before", vec![indexed(1)])).await;
    fixture
        .next_version(OURS, workflow, &[("Renamed", None), ("Ship", Some("http"))])
        .await;
    let news = record_one(fixture, report("before", vec![indexed(0)])).await;
    let after = record_one(
        fixture,
        report("after", vec![indexed(1), step("Renamed", (0, 1))]),
    )
    .await;
    let explicit = Report {
        workflow_version: Some(1),
        ..report("explicit", vec![indexed(1)])
    };
    let explicit = record_one(fixture, explicit).await;

    let shown = |recorded: &Recorded| {
        let execution = recorded.execution();
        let steps: Vec<_> = execution
            .steps
            .iter()
            .map(|step| (step.step_index, step.step_name.clone(), step.action.clone()))
            .collect();
        (execution.workflow_version, steps)
    };
    let row = |index: u32, name: &str, action: Option<&str>| {
        (Some(index), name.to_owned(), action.map(str::to_owned))
    };
    let check = row(0, "Check", Some("validation"));
    let approve = row(1, "Approve", Some("approval"));
    assert_eq!(shown(&before), (1, vec![approve.clone()]));
    assert_eq!(shown(&news), (1, vec![check, approve.clone()]));
    let renamed = row(0, "Renamed", None);
    assert_eq!(
        shown(&after),
        (2, vec![renamed, row(1, "Ship", Some("http"))])
    );
    assert_eq!(shown(&explicit), (1, vec![approve]));
    let read = get(fixture, explicit.execution().id).await;
    assert_eq!(read.as_ref(), Some(explicit.execution()));
}

/// Two workflows may use one external id; two executions of a workflow may not.
pub async fn an_external_id_is_unique_within_its_workflow(fixture: &dyn LogFixture) {
    let one = workflow(fixture).await;
    let other = fixture.workflow(OURS, "Other", &[]).await;
    let first = record_one(fixture, started(one, Some("x"), 0)).await;
    let elsewhere = record_one(fixture, started(other, Some("x"), 0)).await;
    assert!(matches!(elsewhere, Recorded::Created(_)), "{elsewhere:?}");

    let nameless = record_one(fixture, started(one, None, 0))
        .await
        .execution()
        .id;
    let call = |id: ExecutionId, name: &str| Report {
        external_id: Some(name.to_owned()),
        ..patch(id)
    };
    let taken = record(fixture, vec![call(nameless, "x")]).await;
    assert_eq!(taken, [Err(RecordError::external_id_taken("x"))]);
    let named = record_one(fixture, call(nameless, "y")).await;
    assert_eq!(named.execution().external_id.as_deref(), Some("y"));
    let found = record_one(fixture, started(one, Some("y"), 0)).await;
    assert_eq!(found.execution().id, nameless);
    let renamed = record(fixture, vec![call(first.execution().id, "z")]).await;
    assert!(
        matches!(&renamed[..], [Err(RecordError::Contradiction(path, _))] if path == "external_id"),
        "{renamed:?}"
    );
}

/// Times that cannot be true are refused under their path, also when they only show together
/// with what is known; nothing of such a report is kept.
pub async fn contradictions_are_refused_with_their_path(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let completed = ExecutionStatus::Completed;
    let backwards = finished(workflow, Some("a"), (10, 5), completed);
    let tomorrow = started(workflow, Some("b"), NOW + 90_000);
    let mut bad_step = finished(workflow, Some("c"), (0, 60), completed);
    bad_step.steps = vec![step("A", (0, 1)), step("B", (9, 8))];
    let mut no_step = started(workflow, Some("d"), 0);
    no_step.steps = vec![RecordedStep {
        step_index: Some(3),
        ..step("", (0, 1))
    }];
    let known = record_one(fixture, started(workflow, Some("e"), 50)).await;
    let too_early = Report {
        started_at: None,
        outcome: Some("lost".to_owned()),
        ..finished(workflow, Some("e"), (0, 20), completed)
    };
    let reports = vec![backwards, tomorrow, bad_step, no_step, too_early];
    let paths: Vec<_> = record(fixture, reports)
        .await
        .into_iter()
        .map(|answer| match answer {
            Err(RecordError::Contradiction(path, sentence)) => {
                assert!(sentence.ends_with('.'), "{sentence}");
                path
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        "completed_at",
        "started_at",
        "steps.1.completed_at",
        "steps.0.step_index",
        "completed_at",
    ];
    assert_eq!(paths, expected);
    let known = known.execution();
    assert_eq!(get(fixture, known.id).await.as_ref(), Some(known));
    for id in ["a", "b", "c", "d"] {
        let new = record_one(fixture, started(workflow, Some(id), 0)).await;
        assert!(matches!(new, Recorded::Created(_)), "{new:?}");
    }
}

/// Without `atomic`, a refused report does not keep the others from being stored.
pub async fn good_reports_are_kept_beside_refused_ones(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let answers = record(fixture, with_a_bad_one(workflow)).await;
    let kept: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(kept, [true, false, true]);
    for answer in answers.into_iter().flatten() {
        let execution = answer.execution();
        assert_eq!(get(fixture, execution.id).await.as_ref(), Some(execution));
    }
}

/// With `atomic`, one refused report leaves nothing: no execution, no change, no count.
pub async fn atomic_leaves_nothing_when_one_is_refused(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let options = RecordOptions {
        atomic: true,
        now: at(NOW),
    };
    let answers = record_as(fixture, OURS, with_a_bad_one(workflow), options).await;
    let kept: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(kept, [true, false, true]);
    let nothing = crate::ExecutionFilter::default();
    assert_eq!(
        fixture.log().scan(OURS, &nothing, None, 10).await.unwrap(),
        []
    );
    for consumer in crate::Consumer::ALL {
        assert_eq!(fixture.log().backlog(OURS, consumer).await.unwrap(), 0);
        assert_eq!(fixture.take_changes(OURS, consumer, 10).await, []);
    }
    assert_eq!(fixture.tallies().project(OURS, 10).await.unwrap(), []);
    assert_eq!(fixture.tallies().tally(OURS, None).await.unwrap(), []);

    // Without the bad one, all are stored.
    let mut good = with_a_bad_one(workflow);
    good.remove(1);
    let answers = record_as(fixture, OURS, good, options).await;
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Ok(Recorded::Created(_))))
    );
    assert_eq!(
        fixture
            .log()
            .scan(OURS, &nothing, None, 10)
            .await
            .unwrap()
            .len(),
        2
    );
}

fn with_a_bad_one(workflow: WorkflowId) -> Vec<Report> {
    vec![
        started(workflow, Some("a"), 0),
        finished(workflow, Some("b"), (10, 5), ExecutionStatus::Completed),
        started(workflow, None, 0),
    ]
}
