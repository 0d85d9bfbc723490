use super::has_keys_of;
use crate::app::on_both;
use serde_json::{Value, json};

fn blueprint() -> Value {
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

on_both! {
    async fn import_then_export(app: TestApp) {
        let acme = app.acme().await;
        let made = acme.post("/process-templates/import_blueprint/", blueprint()).await.expect(201);
        has_keys_of(&made, &json!({
            "id": 10, "name": "Standard Approval Process", "version": "1.2.0",
            "template_type": "approval", "is_active": true, "created_at": "2024-01-15T10:00:00Z"
        }));
        assert_eq!(made["is_active"], true);
        let path = format!("/process-templates/{}/export/", made["id"]);
        let exported = acme.get(&path).await.expect(200);
        // Exactly the documented keys, with the same content.
        assert_eq!(exported, blueprint());
        // What was exported imports back: it is there already.
        let again = acme.post("/process-templates/import_blueprint/", exported).await.expect(200);
        assert_eq!(again["id"], made["id"]);
        let mut other = blueprint();
        other["description"] = json!("Something else");
        acme.post("/process-templates/import_blueprint/", other).await.expect(409);
    }

    async fn use_template(app: TestApp) {
        let acme = app.acme().await;
        let made = acme.post("/process-templates/import_blueprint/", blueprint()).await.expect(201);
        let path = format!("/process-templates/{}/use/", made["id"]);
        let draft = acme.post(&path, json!({"name": "Approval in Berlin"})).await.expect(201);
        assert_eq!(draft["status"], "draft");
        assert_eq!(draft["name"], "Approval in Berlin");
        let template = acme.get(&format!("/process-templates/{}/", made["id"])).await.expect(200);
        assert_eq!(template["usage_count"], 1);
    }
}
