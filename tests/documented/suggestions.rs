use super::has_keys_of;
use crate::app::{Client, on_both};
use chrono::{SecondsFormat, TimeDelta};
use kernel::Clock;
use serde_json::{Value, json};

fn documented() -> Value {
    json!({
        "id": 1,
        "title": "Auto-approve small discounts",
        "description": "Based on historical data, discounts under 10% are always approved.",
        "source": "historical",
        "workflow_template": {
            "workflow_type": "approval",
            "trigger_conditions": {"discount_percentage": {"$lt": 10}},
            "steps": [{"action": "auto_approve", "conditions": {}}]
        },
        "confidence_score": 0.85,
        "supporting_data": {
            "sample_count": 150, "approval_rate": 1.0, "avg_approval_time": "2 minutes"
        },
        "pattern_frequency": 150,
        "status": "pending",
        "reviewed_by": null,
        "reviewed_at": null,
        "created_at": "2024-01-15T10:00:00Z"
    })
}

/// 150 discounts under 10 %, all approved, and 100 above, of which half were.
async fn history(acme: &Client<'_>) {
    let workflow = acme.workflow("Discount Approval Workflow").await;
    let mut lines = Vec::new();
    for n in 0..250_i64 {
        let discount = if n < 150 { n % 10 } else { 10 + n % 20 };
        let outcome = if n < 150 || (n / 20) % 2 == 0 {
            "approved"
        } else {
            "rejected"
        };
        let start = acme.app.clock.now() - TimeDelta::hours(300 - n);
        let at = |minutes: i64| {
            (start + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        lines.push(json!({
            "workflow": workflow, "external_id": format!("d-{n}"), "status": "completed",
            "outcome": outcome, "input_data": {"discount_percentage": discount},
            "started_at": at(0), "completed_at": at(2),
            "steps": [{"step_name": "Manager Approval", "action": "approval", "actor": "tom",
                       "status": "completed", "outcome": outcome,
                       "started_at": at(0), "completed_at": at(2)}]
        }));
    }
    let result = acme
        .post("/workflow-executions/bulk/", json!(lines))
        .await
        .expect(200);
    assert_eq!(result["created"], 250, "{result}");
    assert_eq!(result["rejected"], json!([]));
}

on_both! {
    async fn generate(app: TestApp) {
        let acme = app.acme().await;
        history(&acme).await;
        let best = acme.post("/workflow-suggestions/generate/", json!({})).await.expect(201);
        has_keys_of(&best, &json!({
            "id": 2, "title": "", "description": "", "source": "pattern",
            "confidence_score": 0.78, "pattern_frequency": 85, "status": "pending"
        }));
        let results = best["results"].as_array().unwrap();
        assert_eq!(best["count"], results.len());
        let rule = results
            .iter()
            .find(|s| !s["workflow_template"]["trigger_conditions"]["discount_percentage"].is_null())
            .unwrap_or_else(|| panic!("no rule on the discount in {best}"));
        assert_eq!(
            rule["workflow_template"]["trigger_conditions"],
            json!({"discount_percentage": {"$lt": 10}})
        );
        assert_eq!(rule["source"], "historical");
        // As an independent count of the history above says.
        assert_eq!(rule["supporting_data"]["sample_count"], 150);
        assert_eq!(rule["supporting_data"]["approval_rate"], 1.0);
        assert_eq!(rule["pattern_frequency"], 150);
        // Lower end of the 95 % Wilson interval of 150 in 150: n / (n + z²).
        let wilson = 150.0 / (150.0 + 1.959_964_f64.powi(2));
        let confidence = rule["confidence_score"].as_f64().unwrap();
        assert!((confidence - wilson).abs() < 1e-4, "{confidence} is not {wilson}");
        // The same pattern is not suggested again.
        let nothing = acme.post("/workflow-suggestions/generate/", json!({})).await.expect(200);
        assert_eq!(nothing, json!({"count": 0, "results": []}));
    }

    async fn list_accept_reject_implement(app: TestApp) {
        let acme = app.acme().await;
        history(&acme).await;
        acme.post("/workflow-suggestions/generate/", json!({})).await.expect(201);
        let mine = json!({"title": "Ask twice", "description": "Ask the manager twice"});
        let mine = acme.post("/workflow-suggestions/", mine).await.expect(201);
        assert_eq!(mine["source"], "user");
        let path = "/workflow-suggestions/?source=historical&status=pending&ordering=-confidence_score";
        let page = acme.get(path).await.expect(200);
        let first = &page["results"][0];
        has_keys_of(first, &documented());
        let accept = format!("/workflow-suggestions/{}/accept/", first["id"]);
        let notes = json!({"notes": "Good suggestion, will implement this week"});
        let accepted = acme.post(&accept, notes.clone()).await.expect(200);
        assert_eq!(accepted["status"], "accepted");
        assert_eq!(accepted["review_notes"], notes["notes"]);
        assert_eq!(accepted["reviewed_by"], "mia");
        acme.post(&accept, notes).await.expect(409);
        let implement = format!("/workflow-suggestions/{}/implement/", first["id"]);
        let done = acme.post(&implement, json!({})).await.expect(200);
        assert_eq!(done["status"], "implemented");
        let draft = format!("/workflows/{}/", done["implemented_workflow"]);
        let draft = acme.get(&draft).await.expect(200);
        assert_eq!(draft["status"], "draft");
        assert_eq!(draft["trigger_conditions"], first["workflow_template"]["trigger_conditions"]);
        let reject = format!("/workflow-suggestions/{}/reject/", mine["id"]);
        let notes = json!({"notes": "Not applicable for our use case"});
        let rejected = acme.post(&reject, notes).await.expect(200);
        assert_eq!(rejected["status"], "rejected");
    }
}
