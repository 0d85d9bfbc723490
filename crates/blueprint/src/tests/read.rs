use crate::testing::blueprint;
use crate::{
    TemplateType, UseRequest, read_blueprint, read_new_template, read_template_change,
    read_template_replacement, read_use,
};
use document::Problem;
use semver::Version;
use serde_json::{Map, Value, json};

fn problems<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<(String, String)> {
    let list = read.unwrap_err();
    list.into_iter().map(|p| (p.path, p.message)).collect()
}

/// Checks that exactly these paths have problems, whose sentences contain these parts.
fn refused<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>, expected: &[(&str, &str)]) {
    let found = problems(read);
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    let wanted: Vec<_> = expected.iter().map(|(path, _)| *path).collect();
    assert_eq!(paths, wanted, "{found:?}");
    for ((path, message), (_, part)) in found.iter().zip(expected) {
        assert!(message.contains(part), "{path}: {message}");
    }
}

/// What every field may look like at once.
fn full() -> Value {
    json!({
        "name": "  Standard Approval Process ", "description": "Two levels", "version": "1.2.0",
        "template_type": "approval",
        "process_steps": [
            {"step": 1, "name": "Validate", "action": "validation", "config": {}},
            {"step": 2, "name": "Approve", "action": "approval", "approver": "manager"}
        ],
        "variables": [{"name": "amount", "type": "number", "description": "Amount"}],
        "settings": {"timeout": 300, "max_retries": 3},
        "graph_spec": {
            "nodes": [{"id": "start", "type": "trigger", "x": 100, "y": 100},
                      {"id": "end", "type": "terminator", "x": 400, "y": 100}],
            "edges": [{"from": "start", "to": "end", "condition": "approved"}]
        }
    })
}

#[test]
fn a_blueprint_is_read_and_written_as_documented() {
    let read = read_blueprint(&full()).unwrap();
    let written = read.to_json();
    let mut expected = full();
    expected["name"] = json!("Standard Approval Process");
    assert_eq!(written, expected);
    let keys: Vec<_> = written.as_object().unwrap().keys().cloned().collect();
    let documented = [
        "name",
        "description",
        "version",
        "template_type",
        "process_steps",
        "variables",
        "settings",
        "graph_spec",
    ];
    assert_eq!(keys, documented);
    assert_eq!(read_blueprint(&written).unwrap(), read);
}

#[test]
fn a_blueprint_says_what_is_missing() {
    refused(
        read_blueprint(&json!({})),
        &[
            ("name", "required"),
            ("version", "required"),
            ("process_steps", "required"),
            ("template_type", "required"),
        ],
    );
    refused(read_blueprint(&json!([])), &[("", "Expected an object")]);
    let minimal = json!({
        "name": "A", "version": "0.1.0", "template_type": "custom", "process_steps": []
    });
    let read = read_blueprint(&minimal).unwrap();
    assert_eq!(read.graph_spec, None);
    assert_eq!(read.to_json()["graph_spec"], Value::Null);
}

#[test]
fn every_problem_of_a_blueprint_is_found_under_its_path() {
    let written = json!({
        "name": "", "version": "1.2", "template_type": "aproval", "is_active": true,
        "process_steps": [{"name": "A"}, {"nam": "B"}, 7],
        "variables": [{"type": "money"}], "settings": [],
        "graph_spec": {"nodes": [{"x": 1}]}, "proces_steps": []
    });
    refused(
        read_blueprint(&written),
        &[
            ("name", "blank"),
            ("version", "such as \"1.2.0\""),
            ("process_steps.1.nam", "did you mean \"name\""),
            ("process_steps.2", "Expected an object"),
            ("template_type", "Did you mean \"approval\"?"),
            ("variables.0.name", "required"),
            ("variables.0.type", "not a valid choice"),
            ("settings", "Expected an object"),
            ("graph_spec.nodes.0.id", "required"),
            ("is_active", "Not part of a blueprint"),
            ("proces_steps", "did you mean \"process_steps\""),
        ],
    );
}

