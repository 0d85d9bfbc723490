use crate::app::{Client, on_both};
use serde_json::{Value, json};

async fn discount_approval(acme: &Client<'_>) -> i64 {
    let workflow = json!({
        "name": "Discount Approval Workflow",
        "workflow_type": "approval",
        "steps": [
            {"name": "Validate Request", "action": "validation"},
            {"name": "Manager Approval", "action": "approval", "approver": "manager"},
            {"name": "Director Approval", "action": "approval", "approver": "director",
             "conditions": {"amount": {"$gt": 10000}}}
        ]
    });
    acme.post("/workflows/", workflow).await.expect(201)["id"]
        .as_i64()
        .unwrap()
}

fn only(value: &Value, keys: &[&str]) -> Value {
    keys.iter()
        .map(|key| ((*key).to_owned(), value[*key].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn each(list: &Value, keys: &[&str]) -> Value {
    list.as_array()
        .unwrap()
        .iter()
        .map(|value| only(value, keys))
        .collect()
}

on_both! {
    async fn dry_run(app: TestApp) {
        let acme = app.acme().await;
        let workflow = discount_approval(&acme).await;
        let input = json!({
            "amount": 15000, "discount_percentage": 15, "customer_type": "premium"
        });
        let request = json!({"workflow_id": workflow, "input_data": input});
        let run = acme.post("/workflow-simulations/", request).await.expect(201);
        assert_eq!(run["id"], 1);
        assert_eq!(run["workflow"], workflow);
        assert_eq!(run["workflow_name"], "Discount Approval Workflow");
        assert_eq!(run["input_data"], input);
        assert_eq!(run["status"], "completed");
        assert_eq!(
            each(&run["execution_path"],
                 &["step_index", "step_name", "action", "status", "estimated_duration_ms"]),
            json!([
                {"step_index": 0, "step_name": "Validate Request", "action": "validation",
                 "status": "simulated", "estimated_duration_ms": 100},
                {"step_index": 1, "step_name": "Manager Approval", "action": "approval",
                 "status": "simulated", "estimated_duration_ms": 1000},
                {"step_index": 2, "step_name": "Director Approval", "action": "approval",
                 "status": "simulated", "estimated_duration_ms": 1000}
            ])
        );
        assert_eq!(
            each(&run["branch_explorations"], &["from_step", "condition", "next_step"]),
            json!([{"from_step": 1, "condition": "amount > 10000", "next_step": 2}])
        );
        assert_eq!(
            each(&run["approval_chain"], &["step", "approver", "conditions"]),
            json!([
                {"step": 1, "approver": "manager", "conditions": {}},
                {"step": 2, "approver": "director", "conditions": {"amount": {"$gt": 10000}}}
            ])
        );
        assert_eq!(run["predicted_duration_ms"], 2100);
        assert_eq!(run["validation_errors"], json!([]));
        assert_eq!(run["warnings"], json!([]));
        assert_eq!(run["started_at"], "2023-11-14T22:13:20Z");
        let again = acme.get("/workflow-simulations/1/").await.expect(200);
        assert_eq!(again, run);
    }

    async fn small_amounts_need_no_director(app: TestApp) {
        let acme = app.acme().await;
        let workflow = discount_approval(&acme).await;
        let request = json!({"workflow_id": workflow, "input_data": {"amount": 5000, "discount": 15}});
        let run = acme.post("/workflow-simulations/", request).await.expect(201);
        assert_eq!(run["predicted_duration_ms"], 1100);
        assert_eq!(run["approval_chain"].as_array().unwrap().len(), 1);
    }

    async fn list_simulations(app: TestApp) {
        let acme = app.acme().await;
        let workflow = discount_approval(&acme).await;
        let request = json!({"workflow_id": workflow, "input_data": {"amount": 1}});
        for _ in 0..3 {
            acme.post("/workflow-simulations/", request.clone()).await.expect(201);
        }
        let query = format!("?workflow={workflow}&status=completed&created_by=mia");
        let page = acme.get(&format!("/workflow-simulations/{query}")).await.expect(200);
        assert_eq!(page["count"], 3);
        let none = acme.get("/workflow-simulations/?created_by=tom").await.expect(200);
        assert_eq!(none["count"], 0);
    }
}
