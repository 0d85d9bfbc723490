//! Faults of the conditions of one choice together.

use super::support::{definition, no_catalogue, step, with};
use crate::{FaultKind, validate};
use serde_json::{Value, json};

/// A decision with these branches, before the steps `Low`, `High` and `Next`.
fn decision(branches: &[(&str, &str)], variables: &Value) -> Value {
    let branches: Vec<_> = branches
        .iter()
        .map(|(condition, to)| json!({"condition": condition, "next_step": to}))
        .collect();
    let leave = |name: &str| with(step(name), "branches", json!([{"next_step": "Next"}]));
    json!({
        "variables": variables,
        "steps": [
            {"name": "Which?", "action": "decision", "branches": branches},
            leave("Low"), leave("High"), step("Next")
        ]
    })
}

fn found(branches: &[(&str, &str)], variables: &Value) -> Vec<(String, FaultKind, String)> {
    validate(&definition(&decision(branches, variables)), &no_catalogue())
        .into_iter()
        .map(|fault| (fault.path, fault.kind, fault.message))
        .collect()
}

fn kinds(branches: &[(&str, &str)], variables: &Value) -> Vec<(String, FaultKind)> {
    let found = found(branches, variables).into_iter();
    found.map(|(path, kind, _)| (path, kind)).collect()
}

fn branch(at: usize, kind: FaultKind) -> (String, FaultKind) {
    (format!("steps.0.branches.{at}"), kind)
}

#[test]
fn branches_that_share_inputs_are_named_with_an_example() {
    let both = found(
        &[
            ("amount > 100", "High"),
            ("region == \"north\"", "Low"),
            ("else", "Next"),
        ],
        &json!([{"name": "amount", "type": "number"}, {"name": "region", "type": "string"}]),
    );
    assert_eq!(
        both,
        [(
            "steps.0.branches.1".to_owned(),
            FaultKind::Overlapping,
            "`region == \"north\"` and `amount > 100` before it both hold for some inputs, such as \
             when amount is 101 and region is \"north\", and then the one before is taken; make \
             them exclude each other."
                .to_owned()
        )]
    );
}

#[test]
fn a_narrow_condition_before_a_wide_one_is_plain_order() {
    let amount = json!([{"name": "amount", "type": "number"}]);
    let narrow_first = [
        ("amount > 50000", "High"),
        ("amount > 10000", "Low"),
        ("else", "Next"),
    ];
    assert_eq!(kinds(&narrow_first, &amount), []);
    let wide_first = [
        ("amount > 10000", "Low"),
        ("amount > 50000", "High"),
        ("else", "Next"),
    ];
    assert_eq!(
        kinds(&wide_first, &amount),
        [branch(1, FaultKind::DeadBranch)]
    );
}

#[test]
fn several_branches_together_may_leave_nothing() {
    let all = [("x < 5", "Low"), ("x >= 5", "High"), ("x > 7", "Next")];
    assert_eq!(
        kinds(&all, &json!([{"name": "x", "type": "number"}])),
        [branch(2, FaultKind::DeadBranch)]
    );
}

/// What no condition meets goes on to the step that happens to be next in the list: that is an
/// oversight when a branch asks for a condition to go there.
#[test]
fn a_gap_that_falls_into_a_guarded_step_is_named() {
    let number = json!([{"name": "x", "type": "number"}]);
    let gap = found(&[("x < 10", "Low"), ("x > 10", "High")], &number);
    assert_eq!(gap.len(), 1);
    assert_eq!(
        (gap[0].0.as_str(), gap[0].1),
        ("steps.0", FaultKind::NonExhaustive)
    );
    assert_eq!(
        gap[0].2,
        "Some inputs meet none of the conditions after \"Which?\", such as when x is 10: they go on \
         to \"Low\", which is next in the list. Add a branch without a condition that says where \
         they should go."
    );
    assert_eq!(
        kinds(&[("x < 10", "Low"), ("x >= 10", "High")], &number),
        []
    );
    assert_eq!(
        kinds(&[("x > 10", "High")], &number),
        [],
        "one branch, and else go on"
    );
    assert_eq!(
        kinds(&[("x > 10", "High"), ("x < 1", "Next")], &number),
        [],
        "Low is a default"
    );
}

#[test]
fn what_a_variable_can_hold_decides_what_a_gap_is() {
    let neighbours = [("x < 10", "Low"), ("x >= 11", "High")];
    let of = |kind: &str| json!([{"name": "x", "type": kind}]);
    assert_eq!(kinds(&neighbours, &of("number")).len(), 1);
    assert_eq!(
        kinds(&neighbours, &json!([{"name": "x", "type": "integer"}])).len(),
        1,
        "10"
    );
    let close = [("x < 10", "Low"), ("x >= 10", "High")];
    assert_eq!(kinds(&close, &of("integer")), []);
    let halves = [("x <= 10", "Low"), ("x >= 11", "High")];
    assert_eq!(kinds(&halves, &of("number")).len(), 1, "10.5");
    assert_eq!(kinds(&halves, &of("integer")), []);
    let tiers = [("tier == \"gold\"", "Low"), ("tier == \"basic\"", "High")];
    assert_eq!(
        kinds(&tiers, &json!([{"name": "tier", "type": "string"}])).len(),
        1
    );
    let listed = json!([{"name": "tier", "type": "string", "enum": ["gold", "basic"]}]);
    assert_eq!(kinds(&tiers, &listed), []);
    let flags = [("vip == true", "Low"), ("vip == false", "High")];
    assert_eq!(
        kinds(&flags, &json!([{"name": "vip", "type": "boolean"}])),
        []
    );
    let bounds = json!([{"name": "x", "type": "number", "minimum": 0, "maximum": 20}]);
    assert_eq!(
        kinds(&[("x < 10", "Low"), ("x in [10..20]", "High")], &bounds),
        []
    );
}

#[test]
fn a_condition_beyond_what_is_declared_is_a_contradiction() {
    let bounds = json!([{"name": "x", "type": "number", "maximum": 50}]);
    let never = found(&[("x > 60", "High")], &bounds);
    assert_eq!(
        never,
        [(
            "steps.0.branches.0.condition".to_owned(),
            FaultKind::Contradiction,
            "No input meets `x > 60`: the variables are declared otherwise; correct it, or the \
             declaration."
                .to_owned()
        )]
    );
}

/// As many branches and variables as a definition may have: the check gives up in time.
#[test]
fn hostile_choices_do_not_stall_the_check() {
    let branch = |at: usize| {
        let condition = format!("a{} > {at} or b{} < {at} and c > {at}", at % 7, at % 5);
        json!({"condition": condition, "next_step": "end"})
    };
    let branches: Vec<_> = (0..100).map(branch).collect();
    let steps: Vec<_> = (0..1000)
        .map(|at| with(step(&format!("S{at}")), "branches", json!(branches)))
        .collect();
    let definition = definition(&json!({"steps": steps}));
    let started = std::time::Instant::now();
    let found = validate(&definition, &no_catalogue());
    let took = started.elapsed();
    assert!(took.as_secs() < 30, "took {took:?} without optimisation");
    assert!(found.iter().all(|fault| !fault.blocking));
}
