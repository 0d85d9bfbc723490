//! Steps side by side, joins, and the critical path.

use super::support::{names, run, step, with};
use serde_json::json;

#[test]
fn the_longest_arm_decides() {
    let steps = json!([
        {"name": "Start", "action": "validation"},
        {"name": "Slow", "action": "approval", "approver": "a", "depends_on": ["Start"]},
        {"name": "Quick", "action": "calculation", "depends_on": [0]},
        {"name": "Join", "action": "notification", "depends_on": ["Slow", "Quick"]}
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(names(&run), ["Start", "Slow", "Quick", "Join"]);
    assert_eq!(run.predicted_duration_ms, 100 + 1000 + 500);
    assert_eq!(run.critical_path, [0, 1, 3]);
    let starts: Vec<_> = run
        .timeline
        .iter()
        .map(|span| (span.start_ms, span.critical))
        .collect();
    assert_eq!(starts, [(0, true), (100, true), (100, false), (1100, true)]);
}

#[test]
fn steps_that_depend_on_nothing_start_at_once() {
    let steps = json!([
        step("A"),
        with(step("B"), "depends_on", json!([])),
        with(step("C"), "depends_on", json!(["A", "B"]))
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(run.predicted_duration_ms, 1000);
    assert_eq!(run.execution_path[1].start_ms, 0);
}

#[test]
fn a_join_does_not_wait_for_a_way_not_taken() {
    let steps = json!([
        {"name": "Choose", "action": "decision",
         "branches": [{"condition": "big", "next_step": "Big"},
                      {"condition": "not big == true", "next_step": "Small"}]},
        with(step("Big"), "depends_on", json!(["Choose"])),
        with(step("Small"), "depends_on", json!(["Choose"])),
        with(step("Join"), "depends_on", json!(["Big", "Small"]))
    ]);
    let steps = {
        let mut steps = steps;
        steps[0]["branches"][0]["condition"] = json!({"big": true});
        steps[0]["branches"][1]["condition"] = json!({"big": false});
        steps
    };
    assert_eq!(
        names(&run(&steps, &json!({"big": true}))),
        ["Choose", "Big", "Join"]
    );
    let small = run(&steps, &json!({"big": false}));
    assert_eq!(names(&small), ["Choose", "Small", "Join"]);
    assert_eq!(small.predicted_duration_ms, 1500);
}

#[test]
fn a_skipped_step_counts_as_ended() {
    let steps = json!([
        step("A"),
        with(
            with(step("B"), "depends_on", json!(["A"])),
            "conditions",
            json!({"x": 1})
        ),
        with(step("C"), "depends_on", json!(["B"]))
    ]);
    let run = run(&steps, &json!({"x": 2}));
    assert_eq!(names(&run), ["A", "C"]);
    assert_eq!(run.predicted_duration_ms, 1000);
}

#[test]
fn what_depends_on_a_step_starts_also_when_that_step_branches_elsewhere() {
    let steps = json!([
        with(
            step("A"),
            "branches",
            json!([{"condition": {"x": 1}, "next_step": "C"}])
        ),
        step("B"),
        step("C"),
        with(step("Audit"), "depends_on", json!(["A"]))
    ]);
    let run = run(&steps, &json!({"x": 1}));
    assert_eq!(names(&run), ["A", "C", "Audit"]);
    assert_eq!(run.execution_path[2].start_ms, 500);
}

#[test]
fn several_approvers_are_asked_side_by_side() {
    let steps = json!([
        {"name": "Board", "action": "approval",
         "approver": {"approvers": ["a", "b", "c"], "mode": "n-of", "n": 2}}
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(run.predicted_duration_ms, 1000);
    let asked: Vec<_> = run
        .approval_chain
        .iter()
        .map(|l| (l.approver.as_str(), l.mode.as_str()))
        .collect();
    assert_eq!(asked, [("a", "2 of 3"), ("b", "2 of 3"), ("c", "2 of 3")]);
}
