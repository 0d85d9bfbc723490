use super::{read_acknowledgement, read_new_sla, read_sla_change, read_sla_replacement};
use crate::{NewSla, SlaChange, Thresholds};
use document::Problem;
use serde_json::{Value, json};
use workflow_model::WorkflowId;

fn problems<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<(String, String)> {
    read.unwrap_err()
        .into_iter()
        .map(|problem| (problem.path, problem.message))
        .collect()
}

/// The only problem of a new SLA with these fields beside the required ones.
fn problem(fields: &Value) -> (String, String) {
    let mut body = json!({"workflow": 5, "name": "S", "target_duration_seconds": 300});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let found = problems(read_new_sla(&body));
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn the_documented_body_is_read() {
    let body = json!({
        "workflow": 5,
        "name": "Performance SLA",
        "description": "Performance target for workflow execution",
        "target_duration_seconds": 600,
        "warning_threshold_seconds": 480,
        "critical_threshold_seconds": 600,
        "slo_window_hours": 24,
        "slo_target_percentage": 95.0
    });
    let expected = NewSla {
        workflow: WorkflowId(5),
        name: "Performance SLA".to_owned(),
        description: "Performance target for workflow execution".to_owned(),
        thresholds: Thresholds {
            warning_millis: 480_000,
            target_millis: 600_000,
            critical_millis: 600_000,
        },
        window_hours: 24,
        objective_percent: 95.0,
        is_active: true,
        alert_recipients: Vec::new(),
    };
    assert_eq!(read_new_sla(&body), Ok(expected));
}

#[test]
fn absent_fields_take_their_defaults() {
    let body = json!({"workflow": 5, "name": " 5-minute SLA ", "target_duration_seconds": 0.25});
    let new = read_new_sla(&body).unwrap();
    let thresholds = Thresholds {
        warning_millis: 200,
        target_millis: 250,
        critical_millis: 250,
    };
    assert_eq!(
        (new.name.as_str(), new.thresholds),
        ("5-minute SLA", thresholds)
    );
    assert_eq!(
        (new.window_hours, new.is_active, new.description.as_str()),
        (24, true, "")
    );
    assert!((new.objective_percent - 99.0).abs() < f64::EPSILON);
    let tiny = json!({"workflow": 5, "name": "T", "target_duration_seconds": 0.001});
    assert_eq!(read_new_sla(&tiny).unwrap().thresholds.warning_millis, 1);
}

#[test]
fn all_problems_come_at_once() {
    let body = json!({
        "name": " ",
        "target_duration_seconds": 0,
        "warning_threshold_seconds": "soon",
        "slo_window_hours": 8761,
        "slo_target_percentage": null,
        "is_active": "yes",
        "alert_recipients": ["ops@example.com", "ops", 7],
        "target_duration": 5,
        "id": 9
    });
    let paths: Vec<_> = problems(read_new_sla(&body))
        .into_iter()
        .map(|p| p.0)
        .collect();
    assert_eq!(
        paths,
        [
            "workflow",
            "name",
            "target_duration_seconds",
            "warning_threshold_seconds",
            "slo_window_hours",
            "slo_target_percentage",
            "is_active",
            "alert_recipients.1",
            "alert_recipients.2",
            "target_duration",
        ]
    );
    assert_eq!(problems(read_new_sla(&json!([]))).len(), 1);
}

#[test]
fn thresholds_are_in_order() {
    let order = |fields, path: &str, sentence: &str| {
        assert_eq!(problem(&fields), (path.to_owned(), sentence.to_owned()));
    };
    order(
        json!({"warning_threshold_seconds": 300.5}),
        "warning_threshold_seconds",
        "The warning threshold (300.5 s) must be at most the target (300 s).",
    );
    order(
        json!({"critical_threshold_seconds": 299}),
        "critical_threshold_seconds",
        "The critical threshold (299 s) must be at least the target (300 s).",
    );
    let equal = json!({
        "workflow": 5, "name": "S", "target_duration_seconds": 300,
        "warning_threshold_seconds": 300, "critical_threshold_seconds": 300.0
    });
    assert!(read_new_sla(&equal).is_ok());
}

#[test]
fn an_objective_leaves_a_budget() {
    let sentence = |value: f64| {
        let (path, sentence) = problem(&json!({"slo_target_percentage": value}));
        assert_eq!(path, "slo_target_percentage");
        sentence
    };
    assert!(sentence(100.0).contains("no error budget"));
    assert!(sentence(250.0).contains("less than 100"));
    assert!(sentence(0.0).contains("greater than 0"));
    assert!(sentence(-1.0).contains("greater than 0"));
    for fine in [0.001, 99.999_999] {
        let body = json!({
            "workflow": 5, "name": "S", "target_duration_seconds": 300,
            "slo_target_percentage": fine
        });
        assert!(read_new_sla(&body).is_ok(), "{fine}");
    }
}

#[test]
fn seconds_have_bounds() {
    for value in [
        json!(0),
        json!(-1),
        json!(0.0004),
        json!(315_360_000.1),
        json!("x"),
        json!(true),
    ] {
        let (path, _) = problem(&json!({"critical_threshold_seconds": value}));
        assert_eq!(path, "critical_threshold_seconds");
    }
    let body = json!({"workflow": 5, "name": "S", "target_duration_seconds": 315_360_000});
    assert_eq!(
        read_new_sla(&body).unwrap().thresholds.target_millis,
        315_360_000_000
    );
    let rounded = json!({"workflow": 5, "name": "S", "target_duration_seconds": 0.1 + 0.2});
    assert_eq!(
        read_new_sla(&rounded).unwrap().thresholds.target_millis,
        300
    );
}

#[test]
fn recipients_are_addresses_each_once() {
    let read = |addresses: Value| {
        let body = json!({
            "workflow": 5, "name": "S", "target_duration_seconds": 300,
            "alert_recipients": addresses
        });
        read_new_sla(&body).map(|new| new.alert_recipients)
    };
    let fine = json!([
        "a.b+c@x-1.example.com",
        "root@localhost",
        " A.B+C@x-1.example.com ",
        "ü@ö.de"
    ]);
    assert_eq!(
        read(fine).unwrap(),
        ["a.b+c@x-1.example.com", "root@localhost", "ü@ö.de"]
    );
    for wrong in [
        "plain",
        "@x.org",
        "a@",
        "a b@x.org",
        "a@x..org",
        "a@-x.org",
        "a@x-.org",
        ".a@x.org",
        "a@x.org\r\nBcc: b@x.org",
        "a@@x.org",
        "a@b@x.org",
        "<a@x.org>",
        "a@x_y.org",
        "a,b@x.org",
    ] {
        let found = problems(read(json!([wrong])));
        assert_eq!(found[0].0, "alert_recipients.0", "{wrong}");
    }
    assert_eq!(
        problems(read(json!(vec!["a@x.org"; 51])))[0].0,
        "alert_recipients"
    );
    assert_eq!(
        problems(read(json!([format!("{}@x.org", "a".repeat(65))]))).len(),
        1
    );
}

#[test]
fn a_change_has_what_was_sent() {
    let body =
        json!({"target_duration_seconds": 10, "is_active": false, "id": 4, "created_at": "x"});
    let expected = SlaChange {
        target_millis: Some(10_000),
        is_active: Some(false),
        ..SlaChange::default()
    };
    assert_eq!(read_sla_change(&body), Ok(expected));
    assert_eq!(read_sla_change(&json!({})), Ok(SlaChange::default()));
    let found = problems(read_sla_change(
        &json!({"name": null, "workflow": 0, "nam": 1}),
    ));
    let paths: Vec<_> = found.into_iter().map(|p| p.0).collect();
    assert_eq!(paths, ["workflow", "name", "nam"]);
}

#[test]
fn a_replacement_is_whole() {
    let found = problems(read_sla_replacement(&json!({})));
    let paths: Vec<_> = found.into_iter().map(|p| p.0).collect();
    assert_eq!(paths, ["workflow", "name", "target_duration_seconds"]);
    // What was read is what can be put back, as printed in the documentation.
    let read_back = json!({
        "id": 1,
        "workflow": 5,
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
    });
    let change = read_sla_replacement(&read_back).unwrap();
    assert_eq!(change.workflow, Some(WorkflowId(5)));
    assert_eq!(
        (change.warning_millis, change.critical_millis),
        (Some(240_000), Some(300_000))
    );
    assert_eq!(change.alert_recipients, Some(Vec::new()));
}

#[test]
fn notes_are_text() {
    let notes = read_acknowledgement(&json!({"notes": " Resolved by scaling infrastructure "}));
    assert_eq!(notes.unwrap(), "Resolved by scaling infrastructure");
    assert_eq!(read_acknowledgement(&json!({})).unwrap(), "");
    let found = problems(read_acknowledgement(&json!({"notes": "x".repeat(10_001)})));
    assert_eq!(found[0].0, "notes");
    assert_eq!(
        problems(read_acknowledgement(&json!({"note": "x"})))[0].0,
        "note"
    );
}
