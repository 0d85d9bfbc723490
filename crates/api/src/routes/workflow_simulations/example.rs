//! The published examples of `workflow-simulations/`.

use serde_json::{Value, json};

pub(super) fn request() -> Value {
    json!({
        "workflow_id": 5,
        "input_data": {"amount": 15000, "discount_percentage": 15, "customer_type": "premium"}
    })
}

pub(super) fn flow_request() -> Value {
    json!({"workflow_id": 5, "input_data": {"amount": 15000, "discount": 15}})
}

pub(super) fn simulation() -> Value {
    json!({
        "id": 1,
        "workflow": 5,
        "workflow_name": "Discount Approval Workflow",
        "workflow_version": 1,
        "mode": "dry_run",
        "input_data": {
            "amount": 15000,
            "discount_percentage": 15,
            "customer_type": "premium"
        },
        "status": "completed",
        "execution_path": [
            {
                "step_index": 0,
                "step_name": "Validate Request",
                "action": "validation",
                "status": "simulated",
                "estimated_duration_ms": 100
            },
            {
                "step_index": 1,
                "step_name": "Manager Approval",
                "action": "approval",
                "status": "simulated",
                "estimated_duration_ms": 1000
            },
            {
                "step_index": 2,
                "step_name": "Director Approval",
                "action": "approval",
                "status": "simulated",
                "estimated_duration_ms": 1000
            }
        ],
        "branch_explorations": [
            {"from_step": 1, "condition": "amount > 10000", "next_step": 2}
        ],
        "approval_chain": [
            {"step": 1, "approver": "manager", "conditions": {}},
            {"step": 2, "approver": "director", "conditions": {"amount": {"$gt": 10000}}}
        ],
        "predicted_duration_ms": 2100,
        "validation_errors": [],
        "warnings": [],
        "created_by": "mia",
        "started_at": "2024-01-15T10:00:00Z",
        "completed_at": "2024-01-15T10:00:02Z"
    })
}
