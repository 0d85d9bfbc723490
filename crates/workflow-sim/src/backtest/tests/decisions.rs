//! Branches, and what a record says about them.

use super::support::*;
use crate::UnansweredReason;
use serde_json::{Value, json};

/// Triage sends to fast or slow; both go on to done.
fn triage(condition: &str) -> Value {
    json!([
        {"name": "Triage", "action": "work",
         "branches": [{"condition": condition, "next_step": "Fast"}, {"next_step": "Slow"}]},
        {"name": "Fast", "action": "work", "branches": [{"next_step": "Done"}]},
        {"name": "Slow", "action": "work"},
        {"name": "Done", "action": "work"},
    ])
}

fn case(id: i64, input: &Value, way: &str) -> workflow_model::Execution {
    let took = if way == "Fast" { 5 } else { 50 };
    let steps = vec![
        ran("Triage", 0, 1),
        ran(way, 1, 1 + took),
        ran("Done", 1 + took, 2 + took),
    ];
    execution(id, input, steps)
}

#[test]
fn diverted_cases_are_counted_from_way_to_way() {
    let log = [
        case(1, &json!({"size": 1}), "Fast"),
        case(2, &json!({"size": 7}), "Slow"),
        case(3, &json!({"size": 8}), "Slow"),
        case(4, &json!({"size": 20}), "Slow"),
    ];
    let report = run(triage("size < 5"), triage("size < 10"), &log);
    let change = &report.decisions[0];
    assert_eq!(report.decisions.len(), 1);
    assert_eq!(
        (change.step.as_str(), change.decisions, change.diverted),
        ("Triage", 4, 2)
    );
    let way = &change.from_to[0];
    assert_eq!(
        (way.from.as_str(), way.to.as_str(), way.count),
        ("Slow", "Fast", 2)
    );
    assert_eq!(report.time.difference_total_ms, -90 * SECOND);
    assert_eq!(report.conformance.agreeing, 4);
}

#[test]
fn a_deviation_stays_where_the_definitions_agree() {
    // The second should have gone fast and did not.
    let log = [
        case(1, &json!({"size": 1}), "Fast"),
        case(2, &json!({"size": 2}), "Slow"),
        case(3, &json!({"size": 7}), "Slow"),
    ];
    let report = run(triage("size < 5"), triage("size < 10"), &log);
    assert_eq!(
        (report.conformance.decisions, report.conformance.agreeing),
        (3, 2)
    );
    assert_eq!(report.conformance.conforming_cases, 2);
    assert_eq!(report.conformance.deviations[0].step, "Triage");
    assert_eq!(
        report.cases.changed, 1,
        "only the third is due to the change"
    );
    assert_eq!(report.examples[0].execution, 3);
}

#[test]
fn an_unknown_decision_that_did_not_change_goes_as_recorded() {
    let log = [case(1, &json!({}), "Slow"), case(2, &json!({}), "Fast")];
    let report = run(triage("size < 5"), triage("size < 5"), &log);
    assert_eq!((report.cases.answered, report.cases.changed), (2, 0));
    assert_eq!(report.conformance.undecided, 2);
    let open = &report.conformance.undecided_conditions;
    assert_eq!((open.len(), open[0].decisions), (1, 2));
    assert_eq!(
        (open[0].step.as_str(), open[0].condition.as_str()),
        ("Triage", "size < 5")
    );
    assert_eq!(open[0].missing, ["size"]);
    assert_eq!(
        (report.conformance.decisions, report.conformance.share),
        (0, None)
    );
}

#[test]
fn an_unknown_decision_that_changed_is_named_not_guessed() {
    let log = [
        case(1, &json!({"size": 7}), "Slow"),
        case(2, &json!({}), "Slow"),
        case(3, &json!({"size": 1}), "Fast"),
    ];
    let report = run(triage("size < 5"), triage("size < 5 and urgent"), &log);
    assert_eq!((report.cases.answered, report.cases.unanswered), (1, 2));
    assert_eq!(
        report.time.cases, 1,
        "what cannot be told is not part of the figures"
    );
    let missing: Vec<_> = report
        .unanswered
        .iter()
        .map(|it| {
            (
                it.reason,
                it.step.as_deref().unwrap(),
                it.missing.join(","),
                it.cases,
            )
        })
        .collect();
    let reason = UnansweredReason::MissingVariables;
    assert_eq!(
        missing,
        [
            (reason, "Triage", "size,urgent".to_owned(), 1),
            (reason, "Triage", "urgent".to_owned(), 1),
        ]
    );
    assert_eq!(
        report.unanswered[0].condition.as_deref(),
        Some("size < 5 and urgent == true")
    );
}

#[test]
fn a_decision_that_becomes_known_is_held_against_the_record() {
    let log = [
        case(1, &json!({"size": 7}), "Slow"),
        case(2, &json!({"size": 7}), "Fast"),
    ];
    let report = run(triage("urgent"), triage("size < 10"), &log);
    assert_eq!(report.cases.changed, 1);
    assert_eq!(report.examples[0].execution, 1);
}

#[test]
fn declared_defaults_count_as_input() {
    let with_default = |bound: i64| {
        let mut setting = Setting::new(triage("size < 5"), triage(&format!("size < {bound}")));
        setting.request.examples = 1;
        setting
    };
    let log = [case(1, &json!({}), "Slow")];
    assert_eq!(with_default(10).run(&log).cases.unanswered, 1);
    let variables = json!([{"name": "size", "type": "number", "default": 7}]);
    let read = |steps: &Value| {
        workflow_model::Definition::read(&json!({"steps": steps, "variables": variables})).unwrap()
    };
    let setting = with_default(10);
    let (old, new) = (read(&setting.baseline), read(&setting.changed));
    let facts = crate::Facts::default();
    let mut test = crate::Backtest::new(&old, &new, &facts, &[], &setting.request).unwrap();
    test.observe(&log[0]);
    assert_eq!(test.finish(at(0)).cases.changed, 1);
}

