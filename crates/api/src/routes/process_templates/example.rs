//! The published examples of `process-templates/`.

use serde_json::{Value, json};

pub(super) fn blueprint() -> Value {
    json!({
        "name": "Standard Approval Process",
        "description": "Multi-level approval workflow template",
        "version": "1.2.0",
        "template_type": "approval",
        "process_steps": [
            {"step": 1, "name": "Validate Request", "action": "validation", "config": {}},
            {"step": 2, "name": "Manager Approval", "action": "approval", "approver": "manager"}
        ],
        "variables": [
            {"name": "amount", "type": "number", "description": "Transaction amount"},
            {"name": "discount_percentage", "type": "number",
             "description": "Discount percentage requested"}
        ],
        "settings": {"timeout": 300, "max_retries": 3},
        "graph_spec": {
            "nodes": [
                {"id": "start", "type": "trigger", "x": 100, "y": 100},
                {"id": "step1", "type": "action", "x": 200, "y": 100},
                {"id": "step2", "type": "decision", "x": 300, "y": 100},
                {"id": "end", "type": "terminator", "x": 400, "y": 100}
            ],
            "edges": [
                {"from": "start", "to": "step1"},
                {"from": "step1", "to": "step2"},
                {"from": "step2", "to": "end", "condition": "approved"}
            ]
        }
    })
}

/// The template that the blueprint makes.
pub(super) fn template() -> Value {
    let mut template = blueprint();
    for (name, value) in [
        ("id", json!(10)),
        ("is_active", json!(true)),
        ("is_public", json!(false)),
        ("usage_count", json!(0)),
        ("created_by", json!("mia")),
        ("created_at", json!("2024-01-15T10:00:00Z")),
        ("updated_at", json!("2024-01-15T10:00:00Z")),
    ] {
        template[name] = value;
    }
    template
}
