//! What holds of every definition, on random ones.

use super::support::{definition, no_catalogue};
use crate::{DryRun, dry_run};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const VARIABLES: usize = 4;

/// A condition on one of the variables, or none.
fn condition() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(json!({})),
        3 => (0..VARIABLES, any::<bool>()).prop_map(|(at, is)| json!({format!("v{at}"): is})),
        1 => (0..VARIABLES, 0..VARIABLES)
            .prop_map(|(a, b)| json!({"$or": [{format!("v{a}"): true}, {format!("v{b}"): false}]})),
    ]
}

/// Steps whose branches lead onwards only; some depend on earlier ones.
fn acyclic() -> impl Strategy<Value = Value> {
    let one = (
        condition(),
        prop::collection::vec((condition(), 1_usize..6), 0..3),
        prop::option::weighted(0.3, prop::collection::vec(1_usize..4, 0..3)),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 1..12).prop_map(|parts| {
        let count = parts.len();
        let step = |(at, (guard, branches, depends_on, ends)): (usize, Part)| {
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
                "name": format!("S{at}"), "action": "update", "conditions": guard,
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

type Part = (Value, Vec<(Value, usize)>, Option<Vec<usize>>, bool);
type Loose = (
    Value,
    Vec<(Value, usize)>,
    Option<Vec<usize>>,
    Option<usize>,
);

/// Steps whose branches and dependencies lead anywhere.
fn anything() -> impl Strategy<Value = Value> {
    let one = (
        condition(),
        prop::collection::vec((condition(), 0_usize..10), 0..3),
        prop::option::weighted(0.3, prop::collection::vec(0_usize..10, 0..3)),
        prop::option::weighted(0.2, 0_usize..10),
    );
    prop::collection::vec(one, 1..10).prop_map(|parts| {
        let step = |(at, (guard, branches, depends_on, failure)): (usize, Loose)| {
            let branch = |(c, to): (Value, usize)| json!({"condition": c, "next_step": to});
            let branches: Vec<_> = branches.into_iter().map(branch).collect();
            let mut step =
                json!({"name": format!("S{at}"), "conditions": guard, "branches": branches});
            if let Some(before) = depends_on {
                step["depends_on"] = json!(before);
            }
            if let Some(to) = failure {
                step["on_failure"] = json!(to);
            }
            step
        };
        Value::Array(parts.into_iter().enumerate().map(step).collect())
    })
}

fn run(steps: &Value, input: &Map<String, Value>) -> DryRun {
    dry_run(
        &definition(&json!({"steps": steps})),
        input,
        &no_catalogue(),
    )
}

fn input(bits: usize, known: usize) -> Map<String, Value> {
    (0..VARIABLES)
        .filter(|at| known & (1 << at) != 0)
        .map(|at| (format!("v{at}"), json!(bits & (1 << at) != 0)))
        .collect()
}

fn path(run: &DryRun) -> BTreeSet<usize> {
    run.execution_path
        .iter()
        .map(|step| step.step_index)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A step that is certain while variables are missing runs whatever they turn out to be, and
    /// a step that runs then was shown: on the path, or on one of the ways not taken.
    #[test]
    fn what_is_open_covers_what_can_be(steps in acyclic(), known in 0_usize..16, bits in 0_usize..16) {
        let open = run(&steps, &input(bits, known));
        let certain: BTreeSet<_> = open
            .execution_path
            .iter()
            .filter(|step| !step.possible)
            .map(|step| step.step_index)
            .collect();
        let courses = open.branch_explorations.iter().flat_map(|way| [&way.then, &way.otherwise]);
        let mut shown = path(&open);
        shown.extend(courses.flatten().flat_map(|course| &course.steps).map(|s| s.step_index));
        for rest in 0..16 {
            let closed = run(&steps, &input((bits & known) | (rest & !known), 15));
            let ran = path(&closed);
            prop_assert!(closed.execution_path.iter().all(|step| !step.possible));
            prop_assert!(ran.is_superset(&certain), "{steps:#}: {ran:?} lacks one of {certain:?}");
            prop_assert!(ran.is_subset(&shown), "{steps:#}: {ran:?} has more than {shown:?}");
        }
    }

    /// A step starts when what it waited for has ended, and the critical path adds up.
    #[test]
    fn the_critical_path_adds_up(steps in acyclic(), bits in 0_usize..16) {
        let run = run(&steps, &input(bits, 15));
        let durations: i64 = run
            .critical_path
            .iter()
            .map(|at| {
                let step = run.execution_path.iter().find(|step| step.step_index == *at).unwrap();
                step.estimated_duration_ms
            })
            .sum();
        prop_assert_eq!(durations, run.predicted_duration_ms);
        prop_assert_eq!(
            run.timeline.iter().map(|span| span.end_ms).max().unwrap_or(0),
            run.predicted_duration_ms
        );
    }

    /// Whatever the references: an answer, the same each time, and bounded.
    #[test]
    fn every_definition_is_answered(steps in anything(), known in 0_usize..16, bits in 0_usize..16) {
        let input = input(bits, known);
        let once = run(&steps, &input);
        prop_assert!(once.execution_path.len() <= 1000 + 2 * steps.as_array().unwrap().len());
        prop_assert_eq!(once, run(&steps, &input));
    }
}
