use crate::{Node, Problems, parse};
use serde_json::json;

fn refused(text: &str, part: &str) {
    let error = parse(text.as_bytes()).unwrap_err();
    assert!(error.message.contains(part), "{text}: {}", error.message);
}

#[test]
fn ambiguous_and_hostile_texts_are_refused() {
    refused(r#"{"a":1,"a":2}"#, "given twice");
    refused(r#"{"a":"x\u0000y"}"#, "NUL");
    refused("NaN", "expected");
    refused("1e400", "out of range");
    refused("[1] 2", "trailing");
    refused(&"[".repeat(100), "deeper than 64");
    refused(&"[".repeat(100_000), "deeper than 64");
    assert!(parse(b"\xff").unwrap_err().message.contains("UTF-8"));
    assert!(parse(format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
}

#[test]
fn all_problems_come_back_under_their_paths() {
    let value = json!({"nme": 1, "size": 12.5, "steps": [{"n": "x"}, 3], "at": "yesterday"});
    let problems = Problems::default();
    let mut body = Node::root(&value, &problems).object().unwrap();
    assert!(body.required("name").is_none());
    assert!(body.required("size").unwrap().integer(0..=10).is_none());
    assert!(body.required("at").unwrap().instant().is_none());
    for step in body.required("steps").unwrap().list(5).unwrap() {
        let _ = step.object();
    }
    body.finish();
    let found: Vec<_> = problems.into_list().into_iter().map(|p| p.path).collect();
    assert_eq!(found, ["name", "size", "at", "steps.1", "nme"]);
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let problems = Problems::default();
    let integer = |value: serde_json::Value| Node::root(&value, &problems).integer(-5..=100);
    assert_eq!(integer(json!(12)), Some(12));
    assert_eq!(integer(json!(12.0)), Some(12));
    assert_eq!(integer(json!("12")), None);
    assert_eq!(integer(json!(1e300)), None);
    assert_eq!(integer(json!(101)), None);
    assert_eq!(integer(json!(true)), None);
    let said: Vec<_> = problems
        .into_list()
        .into_iter()
        .map(|p| p.message)
        .collect();
    assert_eq!(
        said,
        [
            "A valid integer is required.",
            "Ensure this value is between -5 and 100.",
            "Ensure this value is between -5 and 100.",
            "A valid integer is required."
        ]
    );
}

#[test]
fn a_text_is_no_number_and_a_number_no_text() {
    let problems = Problems::default();
    assert_eq!(Node::root(&json!("0.5"), &problems).number(0.0..=1.0), None);
    assert_eq!(Node::root(&json!(12), &problems).text(5), None);
    let identifier = |value: serde_json::Value| Node::root(&value, &problems).identifier(5);
    assert_eq!(identifier(json!(12)).as_deref(), Some("12"));
    assert_eq!(identifier(json!(" a ")).as_deref(), Some("a"));
    assert_eq!(identifier(json!(1.5)), None);
    let said: Vec<_> = problems
        .into_list()
        .into_iter()
        .map(|p| p.message)
        .collect();
    assert_eq!(
        said,
        [
            "A valid number is required.",
            "Expected a string, got a number.",
            "Expected a string, got a number."
        ]
    );
}

#[test]
fn an_instant_has_an_offset_and_a_year_of_four_digits() {
    let problems = Problems::default();
    let instant = |text: &str| Node::root(&json!(text), &problems).instant();
    assert_eq!(
        instant("2024-01-15T11:00:00+01:00"),
        instant("2024-01-15T10:00:00Z")
    );
    assert!(instant("2024-01-15T10:00:00").is_none());
    assert!(instant("+10000-01-01T00:00:00Z").is_none());
    assert!(instant("1969-12-31T23:59:59Z").is_none());
}
