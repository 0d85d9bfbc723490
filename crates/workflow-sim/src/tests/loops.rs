//! Loops and their bounds.

use super::support::{names, run, step, with};
use crate::walk::MAX_ROUNDS;
use serde_json::json;

#[test]
fn a_loop_that_the_input_closes_is_left_by_its_bound_with_a_warning() {
    let steps = json!([
        step("A"),
        with(
            step("B"),
            "branches",
            json!([{"condition": {"x": 1}, "next_step": "A"}])
        ),
        step("C")
    ]);
    let run = run(&steps, &json!({"x": 1}));
    let rounds = usize::try_from(MAX_ROUNDS).unwrap();
    assert_eq!(run.execution_path.len(), 2 * (rounds + 1) + 1);
    assert_eq!(names(&run).last(), Some(&"C"));
    assert_eq!(run.execution_path[2].round, 2);
    assert_eq!(
        run.warnings,
        [
            "steps.1.branches.0: The loop at step \"B\" was left after 100 rounds: `x == 1` holds \
          on this input and a dry run changes no variable."
        ]
    );
}

#[test]
fn rejection_loops_are_not_entered_because_approval_is_assumed() {
    let steps = json!([
        step("Draft"),
        {"name": "Review", "action": "approval", "approver": "lead", "branches": [
            {"condition": "rejected", "next_step": "Draft"},
            {"condition": "approved", "next_step": "end"}
        ]},
        step("Never")
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(names(&run), ["Draft", "Review"]);
    let labels: Vec<_> = run
        .branch_explorations
        .iter()
        .map(|way| (way.taken, way.next_step, way.assumed_outcome.as_deref()))
        .collect();
    assert_eq!(
        labels,
        [
            (false, Some(0), Some("approved")),
            (true, None, Some("approved")),
            (false, Some(2), None)
        ]
    );
}

#[test]
fn only_bad_labels_leave_the_default() {
    let steps = json!([
        {"name": "Pay", "action": "update",
         "branches": [{"condition": "card declined", "next_step": "Fix"}]},
        with(step("Ship"), "branches", json!([{"next_step": "end"}])),
        step("Fix")
    ]);
    assert_eq!(names(&run(&steps, &json!({}))), ["Pay", "Ship"]);
    let named = json!([
        {"name": "Sort", "action": "update",
         "branches": [{"condition": "on error", "next_step": 2}, {"condition": "triaged", "next_step": 2}]},
        step("Between"),
        step("Then")
    ]);
    assert_eq!(names(&run(&named, &json!({}))), ["Sort", "Then"]);
}

#[test]
fn a_loop_without_exit_ends() {
    let steps = json!([
        step("A"),
        with(step("B"), "branches", json!([{"next_step": 0}]))
    ]);
    let run = run(&steps, &json!({}));
    assert!(run.execution_path.len() <= 1010);
    assert!(run.validation_errors[0].starts_with("steps.0: Nothing leads out of the loop"));
}

#[test]
fn loops_within_loops_stay_within_bounds() {
    let back = |at: usize| match at.checked_sub(1) {
        Some(before) => json!([{"condition": {"x": 1}, "next_step": before}]),
        None => json!([]),
    };
    let steps: Vec<_> = (0..200)
        .map(|at| with(step(&format!("S{at}")), "branches", back(at)))
        .collect();
    let run = run(&json!(steps), &json!({"x": 1}));
    assert!(run.execution_path.len() <= 1400);
    assert!(
        run.warnings
            .iter()
            .any(|warning| warning.contains("cut short"))
    );
}

#[test]
fn a_loop_through_a_step_that_only_leads_back_is_left_where_it_was_chosen() {
    let steps = json!([
        with(
            step("Check"),
            "branches",
            json!([{"condition": {"bad": true}, "next_step": "Fix"}])
        ),
        with(step("Ship"), "branches", json!([{"next_step": "end"}])),
        with(step("Fix"), "branches", json!([{"next_step": "Check"}]))
    ]);
    let run = run(&steps, &json!({"bad": true}));
    assert_eq!(run.execution_path.len(), 2 * 100 + 2);
    assert_eq!(names(&run).last(), Some(&"Ship"));
    let open = self::run(&steps, &json!({}));
    assert_eq!(
        names(&open),
        ["Check", "Ship"],
        "not entered on a mere possibility"
    );
    assert!(open.execution_path.iter().all(|step| !step.possible));
}
