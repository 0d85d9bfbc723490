//! Durations: measured before catalogued before conventional.

use super::support::{action, measured, run_with, step, with};
use crate::{EstimateSource, Facts, default_estimate_millis, estimate};
use serde_json::json;

#[test]
fn the_conventions_are_the_published_ones() {
    let of = [
        "approval",
        "notification",
        "calculation",
        "validation",
        "decision",
        "update",
        "",
    ];
    assert_eq!(
        of.map(default_estimate_millis),
        [1000, 500, 200, 100, 500, 500, 500]
    );
}

#[test]
fn what_was_measured_nearest_to_the_step_counts() {
    let mut facts = Facts::default();
    let found = |facts: &Facts| {
        let estimate = estimate("Check", "validation", facts);
        (estimate.millis, estimate.source, estimate.sample_count)
    };
    assert_eq!(found(&facts), (100, EstimateSource::Default, 0));
    facts.actions = vec![action("validation", true), action("validation", true)];
    assert_eq!(found(&facts), (100, EstimateSource::Default, 0));
    facts.actions[0].measured = Some((10.0, 1));
    facts.actions[1].measured = Some((40.0, 2));
    assert_eq!(found(&facts), (30, EstimateSource::Catalogue, 3));
    facts.actions[1].name = "Check".to_owned();
    assert_eq!(found(&facts), (40, EstimateSource::Catalogue, 2));
    facts.steps = vec![measured("Other", "validation", 7.4, 5)];
    assert_eq!(found(&facts), (7, EstimateSource::Measured, 5));
    facts.steps.push(measured("Check", "", 900.5, 3));
    assert_eq!(found(&facts), (901, EstimateSource::Measured, 3));
    facts.steps.push(measured("Check", "validation", 300.0, 4));
    assert_eq!(found(&facts), (300, EstimateSource::Measured, 4));
}

#[test]
fn a_mean_that_is_no_number_does_not_count() {
    let facts = Facts {
        steps: vec![measured("A", "x", f64::NAN, 3), measured("A", "x", 5.0, 0)],
        ..Facts::default()
    };
    assert_eq!(estimate("A", "x", &facts).source, EstimateSource::Default);
}

#[test]
fn the_path_says_what_each_estimate_rests_on() {
    let facts = Facts {
        steps: vec![measured("A", "update", 1234.0, 12)],
        ..Facts::default()
    };
    let run = run_with(
        &json!({"steps": [step("A"), {"name": "B"}]}),
        &json!({}),
        &facts,
    );
    assert_eq!(
        run.execution_path[0].duration_basis,
        "mean of 12 measured of this step"
    );
    assert_eq!(run.execution_path[0].sample_count, 12);
    assert_eq!(
        run.execution_path[1].duration_source,
        EstimateSource::Default
    );
    assert_eq!(run.predicted_duration_ms, 1734);
}

#[test]
fn side_effects_and_failures_come_from_the_catalogue_and_the_history() {
    let facts = Facts {
        actions: vec![action("update", false), action("charge", true)],
        steps: vec![measured("A", "update", 2000.0, 4)],
        ..Facts::default()
    };
    let steps = json!([
        with(with(step("A"), "max_retries", json!(2)), "timeout_seconds", json!(1.5)),
        with(step("B"), "on_failure", json!("Undo")),
        with(step("C"), "branches", json!([{"next_step": "end"}])),
        {"name": "Undo", "action": "charge"}
    ]);
    let run = run_with(&json!({"steps": steps}), &json!({}), &facts);
    let done: Vec<_> = run
        .would_have_done
        .iter()
        .map(|e| (e.step_index, e.side_effects.join(","), e.is_idempotent))
        .collect();
    let update = || "update_done".to_owned();
    assert_eq!(
        done,
        [
            (0, update(), false),
            (1, update(), false),
            (2, update(), false)
        ]
    );
    let [retried, undone] = run.failure_handling.as_slice() else {
        panic!("two plans")
    };
    assert_eq!(
        (retried.longest_ms, retried.success_rate, retried.then),
        (Some(4500), Some(0.75), "fail")
    );
    assert_eq!((undone.then, undone.next_step), ("go_to", Some(3)));
    assert_eq!(undone.course.as_ref().unwrap().steps[0].step_name, "Undo");
    let paths: Vec<_> = run
        .warnings
        .iter()
        .map(|w| w.split(':').next().unwrap())
        .collect();
    assert_eq!(paths, ["steps.0.max_retries"]);
}
