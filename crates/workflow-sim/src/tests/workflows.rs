//! Workflows that steps run.

use super::support::{definition, faults_with, measured, names, run_with};
use crate::{EstimateSource, Facts, FaultKind, FoundDefinition};
use serde_json::{Value, json};

fn workflow(name: &str, steps: &Value) -> FoundDefinition {
    FoundDefinition {
        name: name.to_owned(),
        version: 3,
        definition: definition(&json!({"steps": steps})),
    }
}

fn runs(reference: &str) -> Value {
    json!({"name": format!("Run {reference}"), "action": "workflow", "workflow": reference})
}

fn facts(workflows: Vec<(&str, FoundDefinition)>) -> Facts {
    let workflows = workflows
        .into_iter()
        .map(|(k, v)| (k.to_owned(), Some(v)))
        .collect();
    Facts {
        workflows,
        catalogue_is_empty: true,
        ..Facts::default()
    }
}

#[test]
fn a_step_takes_as_long_as_the_workflow_that_it_runs() {
    let inner = json!([
        {"name": "Ask", "action": "approval", "approver": "legal", "conditions": {"amount": {"$gt": 5}}},
        {"name": "Tell", "action": "notification"}
    ]);
    let mut facts = facts(vec![("Review", workflow("Review", &inner))]);
    let outer = json!({"steps": [runs("Review"), runs("Review")]});
    let run = run_with(&outer, &json!({"amount": 9}), &facts);
    assert_eq!(run.predicted_duration_ms, 3000);
    assert_eq!(
        run.execution_path[0].duration_source,
        EstimateSource::SubWorkflow
    );
    let sub = run.execution_path[0].sub_run.as_ref().unwrap();
    assert_eq!((sub.version, sub.execution_path.len()), (3, 2));
    assert_eq!(run.execution_path[1].sub_run, None, "shown once");
    let asked: Vec<_> = run
        .approval_chain
        .iter()
        .map(|link| (link.step, link.approver.as_str(), link.within.as_deref()))
        .collect();
    assert_eq!(
        asked,
        [(0, "legal", Some("Review")), (1, "legal", Some("Review"))]
    );
    facts.steps = vec![measured("Run Review", "workflow", 42.0, 2)];
    assert_eq!(
        run_with(&outer, &json!({"amount": 9}), &facts).predicted_duration_ms,
        84
    );
}

#[test]
fn measurements_of_the_outer_steps_do_not_estimate_the_inner_ones() {
    let mut facts = facts(vec![(
        "In",
        workflow("In", &json!([{"name": "A", "action": "x"}])),
    )]);
    facts.steps = vec![measured("A", "x", 9.0, 2)];
    let run = run_with(&json!({"steps": [runs("In")]}), &json!({}), &facts);
    assert_eq!(run.predicted_duration_ms, 500);
}

#[test]
fn what_is_wrong_inside_is_said_outside() {
    let inner = json!([{"name": "A", "action": "x", "conditions": {"v": 1}}]);
    let facts = facts(vec![("In", workflow("In", &inner))]);
    let run = run_with(&json!({"steps": [runs("In")]}), &json!({}), &facts);
    assert!(run.warnings[0].starts_with("steps.0.workflow (\"In\"): steps.0.conditions: `v` is"));
}

#[test]
fn circles_unknown_and_deep_workflows_are_faults_and_still_end() {
    let mut circle = facts(vec![
        ("A", workflow("A", &json!([runs("B")]))),
        ("B", workflow("B", &json!([runs("A")]))),
    ]);
    circle.workflows.insert("7".to_owned(), None);
    let outer = json!({"steps": [runs("A"), runs("7"), {"name": "?", "action": "workflow"}]});
    let at = |path: &str, kind| (path.to_owned(), kind);
    assert_eq!(
        faults_with(&outer, &circle),
        [
            at("steps.0.workflow", FaultKind::WorkflowCycle),
            at("steps.1.workflow", FaultKind::UnknownWorkflow),
            at("steps.2.workflow", FaultKind::UnknownWorkflow)
        ]
    );
    let run = run_with(&outer, &json!({}), &circle);
    assert_eq!(names(&run).len(), 3);
    assert!(
        run.validation_errors[0].contains("A → B → A"),
        "{:?}",
        run.validation_errors
    );

    let name = |at: usize| format!("W{at}");
    let chain: Vec<_> = (0..12)
        .map(|at| (name(at), json!([runs(&name(at + 1))])))
        .collect();
    let deep = facts(
        chain
            .iter()
            .map(|(n, s)| (n.as_str(), workflow(n, s)))
            .collect(),
    );
    let outer = json!({"steps": [runs("W0")]});
    assert_eq!(
        faults_with(&outer, &deep),
        [at("steps.0.workflow", FaultKind::WorkflowCycle)]
    );
    assert_eq!(
        run_with(&outer, &json!({}), &deep).predicted_duration_ms,
        500
    );
}

#[test]
fn a_workflow_that_was_not_looked_up_is_no_fault() {
    assert_eq!(
        faults_with(&json!({"steps": [runs("X")]}), &facts(vec![])),
        []
    );
}
