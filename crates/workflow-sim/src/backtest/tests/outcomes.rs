//! How cases would have ended.

use super::support::*;
use crate::UnansweredReason;
use serde_json::{Value, json};
use workflow_model::{Execution, ExecutionStatus};

fn two_approvals() -> Value {
    json!([
        {"name": "Manager", "action": "approval", "approver": "manager"},
        {"name": "Director", "action": "approval", "approver": "director"},
    ])
}

fn one_approval() -> Value {
    json!([{"name": "Manager", "action": "approval", "approver": "manager"}])
}

fn case(id: i64, manager: &str, director: &str) -> Execution {
    let steps = vec![
        with_outcome(ran("Manager", 0, 5), manager),
        with_outcome(ran("Director", 5, 9), director),
    ];
    ending(execution(id, &json!({}), steps), director)
}

#[test]
fn who_no_longer_decides_no_longer_rejects() {
    let log = [
        case(1, "approved", "rejected"),
        case(2, "approved", "approved"),
    ];
    let report = run(two_approvals(), one_approval(), &log);
    assert_eq!(report.cases.outcome_changed, 1);
    let change = &report.outcomes[0];
    assert_eq!(
        (change.from.as_str(), change.to.as_deref()),
        ("rejected", Some("approved"))
    );
    assert_eq!(
        (change.count, change.assumed),
        (1, 0),
        "the manager's word is recorded"
    );
}

#[test]
fn an_approval_that_was_never_asked_is_taken_as_given_and_marked() {
    let other = json!([
        {"name": "Manager", "action": "approval", "approver": "manager"},
        {"name": "Auditor", "action": "approval", "approver": "auditor"},
    ]);
    let report = run(two_approvals(), other, &[case(1, "approved", "rejected")]);
    let change = &report.outcomes[0];
    assert_eq!(
        (change.to.as_deref(), change.assumed),
        (Some("approved"), 1)
    );
    assert!(report.examples[0].outcome_assumed);
    let auditor = report
        .approvals
        .iter()
        .find(|a| a.approver == "auditor")
        .unwrap();
    assert_eq!((auditor.old, auditor.new, auditor.added), (0, 1, 1));
}

#[test]
fn an_outcome_that_no_step_gave_cannot_be_told_when_the_end_is_another() {
    let steps = json!([{"name": "A", "action": "work"}, {"name": "B", "action": "work"}]);
    let without = json!([{"name": "A", "action": "work"}]);
    let log = [ending(
        execution(1, &json!({}), vec![ran("A", 0, 1), ran("B", 1, 2)]),
        "shipped",
    )];
    let report = run(steps.clone(), without, &log);
    assert_eq!(
        (report.outcomes[0].to.clone(), report.outcomes[0].count),
        (None, 1)
    );
    let first_gone = json!([{"name": "B", "action": "work"}]);
    let report = run(steps, first_gone, &log);
    assert_eq!(
        (report.cases.changed, report.cases.outcome_changed),
        (1, 0),
        "ends at B as before"
    );
}

#[test]
fn what_failed_is_answered_only_where_the_change_touches_nothing() {
    let stopped = |id: i64, amount: i64| {
        let mut case = large(id, amount);
        case.steps.truncate(1);
        as_status(lasting(case, 11), ExecutionStatus::Cancelled)
    };
    // The manager was asked, and then it was cancelled.
    let report = run(
        purchase(1000),
        purchase(3000),
        &[stopped(1, 500), stopped(2, 2000)],
    );
    assert_eq!((report.cases.answered, report.cases.unanswered), (1, 1));
    assert_eq!(report.cases.changed, 0);
    assert_eq!(report.unanswered[0].reason, UnansweredReason::NotCompleted);
    assert_eq!(
        report.time.cases, 0,
        "only what completed has a duration to compare"
    );
}

#[test]
fn a_failed_step_goes_where_the_definition_says() {
    let on_failure = |target: &str| {
        json!([
            {"name": "Charge", "action": "work", "on_failure": target,
             "branches": [{"next_step": "Ship"}]},
            {"name": "Call", "action": "work", "branches": [{"next_step": "end"}]},
            {"name": "Ship", "action": "work"},
        ])
    };
    let mut failed = ran("Charge", 0, 3);
    failed.status = workflow_model::StepStatus::Failed;
    let log = [execution(1, &json!({}), vec![failed, ran("Call", 3, 9)])];
    let same = run(on_failure("Call"), on_failure("Call"), &log);
    assert_eq!(
        (same.cases.changed, same.conformance.conforming_cases),
        (0, 1)
    );
    let report = run(on_failure("Call"), on_failure("end"), &log);
    assert_eq!(
        (report.cases.changed, report.time.difference_total_ms),
        (1, -6 * SECOND)
    );
    assert!(
        report.notes.iter().any(|note| note.contains("on_failure")),
        "{:?}",
        report.notes
    );
}

#[test]
fn a_guard_hears_how_the_step_before_it_ended() {
    let escalating = |between: bool| {
        let mut steps =
            vec![json!({"name": "Manager", "action": "approval", "approver": "manager"})];
        if between {
            steps.push(json!({"name": "Lawyer", "action": "approval", "approver": "lawyer"}));
        }
        steps.push(json!({
            "name": "Director", "action": "approval", "approver": "director",
            "conditions": "outcome is escalated",
        }));
        Value::Array(steps)
    };
    let manager = |said: &str| with_outcome(ran("Manager", 0, 5), said);
    let director = with_outcome(ran("Director", 5, 9), "approved");
    let log = [
        execution(1, &json!({}), vec![manager("escalated"), director.clone()]),
        execution(2, &json!({}), vec![manager("approved")]),
        execution(3, &json!({}), vec![ran("Manager", 0, 5), director]),
    ];
    let same = run(escalating(false), escalating(false), &log);
    assert_eq!(
        (same.conformance.agreeing, same.conformance.decisions),
        (2, 2)
    );
    assert_eq!(
        (same.conformance.undecided, same.cases.changed),
        (1, 0),
        "3 did not say"
    );
    // The lawyer, who was never asked, is taken to approve: nobody escalates to the director.
    let report = run(escalating(false), escalating(true), &log);
    let director = report
        .approvals
        .iter()
        .find(|it| it.approver == "director")
        .unwrap();
    assert_eq!((director.old, director.new, director.saved), (2, 0, 2));
}

#[test]
fn what_still_runs_is_only_counted() {
    let running = |id| {
        let mut case = large(id, 2000);
        case.completed_at = None;
        as_status(case, ExecutionStatus::Running)
    };
    let report = run(
        purchase(1000),
        purchase(3000),
        &[running(1), large(2, 2000)],
    );
    let cases = &report.cases;
    assert_eq!((cases.observed, cases.not_ended, cases.examined), (2, 1, 1));
}

#[test]
fn a_narrower_trigger_would_not_have_started_some() {
    let read = |trigger: &str| {
        let written = json!({"trigger_conditions": trigger, "steps": purchase(1000)});
        workflow_model::Definition::read(&written).unwrap()
    };
    let (old, new) = (read("amount > 100"), read("amount > 1000"));
    let facts = crate::Facts::default();
    let mut test = crate::Backtest::new(&old, &new, &facts, &[], &request()).unwrap();
    for case in [small(1, 500), large(2, 2000)] {
        test.observe(&case);
    }
    let report = test.finish(at(0));
    assert_eq!((report.cases.not_started, report.cases.changed), (1, 1));
    assert_eq!(report.time.cases, 1);
    assert_eq!(report.outcomes[0].to.as_deref(), Some("not started"));
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.starts_with("The trigger changed"))
    );
}
