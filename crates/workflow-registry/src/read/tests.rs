use super::{read_new_workflow, read_workflow_change, read_workflow_replacement};
use crate::{NewWorkflow, WorkflowChange, WorkflowStatus, WorkflowType};
use document::Problem;
use serde_json::{Value, json};
use workflow_model::Definition;

fn paths<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<String> {
    let mut paths: Vec<_> = read
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.path)
        .collect();
    paths.sort();
    paths
}

fn full() -> Value {
    json!({
        "name": " Discount Approval ", "description": "Who may give what",
        "workflow_type": "approval", "status": "inactive",
        "trigger_conditions": {"discount_percentage": {"$gt": 5}},
        "steps": [{"name": "Approve", "action": "approval", "approver": "manager"}],
        "variables": [{"name": "amount", "type": "number"}],
        "settings": {"timeout": 300},
        "graph_spec": {"nodes": [{"id": "start"}], "edges": []}
    })
}

/// What a client reads and may send back.
fn with_read_only(mut body: Value) -> Value {
    let shown = json!({
        "id": 5, "is_active": true, "version": 9, "created_by": "ann",
        "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z",
        "execution_count": 77, "last_executed_at": null
    });
    body.as_object_mut()
        .unwrap()
        .extend(shown.as_object().unwrap().clone());
    body
}

#[test]
fn a_name_is_enough() {
    let expected = NewWorkflow {
        name: "W".to_owned(),
        description: String::new(),
        workflow_type: WorkflowType::Custom,
        status: WorkflowStatus::Draft,
        definition: Definition::empty(),
    };
    assert_eq!(read_new_workflow(&json!({"name": "W"})), Ok(expected));
}

#[test]
fn every_field_is_read_and_read_only_ones_are_ignored() {
    let read = read_new_workflow(&with_read_only(full())).unwrap();
    assert_eq!(
        (read.name.as_str(), read.description.as_str()),
        ("Discount Approval", "Who may give what")
    );
    assert_eq!(
        (read.workflow_type, read.status),
        (WorkflowType::Approval, WorkflowStatus::Inactive)
    );
    let written = full();
    let definition = read.definition.to_json();
    for part in [
        "trigger_conditions",
        "steps",
        "variables",
        "settings",
        "graph_spec",
    ] {
        assert_eq!(definition[part], written[part]);
    }
    assert_eq!(
        read_new_workflow(&full()).unwrap(),
        read_new_workflow(&with_read_only(full())).unwrap()
    );
}

#[test]
fn a_change_says_only_what_it_says() {
    assert_eq!(
        read_workflow_change(&json!({})),
        Ok(WorkflowChange::default())
    );
    assert_eq!(
        read_workflow_change(&with_read_only(json!({}))),
        Ok(WorkflowChange::default())
    );
    let renamed = WorkflowChange {
        name: Some("N".to_owned()),
        ..WorkflowChange::default()
    };
    assert_eq!(read_workflow_change(&json!({"name": "N"})), Ok(renamed));
    let undrawn = WorkflowChange {
        graph: Some(None),
        ..WorkflowChange::default()
    };
    assert_eq!(
        read_workflow_change(&json!({"graph_spec": null})),
        Ok(undrawn)
    );
}

#[test]
fn a_whole_change_is_a_replacement() {
    assert_eq!(
        read_workflow_change(&full()),
        read_workflow_replacement(&full())
    );
    let bare = read_workflow_replacement(&json!({"name": "W"})).unwrap();
    assert_eq!(bare.steps, Some(Vec::new()));
    assert_eq!(
        (bare.description.as_deref(), bare.status),
        (Some(""), Some(WorkflowStatus::Draft))
    );
    assert_eq!(bare.graph, Some(None));
}

#[test]
fn every_problem_is_found_under_its_path() {
    let wrong = json!({
        "name": "x".repeat(201), "description": "x".repeat(10_001), "workflow_type": "aproval",
        "status": true, "steps": [{"brnches": []}, 7], "variables": {}, "settings": [],
        "trigger_conditions": {"a": {"$gtt": 1}}, "graph_spec": {"nodes": [{}]}, "nme": "W"
    });
    let expected = [
        "description",
        "graph_spec.nodes.0.id",
        "name",
        "nme",
        "settings",
        "status",
        "steps.0.brnches",
        "steps.1",
        "trigger_conditions.a.$gtt",
        "variables",
        "workflow_type",
    ];
    assert_eq!(paths(read_new_workflow(&wrong)), expected);
    assert_eq!(paths(read_workflow_change(&wrong)), expected);
    assert_eq!(paths(read_workflow_replacement(&wrong)), expected);
}

#[test]
fn nothing_but_the_drawing_may_be_null_in_a_change() {
    let nulls = json!({
        "name": null, "description": null, "workflow_type": null, "status": null, "steps": null,
        "trigger_conditions": null, "variables": null, "settings": null, "graph_spec": null
    });
    assert_eq!(paths(read_workflow_change(&nulls)).len(), 8);
    assert_eq!(paths(read_new_workflow(&json!({}))), ["name"]);
    assert_eq!(
        paths(read_workflow_replacement(&json!({"description": "D"}))),
        ["name"]
    );
    assert_eq!(paths(read_new_workflow(&json!({"name": "  "}))), ["name"]);
}
