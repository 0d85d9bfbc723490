//! Prediction, calibration and back-test over HTTP: real history in, and answers that a recount
//! confirms.

use crate::app::{Client, TestApp, on_both};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::Clock;
use serde_json::{Value, json};
use std::time::Duration;

const RUNS: i64 = 60;

/// Requests of up to 5900; over 3000 the director was asked too. Every step took a minute, the
/// director ten.
async fn with_history(app: &TestApp, acme: &Client<'_>) -> i64 {
    let workflow = json!({
        "name": "Purchase",
        "steps": [
            {"name": "Check", "action": "validation"},
            {"name": "Manager", "action": "approval", "approver": "manager"},
            {"name": "Director", "action": "approval", "approver": "director",
             "conditions": {"amount": {"$gt": 3000}}}
        ],
        "variables": [{"name": "amount", "type": "number"}]
    });
    let workflow = acme.post("/workflows/", workflow).await.expect(201)["id"].clone();
    let runs: Value = (0..RUNS)
        .map(|run| {
            let begin = app.clock.now() - TimeDelta::hours(24 * 7) + TimeDelta::hours(run);
            execution(&workflow, run, begin)
        })
        .collect();
    let recorded = acme
        .post("/workflow-executions/bulk/", runs)
        .await
        .expect(200);
    assert_eq!(recorded["created"], RUNS, "{recorded}");
    workflow.as_i64().unwrap()
}

fn execution(workflow: &Value, run: i64, begin: DateTime<Utc>) -> Value {
    let amount = run * 100;
    let mut names = vec![("Check", 1), ("Manager", 1)];
    if amount > 3000 {
        names.push(("Director", 10));
    }
    let mut at = begin;
    let steps: Vec<Value> = names
        .into_iter()
        .map(|(name, minutes)| {
            let from = at;
            at += TimeDelta::minutes(minutes);
            json!({"step_name": name, "status": "completed", "outcome": "approved",
                   "started_at": from, "completed_at": at})
        })
        .collect();
    json!({
        "workflow": workflow, "external_id": format!("run-{run}"), "status": "completed",
        "outcome": "approved", "started_at": begin, "completed_at": at,
        "input_data": {"amount": amount}, "steps": steps
    })
}

/// The documented fields of every simulation are there in every mode.
fn has_documented_fields(simulation: &Value) {
    for field in [
        "id",
        "workflow",
        "workflow_name",
        "input_data",
        "status",
        "execution_path",
        "branch_explorations",
        "approval_chain",
        "predicted_duration_ms",
        "validation_errors",
        "started_at",
        "completed_at",
    ] {
        assert!(simulation.get(field).is_some(), "{field} in {simulation}");
    }
}

