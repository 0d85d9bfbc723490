//! The published examples of `workflow-suggestions/`.

use serde_json::{Value, json};

pub(super) fn request() -> Value {
    json!({
        "title": "Auto-approve small discounts",
        "description": "Discounts under 10% are always approved.",
        "workflow_template": {
            "workflow_type": "approval",
            "trigger_conditions": {"discount_percentage": {"$lt": 10}},
            "steps": [{"action": "auto_approve", "conditions": {}}]
        }
    })
}

pub(super) fn suggestion() -> Value {
    json!({
        "id": 1,
        "title": "Auto-approve small discounts",
        "description": "Based on historical data, discounts under 10% are always approved. \
                        Consider auto-approval.",
        "source": "historical",
        "workflow": 5,
        "workflow_template": {
            "workflow_type": "approval",
            "trigger_conditions": {"discount_percentage": {"$lt": 10}},
            "steps": [
                {"action": "auto_approve", "conditions": {}}
            ]
        },
        "confidence_score": 0.85,
        "supporting_data": {
            "sample_count": 150,
            "approval_rate": 1.0,
            "avg_approval_time": "2 minutes"
        },
        "pattern_frequency": 150,
        "status": "pending",
        "reviewed_by": null,
        "reviewed_at": null,
        "review_notes": "",
        "implemented_workflow": null,
        "created_by": "mia",
        "created_at": "2024-01-15T10:00:00Z",
        "updated_at": "2024-01-15T10:00:00Z"
    })
}

pub(super) fn page() -> Value {
    json!({"count": 15, "next": null, "previous": null, "results": [suggestion()]})
}

/// The best new suggestion at the top, all new ones in `results`.
pub(super) fn generated() -> Value {
    let best = json!({
        "id": 2,
        "title": "Suggested: Parallel approval for multiple approvers",
        "description": "When multiple approvers at same level, run in parallel to save time",
        "source": "pattern",
        "workflow": 5,
        "workflow_template": {},
        "confidence_score": 0.78,
        "supporting_data": {"sample_count": 100},
        "pattern_frequency": 85,
        "status": "pending",
        "reviewed_by": null,
        "reviewed_at": null,
        "review_notes": "",
        "implemented_workflow": null,
        "created_by": "mia",
        "created_at": "2024-01-15T10:00:00Z",
        "updated_at": "2024-01-15T10:00:00Z"
    });
    let mut answer = best.clone();
    answer["count"] = json!(1);
    answer["results"] = json!([best]);
    answer
}

pub(super) fn accepted() -> Value {
    reviewed("accepted", "Good suggestion, will implement this week")
}

pub(super) fn rejected() -> Value {
    reviewed("rejected", "Not applicable for our use case")
}

fn reviewed(status: &str, notes: &str) -> Value {
    let mut suggestion = suggestion();
    suggestion["status"] = json!(status);
    suggestion["reviewed_by"] = json!("mia");
    suggestion["reviewed_at"] = json!("2024-01-15T11:00:00Z");
    suggestion["review_notes"] = json!(notes);
    suggestion["updated_at"] = json!("2024-01-15T11:00:00Z");
    suggestion
}
