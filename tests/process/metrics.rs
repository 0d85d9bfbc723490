//! The Prometheus page: the documented metrics, counted once, and right after a restart.

use crate::binary::{self, Wfi};
use crate::database::{Home, on_both};
use crate::http::Client;
use crate::wait::settles;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// Name, type, labels, as the published document has them.
const DOCUMENTED: [(&str, &str, &[&str]); 13] = [
    (
        "workflow_execution_total",
        "counter",
        &["workflow_type", "status"],
    ),
    (
        "workflow_execution_duration_seconds",
        "histogram",
        &["workflow_type"],
    ),
    ("workflow_simulation_total", "counter", &["status"]),
    ("workflow_simulation_duration_seconds", "histogram", &[]),
    (
        "workflow_sla_breach_total",
        "counter",
        &["severity", "workflow_name"],
    ),
    (
        "workflow_sla_target_seconds",
        "gauge",
        &["workflow_name", "sla_name"],
    ),
    (
        "workflow_sla_percentage",
        "gauge",
        &["workflow_name", "sla_name"],
    ),
    (
        "workflow_suggestion_total",
        "counter",
        &["source", "status"],
    ),
    ("workflow_suggestion_confidence", "histogram", &["source"]),
    (
        "action_execution_total",
        "counter",
        &["action_type", "latency_class"],
    ),
    (
        "action_execution_duration_ms",
        "histogram",
        &["action_type"],
    ),
    ("action_success_rate", "gauge", &["action_type"]),
    // Not in the document: what operators need besides.
    ("alert_backlog", "gauge", &["state"]),
];

/// Of HTTP and of the database, with their types.
const OPERATIONAL: [(&str, &str); 6] = [
    ("http_requests_total", "counter"),
    ("http_request_duration_seconds", "histogram"),
    ("db_job_duration_seconds", "histogram"),
    ("db_queue_depth", "gauge"),
    ("db_unavailable_total", "counter"),
    ("db_up", "gauge"),
];

on_both!(everything_is_counted_once_and_right_after_a_restart);