on_both! {
    async fn a_prediction_rests_on_history(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        acme.post("/workflow-slas/", json!({
            "workflow": workflow, "name": "Five minutes", "target_duration_seconds": 300
        })).await.expect(201);
        let request = json!({
            "workflow_id": workflow, "input_data": {}, "mode": "predict", "cases": 2000, "seed": 1
        });
        let made = acme.post("/workflow-simulations/", request.clone()).await.expect(201);
        has_documented_fields(&made);
        assert_eq!((&made["mode"], &made["status"]), (&json!("predict"), &json!("completed")));
        assert_eq!(made["parameters"], json!({"cases": 2000, "seed": 1}));
        let prediction = &made["prediction"];
        // 29 of 60 runs ask the director: 2 minutes, or 12.
        let share = 29.0 / 60.0;
        let mean = &prediction["cycle_time"]["mean"];
        let expected = 120.0 + share * 600.0;
        assert!(mean["low"].as_f64() <= Some(expected) && mean["high"].as_f64() >= Some(expected),
                "{mean} holds {expected}");
        let risk = &prediction["slas"][0];
        assert_eq!(risk["sla"], "Five minutes");
        let breach = &risk["breach_probability"];
        assert!((breach["value"].as_f64().unwrap() - share).abs() < 0.03, "{breach}");
        assert!(made["predicted_duration_ms"].as_i64().unwrap() >= 120_000);
        let again = acme.post("/workflow-simulations/", request).await.expect(201);
        assert_eq!(again["prediction"], *prediction, "the same seed gives the same answer");
        let kept = acme.get(&format!("/workflow-simulations/{}/", made["id"])).await.expect(200);
        assert_eq!(kept["prediction"], *prediction);
    }

    async fn what_if_is_compared_with_what_is(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        let made = acme.post("/workflow-simulations/", json!({
            "workflow_id": workflow, "mode": "predict", "cases": 500, "changes": [
                {"name": "Director from 5000", "changes": [
                    {"change": "condition", "step": "Director",
                     "condition": {"amount": {"$gt": 5000}}}]},
                {"name": "No director", "changes": [
                    {"change": "automate", "step": "Director", "seconds": 0}]}
            ]
        })).await.expect(201);
        let variants = made["prediction"]["variants"].as_array().unwrap();
        assert_eq!(variants.len(), 2);
        for variant in variants {
            let difference = &variant["differences"]["cycle_time"];
            assert!(difference["high"].as_f64().unwrap() < 0.0, "faster: {variant}");
        }
    }

    async fn a_calibration_tells_its_error(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        let request = json!({"workflow_id": workflow, "mode": "calibrate"});
        let made = acme.post("/workflow-simulations/", request).await.expect(201);
        has_documented_fields(&made);
        let calibration = &made["calibration"];
        assert_eq!(calibration["trained_on"], 42);
        assert_eq!(calibration["predicted"], 18);
        // All of the last 18 asked the director; of the first 42, 11 did.
        assert_eq!(calibration["actual_mean"], 720.0);
        let expected = (720.0 - (120.0 + 600.0 * 11.0 / 42.0)) / 720.0;
        let found = calibration["baseline"]["relative_wasserstein"].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-9, "{found} is {expected}");
    }

    async fn a_back_test_tells_what_a_change_would_have_done(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        acme.post("/workflow-slas/", json!({
            "workflow": workflow, "name": "Five minutes", "target_duration_seconds": 300
        })).await.expect(201);
        let made = acme.post("/workflow-simulations/", json!({
            "workflow_id": workflow, "mode": "backtest", "changes": [
                {"kind": "set", "path": "steps.Director.conditions",
                 "value": {"amount": {"$gt": 5000}}}]
        })).await.expect(201);
        has_documented_fields(&made);
        let report = &made["backtest"];
        assert_eq!(report["cases"]["examined"], RUNS);
        // 3100 to 5000 no longer go to the director: 20 runs, ten minutes each.
        assert_eq!(report["cases"]["changed"], 20);
        assert_eq!(report["time"]["difference_total_ms"], -20 * 600_000);
        assert_eq!(report["slas"][0]["vanish"], 20);
        assert_eq!(report["slas"][0]["appear"], 0);
        let conformance = &report["conformance"];
        assert_eq!(conformance["agreeing"], conformance["decisions"]);
    }

    async fn one_in_the_background_is_answered_at_once(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        let request = json!({"workflow_id": workflow, "mode": "predict", "background": true});
        let begun = acme.post("/workflow-simulations/", request).await.expect(201);
        has_documented_fields(&begun);
        assert_eq!(begun["status"], "running");
        assert_eq!(begun["completed_at"], Value::Null);
        let path = format!("/workflow-simulations/{}/", begun["id"]);
        let ended = tokio::time::timeout(Duration::from_mins(1), async {
            loop {
                let seen = acme.get(&path).await.expect(200);
                if seen["status"] != "running" {
                    break seen;
                }
                tokio::task::yield_now().await;
            }
        });
        let ended = ended.await.unwrap();
        assert_eq!(ended["status"], "completed", "{ended}");
        assert!(ended["prediction"]["cycle_time"]["mean"]["value"].as_f64() > Some(0.0));
        assert!(ended["completed_at"].is_string());
    }

    async fn bad_requests_are_refused_with_every_path_and_nothing_is_kept(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        for (request, paths) in [
            (json!({"mode": "predict", "cases": 0, "seed": -1, "resources": [{"amount": 2}]}),
             &["cases", "resources.0.name", "seed"][..]),
            (json!({"mode": "predict", "csaes": 5}), &["csaes"]),
            (json!({"mode": "predict", "arrivals": {"calendar": "Office"}}),
             &["arrivals.calendar"]),
            (json!({"mode": "backtest"}), &["changes"]),
            (json!({"mode": "backtest", "changes": [
                {"kind": "set", "path": "steps.Nobody.approver", "value": "x"}]}),
             &["changes.0.path"]),
            (json!({"mode": "dream"}), &["mode"]),
            (json!({"cases": 5}), &["cases"]),
        ] {
            let mut body = request.clone();
            body["workflow_id"] = json!(workflow);
            let refused = acme.post("/workflow-simulations/", body).await.expect(400);
            let mut found: Vec<&str> =
                refused["details"].as_object().unwrap().keys().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found, paths, "{request}: {refused}");
        }
        let kept = acme.get("/workflow-simulations/").await.expect(200);
        assert_eq!(kept["count"], 0);
    }

    async fn more_than_the_budget_is_an_error_that_says_what_to_do(app: TestApp) {
        let acme = app.acme().await;
        let workflow = with_history(&app, &acme).await;
        let refused = acme.post("/workflow-simulations/", json!({
            "workflow_id": workflow, "mode": "predict", "cases": 1000, "budget": {"tasks": 100}
        })).await.expect(400);
        assert!(refused["details"]["budget.tasks"][0].as_str().unwrap().contains("fewer"),
                "{refused}");
    }
}
