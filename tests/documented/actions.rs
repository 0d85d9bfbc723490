use super::has_keys_of;
use crate::app::on_both;
use serde_json::{Value, json};

fn listed() -> Value {
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
            "properties": {"sent": {"type": "boolean"}, "message_id": {"type": "string"}}
        },
        "execution_count": 1250,
        "avg_execution_time_ms": 450,
        "success_rate": 0.998,
        "is_active": true,
        "is_global": false,
        "created_at": "2024-01-15T10:00:00Z"
    })
}

fn created() -> Value {
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

on_both! {
    async fn create_action(app: TestApp) {
        let acme = app.acme().await;
        let response = acme.post("/action-catalog/", created()).await;
        assert_eq!(response.header("location"), Some("/api/v1/workflow/action-catalog/1/"));
        let action = response.expect(201);
        for (key, value) in created().as_object().unwrap() {
            assert_eq!(&action[key], value, "{key}");
        }
        assert_eq!(action["execution_count"], 0);
        assert_eq!(action["avg_execution_time_ms"], Value::Null);
        assert_eq!(action["success_rate"], Value::Null);
        assert_eq!(action["created_at"], "2023-11-14T22:13:20Z");
    }

    async fn list_actions(app: TestApp) {
        let acme = app.acme().await;
        // What was read can be sent back: read-only fields are ignored.
        acme.post("/action-catalog/", listed()).await.expect(201);
        acme.post("/action-catalog/", created()).await.expect(201);
        let filters = "?action_type=notification&is_idempotent=true&latency_class=fast\
                       &is_active=true&search=EMAIL";
        let page = acme.get(&format!("/action-catalog/{filters}")).await.expect(200);
        assert_eq!(page["count"], 1);
        has_keys_of(&page["results"][0], &listed());
        assert_eq!(page["results"][0]["name"], "Send Email Notification");
    }
}
