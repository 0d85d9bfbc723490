use crate::{ApprovalMode, Definition, OnFailure, StepRef};
use serde_json::json;

#[test]
fn what_was_written_reads_back() {
    let written = json!({
        "trigger_conditions": {"discount_percentage": {"$lt": 10}},
        "steps": [
            {"step": 1, "name": "Validate Request", "action": "validation", "config": {}},
            {"name": "Manager Approval", "action": "approval", "approver": "manager",
             "branches": [{"condition": "amount > 10000", "next_step": 2},
                          {"condition": "approved", "next_step": "end"}]},
            {"action": "auto_approve", "conditions": {}, "on_failure": "continue",
             "depends_on": ["Validate Request", 1], "max_retries": 2.0}
        ],
        "variables": [{"name": "amount", "type": "number", "description": "Amount"}],
        "settings": {"timeout": 300},
        "graph_spec": {"nodes": [{"id": "start", "type": "trigger", "x": 1}], "edges": []}
    });
    let definition = Definition::read(&written).unwrap();
    assert_eq!(definition.to_json(), written);
    assert_eq!(Definition::read(&definition.to_json()).unwrap(), definition);
    assert_eq!(definition.steps[2].name, "auto_approve");
    assert_eq!(definition.steps[2].on_failure, OnFailure::Continue);
    assert_eq!(
        definition.steps[2].depends_on,
        Some(vec![
            StepRef::Name("Validate Request".to_owned()),
            StepRef::Index(1)
        ])
    );
    assert_eq!(
        definition.steps[1].branches[1].next_step,
        StepRef::Name("end".to_owned())
    );
}

#[test]
fn every_problem_is_found_under_its_path() {
    let written = json!({
        "steps": [
            {"name": "", "conditions": {"amount": {"$gtt": 1}}},
            {"name": "B", "brnches": []},
            7,
            {"approver": ["a", "b"], "mode": "most"}
        ],
        "variables": [{"type": "money"}]
    });
    let mut paths: Vec<_> = Definition::read(&written)
        .unwrap_err()
        .into_iter()
        .map(|p| p.path)
        .collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "steps.0.conditions.amount.$gtt",
            "steps.0.name",
            "steps.1.brnches",
            "steps.2",
            "steps.3.mode",
            "variables.0.name",
            "variables.0.type"
        ]
    );
}

#[test]
fn approvers_come_in_three_spellings() {
    let mode = |step: serde_json::Value| {
        let definition = Definition::read(&json!({"steps": [step]})).unwrap();
        definition.steps[0]
            .approvers
            .clone()
            .map(|a| (a.names.len(), a.mode))
    };
    assert_eq!(
        mode(json!({"approver": "manager"})),
        Some((1, ApprovalMode::All))
    );
    assert_eq!(
        mode(json!({"approver": ["a", "b"], "mode": "any"})),
        Some((2, ApprovalMode::Any))
    );
    assert_eq!(
        mode(json!({"approver": {"approvers": ["a", "b", "c"], "mode": "n-of", "n": 2}})),
        Some((3, ApprovalMode::AtLeast(2)))
    );
    assert_eq!(mode(json!({"action": "approval"})), None);
}
