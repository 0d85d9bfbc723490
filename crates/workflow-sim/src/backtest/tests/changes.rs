//! The changed definition, made of the recorded one.

use super::support::{definition, purchase, request};
use crate::{BacktestChange, read_backtest};
use document::{Node, Problem, Problems};
use serde_json::{Value, json};
use workflow_model::Definition;

fn changed(baseline: &Value, changes: &Value) -> Result<Definition, Vec<Problem>> {
    let body = json!({ "changes": changes });
    let problems = Problems::default();
    let mut object = Node::root(&body, &problems).object().unwrap();
    let read = read_backtest(&mut object);
    object.finish();
    problems
        .settle(read)?
        .changed_definition(&definition(baseline))
}

/// Whether the changes give exactly these steps.
fn check(baseline: &Value, changes: &Value, expected: &Value) {
    let got = changed(baseline, changes).unwrap().steps_json();
    assert_eq!(&got, expected, "{got:#}");
}

fn refused(baseline: &Value, change: &Value) -> (String, String) {
    let problems = changed(baseline, &json!([change])).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    (problems[0].path.clone(), problems[0].message.clone())
}

#[test]
fn a_value_is_set_at_its_path() {
    let set = |path: &str, value: Value| json!([{"kind": "set", "path": path, "value": value}]);
    let mut expected = purchase(1000);
    expected[1]["conditions"] = json!({"amount": {"$gt": 3000}});
    let value = json!({"amount": {"$gt": 3000}});
    check(
        &purchase(1000),
        &set("steps.1.conditions", value.clone()),
        &expected,
    );
    check(
        &purchase(1000),
        &set("steps.Director.conditions", value),
        &expected,
    );
    check(
        &purchase(1000),
        &set("steps.1.conditions.amount.$gt", json!(3000)),
        &expected,
    );
    let mut timed = purchase(1000);
    timed[2]["timeout_seconds"] = json!(5);
    check(
        &purchase(1000),
        &set("steps.Book.timeout_seconds", json!(5)),
        &timed,
    );
}

#[test]
fn a_place_that_is_not_there_is_named() {
    let set = |path: &str| json!({"kind": "set", "path": path, "value": 1});
    let cases = [
        (
            "steps.7.conditions",
            "steps has no \"7\": use a position from 0 to 2",
        ),
        ("steps.Diretcor.conditions", "steps has no \"Diretcor\""),
        (
            "stepps",
            "A definition has no \"stepps\"; its parts are trigger_conditions, steps",
        ),
        ("steps.0.config.a.b", "steps.0 has no \"config\""),
        (
            "steps.0.name.first",
            "\"steps.0.name\" holds neither fields nor a list",
        ),
    ];
    for (path, expected) in cases {
        let (at, message) = refused(&purchase(1000), &set(path));
        assert_eq!(at, "changes.0.path");
        assert!(message.starts_with(expected), "{path}: {message}");
    }
}

#[test]
fn what_the_change_leaves_unreadable_is_refused() {
    let change = json!({"kind": "set", "path": "steps.1.conditions", "value": "amount >"});
    let (path, message) = refused(&purchase(1000), &change);
    assert_eq!(path, "changes");
    assert!(
        message.starts_with("After the changes, steps.1.conditions: "),
        "{message}"
    );
}

fn referring() -> Value {
    json!([
        {"name": "A", "action": "work",
         "branches": [{"condition": "x > 1", "next_step": 2}, {"condition": "x > 0", "next_step": "D"}]},
        {"name": "B", "action": "work", "on_failure": "C"},
        {"name": "C", "action": "work"},
        {"name": "D", "action": "work", "depends_on": ["C", 1]},
    ])
}

