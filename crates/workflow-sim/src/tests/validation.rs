//! Every fault, each with its path; and none on what is right.

use super::support::{action, assert_faults, faults, faults_with, run_with, step, with};
use crate::{Facts, FaultKind};
use serde_json::{Value, json};

fn steps(list: &[Value]) -> Value {
    json!({"steps": list})
}

#[test]
fn a_good_definition_has_no_fault() {
    assert_faults(
        &json!({
            "variables": [{"name": "amount", "type": "number"}],
            "steps": [
                {"name": "A", "action": "validation", "outputs": ["score"]},
                {"name": "B", "action": "approval", "approver": "x",
                 "conditions": "amount > 1 and score < 7",
                 "branches": [{"condition": "rejected", "next_step": "A"}]},
                with(step("C"), "on_failure", json!("D")),
                with(step("E"), "branches", json!([{"next_step": "end"}])),
                step("D")
            ]
        }),
        &[],
    );
}

#[test]
fn an_empty_definition_has_no_steps() {
    assert_faults(&json!({}), &[("steps", FaultKind::NoSteps)]);
}

#[test]
fn references_must_lead_somewhere() {
    let branch = |to: Value| json!([{"condition": {"x": 1}, "next_step": to}]);
    assert_faults(
        &steps(&[
            with(step("A"), "branches", branch(json!(9))),
            with(step("A"), "branches", branch(json!("Bb"))),
            with(step("B"), "on_failure", json!("A")),
            with(step("C"), "depends_on", json!(["B", "nobody"])),
        ]),
        &[
            ("steps.0.branches.0.next_step", FaultKind::DanglingReference),
            ("steps.1.branches.0.next_step", FaultKind::DanglingReference),
            ("steps.2.on_failure", FaultKind::AmbiguousReference),
            ("steps.3.depends_on.1", FaultKind::DanglingReference),
        ],
    );
    let run = run_with(
        &steps(&[with(step("B"), "branches", branch(json!("Bb")))]),
        &json!({}),
        &Facts::default(),
    );
    assert!(run.validation_errors[0].contains("Did you mean \"B\"?"));
    assert!(run.validation_errors[0].starts_with("steps.0.branches.0.next_step: "));
}

#[test]
fn actions_must_be_named_known_and_active() {
    let mut facts = Facts {
        actions: vec![action("update", true)],
        ..Facts::default()
    };
    facts.actions.push(crate::ActionFact {
        is_active: false,
        ..action("old", true)
    });
    let written = steps(&[
        step("A"),
        json!({"name": "B"}),
        json!({"name": "C", "action": "updatte"}),
        json!({"name": "D", "action": "old"}),
        json!({"name": "E", "action": "notification"}),
    ]);
    let expected = |kind, at: usize| (format!("steps.{at}.action"), kind);
    assert_eq!(
        faults_with(&written, &facts),
        [
            expected(FaultKind::MissingAction, 1),
            expected(FaultKind::UnknownAction, 2),
            expected(FaultKind::InactiveAction, 3)
        ]
    );
    let run = run_with(&written, &json!({}), &facts);
    assert!(run.validation_errors[1].contains("Did you mean \"update\"?"));
    assert_eq!(
        faults(&written),
        [expected(FaultKind::MissingAction, 1)],
        "empty catalogue"
    );
}

#[test]
fn approvals_need_enough_approvers() {
    let ask = |approver: Value| json!({"name": "A", "action": "approval", "approver": approver});
    assert_faults(
        &steps(&[
            json!({"name": "A", "action": "approval"}),
            ask(json!({"approvers": ["a"], "mode": "n-of", "n": 2})),
            ask(json!(["a", "a"])),
            ask(json!([])),
        ]),
        &[
            ("steps.0.approver", FaultKind::MissingApprover),
            ("steps.1.approver", FaultKind::Quorum),
            ("steps.2.approver", FaultKind::Quorum),
            ("steps.3.approver", FaultKind::MissingApprover),
        ],
    );
}

#[test]
fn harmful_retries_and_short_timeouts_are_warned_of() {
    let facts = Facts {
        actions: vec![
            action("charge", false),
            crate::ActionFact {
                measured: Some((1500.0, 9)),
                p95_millis: Some(2500),
                ..action("fetch", true)
            },
        ],
        ..Facts::default()
    };
    let of = |kind: &str, field: &str, value: Value| {
        with(json!({"name": kind, "action": kind}), field, value)
    };
    let found = faults_with(
        &steps(&[
            of("charge", "max_retries", json!(1)),
            of("fetch", "max_retries", json!(1)),
            of("fetch", "timeout_seconds", json!(2)),
            of("fetch", "timeout_seconds", json!(2.5)),
            of("charge", "timeout_seconds", json!(0.1)),
        ]),
        &facts,
    );
    assert_eq!(
        found,
        [
            ("steps.0.max_retries".to_owned(), FaultKind::UnsafeRetry),
            (
                "steps.2.timeout_seconds".to_owned(),
                FaultKind::ShortTimeout
            )
        ]
    );
}

