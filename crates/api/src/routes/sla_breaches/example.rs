//! The published examples of `sla-breaches/`.

use serde_json::{Value, json};

pub(super) fn notes() -> Value {
    json!({
        "notes": "Expected delay due to high load during peak hours. Scaling infrastructure."
    })
}

pub(super) fn flow_notes() -> Value {
    json!({"notes": "Resolved by scaling infrastructure"})
}

pub(super) fn breach() -> Value {
    json!({
        "id": 1,
        "sla": 1,
        "sla_name": "Response Time SLA",
        "workflow": 5,
        "workflow_name": "Discount Approval Workflow",
        "workflow_execution": 1234,
        "severity": "critical",
        "actual_duration_seconds": 450,
        "target_duration_seconds": 300,
        "breach_margin_seconds": 150,
        "alert_sent": true,
        "alert_sent_at": "2024-01-15T10:05:00Z",
        "alert_failed_recipients": [],
        "alert_recipients": ["ops@company.com", "manager@company.com"],
        "acknowledged": false,
        "acknowledged_by": null,
        "acknowledged_at": null,
        "resolution_notes": "",
        "detected_at": "2024-01-15T10:05:00Z"
    })
}

pub(super) fn page() -> Value {
    json!({"count": 5, "next": null, "previous": null, "results": [breach()]})
}

pub(super) fn acknowledged() -> Value {
    let mut breach = breach();
    breach["acknowledged"] = json!(true);
    breach["acknowledged_by"] = json!("mia");
    breach["acknowledged_at"] = json!("2024-01-15T10:20:00Z");
    breach["resolution_notes"] = notes()["notes"].take();
    breach
}
