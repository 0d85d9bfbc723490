use crate::{SimulationMode, Subject, read_simulation};
use serde_json::{Value, json};
use workflow_model::WorkflowId;

fn problems(body: &Value) -> Vec<(String, String)> {
    read_simulation(body)
        .unwrap_err()
        .into_iter()
        .map(|p| (p.path, p.message))
        .collect()
}

fn paths(body: &Value) -> Vec<String> {
    problems(body).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn the_published_requests_are_read() {
    let read = read_simulation(&json!({
        "workflow_id": 5,
        "input_data": {"amount": 15000, "discount_percentage": 15, "customer_type": "premium"}
    }))
    .unwrap();
    assert_eq!(read.subject, Subject::Workflow(WorkflowId(5)));
    assert_eq!(read.input_data.len(), 3);
    assert_eq!(read.mode, SimulationMode::DryRun);
}

#[test]
fn the_published_error_is_given_word_for_word() {
    let expected = [(
        "workflow_id".to_owned(),
        "This field is required".to_owned(),
    )];
    assert_eq!(problems(&json!({"input_data": {}})), expected);
    assert_eq!(problems(&json!({"workflow_id": null})), expected);
}

#[test]
fn what_was_answered_may_be_sent_again() {
    let read = read_simulation(&json!({
        "id": 1, "workflow": 5, "workflow_name": "W", "status": "completed",
        "execution_path": [], "predicted_duration_ms": 2100, "mode": "dry_run"
    }));
    assert_eq!(read.unwrap().subject, Subject::Workflow(WorkflowId(5)));
}

#[test]
fn a_definition_may_be_given_inline_with_the_other_fields_of_a_workflow() {
    let read = read_simulation(&json!({"definition": {
        "id": 3, "name": " Draft ", "workflow_type": "approval", "version": 2,
        "steps": [{"action": "validation"}]
    }}))
    .unwrap();
    let Subject::Inline { name, definition } = read.subject else {
        panic!("inline")
    };
    assert_eq!((name.as_str(), definition.steps.len()), ("Draft", 1));
}

#[test]
fn every_problem_is_named() {
    assert_eq!(
        paths(&json!({
            "definition": {"steps": [{"conditions": {"a": {"$gtt": 1}}}], "stepz": []},
            "input_data": [], "mode": "guess", "inptu": 1
        })),
        [
            "input_data",
            "mode",
            "definition.steps.0.conditions.a.$gtt",
            "definition.stepz",
            "inptu"
        ]
    );
    assert_eq!(paths(&json!({"workflow_id": "x"})), ["workflow_id"]);
    assert_eq!(paths(&json!({"workflow_id": 0})), ["workflow_id"]);
    assert_eq!(
        paths(&json!({"workflow_id": 1, "workflow": 2})),
        ["workflow"]
    );
    assert_eq!(
        paths(&json!({"workflow_id": 1, "definition": {}})),
        ["definition"]
    );
    assert_eq!(paths(&json!([])), [""]);
    assert!(read_simulation(&json!({"workflow_id": 1, "workflow": 1.0})).is_ok());
}