#[test]
fn a_removed_step_gives_way_to_the_one_after_it() {
    check(
        &referring(),
        &json!([{"kind": "remove_step", "step": "C"}]),
        &json!([
            {"name": "A", "action": "work",
             "branches": [{"condition": "x > 1", "next_step": 2}, {"condition": "x > 0", "next_step": "D"}]},
            {"name": "B", "action": "work", "on_failure": 2},
            {"name": "D", "action": "work", "depends_on": [1]},
        ]),
    );
    check(
        &purchase(1000),
        &json!([{"kind": "remove_step", "step": 2}]),
        &json!([purchase(1000)[0], purchase(1000)[1]]),
    );
    check(
        &json!([
            {"name": "A", "action": "work", "branches": [{"condition": "x > 1", "next_step": "B"}]},
            {"name": "B", "action": "work"},
        ]),
        &json!([{"kind": "remove_step", "step": "B"}]),
        &json!([
            {"name": "A", "action": "work", "branches": [{"condition": "x > 1", "next_step": "end"}]},
        ]),
    );
}

#[test]
fn a_step_that_chooses_cannot_just_be_removed() {
    let (path, message) = refused(&referring(), &json!({"kind": "remove_step", "step": "A"}));
    assert_eq!(path, "changes.0.step");
    assert!(message.starts_with("This step has branches"), "{message}");
    let (_, message) = refused(
        &purchase(1),
        &json!({"kind": "remove_step", "step": "Direktor"}),
    );
    assert_eq!(
        message,
        "There is no step named \"Direktor\". Did you mean \"Director\"?"
    );
    let (_, message) = refused(&purchase(1), &json!({"kind": "remove_step", "step": 9}));
    assert_eq!(message, "There is no step 9: the steps are 0 to 2.");
}

#[test]
fn what_followed_the_removed_step_starts_when_that_would_have() {
    check(
        &json!([
            {"name": "A", "action": "work"},
            {"name": "B", "action": "work", "depends_on": []},
            {"name": "C", "action": "work"},
        ]),
        &json!([{"kind": "remove_step", "step": "B"}]),
        &json!([
            {"name": "A", "action": "work"},
            {"name": "C", "action": "work", "depends_on": []},
        ]),
    );
}

#[test]
fn an_added_step_moves_positions_along() {
    let step = json!({"name": "Audit", "action": "work"});
    let mut expected = referring();
    expected.as_array_mut().unwrap().insert(2, step.clone());
    expected[0]["branches"][0]["next_step"] = json!(3);
    check(
        &referring(),
        &json!([{"kind": "add_step", "step": step, "after": "B"}]),
        &expected,
    );
    check(
        &referring(),
        &json!([{"kind": "add_step", "step": step, "before": "C"}]),
        &expected,
    );
    let mut last = referring();
    last.as_array_mut().unwrap().push(step.clone());
    check(
        &referring(),
        &json!([{"kind": "add_step", "step": step}]),
        &last,
    );
}

#[test]
fn a_step_is_automated_and_an_approver_changed() {
    let mut expected = purchase(1000);
    expected[1]["action"] = json!("score");
    expected[1]
        .as_object_mut()
        .unwrap()
        .shift_remove("approver");
    check(
        &purchase(1000),
        &json!([{"kind": "automate_step", "step": "Director", "action": "score"}]),
        &expected,
    );
    let mut expected = purchase(1000);
    expected[1]["approver"] = json!("cfo");
    check(
        &purchase(1000),
        &json!([{"kind": "change_approver", "step": 1, "approver": "cfo"}]),
        &expected,
    );
}

#[test]
fn every_change_that_cannot_be_made_is_named() {
    let problems = changed(
        &purchase(1000),
        &json!([
            {"kind": "remove_step", "step": "X"},
            {"kind": "set", "path": "steps.0.name", "value": "Boss"},
            {"kind": "add_step", "step": {"name": "N", "action": "work"}, "after": 12},
        ]),
    )
    .unwrap_err();
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["changes.0.step", "changes.2.after"]);
}

#[test]
fn a_whole_definition_is_taken_as_it_is() {
    let whole = definition(&purchase(7));
    let mut request = request();
    request.change = BacktestChange::Whole(Box::new(whole.clone()));
    assert_eq!(
        request.changed_definition(&definition(&purchase(1))),
        Ok(whole)
    );
}
