use super::has_keys_of;
use crate::app::{Client, on_both};
use chrono::{SecondsFormat, TimeDelta};
use kernel::Clock;
use serde_json::{Value, json};

fn listed(workflow: i64) -> Value {
    json!({
        "id": 1,
        "workflow": workflow,
        "workflow_name": "Discount Approval Workflow",
        "name": "Response Time SLA",
        "description": "Must complete within 5 minutes",
        "target_duration_seconds": 300,
        "warning_threshold_seconds": 240,
        "critical_threshold_seconds": 300,
        "slo_window_hours": 24,
        "slo_target_percentage": 99.0,
        "is_active": true,
        "total_executions": 1000,
        "breached_executions": 5,
        "current_slo_percentage": 99.5,
        "created_at": "2024-01-01T00:00:00Z"
    })
}

/// Records an execution of so many seconds that ended just now.
async fn ran(acme: &Client<'_>, workflow: i64, seconds: i64) -> i64 {
    let end = acme.app.clock.now();
    let text = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let report = json!({
        "workflow": workflow, "status": "completed",
        "started_at": text(end - TimeDelta::seconds(seconds)), "completed_at": text(end),
    });
    acme.post("/workflow-executions/", report).await.expect(201)["id"]
        .as_i64()
        .unwrap()
}

on_both! {
    async fn create_and_list(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("Discount Approval Workflow").await;
        let request = json!({
            "workflow": workflow,
            "name": "Performance SLA",
            "description": "Performance target for workflow execution",
            "target_duration_seconds": 600,
            "warning_threshold_seconds": 480,
            "critical_threshold_seconds": 600,
            "slo_window_hours": 24,
            "slo_target_percentage": 95.0
        });
        let made = acme.post("/workflow-slas/", request.clone()).await.expect(201);
        for (key, value) in request.as_object().unwrap() {
            assert_eq!(&made[key], value, "{key}");
        }
        assert_eq!(made["current_slo_percentage"], 100.0);
        let page = acme.get("/workflow-slas/").await.expect(200);
        assert_eq!(page["count"], 1);
        has_keys_of(&page["results"][0], &listed(workflow));
    }

    async fn metrics_and_breaches(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("Discount Approval Workflow").await;
        let sla = acme.post("/workflow-slas/", listed(workflow)).await.expect(201);
        for seconds in [10, 20, 30, 40, 50, 60, 70, 250] {
            ran(&acme, workflow, seconds).await;
        }
        let slow = ran(&acme, workflow, 450).await;
        ran(&acme, workflow, 300).await;
        let path = format!("/workflow-slas/{}/metrics/", sla["id"]);
        let metrics = acme.get(&path).await.expect(200);
        has_keys_of(&metrics, &json!({
            "sla_name": "", "slo_window_hours": 24, "slo_target_percentage": 99.0,
            "current_slo_percentage": 99.5, "total_executions": 1000, "breached_executions": 5,
            "window_breaches": 2, "critical_breaches": 1, "warning_breaches": 1
        }));
        // 250 s and 300 s are over the warning, 450 s over all; 300 s keeps the target.
        assert_eq!(metrics["total_executions"], 10);
        assert_eq!(metrics["breached_executions"], 1);
        assert_eq!(metrics["current_slo_percentage"], 90.0);
        assert_eq!(metrics["window_breaches"], 3);
        assert_eq!(metrics["critical_breaches"], 1);
        assert_eq!(metrics["warning_breaches"], 2);
        let path = format!(
            "/sla-breaches/?sla={}&severity=critical&acknowledged=false&alert_sent=false", sla["id"]
        );
        let page = acme.get(&path).await.expect(200);
        assert_eq!(page["count"], 1);
        let breach = &page["results"][0];
        has_keys_of(breach, &json!({
            "id": 1, "sla": 1, "sla_name": "", "workflow_name": "", "workflow_execution": 1234,
            "severity": "critical", "actual_duration_seconds": 450,
            "target_duration_seconds": 300, "breach_margin_seconds": 150, "alert_sent": true,
            "alert_sent_at": "2024-01-15T10:05:00Z", "alert_recipients": [],
            "acknowledged": false, "acknowledged_by": null, "acknowledged_at": null,
            "resolution_notes": "", "detected_at": "2024-01-15T10:05:00Z"
        }));
        assert_eq!(breach["workflow_execution"], slow);
        assert_eq!(breach["actual_duration_seconds"], 450);
        assert_eq!(breach["target_duration_seconds"], 300);
        assert_eq!(breach["breach_margin_seconds"], 150);
        assert_eq!(breach["alert_recipients"], json!(["ops@company.com"]));
    }

    async fn acknowledge(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("Discount Approval Workflow").await;
        let request = json!({
            "workflow": workflow, "name": "5-minute SLA", "target_duration_seconds": 300,
            "warning_threshold_seconds": 240, "critical_threshold_seconds": 300,
            "slo_window_hours": 24, "slo_target_percentage": 99.0
        });
        acme.post("/workflow-slas/", request).await.expect(201);
        ran(&acme, workflow, 450).await;
        let open = acme.get("/sla-breaches/unacknowledged/").await.expect(200);
        assert_eq!(open["count"], 1);
        let path = format!("/sla-breaches/{}/acknowledge/", open["results"][0]["id"]);
        let notes = json!({"notes": "Resolved by scaling infrastructure"});
        let breach = acme.post(&path, notes.clone()).await.expect(200);
        assert_eq!(breach["acknowledged"], true);
        assert_eq!(breach["acknowledged_by"], "mia");
        assert_eq!(breach["resolution_notes"], notes["notes"]);
        acme.post(&path, notes).await.expect(409);
        let open = acme.get("/sla-breaches/unacknowledged/").await.expect(200);
        assert_eq!(open["count"], 0);
    }
}
