use super::{read_action_change, read_action_replacement, read_new_action};
use crate::{ActionChange, LatencyClass, NewAction};
use document::Problem;
use serde_json::{Value, json};

/// As printed in the documented API.
fn documented() -> Value {
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

fn problems<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<(String, String)> {
    read.unwrap_err()
        .into_iter()
        .map(|problem| (problem.path, problem.message))
        .collect()
}

fn paths<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<String> {
    problems(read).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn the_documented_body_is_accepted_as_printed() {
    let action = read_new_action(&documented()).unwrap();
    let expected = NewAction {
        name: "Database Update".to_owned(),
        description: "Update database records".to_owned(),
        action_type: "update".to_owned(),
        is_idempotent: false,
        latency_class: LatencyClass::Medium,
        side_effects: vec!["db_write".to_owned(), "cache_invalidation".to_owned()],
        input_schema: documented()["input_schema"].clone(),
        output_schema: documented()["output_schema"].clone(),
        is_active: true,
        is_global: false,
    };
    assert_eq!(action, expected);
}

#[test]
fn the_least_body_takes_the_defaults() {
    let body = json!({"name": " Mail\n", "action_type": " notification "});
    let expected = NewAction {
        name: "Mail".to_owned(),
        description: String::new(),
        action_type: "notification".to_owned(),
        is_idempotent: false,
        latency_class: LatencyClass::Medium,
        side_effects: Vec::new(),
        input_schema: json!({}),
        output_schema: json!({}),
        is_active: true,
        is_global: false,
    };
    assert_eq!(read_new_action(&body).unwrap(), expected);
    assert_eq!(
        read_action_replacement(&body).unwrap(),
        ActionChange::from(expected)
    );
}

/// Read, edit, `PUT`: what the service itself gave out comes back.
#[test]
fn read_only_fields_are_ignored() {
    let mut body = documented();
    for (name, value) in [
        ("id", json!(7)),
        ("execution_count", json!(1_250)),
        ("avg_execution_time_ms", json!("nonsense")),
        ("success_rate", json!(null)),
        ("created_by", json!("ada")),
        ("created_at", json!("2024-01-15T10:00:00Z")),
        ("updated_at", json!("2024-01-15T10:00:00Z")),
    ] {
        body[name] = value;
    }
    assert_eq!(read_new_action(&body), read_new_action(&documented()));
    assert!(read_action_replacement(&body).is_ok());
    let change = read_action_change(&json!({"id": 1, "execution_count": 3})).unwrap();
    assert_eq!(change, ActionChange::default());
}

#[test]
fn a_change_says_only_what_was_sent() {
    let change = read_action_change(&json!({"is_active": false, "description": " "})).unwrap();
    let expected = ActionChange {
        is_active: Some(false),
        description: Some(String::new()),
        ..ActionChange::default()
    };
    assert_eq!(change, expected);
    let mut action = read_new_action(&documented()).unwrap();
    let before = action.clone();
    change.apply(&mut action);
    assert_eq!(
        action,
        NewAction {
            is_active: false,
            description: String::new(),
            ..before
        }
    );
}

#[test]
fn every_problem_is_named_at_once() {
    let body = json!({
        "name": "  ",
        "description": 7.5e300,
        "is_idempotent": "yes",
        "latency_class": "fastt",
        "side_effects": ["ok", "", 3, null],
        "input_schema": {"type": "objekt", "properties": {"to": {"minLength": -1}}},
        "output_schema": [],
        "is_active": null,
        "is_globl": true,
    });
    let found = problems(read_new_action(&body));
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "name",
        "description",
        "action_type",
        "is_idempotent",
        "latency_class",
        "side_effects.1",
        "side_effects.2",
        "side_effects.3",
        "input_schema.properties.to.minLength",
        "input_schema.type",
        "output_schema",
        "is_active",
        "is_globl",
    ];
    let sorted = |mut paths: Vec<&str>| {
        paths.sort_unstable();
        paths.join("\n")
    };
    assert_eq!(sorted(paths), sorted(expected.to_vec()));
    let message = |path: &str| found.iter().find(|(p, _)| p == path).unwrap().1.clone();
    assert_eq!(message("action_type"), "This field is required");
    assert!(message("latency_class").ends_with("Did you mean \"fast\"?"));
    assert!(message("is_globl").contains("did you mean \"is_global\"?"));
    assert!(message("input_schema.type").ends_with("Did you mean \"object\"?"));
}

#[test]
fn a_change_is_checked_like_a_new_action() {
    let body = json!({"name": "", "action_type": null, "input_schema": {"type": 1}, "x": 1});
    assert_eq!(
        paths(read_action_change(&body)),
        ["name", "action_type", "input_schema.type", "x"]
    );
    let body = json!({"description": "no name"});
    assert_eq!(
        paths(read_action_replacement(&body)),
        ["name", "action_type"]
    );
}

#[test]
fn texts_and_lists_are_bounded() {
    let body = |name: usize, kind: usize, description: usize, effects: usize, effect: usize| {
        json!({
            "name": "ä".repeat(name),
            "action_type": "x".repeat(kind),
            "description": "x".repeat(description),
            "side_effects": vec!["x".repeat(effect); effects],
        })
    };
    assert!(read_new_action(&body(200, 100, 10_000, 100, 200)).is_ok());
    let too_long = read_new_action(&body(201, 101, 10_001, 101, 1));
    assert_eq!(
        paths(too_long),
        ["name", "action_type", "description", "side_effects"]
    );
    assert_eq!(
        paths(read_new_action(&body(1, 1, 1, 1, 201))),
        ["side_effects.0"]
    );
}

#[test]
fn what_is_no_object_is_refused() {
    for value in [json!(null), json!([]), json!("x"), json!(1)] {
        assert_eq!(paths(read_new_action(&value)), [""]);
        assert_eq!(paths(read_action_change(&value)), [""]);
    }
}
