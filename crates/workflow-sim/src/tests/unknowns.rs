//! Missing variables: both ways.

use super::support::{definition, names, run, run_with, step, with};
use crate::{Facts, TruthValue, dry_run};
use serde_json::{Value, json};

#[test]
fn a_guard_that_cannot_be_told_is_followed_both_ways() {
    let steps = json!([
        step("A"),
        with(step("B"), "conditions", json!({"amount": {"$gt": 10}})),
        step("C")
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(names(&run), ["A", "B", "C"]);
    let possible: Vec<_> = run
        .execution_path
        .iter()
        .map(|step| step.possible)
        .collect();
    assert_eq!(possible, [false, true, false]);
    let [guard] = run.branch_explorations.as_slice() else {
        panic!("one exploration")
    };
    assert!(guard.taken);
    assert_eq!(guard.truth, TruthValue::Unknown);
    assert_eq!(guard.missing, ["amount"]);
    assert_eq!(guard.nearest_change[0].to, json!(11));
    assert_eq!(guard.otherwise.as_ref().unwrap().continues_at, Some(2));
    assert_eq!(
        run.warnings,
        [
            "steps.1.conditions: `amount` is missing from the input, so whether `amount > 10` \
          holds is open: both ways were followed."
        ]
    );
    let [missing] = run.missing_variables.as_slice() else {
        panic!("one variable")
    };
    assert_eq!(missing.variable, "amount");
    assert_eq!(missing.decides[0].if_it_holds, Some(1));
    assert_eq!(missing.decides[0].if_it_does_not, Some(2));
}

#[test]
fn an_open_branch_makes_only_its_own_way_possible() {
    let steps = json!([
        with(
            step("Choose"),
            "branches",
            json!([
                {"condition": {"x": 1}, "next_step": "One"},
                {"condition": {"x": 2}, "next_step": "Two"}
            ])
        ),
        with(step("Other"), "branches", json!([{"next_step": "Last"}])),
        with(step("One"), "branches", json!([{"next_step": "Last"}])),
        step("Two"),
        step("Last")
    ]);
    let run = run(&steps, &json!({}));
    let path: Vec<_> = run
        .execution_path
        .iter()
        .map(|s| (s.step_name.as_str(), s.possible))
        .collect();
    assert_eq!(path, [("Choose", false), ("One", true), ("Last", false)]);
    let ways: Vec<_> = run
        .branch_explorations
        .iter()
        .filter(|way| way.on_path && way.from_step == Some(0))
        .map(|way| {
            let course = way
                .then
                .as_ref()
                .map(|c| (c.steps[0].step_name.as_str(), c.continues_at));
            (way.condition.as_str(), way.taken, way.truth, course)
        })
        .collect();
    assert_eq!(
        ways,
        [
            ("x == 1", true, TruthValue::Unknown, None),
            ("x == 2", false, TruthValue::Unknown, Some(("Two", Some(4)))),
            (
                "otherwise",
                false,
                TruthValue::Unknown,
                Some(("Other", Some(4)))
            ),
        ]
    );
}

#[test]
fn a_loop_is_not_entered_on_a_mere_possibility() {
    let steps = json!([
        step("A"),
        with(
            step("B"),
            "branches",
            json!([{"condition": {"again": true}, "next_step": "A"}])
        ),
        step("C")
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(names(&run), ["A", "B", "C"]);
    assert!(run.execution_path.iter().all(|step| !step.possible));
    let back = &run.branch_explorations[0];
    assert!(!back.taken);
    assert_eq!(back.then.as_ref().unwrap().continues_at, Some(0));
}

#[test]
fn a_variable_that_a_step_produces_is_named_with_it() {
    let steps = json!([
        with(step("Score"), "outputs", json!(["score"])),
        with(step("Review"), "conditions", json!("score.value < 600"))
    ]);
    let run = run(&steps, &json!({}));
    assert_eq!(
        run.missing_variables[0].produced_by.as_deref(),
        Some("Score")
    );
    assert_eq!(
        names(&self::run(&steps, &json!({"score": {"value": 700}}))),
        ["Score"]
    );
}

#[test]
fn declared_variables_fill_in_and_are_checked() {
    let written = json!({
        "variables": [
            {"name": "amount", "type": "number", "default": 50},
            {"name": "region", "type": "string", "required": true},
            {"name": "rush", "type": "boolean"}
        ],
        "steps": [with(step("A"), "conditions", json!("amount >= 50"))]
    });
    let run = run_with(&written, &json!({"rush": "yes"}), &Facts::default());
    assert_eq!(names(&run), ["A"]);
    assert_eq!(
        run.warnings
            .iter()
            .map(|w| w.split(':').next().unwrap())
            .collect::<Vec<_>>(),
        ["input_data.region", "input_data.rush"]
    );
}

/// `count` decisions in a row, each with two arms that meet again.
fn diamonds(count: usize) -> Value {
    let mut steps = Vec::new();
    for at in 0..count {
        let (left, right, join) = (3 * at + 1, 3 * at + 2, 3 * at + 3);
        steps.push(
            json!({"name": format!("D{at}"), "action": "decision", "branches": [
                {"condition": format!("v{at} > 1"), "next_step": left},
                {"condition": format!("v{at} <= 1"), "next_step": right}
            ]}),
        );
        let meet = json!([{"next_step": join}]);
        steps.push(with(step(&format!("L{at}")), "branches", meet.clone()));
        steps.push(with(step(&format!("R{at}")), "branches", meet));
    }
    steps.push(step("End"));
    json!({"steps": steps})
}

#[test]
fn sixty_diamonds_are_merged_not_enumerated() {
    let definition = definition(&diamonds(60));
    let started = std::time::Instant::now();
    let run = dry_run(
        &definition,
        json!({}).as_object().unwrap(),
        &Facts::default(),
    );
    let took = started.elapsed();
    assert!(took.as_millis() < 500, "took {took:?} without optimisation");
    assert_eq!(run.execution_path.len(), 60 * 2 + 1);
    assert_eq!(run.missing_variables.len(), 60);
    let possible = run
        .execution_path
        .iter()
        .filter(|step| step.possible)
        .count();
    assert_eq!(
        possible, 60,
        "the arms, and neither the decisions nor the end"
    );
    let shown = run
        .branch_explorations
        .iter()
        .filter_map(|way| way.then.as_ref());
    assert_eq!(
        shown.map(|course| course.steps.len()).sum::<usize>(),
        60,
        "each right arm once"
    );
}

#[test]
fn ways_are_explored_to_their_full_depth() {
    let steps = json!([
        step("A"),
        with(
            with(step("B"), "conditions", json!({"x": 1})),
            "branches",
            json!([
                {"condition": {"y": 1}, "next_step": "D"}, {"condition": {"z": 1}, "next_step": "E"}
            ])
        ),
        with(step("C"), "branches", json!([{"next_step": "end"}])),
        with(step("D"), "branches", json!([{"next_step": "end"}])),
        step("E")
    ]);
    let run = run(&steps, &json!({"x": 2, "y": 1, "z": 2}));
    assert_eq!(names(&run), ["A", "C"]);
    let ways: Vec<_> = run
        .branch_explorations
        .iter()
        .filter(|way| way.from_step != Some(2) && way.from_step != Some(3))
        .map(|way| {
            let steps = way.then.iter().flat_map(|course| &course.steps);
            let names: Vec<_> = steps.map(|step| step.step_name.as_str()).collect();
            (
                way.condition.as_str(),
                way.taken,
                way.on_path,
                names.join(" "),
            )
        })
        .collect();
    let row = |condition, taken, on_path, then: &str| (condition, taken, on_path, then.to_owned());
    assert_eq!(
        ways,
        [
            row("x == 1", false, true, "B D"),
            row("y == 1", true, false, ""),
            row("z == 1", false, false, "E"),
            row("otherwise", false, false, "")
        ]
    );
}