/// Samples that must have a value once what was reported is projected; in the order of their names.
const COUNTED: [(&str, f64); 18] = [
    (
        r#"workflow_execution_total{workflow_type="approval",status="completed"}"#,
        2.0,
    ),
    (
        r#"workflow_execution_total{workflow_type="approval",status="failed"}"#,
        1.0,
    ),
    (
        r#"workflow_execution_total{workflow_type="approval",status="cancelled"}"#,
        0.0,
    ),
    (
        r#"workflow_execution_duration_seconds_count{workflow_type="approval"}"#,
        3.0,
    ),
    (
        r#"workflow_execution_duration_seconds_sum{workflow_type="approval"}"#,
        500.0,
    ),
    (r#"workflow_simulation_total{status="completed"}"#, 1.0),
    ("workflow_simulation_duration_seconds_count", 1.0),
    (
        r#"workflow_sla_breach_total{severity="critical",workflow_name="Orders"}"#,
        1.0,
    ),
    (
        r#"workflow_sla_breach_total{severity="warning",workflow_name="Orders"}"#,
        1.0,
    ),
    (
        r#"workflow_suggestion_total{source="user",status="pending"}"#,
        1.0,
    ),
    (
        r#"workflow_suggestion_total{source="user",status="accepted"}"#,
        1.0,
    ),
    (
        r#"workflow_suggestion_total{source="user",status="rejected"}"#,
        0.0,
    ),
    (
        r#"workflow_suggestion_confidence_count{source="user"}"#,
        1.0,
    ),
    (
        r#"action_execution_total{action_type="approval",latency_class="slow"}"#,
        3.0,
    ),
    (
        r#"action_execution_total{action_type="mail",latency_class="very_slow"}"#,
        1.0,
    ),
    (
        r#"action_execution_duration_ms_count{action_type="approval"}"#,
        3.0,
    ),
    (
        r#"action_execution_duration_ms_sum{action_type="approval"}"#,
        500_000.0,
    ),
    ("db_unavailable_total", 0.0),
];

/// Samples that are the same before and after a restart.
const RECOMPUTED: [(&str, f64); 6] = [
    (
        r#"workflow_sla_target_seconds{workflow_name="Orders",sla_name="Fast"}"#,
        100.0,
    ),
    (
        r#"workflow_sla_percentage{workflow_name="Orders",sla_name="Fast"}"#,
        2.0 * 100.0 / 3.0,
    ),
    (r#"action_success_rate{action_type="mail"}"#, 1.0),
    (r#"alert_backlog{state="scheduled"}"#, 2.0),
    (r#"alert_backlog{state="dead"}"#, 0.0),
    ("db_up", 1.0),
];

fn everything_is_counted_once_and_right_after_a_restart(home: &Home) {
    let token = binary::token(home, "acme", &["--no-limits"]);
    let service = Wfi::start(home, &[]);
    has_types(&service, &["workflow_sla_", "action_"]);
    let mut client = service.client(&token);
    let workflow = happen(&mut client);
    settles("the counters", PATIENCE, &values(&COUNTED), || {
        samples(&service, &COUNTED)
    });
    settles("the gauges", PATIENCE, &values(&RECOMPUTED), || {
        samples(&service, &RECOMPUTED)
    });
    has_types(&service, &[]);
    has_labels(&service);
    let requests = r#"http_requests_total{method="POST",route="/workflow-slas",status="201"}"#;
    assert_eq!(service.sample(requests), Some(1.0));
    lint(&service.metrics());

    service.kill9();
    let service = Wfi::start(home, &[]);
    assert_eq!(samples(&service, &RECOMPUTED), values(&RECOMPUTED));
    service.client(&token).get("/workflows/").expect(200);
    has_types(&service, &[]);
    has_labels(&service);
    lint(&service.metrics());
    for (series, value) in samples(&service, &COUNTED) {
        // Of a type that nobody declared, the class is known when a step ran.
        let expected = (!series.contains("very_slow")).then_some("0".to_owned());
        assert_eq!(value, expected, "{series}");
    }
    let one = json!({"workflow": workflow, "external_id": "d", "status": "cancelled",
        "started_at": "2026-01-15T10:00:00Z", "completed_at": "2026-01-15T10:01:00Z"});
    service
        .client(&token)
        .post("/workflow-executions/", &one)
        .expect(201);
    let cancelled = r#"workflow_execution_total{workflow_type="approval",status="cancelled"}"#;
    settles("one event", PATIENCE, &Some(1.0), || {
        service.sample(cancelled)
    });
}

fn values(expected: &[(&'static str, f64)]) -> Vec<(&'static str, Option<String>)> {
    let value = |(series, value): &(&'static str, f64)| (*series, Some(value.to_string()));
    expected.iter().map(value).collect()
}

fn samples(service: &Wfi, of: &[(&'static str, f64)]) -> Vec<(&'static str, Option<String>)> {
    let value = |series| service.sample(series).map(|value: f64| value.to_string());
    of.iter()
        .map(|(series, _)| (*series, value(series)))
        .collect()
}

/// One of everything that is counted; some of it is said twice.
fn happen(client: &mut Client) -> i64 {
    let workflow = json!({"name": "Orders", "workflow_type": "approval"});
    let workflow = client.post("/workflows/", &workflow).expect(201);
    let workflow = workflow["id"].as_i64().unwrap();
    let sla = json!({"workflow": workflow, "name": "Fast", "target_duration_seconds": 100,
        "warning_threshold_seconds": 80, "critical_threshold_seconds": 300,
        "alert_recipients": ["ops@example.com"]});
    client.post("/workflow-slas/", &sla).expect(201);
    let action = json!({"name": "Approve", "action_type": "approval", "latency_class": "slow"});
    client.post("/action-catalog/", &action).expect(201);
    for _ in 0..2 {
        for report in reports(workflow) {
            let answer = client.post("/workflow-executions/", &report);
            assert!([200, 201].contains(&answer.status), "{}", answer.text());
        }
    }
    let simulation = json!({"workflow_id": workflow, "input_data": {}});
    client
        .post("/workflow-simulations/", &simulation)
        .expect(201);
    let suggestion = json!({"title": "Skip it", "description": "It never says no.",
        "confidence_score": 0.8});
    let suggestion = client
        .post("/workflow-suggestions/", &suggestion)
        .expect(201);
    let path = format!("/workflow-suggestions/{}/accept/", suggestion["id"]);
    client.post(&path, &json!({})).expect(200);
    workflow
}

/// Executions that ended just now: of 60 s, of 90 s (over the warning) and of 350 s (over the
/// critical threshold).
fn reports(workflow: i64) -> Vec<serde_json::Value> {
    use chrono::{SecondsFormat, TimeDelta};
    use kernel::{Clock, SystemClock};
    let now = SystemClock.now();
    let at =
        |back: i64| (now - TimeDelta::seconds(back)).to_rfc3339_opts(SecondsFormat::Secs, true);
    [
        ("a", 60, "completed"),
        ("b", 90, "failed"),
        ("c", 350, "completed"),
    ]
    .into_iter()
    .map(|(external_id, seconds, status)| {
        let mut steps = vec![json!({"step_name": "Approve", "action": "approval",
                "status": status, "started_at": at(seconds), "completed_at": at(0)})];
        if external_id == "c" {
            steps.push(
                json!({"step_name": "Tell", "action": "mail", "status": "completed",
                    "started_at": at(40), "completed_at": at(0)}),
            );
        }
        json!({"workflow": workflow, "external_id": external_id, "status": status,
                "started_at": at(seconds), "completed_at": at(0), "steps": steps})
    })
    .collect()
}

/// The types of the families on the page.
fn types(service: &Wfi) -> BTreeMap<String, String> {
    let page = service.metrics();
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .map(|line| {
            let (name, of) = line.split_once(' ').unwrap();
            (name.to_owned(), of.to_owned())
        })
        .collect()
}

/// Every documented metric is there with its type, but for those that begin with one of these:
/// nothing has a name yet that their series could bear.
#[track_caller]
fn has_types(service: &Wfi, absent: &[&str]) {
    let types = types(service);
    for (name, expected, _) in DOCUMENTED {
        if absent.iter().any(|prefix| name.starts_with(prefix)) {
            assert_eq!(types.get(name), None);
        } else {
            assert_eq!(
                types.get(name).map(String::as_str),
                Some(expected),
                "{name}"
            );
        }
    }
    for (name, expected) in OPERATIONAL {
        // No request was answered before the first one.
        if !name.starts_with("http_") || absent.is_empty() {
            assert_eq!(
                types.get(name).map(String::as_str),
                Some(expected),
                "{name}"
            );
        }
    }
    let ours = ["workflow_", "action_"];
    for name in types
        .keys()
        .filter(|name| ours.iter().any(|ours| name.starts_with(ours)))
    {
        let documented = DOCUMENTED.iter().any(|(known, ..)| known == name);
        assert!(documented, "{name} is not in the document");
    }
}

/// Every series of a documented metric has the documented labels and no others.
#[track_caller]
fn has_labels(service: &Wfi) {
    let page = service.metrics();
    for (name, of, expected) in DOCUMENTED {
        let mut expected: BTreeSet<&str> = expected.iter().copied().collect();
        let mut series = 0;
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let (head, _) = line.rsplit_once(' ').unwrap_or((line, ""));
            let (family, labels) = head.split_once('{').unwrap_or((head, ""));
            let is_bucket = of == "histogram" && family.strip_suffix("_bucket") == Some(name);
            let of_histogram = |suffix| family.strip_suffix(suffix) == Some(name);
            let is_part = of == "histogram" && ["_sum", "_count"].into_iter().any(of_histogram);
            if family != name && !is_bucket && !is_part {
                continue;
            }
            let found = labels
                .split("\",")
                .filter_map(|label| label.split_once('='));
            let found: BTreeSet<&str> = found.map(|(name, _)| name).collect();
            if is_bucket {
                expected.insert("le");
            }
            assert_eq!(found, expected, "{line}");
            expected.remove("le");
            series += 1;
        }
        assert!(series > 0, "{name} has no series");
    }
}

/// What `promtool` complains of is one name that the document prescribes.
#[track_caller]
fn lint(page: &str) {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is needed to check the metrics (Debian: apt-get install prometheus)");
    let mut input = promtool.stdin.take().unwrap();
    input.write_all(page.as_bytes()).unwrap();
    drop(input);
    let output = promtool.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let complaints: Vec<_> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert!(
        !complaints.is_empty(),
        "the documented name is no longer complained of"
    );
    for complaint in complaints {
        let (name, what) = complaint.split_once(' ').unwrap();
        assert_eq!(name, "action_execution_duration_ms", "{complaint}");
        assert!(what.contains("unit"), "{complaint}");
    }
}