#[test]
fn steps_must_be_reached_and_loops_left() {
    assert_faults(
        &steps(&[
            with(step("A"), "branches", json!([{"next_step": "C"}])),
            step("B"),
            step("C"),
        ]),
        &[("steps.1", FaultKind::UnreachableStep)],
    );
    assert_faults(
        &steps(&[
            step("A"),
            with(
                step("B"),
                "branches",
                json!([{"next_step": "A"}, {"condition": {"x": 1}, "next_step": 2}]),
            ),
            step("C"),
        ]),
        &[
            ("steps.2", FaultKind::UnreachableStep),
            ("steps.0", FaultKind::CycleWithoutExit),
            ("steps.1.branches.1", FaultKind::DeadBranch),
        ],
    );
}

#[test]
fn steps_must_not_wait_for_each_other() {
    let needs = |name: &str, on: Value| with(step(name), "depends_on", on);
    assert_faults(
        &steps(&[
            step("A"),
            needs("B", json!(["D"])),
            needs("C", json!(["B"])),
            step("D"),
        ]),
        &[("steps.1.depends_on", FaultKind::DependencyCycle)],
    );
    assert_faults(
        &steps(&[step("A"), needs("B", json!(["B"]))]),
        &[("steps.1.depends_on", FaultKind::DependencyCycle)],
    );
}

#[test]
fn conditions_must_be_possible_and_ask_for_what_exists() {
    let guarded = |name: &str, condition: Value| with(step(name), "conditions", condition);
    assert_faults(
        &json!({
            "trigger_conditions": "amount > 3 and amount < 2",
            "variables": [{"name": "amount"}, {"name": "region"}],
            "steps": [
                guarded("A", json!("score > 1")),
                guarded("B", json!({"amount": {"$gt": 5, "$lt": 5}})),
                with(step("C"), "outputs", json!(["score"])),
                guarded("D", json!("score > 1 and ammount > 2"))
            ]
        }),
        &[
            ("trigger_conditions", FaultKind::Contradiction),
            ("steps.1.conditions", FaultKind::Contradiction),
            ("steps.0.conditions", FaultKind::OutputBeforeItExists),
            ("steps.3.conditions", FaultKind::UndeclaredVariable),
        ],
    );
}

#[test]
fn drawings_are_checked_too() {
    let node = |id: &str, kind: &str| json!({"id": id, "type": kind, "action": "update"});
    assert_faults(
        &json!({"graph_spec": {
            "nodes": [
                node("s", "trigger"), node("d", "decision"), node("a", "action"),
                node("a", "action"), node("lost", "action"), node("e", "end"),
                {"id": "blank", "type": "action"}
            ],
            "edges": [
                {"from": "s", "to": "d"}, {"from": "d", "to": "a", "condition": "x > 1"},
                {"from": "d", "to": "blank", "condition": "x < 1"},
                {"from": "lost", "to": "e"}, {"from": "a", "to": "ee"}, {"from": "blank", "to": "e"}
            ]
        }}),
        &[
            ("graph_spec.nodes.3.id", FaultKind::AmbiguousReference),
            ("graph_spec.edges.4.to", FaultKind::UnknownNode),
            ("graph_spec.nodes.6.action", FaultKind::MissingAction),
            ("graph_spec.nodes.2", FaultKind::UnreachableStep),
            ("graph_spec.nodes.4", FaultKind::UnreachableStep),
            ("graph_spec.nodes.2", FaultKind::NoWayToEnd),
            ("graph_spec.nodes.3", FaultKind::NoWayToEnd),
            ("graph_spec.nodes.1", FaultKind::NonExhaustive),
        ],
    );
}

#[test]
fn hostile_conditions_do_not_stall_the_check() {
    let clause = |at: usize| format!("v{} > {at}", at % 4);
    let text = (0..60).map(clause).collect::<Vec<_>>().join(" or ");
    let list: Vec<_> = (0..1000)
        .map(|at| with(step(&format!("S{at}")), "conditions", json!(text)))
        .collect();
    let started = std::time::Instant::now();
    assert_eq!(faults(&steps(&list)), []);
    let took = started.elapsed();
    assert!(took.as_secs() < 20, "took {took:?} without optimisation");
}
