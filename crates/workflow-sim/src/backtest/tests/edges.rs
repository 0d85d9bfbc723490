//! Records and definitions that do not fit each other, drawings, and bounds.

use super::support::*;
use crate::{Backtest, BacktestChange};
use serde_json::{Value, json};
use workflow_model::{Definition, StepStatus};

#[test]
fn what_the_definition_does_not_know_stays_and_is_counted() {
    let mut case = large(1, 2000);
    case.steps.insert(1, ran("Phone call", 11, 12));
    let report = run(purchase(1000), purchase(3000), &[case]);
    assert_eq!(report.conformance.steps_outside, 1);
    assert_eq!(report.conformance.conforming_cases, 0);
    assert_eq!(report.time.difference_total_ms, -32 * SECOND);
    let shown: Vec<_> = report.examples[0]
        .new_path
        .iter()
        .map(|step| (step.step.as_str(), step.outside_definition))
        .collect();
    let expected = [("Manager", false), ("Book", false), ("Phone call", true)];
    assert_eq!(shown, expected);
}

#[test]
fn a_step_that_should_have_run_and_did_not_is_missing_in_both() {
    let mut case = large(1, 2000);
    case.steps.remove(2);
    let case = lasting(case, 45);
    let report = run(purchase(1000), purchase(1000), std::slice::from_ref(&case));
    assert_eq!(
        (report.conformance.steps_missing, report.cases.changed),
        (1, 0)
    );
    let report = run(purchase(1000), purchase(3000), &[case]);
    assert_eq!(report.time.difference_total_ms, -32 * SECOND);
}

#[test]
fn a_skipped_step_did_not_run() {
    let mut case = small(1, 500);
    let mut skipped = ran("Director", 10, 10);
    skipped.status = StepStatus::Skipped;
    case.steps.insert(1, skipped);
    let report = run(purchase(1000), purchase(100), &[case, large(2, 2000)]);
    assert_eq!(report.cases.changed, 1);
    assert_eq!(report.approvals[0].added, 1);
}

#[test]
fn steps_of_one_name_are_told_apart_by_their_position() {
    let twice = |second: bool| {
        let mut steps = vec![
            json!({"name": "Mail", "action": "notification"}),
            json!({"name": "Work", "action": "work"}),
        ];
        if second {
            steps.push(json!({"name": "Mail", "action": "notification"}));
        }
        Value::Array(steps)
    };
    let mut steps = vec![ran("Mail", 0, 1), ran("Work", 1, 5), ran("Mail", 5, 7)];
    (steps[0].step_index, steps[2].step_index) = (Some(0), Some(2));
    let log = [execution(1, &json!({}), steps)];
    let report = run(twice(true), twice(false), &log);
    assert_eq!(report.conformance.conforming_cases, 1);
    assert_eq!(report.time.difference_total_ms, -2 * SECOND);
}

#[test]
fn a_drawing_is_replayed_like_steps() {
    let drawn = |bound: i64| {
        let graph = json!({
            "nodes": [
                {"id": "s", "type": "trigger"},
                {"id": "d", "type": "decision", "label": "Large?"},
                {"id": "a", "type": "action", "label": "Ask", "action": "approval", "approver": "cfo"},
                {"id": "b", "type": "action", "label": "Book", "action": "update"},
                {"id": "e", "type": "terminator"},
            ],
            "edges": [
                {"from": "s", "to": "d"},
                {"from": "d", "to": "a", "condition": format!("amount > {bound}")},
                {"from": "d", "to": "b"},
                {"from": "a", "to": "b"},
                {"from": "b", "to": "e"},
            ],
        });
        Definition::read(&json!({ "graph_spec": graph })).unwrap()
    };
    let asked = |id: i64, amount: i64| {
        execution(
            id,
            &json!({"amount": amount}),
            vec![ran("Ask", 0, 30), ran("Book", 30, 31)],
        )
    };
    let booked = execution(3, &json!({"amount": 5}), vec![ran("Book", 0, 1)]);
    let (old, new) = (drawn(10), drawn(100));
    let facts = crate::Facts::default();
    let mut test = Backtest::new(&old, &new, &facts, &[], &request()).unwrap();
    for case in [asked(1, 50), asked(2, 500), booked] {
        test.observe(&case);
    }
    let report = test.finish(at(0));
    assert_eq!(
        (report.conformance.decisions, report.conformance.agreeing),
        (3, 3)
    );
    assert_eq!(report.conformance.conforming_cases, 3);
    let way = &report.decisions[0].from_to[0];
    assert_eq!(
        (
            report.decisions[0].step.as_str(),
            way.from.as_str(),
            way.to.as_str()
        ),
        ("Large?", "Ask", "Book")
    );
    assert_eq!(report.time.difference_total_ms, -30 * SECOND);
    assert_eq!(report.approvals[0].saved, 1);
}

#[test]
fn more_executions_than_asked_for_are_only_counted() {
    let mut setting = Setting::new(purchase(1000), purchase(3000));
    setting.request.max_executions = 2;
    let report = setting.run(&[large(1, 2000), large(2, 2000), large(3, 2000)]);
    assert_eq!((report.cases.examined, report.cases.not_examined), (2, 1));
    assert_eq!(report.time.difference_total_ms, -64 * SECOND);
    assert!(
        report.notes[0].contains("max_executions is 2"),
        "{:?}",
        report.notes
    );
}

#[test]
fn an_empty_window_says_so() {
    let report = run(purchase(1000), purchase(3000), &[]);
    assert_eq!(report.cases.changed_share, None);
    assert_eq!(report.time.mean_difference_ms, None);
    assert!(report.notes[0].starts_with("No execution of the window has ended"));
}

#[test]
fn references_that_lead_nowhere_are_refused_in_both_definitions() {
    let dangling = definition(&json!([
        {"name": "A", "action": "work", "branches": [{"condition": "x > 1", "next_step": "Nowhere"}]},
    ]));
    let facts = crate::Facts::default();
    let mut request = request();
    request.change = BacktestChange::Whole(Box::new(dangling.clone()));
    let problems = Backtest::new(&dangling, &dangling, &facts, &[], &request).unwrap_err();
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "definition.steps.0.branches.0.next_step",
            "changed_definition.steps.0.branches.0.next_step",
        ]
    );
    let empty = Definition::empty();
    let problems = Backtest::new(&empty, &dangling, &facts, &[], &request).unwrap_err();
    assert_eq!(problems[0].path, "definition");
}

#[test]
fn a_definition_with_names_that_no_record_has_is_called_in_question() {
    let foreign = execution(1, &json!({"size": 1}), vec![ran("Other", 0, 5)]);
    let report = run(purchase(1000), purchase(3000), &[foreign]);
    assert_eq!(report.conformance.steps_outside, 1);
    assert_eq!(report.conformance.conforming_cases, 0);
    // The director's guard cannot be told: the amount is not there, and it changed.
    assert_eq!(report.cases.unanswered, 1);
}

#[test]
fn a_back_test_can_be_carried_to_another_thread() {
    let mut request = request();
    request.change = BacktestChange::List(Vec::new());
    let old = definition(&purchase(1000));
    let new = definition(&purchase(3000));
    let facts = crate::Facts::default();
    let mut test = Backtest::new(&old, &new, &facts, &[], &request).unwrap();
    drop((old, new));
    let carried = std::thread::spawn(move || {
        test.observe(&large(1, 2000));
        test.finish(at(0))
    });
    assert_eq!(carried.join().unwrap().cases.changed, 1);
}
