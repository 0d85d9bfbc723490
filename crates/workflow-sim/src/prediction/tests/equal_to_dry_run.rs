//! Prediction has the token semantics of the dry run: with fixed times, no resources and one
//! input, every case takes as long as the dry run says.

use super::support::{definition, no_history, predicted};
use crate::{Facts, dry_run};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const VARIABLES: usize = 4;
/// Conventional estimates that differ.
const ACTIONS: [&str; 5] = ["approval", "notification", "calculation", "validation", "x"];

fn condition() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(json!({})),
        3 => (0..VARIABLES, any::<bool>()).prop_map(|(at, is)| json!({format!("v{at}"): is})),
    ]
}

type Part = (Value, Vec<(Value, usize)>, Option<Vec<usize>>, usize, bool);

/// Steps whose branches lead onwards only; many run side by side.
fn acyclic() -> impl Strategy<Value = Value> {
    let one = (
        condition(),
        prop::collection::vec((condition(), 1_usize..6), 0..3),
        prop::option::weighted(0.5, prop::collection::vec(1_usize..5, 0..3)),
        0..ACTIONS.len(),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 1..14).prop_map(|parts| {
        let count = parts.len();
        let step = |(at, (guard, branches, depends_on, action, ends)): (usize, Part)| {
            let branch = |(condition, on): (Value, usize)| {
                let to = if at + on < count {
                    json!(at + on)
                } else {
                    json!("end")
                };
                json!({"condition": condition, "next_step": to})
            };
            let mut branches: Vec<_> = branches.into_iter().map(branch).collect();
            if ends {
                branches.push(json!({"next_step": "end"}));
            }
            let mut step = json!({
                "name": format!("S{at}"), "action": ACTIONS[action], "conditions": guard,
                "branches": branches
            });
            if let (Some(before), true) = (depends_on, at > 0) {
                let before: Vec<_> = before.iter().map(|back| at.saturating_sub(*back)).collect();
                step["depends_on"] = json!(before);
            }
            step
        };
        Value::Array(parts.into_iter().enumerate().map(step).collect())
    })
}

fn facts() -> Facts {
    Facts {
        catalogue_is_empty: true,
        ..Facts::default()
    }
}

fn agree(written: &Value, input: &Map<String, Value>) -> Result<(), TestCaseError> {
    let definition = definition(written);
    let dry = dry_run(&definition, input, &facts());
    let mut request = super::support::request(&json!({"cases": 3}));
    request.input = input.clone();
    let found = crate::prediction::predict(
        "W",
        &definition,
        &no_history(&definition),
        &[],
        &request,
        &crate::prediction::unhindered,
    )
    .unwrap();
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let expected = dry.predicted_duration_ms as f64 / 1000.0;
    let cycle = found.totals.cycle_time;
    prop_assert!(
        (cycle.mean.value - expected).abs() < 1e-6,
        "{written:#} on {input:?}: {} is not {expected}; {:?}",
        cycle.mean.value,
        dry.execution_path
            .iter()
            .map(|s| &s.step_name)
            .collect::<Vec<_>>()
    );
    prop_assert!((cycle.mean.high - cycle.mean.low).abs() < 1e-6);
    let runs: f64 = found.steps.iter().map(|step| step.runs_per_case).sum();
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let expected = dry.execution_path.len() as f64;
    prop_assert!(
        (runs - expected).abs() < 1e-6,
        "{written:#}: {runs} is not {expected}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn cases_take_as_long_as_the_dry_run(steps in acyclic(), bits in 0_usize..16) {
        let input: Map<String, Value> = (0..VARIABLES)
            .map(|at| (format!("v{at}"), json!(bits & (1 << at) != 0)))
            .collect();
        agree(&json!({"steps": steps}), &input)?;
    }
}

#[test]
fn drawings_are_followed_too() {
    let edge = |from: &str, to: &str, condition: Value| json!({"from": from, "to": to, "condition": condition});
    let graph = json!({"graph_spec": {
        "nodes": [
            {"id": "t", "type": "trigger"}, {"id": "a", "type": "approval"},
            {"id": "f", "type": "parallel"}, {"id": "b", "type": "notification"},
            {"id": "c", "type": "calculation"}, {"id": "d", "type": "decision"},
            {"id": "e", "type": "validation"}, {"id": "z", "type": "terminator"}
        ],
        "edges": [
            {"from": "t", "to": "a"}, {"from": "a", "to": "f"}, {"from": "f", "to": "b"},
            {"from": "f", "to": "c"}, {"from": "b", "to": "d"}, {"from": "c", "to": "d"},
            edge("d", "e", json!("amount > 10")), {"from": "d", "to": "z"}, {"from": "e", "to": "z"}
        ]
    }});
    for amount in [5, 15] {
        let input = json!({"amount": amount});
        agree(&graph, input.as_object().unwrap()).unwrap();
    }
}

#[test]
fn a_loop_that_the_data_close_for_ever_is_left_and_named() {
    let written = json!({"steps": [
        {"name": "A", "action": "x"},
        {"name": "B", "action": "x", "branches": [{"condition": {"again": true}, "next_step": "A"}]},
        {"name": "C", "action": "x"}
    ]});
    let definition = definition(&written);
    let mut request = super::support::request(&json!({"cases": 2000}));
    request.input = json!({"again": true}).as_object().unwrap().clone();
    let fit = no_history(&definition);
    let control = &crate::prediction::unhindered;
    let found = crate::prediction::predict("W", &definition, &fit, &[], &request, control).unwrap();
    let runs = super::support::row(&found, "A").runs_per_case;
    assert!((90.0..112.0).contains(&runs), "{runs}");
    assert!(
        found
            .warnings
            .iter()
            .any(|told| told.starts_with("steps.1") && told.contains("100")),
        "{:?}",
        found.warnings
    );
    let fine = predicted(&definition, &fit, &json!({"cases": 100}));
    assert!((super::support::row(&fine, "A").runs_per_case - 1.0).abs() < 1e-9);
}

#[test]
fn a_loop_without_an_exit_is_left() {
    let written = json!({"steps": [
        {"name": "A", "action": "x"},
        {"name": "B", "action": "x", "branches": [{"next_step": "A"}]}
    ]});
    let definition = definition(&written);
    let found = predicted(
        &definition,
        &no_history(&definition),
        &json!({"cases": 500}),
    );
    let runs = super::support::row(&found, "A").runs_per_case;
    assert!((90.0..112.0).contains(&runs), "{runs}");
}
