//! Recording what ran: reports merge, bulk streams, counters follow.

use crate::app::{Client, on_both};
use actix_web::http::Method;
use serde_json::{Value, json};

fn run(workflow: i64, external_id: &str, status: &str) -> Value {
    let mut run = json!({
        "workflow": workflow, "external_id": external_id, "status": status,
        "started_at": "2023-11-14T20:00:00Z", "input_data": {"amount": 7},
    });
    if status == "completed" {
        run["completed_at"] = json!("2023-11-14T20:01:00Z");
        run["outcome"] = json!("approved");
    }
    run
}

async fn bulk(acme: &Client<'_>, query: &str, body: String) -> Value {
    let request = acme
        .request(Method::POST, &format!("/workflow-executions/bulk/{query}"))
        .insert_header(("content-type", "application/x-ndjson"))
        .set_payload(body);
    acme.app.send(request).await.body
}

on_both! {
    async fn the_same_report_twice_counts_once(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        let first = acme.post("/workflow-executions/", run(workflow, "a", "completed")).await;
        let first = first.expect(201);
        assert_eq!(first["duration_seconds"], 60);
        let again = acme.post("/workflow-executions/", run(workflow, "a", "completed")).await;
        assert_eq!(again.expect(200)["id"], first["id"]);
        // A late report of an earlier state changes nothing.
        let late = acme.post("/workflow-executions/", run(workflow, "a", "running")).await;
        assert_eq!(late.expect(200)["status"], "completed");
        let page = acme.get("/workflow-executions/?external_id=a").await.expect(200);
        assert_eq!(page["count"], 1);
        let counted = acme.get(&format!("/workflows/{workflow}/")).await.expect(200);
        assert_eq!(counted["execution_count"], 1);
        assert_eq!(counted["last_executed_at"], "2023-11-14T20:00:00Z");
    }

    async fn progress_is_reported_and_deletion_takes_it_all_back(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        let started = acme.post("/workflow-executions/", run(workflow, "a", "running")).await;
        let path = format!("/workflow-executions/{}/", started.expect(201)["id"]);
        let done = json!({"status": "completed", "outcome": "approved",
            "completed_at": "2023-11-14T20:05:00Z",
            "steps": [{"step_name": "Ask", "action": "approval", "status": "completed",
                       "started_at": "2023-11-14T20:00:00Z", "completed_at": "2023-11-14T20:05:00Z"}]});
        let done = acme.patch(&path, done).await.expect(200);
        assert_eq!(done["duration_seconds"], 300);
        let action = json!({"name": "Ask for approval", "action_type": "approval"});
        acme.post("/action-catalog/", action).await.expect(201);
        let measured = acme.get("/action-catalog/1/").await.expect(200);
        assert_eq!(measured["execution_count"], 1);
        assert_eq!(measured["avg_execution_time_ms"], 300_000.0);
        assert_eq!(measured["success_rate"], 1.0);
        acme.delete(&path).await.expect(204);
        acme.get(&path).await.expect(404);
        assert_eq!(acme.get("/action-catalog/1/").await.expect(200)["execution_count"], 0);
        let counted = acme.get(&format!("/workflows/{workflow}/")).await.expect(200);
        assert_eq!(counted["execution_count"], 0);
        // A workflow with history stays; without any it can go.
        acme.delete(&format!("/workflows/{workflow}/")).await.expect(204);
    }

    async fn good_lines_are_stored_and_bad_ones_named(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        let mut backwards = run(workflow, "c", "completed");
        backwards["completed_at"] = json!("2023-11-14T19:00:00Z");
        let lines = [
            run(workflow, "a", "completed").to_string(),
            "{\"workflow\": ".to_owned(),
            String::new(),
            run(999, "b", "completed").to_string(),
            backwards.to_string(),
            run(workflow, "a", "completed").to_string(),
        ];
        let result = bulk(&acme, "", lines.join("\n")).await;
        assert_eq!(
            (&result["created"], &result["updated"], &result["unchanged"]),
            (&json!(1), &json!(0), &json!(1)),
            "{result}"
        );
        let named: Vec<_> = result["rejected"].as_array().unwrap().iter()
            .map(|rejected| rejected["line"].as_i64().unwrap()).collect();
        let mut sorted = named.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [2, 4, 5]);
    }

    async fn atomic_stores_all_or_none(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        let good = run(workflow, "a", "completed").to_string();
        let refused = bulk(&acme, "?atomic=true", format!("{good}\n{{}}")).await;
        assert_eq!(refused["details"]["2.workflow"], json!(["This field is required"]));
        let refused = bulk(&acme, "?atomic=true", format!("{good}\n{}", run(999, "b", "running"))).await;
        assert_eq!(refused["code"], "validation_error", "{refused}");
        assert_eq!(acme.get("/workflow-executions/").await.expect(200)["count"], 0);
        let stored = bulk(&acme, "?atomic=true", good).await;
        assert_eq!(stored["created"], 1);
    }

    async fn a_hanging_run_is_found_at_its_deadline(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        let sla = json!({"workflow": workflow, "name": "Minute", "target_duration_seconds": 60});
        acme.post("/workflow-slas/", sla).await.expect(201);
        acme.post("/workflow-executions/", json!({"workflow": workflow})).await.expect(201);
        let none = acme.get("/sla-breaches/").await.expect(200);
        assert_eq!(none["count"], 0);
        app.clock.advance(chrono::TimeDelta::milliseconds(60_001));
        let tenants = app.database.judgement_store().tenants_due(kernel::Clock::now(&*app.clock)).await;
        for tenant in tenants.unwrap() {
            app.wired.projector.sweep(tenant).await.unwrap();
        }
        let found = acme.get("/sla-breaches/").await.expect(200);
        assert_eq!(found["count"], 1);
        assert_eq!(found["results"][0]["severity"], "critical");
        let metrics = acme.get("/workflow-slas/1/metrics/").await.expect(200);
        assert_eq!(metrics["breached_executions"], 1);
        assert_eq!(metrics["current_slo_percentage"], 0.0);
    }
}