#[test]
fn a_version_is_semantic() {
    let with = |version: Value| {
        let mut body = full();
        body["version"] = version;
        read_blueprint(&body)
    };
    for version in ["0.0.1", "1.0.0-rc.1", "1.0.0+build.5", " 2.0.0 "] {
        assert_eq!(
            with(json!(version)).unwrap().version.to_string(),
            version.trim()
        );
    }
    for (wrong, hint) in [
        (json!("1"), "such as \"1.0.0\""),
        (json!(1.5), "such as \"1.5.0\""),
        (json!("v3.1.4"), "such as \"3.1.4\""),
        (json!("01.2.3"), "such as \"1.2.3\""),
        (json!("latest"), "such as \"1.0.0\""),
    ] {
        refused(with(wrong), &[("version", hint)]);
    }
    refused(with(json!(null)), &[("version", "null")]);
    refused(
        with(json!("9".repeat(101))),
        &[("version", "no more than 100")],
    );
}

#[test]
fn a_new_template_has_defaults() {
    let new = read_new_template(&json!({"name": "A", "template_type": "onboarding"})).unwrap();
    assert_eq!(new.content.version, Version::new(1, 0, 0));
    assert_eq!(new.content.template_type, TemplateType::Onboarding);
    assert_eq!(new.content.process_steps, Vec::<Value>::new());
    assert!(new.is_active && !new.is_public);
    refused(
        read_new_template(&json!({"is_active": "yes", "version": null})),
        &[
            ("name", "required"),
            ("version", "null"),
            ("template_type", "required"),
            ("is_active", "Expected true or false"),
        ],
    );
}

#[test]
fn what_a_client_cannot_set_is_ignored() {
    let mut body = full();
    for (key, value) in [
        ("id", json!(7)),
        ("usage_count", json!("many")),
        ("created_by", json!("eve")),
        ("created_at", json!("2024-01-15T10:00:00Z")),
        ("updated_at", json!(null)),
    ] {
        body[key] = value;
    }
    let content = read_new_template(&body).unwrap().content;
    assert_eq!(read_blueprint(&body).unwrap(), content);
    assert_eq!(read_blueprint(&full()).unwrap(), content);
}

#[test]
fn a_change_holds_what_was_sent_and_a_replacement_everything() {
    let change = read_template_change(&json!({"name": "B", "graph_spec": null})).unwrap();
    assert_eq!(change.name.as_deref(), Some("B"));
    assert_eq!(change.graph_spec, Some(None));
    assert_eq!((change.description, change.is_public), (None, None));
    refused(
        read_template_change(&json!({
            "name": null, "version": "x", "is_publik": true,
            "process_steps": [{"conditions": {"amount": {"$gtt": 1}}}]
        })),
        &[
            ("name", "null"),
            ("version", "semantic version"),
            ("process_steps.0.conditions.amount.$gtt", ""),
            ("is_publik", "did you mean \"is_public\""),
        ],
    );
    let replacement =
        read_template_replacement(&json!({"name": "C", "template_type": "custom"})).unwrap();
    assert_eq!(replacement.description.as_deref(), Some(""));
    assert_eq!(replacement.graph_spec, Some(None));
    assert_eq!(replacement.is_active, Some(true));
    refused(
        read_template_replacement(&json!({"name": "C"})),
        &[("template_type", "required")],
    );
}

#[test]
fn a_use_may_say_nothing() {
    assert_eq!(read_use(&json!({})).unwrap(), UseRequest::default());
    assert_eq!(
        read_use(&json!({"name": null, "variables": null})).unwrap(),
        UseRequest::default()
    );
    let request = read_use(&json!({"name": " N ", "variables": {"amount": 5}})).unwrap();
    assert_eq!(request.name.as_deref(), Some("N"));
    assert_eq!(request.variables["amount"], json!(5));
    refused(
        read_use(&json!({"name": " ", "variables": [1], "vars": {}})),
        &[("name", "blank"), ("variables", "object"), ("vars", "")],
    );
}

#[test]
fn content_is_the_same_whatever_the_spelling() {
    let one = blueprint("A");
    let mut two = one.clone();
    two.settings = one
        .settings
        .clone()
        .into_iter()
        .rev()
        .collect::<Map<_, _>>();
    two.settings["timeout"] = json!(300.0);
    assert!(one.same_content(&two));
    two.settings["timeout"] = json!(300.5);
    assert!(!one.same_content(&two));
    // Two whole numbers that share a double are two numbers.
    let with = |number: u64| {
        let mut blueprint = one.clone();
        blueprint.settings["timeout"] = json!(number);
        blueprint
    };
    assert!(!with(9_007_199_254_740_993).same_content(&with(9_007_199_254_740_992)));
    let mut three = one.clone();
    three.process_steps[0]["extra"] = json!(null);
    assert!(!one.same_content(&three));
    let mut four = one.clone();
    four.graph_spec = None;
    assert!(!one.same_content(&four));
}
