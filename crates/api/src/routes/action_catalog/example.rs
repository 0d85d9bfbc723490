//! The published examples of `action-catalog/`.

use serde_json::{Value, json};

pub(super) fn request() -> Value {
    json!({
        "name": "Database Update",
        "description": "Update database records",
        "action_type": "update",
        "is_idempotent": false,
        "latency_class": "medium",
        "side_effects": ["db_write", "cache_invalidation"],
        "input_schema": {
            "type": "object",
            "properties": {"table": {"type": "string"}, "data": {"type": "object"}}
        },
        "output_schema": {
            "type": "object",
            "properties": {"success": {"type": "boolean"}, "rows_affected": {"type": "integer"}}
        }
    })
}

/// What that request makes.
pub(super) fn created() -> Value {
    let mut action = request();
    for (name, value) in [
        ("id", json!(2)),
        ("execution_count", json!(0)),
        ("avg_execution_time_ms", Value::Null),
        ("p50_execution_time_ms", Value::Null),
        ("p95_execution_time_ms", Value::Null),
        ("success_rate", Value::Null),
        ("is_active", json!(true)),
        ("is_global", json!(false)),
        ("created_by", json!("mia")),
        ("created_at", json!("2024-01-15T10:00:00Z")),
        ("updated_at", json!("2024-01-15T10:00:00Z")),
    ] {
        action[name] = value;
    }
    action
}

pub(super) fn page() -> Value {
    let next = "https://api.example.com/api/v1/workflow/action-catalog/?page=2";
    json!({"count": 50, "next": next, "previous": null, "results": [action()]})
}

pub(super) fn action() -> Value {
    json!({
        "id": 1,
        "name": "Send Email Notification",
        "description": "Send email to specified recipients",
        "action_type": "notification",
        "is_idempotent": true,
        "latency_class": "fast",
        "side_effects": ["email_sent", "notification_logged"],
        "input_schema": {
            "type": "object",
            "properties": {
                "to": {"type": "string"},
                "subject": {"type": "string"},
                "body": {"type": "string"}
            }
        },
        "output_schema": {
            "type": "object",
            "properties": {
                "sent": {"type": "boolean"},
                "message_id": {"type": "string"}
            }
        },
        "execution_count": 1250,
        "avg_execution_time_ms": 450,
        "p50_execution_time_ms": 420,
        "p95_execution_time_ms": 910,
        "success_rate": 0.998,
        "is_active": true,
        "is_global": false,
        "created_by": "mia",
        "created_at": "2024-01-15T10:00:00Z",
        "updated_at": "2024-01-15T10:00:00Z"
    })
}
