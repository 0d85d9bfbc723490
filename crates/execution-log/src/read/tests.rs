use super::{read_patch, read_report};
use crate::testing::at;
use crate::{Known, Report, WorkflowKey};
use document::Problem;
use serde_json::{Value, json};
use workflow_model::{ExecutionId, ExecutionStatus, StepStatus, WorkflowId};

fn paths(read: Result<Report, Vec<Problem>>) -> Vec<String> {
    let mut paths: Vec<_> = read
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.path)
        .collect();
    paths.sort();
    paths
}

fn report(more: &Value) -> Value {
    let mut body = json!({"workflow": 5});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn every_field_is_read() {
    let read = read_report(&json!({
        "workflow": 5, "workflow_version": 2.0, "external_id": " run-1 ", "status": "failed",
        "input_data": {"amount": 1}, "outcome": "rejected", "error_message": "no",
        "started_at": "2023-11-14T22:13:20Z", "completed_at": "2023-11-14T23:14:20+01:00",
        "triggered_by": "cron", "reported_at": "2023-11-14T22:15:00Z",
        "steps": [
            {"step_index": 0, "action": "approval", "actor": "ann", "status": "failed",
             "outcome": "rejected", "attempt": 2, "started_at": "2023-11-14T22:13:20Z",
             "completed_at": "2023-11-14T22:13:21Z", "error_message": "no"},
            {"step_name": "B", "status": null, "started_at": "2023-11-14T22:13:21Z"}
        ]
    }))
    .unwrap();
    assert_eq!(read.known, Known::ByExternalId);
    assert_eq!(read.workflow, Some(WorkflowKey::Id(WorkflowId(5))));
    assert_eq!(read.workflow_version, Some(2));
    assert_eq!(read.external_id.as_deref(), Some("run-1"));
    assert_eq!(read.status, Some(ExecutionStatus::Failed));
    assert_eq!(read.input_data.as_ref(), json!({"amount": 1}).as_object());
    assert_eq!(read.outcome.as_deref(), Some("rejected"));
    assert_eq!(read.error_message.as_deref(), Some("no"));
    assert_eq!(
        (read.started_at, read.completed_at),
        (Some(at(0)), Some(at(60)))
    );
    assert_eq!(read.triggered_by.as_deref(), Some("cron"));
    assert_eq!(read.reported_at, Some(at(100)));
    let [first, second] = read.steps.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!((first.step_index, first.step_name.as_str()), (Some(0), ""));
    assert_eq!(
        (first.action.as_deref(), first.actor.as_deref()),
        (Some("approval"), Some("ann"))
    );
    assert_eq!((first.status, first.attempt), (StepStatus::Failed, 2));
    assert_eq!(
        (first.started_at, first.completed_at),
        (Some(at(0)), Some(at(1)))
    );
    assert_eq!(first.outcome.as_deref(), Some("rejected"));
    assert_eq!(first.error_message.as_deref(), Some("no"));
    assert_eq!(
        (second.step_name.as_str(), second.status),
        ("B", StepStatus::Running)
    );
    assert_eq!(second.attempt, 1);
}

#[test]
fn an_answer_that_is_sent_back_is_accepted() {
    let shown = json!({
        "id": 9, "workflow": 5, "workflow_name": "W", "workflow_type": "approval",
        "workflow_version": 1, "external_id": null, "status": "running", "input_data": {},
        "outcome": null, "error_message": null, "started_at": "2023-11-14T22:13:20Z",
        "completed_at": null, "duration_seconds": null, "triggered_by": null, "steps": [],
        "paused_at": null, "paused_seconds": 0, "created_at": "2023-11-14T22:13:20Z",
        "updated_at": "2023-11-14T22:13:20Z"
    });
    let patch = read_patch(&shown, ExecutionId(9), Some(3)).unwrap();
    assert_eq!(patch.known, Known::ById(ExecutionId(9), Some(3)));
    assert_eq!(patch.workflow, Some(WorkflowKey::Id(WorkflowId(5))));
    assert!(read_report(&shown).is_ok());
}

#[test]
fn a_patch_needs_nothing() {
    let patch = read_patch(&json!({}), ExecutionId(9), None).unwrap();
    assert_eq!((patch.workflow, patch.status), (None, None));
}

#[test]
fn a_workflow_is_an_id_or_a_name() {
    let key = |value: Value| {
        read_report(&json!({"workflow": value}))
            .unwrap()
            .workflow
            .unwrap()
    };
    assert_eq!(key(json!(5)), WorkflowKey::Id(WorkflowId(5)));
    assert_eq!(key(json!("5")), WorkflowKey::Id(WorkflowId(5)));
    assert_eq!(
        key(json!(" Sales 5 ")),
        WorkflowKey::Name("Sales 5".to_owned())
    );
    for wrong in [
        json!(null),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(""),
        json!([5]),
        json!(1e30),
    ] {
        assert_eq!(
            paths(read_report(&json!({"workflow": wrong}))),
            ["workflow"]
        );
    }
}

#[test]
fn every_problem_is_found_under_its_path() {
    let read = read_report(&json!({
        "external_id": "x".repeat(201), "status": "done", "input_data": [], "outcom": "approved",
        "started_at": "yesterday", "completed_at": 5, "workflow_version": 0,
        "steps": [
            {"action": "approval"},
            {"step_name": "A", "status": "paused", "attempt": 0},
            7,
            {"step_index": -1, "started_at": "2024-01-01T00:00:01Z",
             "completed_at": "2024-01-01T00:00:00Z", "step": 1},
            {"step_name": "B", "status": "running", "completed_at": "2024-01-01T00:00:00Z"}
        ]
    }));
    let expected = [
        "completed_at",
        "external_id",
        "input_data",
        "outcom",
        "started_at",
        "status",
        "steps.0.step_name",
        "steps.1.attempt",
        "steps.1.status",
        "steps.2",
        "steps.3.completed_at",
        "steps.3.step",
        "steps.3.step_index",
        "steps.4.completed_at",
        "workflow",
        "workflow_version",
    ];
    assert_eq!(paths(read), expected);
}

#[test]
fn times_out_of_order_are_a_problem_of_the_end() {
    let times = |from: &str, to: &str, status: &str| {
        let day = |time: &str| format!("2024-01-15T{time}Z");
        report(&json!({"started_at": day(from), "completed_at": day(to), "status": status}))
    };
    assert!(read_report(&times("10:00:00", "10:00:00", "completed")).is_ok());
    let backwards = read_report(&times("10:00:01", "10:00:00", "completed")).unwrap_err();
    let [problem] = backwards.as_slice() else {
        panic!("{backwards:?}")
    };
    assert_eq!(problem.path, "completed_at");
    assert_eq!(
        problem.message,
        "The end (2024-01-15T10:00:00Z) lies before the start (2024-01-15T10:00:01Z)."
    );
    for open in ["running", "paused"] {
        assert_eq!(
            paths(read_report(&times("10:00:00", "10:00:01", open))),
            ["completed_at"]
        );
    }
}

#[test]
fn a_step_without_status_has_the_one_that_its_times_imply() {
    let status = |more: Value, step: Value| {
        let mut body = report(&more);
        body["steps"] = json!([step]);
        read_report(&body).unwrap().steps[0].status
    };
    let time = "2024-01-15T10:00:00Z";
    let ended = json!({"step_name": "A", "completed_at": time});
    assert_eq!(status(json!({}), ended), StepStatus::Completed);
    let open = json!({"step_name": "A"});
    assert_eq!(status(json!({}), open.clone()), StepStatus::Running);
    assert_eq!(
        status(json!({"status": "failed"}), open.clone()),
        StepStatus::Running
    );
    assert_eq!(
        status(json!({"status": "completed"}), open.clone()),
        StepStatus::Completed
    );
    assert_eq!(
        status(json!({"completed_at": time}), open),
        StepStatus::Completed
    );
}

#[test]
fn lists_are_bounded() {
    let steps: Vec<_> = (0..10_001).map(|n| json!({"step_name": n})).collect();
    assert_eq!(
        paths(read_report(&report(&json!({"steps": steps})))),
        ["steps"]
    );
    assert_eq!(paths(read_report(&json!([]))), [""]);
}
