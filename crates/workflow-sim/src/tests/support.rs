//! Short ways to write definitions and to read answers.

use crate::{ActionFact, DryRun, Facts, FaultKind, MeasuredStep, dry_run, validate};
use serde_json::{Value, json};
use workflow_model::Definition;

pub(super) fn definition(value: &Value) -> Definition {
    Definition::read(value).unwrap()
}

/// A dry run of these steps, on an empty catalogue.
pub(super) fn run(steps: &Value, input: &Value) -> DryRun {
    run_with(&json!({"steps": steps}), input, &no_catalogue())
}

pub(super) fn run_with(written: &Value, input: &Value, facts: &Facts) -> DryRun {
    dry_run(&definition(written), input.as_object().unwrap(), facts)
}

/// The names of the steps that would run, in order.
pub(super) fn names(run: &DryRun) -> Vec<&str> {
    run.execution_path
        .iter()
        .map(|step| step.step_name.as_str())
        .collect()
}

/// A plain step of 500 ms.
pub(super) fn step(name: &str) -> Value {
    json!({"name": name, "action": "update"})
}

pub(super) fn with(mut step: Value, field: &str, value: Value) -> Value {
    step[field] = value;
    step
}

pub(super) fn action(kind: &str, idempotent: bool) -> ActionFact {
    ActionFact {
        action_type: kind.to_owned(),
        name: format!("The {kind}"),
        is_active: true,
        is_idempotent: idempotent,
        side_effects: vec![format!("{kind}_done")],
        input_schema: json!({}),
        measured: None,
        p95_millis: None,
    }
}

pub(super) fn measured(name: &str, kind: &str, mean_millis: f64, timed: i64) -> MeasuredStep {
    MeasuredStep {
        step_name: name.to_owned(),
        action_type: kind.to_owned(),
        mean_millis,
        timed,
        success_rate: 0.75,
    }
}

/// Facts of a tenant whose catalogue is empty.
pub(super) fn no_catalogue() -> Facts {
    Facts {
        catalogue_is_empty: true,
        ..Facts::default()
    }
}

/// The faults of a definition, on an empty catalogue, by path and kind.
pub(super) fn faults(written: &Value) -> Vec<(String, FaultKind)> {
    faults_with(written, &no_catalogue())
}

pub(super) fn faults_with(written: &Value, facts: &Facts) -> Vec<(String, FaultKind)> {
    validate(&definition(written), facts)
        .into_iter()
        .map(|f| (f.path, f.kind))
        .collect()
}

/// Compares with expected faults, written as path and kind.
pub(super) fn assert_faults(written: &Value, expected: &[(&str, FaultKind)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(p, k)| ((*p).to_owned(), *k))
        .collect();
    assert_eq!(faults(written), expected, "{written:#}");
}