#[test]
fn recorded_outcomes_decide_where_an_exit_asks_for_them() {
    let review = |rejected: &str| {
        json!([
            {"name": "Review", "action": "approval", "approver": "lead",
             "branches": [{"condition": "rejected", "next_step": rejected}]},
            {"name": "Publish", "action": "work", "branches": [{"next_step": "end"}]},
            {"name": "Archive", "action": "work"},
        ])
    };
    let log = [
        execution(
            1,
            &json!({}),
            vec![
                with_outcome(ran("Review", 0, 5), "approved"),
                ran("Publish", 5, 9),
            ],
        ),
        execution(
            2,
            &json!({}),
            vec![
                with_outcome(ran("Review", 0, 5), "rejected"),
                ran("Archive", 5, 7),
            ],
        ),
    ];
    let report = run(review("Archive"), review("end"), &log);
    assert_eq!(
        (report.conformance.decisions, report.conformance.agreeing),
        (2, 2)
    );
    assert_eq!(report.cases.changed, 1);
    let way = &report.decisions[0].from_to[0];
    assert_eq!((way.from.as_str(), way.to.as_str()), ("Archive", "end"));
    assert_eq!(report.time.difference_total_ms, -2 * SECOND);
}

#[test]
fn loops_are_replayed_as_often_as_they_were_recorded() {
    let rework = |check: &str| {
        json!([
            {"name": "Write", "action": "work"},
            {"name": check, "action": "approval", "approver": "lead",
             "branches": [{"condition": "rejected", "next_step": "Write"}]},
            {"name": "Send", "action": "work"},
        ])
    };
    let log = [execution(
        1,
        &json!({}),
        vec![
            ran("Write", 0, 10),
            with_outcome(ran("Check", 10, 12), "rejected"),
            ran("Write", 12, 20),
            with_outcome(ran("Check", 20, 22), "approved"),
            ran("Send", 22, 23),
        ],
    )];
    let same = run(rework("Check"), rework("Check"), &log);
    assert_eq!(same.cases.changed, 0);
    assert_eq!(
        (same.conformance.decisions, same.conformance.agreeing),
        (2, 2)
    );
    assert_eq!(same.conformance.conforming_cases, 1);
    // Without the check the first draft is sent.
    let without = json!([
        {"name": "Write", "action": "work"}, {"name": "Send", "action": "work"},
    ]);
    let report = run(rework("Check"), without, &log);
    assert_eq!(report.time.difference_total_ms, -(2 + 8 + 2) * SECOND);
    assert_eq!(report.approvals[0].saved, 2);
}

#[test]
fn what_a_decision_said_is_not_guessed() {
    // The engine decides and reports no outcome; only the way shows what it was.
    let asked = |yes: &str| {
        json!([
            {"name": "Large?", "action": "decision", "branches": [
                {"condition": "yes", "next_step": yes}, {"condition": "no", "next_step": "Book"}]},
            {"name": "Ask", "action": "work"},
            {"name": "Book", "action": "work"},
            {"name": "Archive", "action": "work"},
        ])
    };
    let steps = vec![ran("Ask", 0, 5), ran("Book", 5, 6), ran("Archive", 6, 7)];
    let log = [execution(1, &json!({}), steps)];
    let same = run(asked("Ask"), asked("Ask"), &log);
    assert_eq!(
        (same.conformance.undecided, same.conformance.decisions),
        (1, 0)
    );
    assert_eq!((same.cases.answered, same.cases.changed), (1, 0));
    let other = run(asked("Ask"), asked("Archive"), &log);
    assert_eq!(other.cases.unanswered, 1);
    assert_eq!(other.unanswered[0].missing, ["outcome"]);
}

#[test]
fn a_long_recorded_loop_has_an_end() {
    // The decision between the rounds leaves no record of its own.
    let looping = |name: &str| {
        json!([
            {"name": "Try", "action": "work"},
            {"name": "Again?", "action": "decision",
             "branches": [{"condition": "more", "next_step": "Try"}]},
            {"name": name, "action": "work"},
        ])
    };
    let mut steps: Vec<_> = (0..500).map(|at| ran("Try", at, at + 1)).collect();
    steps.push(ran("Stop", 500, 501));
    let log = [execution(1, &json!({}), steps)];
    let report = run(looping("Stop"), looping("Stop"), &log);
    assert_eq!((report.cases.answered, report.cases.changed), (1, 0));
    assert_eq!(report.conformance.undecided, 500);
    assert_eq!(report.conformance.steps_outside, 0);
}

#[test]
fn a_loop_that_the_input_closes_for_ever_is_no_answer() {
    let looping = |condition: &str| {
        json!([
            {"name": "Try", "action": "work",
             "branches": [{"condition": condition, "next_step": "Try"}]},
            {"name": "Stop", "action": "work"},
        ])
    };
    let steps = vec![ran("Try", 0, 1), ran("Stop", 1, 2)];
    let log = [execution(1, &json!({"size": 7}), steps)];
    let report = run(looping("size > 10"), looping("size > 5"), &log);
    assert_eq!(report.cases.unanswered, 1);
    assert_eq!(report.unanswered[0].reason, UnansweredReason::EndlessLoop);
    assert_eq!(report.unanswered[0].step.as_deref(), Some("Try"));
}
