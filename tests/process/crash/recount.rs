//! What the service says of a workflow against a count of its executions, one by one.

use super::Subject;
use crate::http::Client;
use crate::wait::settles;
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than a projection takes to catch up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Compares everything that is derived from the executions of the subject with the executions.
pub(super) fn recount(client: &mut Client, subject: &Subject) {
    let workflow = subject.workflow;
    let path = format!("/workflow-executions/?workflow={workflow}&count=false&page_size=200");
    let executions = client.all(&path);
    assert!(!executions.is_empty());
    for execution in executions.iter().filter(|e| !e["outcome"].is_null()) {
        let steps = execution["steps"].as_array().unwrap().len();
        assert_eq!(steps, 2, "half an execution: {execution}");
    }
    let slas = client.all(&format!("/workflow-slas/?workflow={workflow}"));
    assert!(!slas.is_empty());
    for sla in &slas {
        let expected = judged(&executions);
        settles("the SLA", PATIENCE, &expected, || {
            shown_sla(client, sla["id"].as_i64().unwrap())
        });
    }
    settles("the workflow", PATIENCE, &used(&executions), || {
        let shown = client.get(&format!("/workflows/{workflow}/")).expect(200);
        let mut counts = vec![
            shown["execution_count"].clone(),
            shown["last_executed_at"].clone(),
        ];
        for status in ["running", "completed", "failed"] {
            let list = format!("/workflow-executions/?workflow={workflow}&status={status}");
            counts.push(json!(client.count(&list)));
        }
        json!(counts)
    });
    let expected = measured(&executions, &subject.action_type);
    settles("the action", PATIENCE, &expected, || {
        let shown = client.get(&format!("/action-catalog/{}/", subject.action));
        let shown = shown.expect(200);
        json!([
            shown["execution_count"],
            rounded(shown["avg_execution_time_ms"].as_f64().unwrap_or(-1.0)),
            rounded(shown["success_rate"].as_f64().unwrap_or(-1.0) * 1_000.0),
        ])
    });
}

#[expect(clippy::cast_possible_truncation, reason = "small numbers")]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}

fn instant(value: &Value) -> i64 {
    let text = value.as_str().unwrap();
    let at = chrono::DateTime::parse_from_rfc3339(text).unwrap();
    at.timestamp_millis()
}

fn ended(executions: &[Value]) -> impl Iterator<Item = i64> {
    let ended = executions.iter().filter(|e| !e["completed_at"].is_null());
    ended.map(|e| instant(&e["completed_at"]) - instant(&e["started_at"]))
}

/// Executions judged, over the target, and records of each severity, all within the window.
fn judged(executions: &[Value]) -> Value {
    let over = |millis: i64| ended(executions).filter(|took| *took > millis).count();
    let (total, breached) = (ended(executions).count(), over(1_000_000));
    json!({
        "total_executions": total, "breached_executions": breached,
        "warning": over(800_000) - over(1_500_000), "critical": over(1_500_000),
        "percentage": percentage(total, breached),
    })
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn percentage(total: usize, breached: usize) -> i64 {
    if total == 0 {
        return 100_000;
    }
    rounded((total - breached) as f64 * 100_000.0 / total as f64)
}

fn shown_sla(client: &mut Client, id: i64) -> Value {
    let sla = client.get(&format!("/workflow-slas/{id}/")).expect(200);
    let mut records =
        |severity: &str| client.count(&format!("/sla-breaches/?sla={id}&severity={severity}"));
    let (warning, critical) = (records("warning"), records("critical"));
    json!({
        "total_executions": sla["total_executions"],
        "breached_executions": sla["breached_executions"],
        "warning": warning, "critical": critical,
        "percentage": rounded(sla["current_slo_percentage"].as_f64().unwrap() * 1_000.0),
    })
}

/// How many executions there are, when the last one started, and how many of each status.
fn used(executions: &[Value]) -> Value {
    let last = executions.iter().max_by_key(|e| instant(&e["started_at"]));
    let of = |status: &str| executions.iter().filter(|e| e["status"] == status).count();
    json!([
        executions.len(),
        last.unwrap()["started_at"],
        of("running"),
        of("completed"),
        of("failed"),
    ])
}

/// Steps that ended, their mean duration, and how many of a thousand succeeded.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn measured(executions: &[Value], action_type: &str) -> Value {
    let steps = executions
        .iter()
        .flat_map(|e| e["steps"].as_array().unwrap())
        .filter(|step| step["action"] == action_type);
    let (mut count, mut succeeded, mut millis) = (0_i64, 0_i64, 0_i64);
    for step in steps {
        count += 1;
        succeeded += i64::from(step["status"] == "completed");
        millis += instant(&step["completed_at"]) - instant(&step["started_at"]);
    }
    if count == 0 {
        return json!([0, -1, -1_000]);
    }
    json!([
        count,
        rounded(millis as f64 / count as f64),
        rounded(succeeded as f64 * 1_000.0 / count as f64),
    ])
}
