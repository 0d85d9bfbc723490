//! Definitions that are only a drawing.

use super::support::{names, run_with};
use crate::{DryRun, ExplorationKind, Facts};
use serde_json::{Value, json};

fn graph(nodes: &Value, edges: &Value, input: &Value) -> DryRun {
    let written = json!({"graph_spec": {"nodes": nodes, "edges": edges}});
    run_with(&written, input, &Facts::default())
}

#[test]
fn the_published_drawing_runs_from_trigger_to_terminator() {
    let run = graph(
        &json!([
            {"id": "start", "type": "trigger", "x": 100, "y": 100},
            {"id": "step1", "type": "action", "x": 200, "y": 100},
            {"id": "step2", "type": "decision", "x": 300, "y": 100},
            {"id": "end", "type": "terminator", "x": 400, "y": 100}
        ]),
        &json!([
            {"from": "start", "to": "step1"},
            {"from": "step1", "to": "step2"},
            {"from": "step2", "to": "end", "condition": "approved"}
        ]),
        &json!({}),
    );
    assert_eq!(names(&run), ["step1", "step2"]);
    assert_eq!(run.predicted_duration_ms, 1000);
    assert_eq!(run.validation_errors, Vec::<String>::new());
    let way = &run.branch_explorations[0];
    assert_eq!(
        (way.from_step, way.next_step, way.taken),
        (Some(2), Some(3), true)
    );
    assert_eq!(way.assumed_outcome.as_deref(), Some("approved"));
}

fn decision() -> (Value, Value) {
    (
        json!([
            {"id": "s", "type": "start"},
            {"id": "d", "type": "decision", "label": "Large?"},
            {"id": "m", "type": "action", "action": "approval", "approver": "manager"},
            {"id": "c", "type": "action", "approver": "cfo"},
            {"id": "n", "type": "notification"},
            {"id": "e", "type": "end"}
        ]),
        json!([
            {"from": "s", "to": "d"},
            {"from": "d", "to": "m"},
            {"from": "d", "to": "c", "condition": "amount > 50000"},
            {"from": "m", "to": "n"},
            {"from": "c", "to": "n"},
            {"from": "n", "to": "e"}
        ]),
    )
}

#[test]
fn a_decision_takes_the_first_edge_that_holds_else_the_one_without_a_condition() {
    let (nodes, edges) = decision();
    let small = graph(&nodes, &edges, &json!({"amount": 1}));
    assert_eq!(names(&small), ["Large?", "m", "n"]);
    assert_eq!(small.predicted_duration_ms, 500 + 1000 + 500);
    let large = graph(&nodes, &edges, &json!({"amount": 60_000}));
    assert_eq!(names(&large), ["Large?", "c", "n"]);
    assert_eq!(large.approval_chain[0].approver, "cfo");
    assert_eq!(
        large.approval_chain[0].reason,
        "\"Large?\" leads here because `amount > 50000` holds (amount is 60000)."
    );
    let not_taken = large
        .branch_explorations
        .iter()
        .find(|way| !way.taken)
        .unwrap();
    assert_eq!(not_taken.condition, "otherwise");
    assert_eq!(not_taken.then.as_ref().unwrap().steps[0].step_name, "m");
    assert_eq!(not_taken.then.as_ref().unwrap().continues_at, Some(4));
}

#[test]
fn other_nodes_start_all_their_edges_and_meet_again() {
    let run = graph(
        &json!([
            {"id": "s", "type": "trigger"}, {"id": "f", "type": "parallel"},
            {"id": "a", "type": "approval", "approver": "x"}, {"id": "b", "type": "calculation"},
            {"id": "z", "type": "notification"}
        ]),
        &json!([
            {"from": "s", "to": "f"}, {"from": "f", "to": "a"}, {"from": "f", "to": "b"},
            {"from": "a", "to": "z"}, {"from": "b", "to": "z"}
        ]),
        &json!({}),
    );
    assert_eq!(names(&run), ["a", "b", "z"]);
    assert_eq!(run.predicted_duration_ms, 1500);
}

#[test]
fn a_decision_that_nothing_meets_stops_with_a_warning() {
    let (nodes, mut edges) = decision();
    edges[1]["condition"] = json!("amount < 10");
    let run = graph(&nodes, &edges, &json!({"amount": 20}));
    assert_eq!(names(&run), ["Large?"]);
    assert!(
        run.warnings.iter().any(|w| w.contains("amount is 10")),
        "the gap: {:?}",
        run.warnings
    );
    assert!(
        run.warnings
            .iter()
            .any(|w| w.contains("the workflow stops here"))
    );
}

#[test]
fn another_trigger_is_explored_not_followed() {
    let run = graph(
        &json!([
            {"id": "form", "type": "trigger"}, {"id": "mail", "type": "trigger"},
            {"id": "read", "type": "validation"}, {"id": "work", "type": "update"}
        ]),
        &json!([
            {"from": "form", "to": "work"}, {"from": "mail", "to": "read"},
            {"from": "read", "to": "work"}
        ]),
        &json!({}),
    );
    assert_eq!(names(&run), ["work"]);
    let other = &run.branch_explorations[0];
    assert_eq!(other.kind, ExplorationKind::Trigger);
    assert_eq!(other.then.as_ref().unwrap().steps[0].step_name, "read");
    assert_eq!(other.then.as_ref().unwrap().continues_at, Some(3));
}

#[test]
fn steps_count_where_both_are_given() {
    let (nodes, edges) = decision();
    let written = json!({
        "steps": [{"name": "Only", "action": "validation"}],
        "graph_spec": {"nodes": nodes, "edges": edges}
    });
    assert_eq!(
        names(&run_with(&written, &json!({}), &Facts::default())),
        ["Only"]
    );
}
