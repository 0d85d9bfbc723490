//! Reading requests.

use crate::prediction::{
    Amount, Change, Distribution, Flow, PredictionRequest, Resources, WarmUp, read_prediction,
};
use document::{Node, Problem, Problems};
use serde_json::{Value, json};

fn read(value: &Value) -> Result<PredictionRequest, Vec<Problem>> {
    let problems = Problems::default();
    let request = Node::root(value, &problems).object().and_then(|mut body| {
        let request = read_prediction(&mut body);
        body.finish();
        request
    });
    problems.settle(request)
}

fn paths(value: &Value) -> Vec<String> {
    read(value)
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.path)
        .collect()
}

#[test]
fn nothing_given_is_everything_from_history() {
    assert_eq!(read(&json!({})).unwrap(), PredictionRequest::default());
}

#[test]
fn every_field_is_read() {
    let request = read(&json!({
        "cases": 500, "seed": 7, "window_days": 30, "start_at": "2024-03-01T08:00:00Z",
        "flow": "definition",
        "arrivals": {"per_hour": 4, "calendar": "office"},
        "durations": {
            "A": 60, "approval": {"distribution": "gamma", "mean": 90, "standard_deviation": 30}
        },
        "waiting": {"A": {"distribution": "empirical", "values": [3, 1, 2]}},
        "calendars": {"office": {
            "time_zone": "Europe/Berlin",
            "weekly": {"monday": [{"from": "09:00", "to": "17:00"}], "friday": [{"from": "22:00", "to": "24:00"}]},
            "holidays": ["2024-12-25"]
        }},
        "resources": [{
            "name": "manager", "amount": 2, "cost_per_hour": 80, "skills": ["approval"],
            "calendar": "office",
            "absences": [{"from": "2024-03-04T00:00:00Z", "until": "2024-03-05T00:00:00Z"}]
        }],
        "assignments": {"A": ["manager"]},
        "branch_probabilities": {"A": {"B": 0.3, "end": 0.7}},
        "failures": {"A": 0.1, "B": {"probability": 0.2, "max_retries": 3, "retry_delay": 5}},
        "priorities": [{"condition": {"amount": {"$gt": 10}}, "priority": -1}],
        "batching": {"A": {"size": 5, "max_wait_seconds": 60}},
        "costs": {"A": 2.5},
        "warm_up": 100,
        "precision": {"relative_half_width": 0.01, "confidence": 0.99, "max_replications": 50},
        "budget": {"tasks": 1000, "seconds": 5},
        "changes": [{"name": "more", "changes": [
            {"change": "resource_amount", "resource": "manager", "add": 1},
            {"change": "automate", "step": "A"},
            {"change": "condition", "step": "B", "condition": "amount > 20"},
            {"change": "duration", "factor": 0.5},
            {"change": "arrivals", "factor": 2},
            {"change": "resource_calendar", "resource": "manager", "calendar": "office"},
            {"change": "definition", "definition": {"steps": []}},
        ]}]
    }))
    .unwrap();
    assert_eq!(
        (request.cases, request.seed, request.window_days),
        (500, 7, 30)
    );
    assert_eq!(request.flow, Flow::Definition);
    assert_eq!(
        request.arrivals.interval,
        Some(Distribution::Exponential { mean: 900.0 })
    );
    assert_eq!(
        request.durations[0],
        ("A".to_owned(), Distribution::Fixed { value: 60.0 })
    );
    assert_eq!(
        request.waiting[0].1,
        Distribution::Empirical {
            values: vec![1.0, 2.0, 3.0]
        }
    );
    let Resources::Given(resources) = &request.resources else {
        panic!("{:?}", request.resources)
    };
    assert_eq!((resources[0].amount, resources[0].absences.len()), (2, 1));
    assert_eq!(request.calendars[0].weekly[0].len(), 1);
    assert_eq!(request.failures[1].1.max_retries, Some(3));
    assert_eq!(request.warm_up, WarmUp::Cases(100));
    assert_eq!(request.changes[0].changes.len(), 7);
    assert_eq!(
        request.changes[0].changes[0],
        Change::Amount {
            resource: "manager".to_owned(),
            to: Amount::Add(1)
        }
    );
}

#[test]
fn all_problems_are_named_at_once_under_their_paths() {
    let found = paths(&json!({
        "cases": 0, "seed": -1, "flow": "guess", "start_at": "yesterday",
        "arrivals": {"per_hour": 1, "interval": 5},
        "durations": {
            "A": {"distribution": "uniform", "min": 5, "max": 1},
            "B": {"distribution": "gauss"},
            "C": -1,
            "D": {"distribution": "gamma", "mean": 0, "standard_deviation": 1},
            "E": {"distribution": "fixed", "value": 1, "mean": 2},
        },
        "calendars": {"x": {"time_zone": "Europe/Berlim", "weekly": {"moonday": []}}},
        "resources": [{"name": "a"}, {"name": "a", "amount": 0}, {"name": "a"}],
        "branch_probabilities": {"A": {"B": 0.8, "C": 0.8}},
        "failures": {"A": 2},
        "priorities": [{"priority": 1.5}],
        "batching": {"A": {}},
        "warm_up": "some",
        "precision": {"confidence": 1},
        "budget": {"minutes": 1},
        "changes": [
            {"name": "v", "changes": []},
            {"name": "w", "changes": [
                {"change": "resource_amount", "resource": "a"},
                {"change": "conditions"},
                {"change": "duration", "factor": 0},
                {"change": "condition", "step": "A", "condition": {"$foo": 1}},
                {"change": "definition", "definition": {"stepps": []}},
            ]}
        ],
        "unknown": 1
    }));
    for path in [
        "cases",
        "seed",
        "flow",
        "start_at",
        "arrivals.per_hour",
        "durations.A.max",
        "durations.B.distribution",
        "durations.C",
        "durations.D.mean",
        "durations.E.mean",
        "calendars.x.time_zone",
        "calendars.x.weekly.moonday",
        "resources.1.amount",
        "resources.2.name",
        "branch_probabilities.A",
        "failures.A",
        "priorities.0.priority",
        "batching.A.size",
        "warm_up",
        "precision.confidence",
        "budget.minutes",
        "changes.0.changes",
        "changes.1.changes.0.add",
        "changes.1.changes.1.change",
        "changes.1.changes.2.factor",
        "changes.1.changes.4.definition.stepps",
        "unknown",
    ] {
        assert!(
            found.iter().any(|f| f == path),
            "{path} is not in {found:#?}"
        );
    }
    assert!(
        found
            .iter()
            .any(|path| path.starts_with("changes.1.changes.3.condition")),
        "{found:#?}"
    );
}

#[test]
fn names_that_are_not_given_are_named() {
    let found = paths(&json!({
        "arrivals": {"calendar": "office"},
        "resources": [{"name": "a", "calendar": "office"}],
        "assignments": {"A": ["b"]},
        "changes": [{"name": "v", "changes": [
            {"change": "resource_amount", "resource": "c", "set": 2},
            {"change": "resource_calendar", "resource": "a", "calendar": "d"},
        ]}]
    }));
    assert_eq!(
        found,
        [
            "arrivals.calendar",
            "resources.0.calendar",
            "assignments.A.0",
            "changes.0.changes.0.resource",
            "changes.0.changes.1.calendar"
        ]
    );
}
