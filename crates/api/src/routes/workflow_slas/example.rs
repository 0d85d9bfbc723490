//! The published examples of `workflow-slas/`.

use serde_json::{Value, json};

pub(super) fn request() -> Value {
    json!({
        "workflow": 5,
        "name": "Performance SLA",
        "description": "Performance target for workflow execution",
        "target_duration_seconds": 600,
        "warning_threshold_seconds": 480,
        "critical_threshold_seconds": 600,
        "slo_window_hours": 24,
        "slo_target_percentage": 95.0
    })
}

pub(super) fn flow_request() -> Value {
    json!({
        "workflow": 5,
        "name": "5-minute SLA",
        "target_duration_seconds": 300,
        "warning_threshold_seconds": 240,
        "critical_threshold_seconds": 300,
        "slo_window_hours": 24,
        "slo_target_percentage": 99.0
    })
}

pub(super) fn sla() -> Value {
    json!({
        "id": 1,
        "workflow": 5,
        "workflow_name": "Discount Approval Workflow",
        "name": "Response Time SLA",
        "description": "Must complete within 5 minutes",
        "target_duration_seconds": 300,
        "warning_threshold_seconds": 240,
        "critical_threshold_seconds": 300,
        "slo_window_hours": 24,
        "slo_target_percentage": 99.0,
        "is_active": true,
        "alert_recipients": [],
        "total_executions": 1000,
        "breached_executions": 5,
        "current_slo_percentage": 99.5,
        "created_by": "mia",
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z"
    })
}

pub(super) fn page() -> Value {
    json!({"count": 10, "next": null, "previous": null, "results": [sla()]})
}

pub(super) fn metrics() -> Value {
    json!({
        "sla_name": "Response Time SLA",
        "slo_window_hours": 24,
        "slo_target_percentage": 99.0,
        "current_slo_percentage": 99.5,
        "total_executions": 1000,
        "breached_executions": 5,
        "window_breaches": 2,
        "critical_breaches": 1,
        "warning_breaches": 1,
        "window_executions": 400,
        "window_breached_executions": 2
    })
}
