//! Reports merge.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{NOW, OURS, get, record, record_as, record_one, workflow};
use crate::testing::{LogFixture, at, finished, patch, started, step};
use crate::{RecordOptions, Recorded, Report};
use chrono::TimeDelta;
use serde_json::json;
use workflow_model::{Execution, ExecutionStatus, RecordedStep, StepStatus, WorkflowId};

/// Without an external id, a report is of a new execution, however alike.
pub async fn a_report_without_external_id_is_new_each_time(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let report = started(workflow, None, 0);
    let first = record_one(fixture, report.clone()).await;
    let second = record_one(fixture, report).await;
    assert!(matches!(first, Recorded::Created(_)), "{first:?}");
    assert!(matches!(second, Recorded::Created(_)), "{second:?}");
    assert_ne!(first.execution().id, second.execution().id);
}

/// The same report twice, also within one call, also much later, changes nothing.
pub async fn the_same_report_twice_counts_once(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let mut report = finished(workflow, Some("x-1"), (0, 60), ExecutionStatus::Failed);
    report.error_message = Some("no answer".to_owned());
    report.steps = vec![step("A", (0, 20)), step("B", (20, 60))];
    let answers = record(fixture, vec![report.clone(), report.clone()]).await;
    let [
        Ok(Recorded::Created(created)),
        Ok(Recorded::Unchanged(unchanged)),
    ] = answers.as_slice()
    else {
        panic!("{answers:?}");
    };
    assert_eq!(created, unchanged);
    let later = RecordOptions {
        atomic: true,
        now: at(2 * NOW),
    };
    let answers = record_as(fixture, OURS, vec![report], later).await;
    assert_eq!(answers, [Ok(Recorded::Unchanged(created.clone()))]);
    assert_eq!(get(fixture, created.id).await.as_ref(), Some(created));
}

/// Reports of one run give the same, whichever comes first.
pub async fn reports_in_any_order_give_the_same(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let mut results = Vec::new();
    for (number, order) in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]]
        .iter()
        .enumerate()
    {
        let id = format!("run-{number}");
        let story = story(workflow, &id);
        for index in order {
            record_one(fixture, story[*index].clone()).await;
            // Each is repeated once all are there.
        }
        for report in story {
            let again = record_one(fixture, report).await;
            assert!(matches!(again, Recorded::Unchanged(_)), "{again:?}");
        }
        let answer = record_one(fixture, started(workflow, Some(&id), 0)).await;
        results.push(get(fixture, answer.execution().id).await.unwrap());
    }
    let expected = &results[0];
    assert_eq!(expected.status, ExecutionStatus::Completed);
    assert_eq!(
        (expected.started_at, expected.completed_at),
        (at(0), Some(at(100)))
    );
    assert_eq!(
        (expected.paused_millis, expected.duration_millis()),
        (30_000, Some(70_000))
    );
    assert_eq!(expected.outcome.as_deref(), Some("approved"));
    let names: Vec<_> = expected
        .steps
        .iter()
        .map(|step| step.step_name.as_str())
        .collect();
    assert_eq!(names, ["A", "B"]);
    assert!(
        expected
            .steps
            .iter()
            .all(|step| step.status == StepStatus::Completed)
    );
    for result in &results {
        assert_eq!(anonymous(result), anonymous(expected));
    }
}

/// One run as an engine tells it.
fn story(workflow: WorkflowId, id: &str) -> [Report; 4] {
    let running = RecordedStep {
        status: StepStatus::Running,
        completed_at: None,
        ..step("A", (0, 0))
    };
    [
        Report {
            steps: vec![running],
            ..started(workflow, Some(id), 0)
        },
        Report {
            status: Some(ExecutionStatus::Paused),
            reported_at: Some(at(40)),
            outcome: Some("waiting".to_owned()),
            steps: vec![step("A", (0, 20))],
            ..started(workflow, Some(id), 0)
        },
        Report {
            reported_at: Some(at(70)),
            ..started(workflow, Some(id), 0)
        },
        Report {
            outcome: Some("approved".to_owned()),
            steps: vec![step("B", (20, 100))],
            ..finished(workflow, Some(id), (0, 100), ExecutionStatus::Completed)
        },
    ]
}

/// What depends on the reports alone.
fn anonymous(execution: &Execution) -> Execution {
    Execution {
        id: workflow_model::ExecutionId(0),
        external_id: None,
        revision: 0,
        created_at: at(0),
        updated_at: at(0),
        ..execution.clone()
    }
}

