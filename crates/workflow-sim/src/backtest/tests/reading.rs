//! The fields of a request.

use super::support::purchase;
use crate::{
    BacktestChange, BacktestRequest, BacktestWindow, DefinitionChange, StepPlace, read_backtest,
};
use chrono::{DateTime, TimeDelta, Utc};
use document::{Node, Problem, Problems};
use serde_json::{Value, json};
use workflow_model::StepRef;

fn read(body: &Value) -> Result<BacktestRequest, Vec<Problem>> {
    let problems = Problems::default();
    let mut object = Node::root(body, &problems).object().unwrap();
    let read = read_backtest(&mut object);
    object.finish();
    problems.settle(read)
}

fn paths(body: &Value) -> Vec<String> {
    let problems = read(body).unwrap_err();
    problems.into_iter().map(|problem| problem.path).collect()
}

#[test]
fn little_must_be_said() {
    let request = read(&json!({"changes": [{"kind": "remove_step", "step": "Director"}]})).unwrap();
    assert_eq!(request.window, BacktestWindow::default());
    assert_eq!((request.examples, request.seed), (5, 0));
    assert_eq!(
        request.max_executions,
        BacktestRequest::DEFAULT_MAX_EXECUTIONS
    );
    let step = StepRef::Name("Director".to_owned());
    assert_eq!(
        request.change,
        BacktestChange::List(vec![DefinitionChange::RemoveStep { step }])
    );
}

#[test]
fn everything_can_be_said() {
    let request = read(&json!({
        "from": "2024-01-01T00:00:00Z", "until": "2024-02-01T00:00:00Z",
        "changes": [
            {"kind": "set", "path": "steps.0.conditions", "value": null},
            {"kind": "add_step", "step": {"name": "N"}, "before": 1},
            {"kind": "automate_step", "step": 0, "action": "score"},
            {"kind": "change_approver", "step": 0, "approver": ["a", "b"]},
        ],
        "assumptions": {
            "duration_seconds": {"N": 1.5}, "cost_per_hour": {"cfo": 200}, "cost_per_run": {"score": 0.01},
        },
        "examples": 50, "seed": 42, "max_executions": 10,
    }))
    .unwrap();
    assert_eq!(
        (request.examples, request.seed, request.max_executions),
        (50, 42, 10)
    );
    assert_eq!(request.assumptions.step_millis["N"], 1500);
    assert!(request.assumptions.has_costs());
    let BacktestChange::List(changes) = request.change else {
        panic!("a list");
    };
    assert_eq!(
        changes[1],
        DefinitionChange::AddStep {
            step: json!({"name": "N"}),
            place: StepPlace::Before(StepRef::Index(1)),
        }
    );
    assert_eq!(changes.len(), 4);
}

#[test]
fn a_whole_definition_may_be_what_a_workflow_reads_as() {
    let body = json!({"changed_definition": {
        "id": 3, "name": "Purchase", "version": 2, "steps": purchase(7), "created_by": "mia",
    }});
    let BacktestChange::Whole(definition) = read(&body).unwrap().change else {
        panic!("a whole one");
    };
    assert_eq!(definition.steps.len(), 3);
}

#[test]
fn all_problems_come_at_once() {
    let got = paths(&json!({
        "from": "yesterday", "examples": 51, "seed": -1, "max_executions": 0,
        "changes": [
            {"kind": "drop_step", "step": 1},
            {"kind": "set", "path": "steps.0.name"},
            {"kind": "add_step", "step": {}, "before": 0, "after": 0},
            {"kind": "remove_step", "step": true, "steps": 1},
        ],
        "assumptions": {"duration_seconds": {"A": -1}, "cost_per_hour": {"B": "much"}, "costs": {}},
        "windoww": 3,
    }));
    let expected = [
        "from",
        "changes.0.kind",
        "changes.1.value",
        "changes.2.after",
        "changes.3.step",
        "changes.3.steps",
        "assumptions.duration_seconds.A",
        "assumptions.cost_per_hour.B",
        "assumptions.costs",
        "examples",
        "seed",
        "max_executions",
        "windoww",
    ];
    assert_eq!(got, expected);
}

#[test]
fn a_change_must_be_given_in_one_way() {
    assert_eq!(paths(&json!({})), ["changes"]);
    assert_eq!(paths(&json!({"changes": []})), ["changes"]);
    let both = json!({"changes": [], "changed_definition": {"steps": []}});
    assert_eq!(paths(&both), ["changes"]);
}

#[test]
fn a_window_begins_in_one_way_and_ends_after_it() {
    let change = json!([{"kind": "remove_step", "step": 0}]);
    let two = json!({"from": "2024-01-01T00:00:00Z", "window_days": 3, "changes": change});
    assert_eq!(paths(&two), ["window_days"]);
    let empty = json!({
        "from": "2024-01-01T00:00:00Z", "until": "2024-01-01T00:00:00Z", "changes": change,
    });
    assert_eq!(paths(&empty), ["until"]);
    assert_eq!(
        paths(&json!({"window_days": 0, "changes": change})),
        ["window_days"]
    );
}

#[test]
fn a_window_without_bounds_is_the_last_quarter() {
    let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(1000);
    let window = BacktestWindow::default();
    assert_eq!(window.bounds(now), (now - TimeDelta::days(90), now));
    let until = now - TimeDelta::days(10);
    let window = BacktestWindow {
        until: Some(until),
        days: Some(5),
        ..window
    };
    assert_eq!(window.bounds(now), (until - TimeDelta::days(5), until));
}