/// A report by id changes what it says and nothing else; each counts as later than the last.
pub async fn reports_by_id_bring_news(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let created = record_one(fixture, started(workflow, None, 0))
        .await
        .execution()
        .clone();
    let say = |outcome: &str| Report {
        outcome: Some(outcome.to_owned()),
        ..patch(created.id)
    };
    for (revision, outcome) in [(2, "b"), (3, "c"), (4, "a")] {
        let answer = record_one(fixture, say(outcome)).await;
        let Recorded::Updated(updated) = &answer else {
            panic!("{answer:?}")
        };
        let expected = Execution {
            outcome: Some(outcome.to_owned()),
            revision,
            ..created.clone()
        };
        assert_eq!(updated, &expected);
        assert_eq!(get(fixture, created.id).await, Some(expected));
    }
    let paused = Report {
        status: Some(ExecutionStatus::Paused),
        ..patch(created.id)
    };
    let paused = record_one(fixture, paused).await;
    assert_eq!(paused.execution().paused_at, Some(at(NOW)));
    let resumed = Report {
        status: Some(ExecutionStatus::Running),
        ..patch(created.id)
    };
    let later = RecordOptions {
        atomic: false,
        now: at(NOW) + TimeDelta::seconds(30),
    };
    let answers = record_as(fixture, OURS, vec![resumed], later).await;
    let resumed = answers[0].as_ref().unwrap().execution();
    assert_eq!(resumed.status, ExecutionStatus::Running);
    assert_eq!((resumed.paused_at, resumed.paused_millis), (None, 30_000));
    assert_eq!(
        (resumed.created_at, resumed.updated_at),
        (at(NOW), later.now)
    );
}

/// Later reports of a call see what earlier ones left.
pub async fn reports_of_one_call_build_on_each_other(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let end = finished(workflow, Some("x"), (0, 9), ExecutionStatus::Completed);
    let answers = record(
        fixture,
        vec![
            started(workflow, Some("x"), 0),
            started(workflow, Some("y"), 0),
            end.clone(),
            end,
        ],
    )
    .await;
    let kinds: Vec<_> = answers
        .iter()
        .map(|answer| match answer.as_ref().unwrap() {
            Recorded::Created(_) => "created",
            Recorded::Updated(_) => "updated",
            Recorded::Unchanged(_) => "unchanged",
        })
        .collect();
    assert_eq!(kinds, ["created", "created", "updated", "unchanged"]);
    let updated = answers[2].as_ref().unwrap().execution();
    assert_eq!(updated.revision, 2);
    assert_eq!(get(fixture, updated.id).await.as_ref(), Some(updated));
}

/// Every field reads back as it was said.
pub async fn everything_said_is_kept(fixture: &dyn LogFixture) {
    let workflow = workflow(fixture).await;
    let input = json!({"amount": 15000.5, "customer": {"type": "premium"}, "tags": ["ü", null]});
    let report = Report {
        input_data: input.as_object().cloned(),
        outcome: Some("rejected".to_owned()),
        error_message: Some("line 1\nline \"2\"".to_owned()),
        triggered_by: Some("cron".to_owned()),
        steps: vec![
            RecordedStep {
                step_index: Some(7),
                action: Some("approval".to_owned()),
                actor: Some("Åsa".to_owned()),
                outcome: Some("rejected".to_owned()),
                attempt: 3,
                error_message: Some("late".to_owned()),
                status: StepStatus::Failed,
                ..step("A", (0, 20))
            },
            RecordedStep {
                started_at: None,
                completed_at: None,
                ..step("B", (0, 0))
            },
            RecordedStep {
                started_at: None,
                ..step("C", (0, 30))
            },
        ],
        ..finished(workflow, Some("x"), (0, 60), ExecutionStatus::Cancelled)
    };
    let created = record_one(fixture, report.clone())
        .await
        .execution()
        .clone();
    let read = get(fixture, created.id).await.unwrap();
    assert_eq!(read, created);
    assert_eq!((read.tenant, read.workflow), (OURS, workflow));
    assert_eq!(read.workflow_name, "Discount Approval");
    assert_eq!(
        (read.workflow_type.as_str(), read.workflow_version),
        ("approval", 1)
    );
    assert_eq!(read.external_id, report.external_id);
    assert_eq!(Some(read.input_data), report.input_data);
    assert_eq!(read.outcome, report.outcome);
    assert_eq!(read.error_message, report.error_message);
    assert_eq!(read.triggered_by, report.triggered_by);
    assert_eq!(read.status, ExecutionStatus::Cancelled);
    assert_eq!((read.started_at, read.completed_at), (at(0), Some(at(60))));
    assert_eq!(read.steps, report.steps);
    assert_eq!(
        (read.created_at, read.updated_at, read.revision),
        (at(NOW), at(NOW), 1)
    );
}
