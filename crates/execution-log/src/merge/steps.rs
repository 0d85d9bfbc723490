//! The steps of a report: which known step each one is, what it adds, and their order.

mod identity;
mod order;

use super::WorkflowContext;
use super::fields::join_field;
use super::state::{MergeState, Stamp, Stamps, StepState, position};
use crate::RecordError;
use workflow_model::{Execution, RecordedStep, StepStatus};

/// A step with what is kept of it.
pub(super) struct Row {
    pub(super) step: RecordedStep,
    pub(super) state: StepState,
}

/// The steps with name, index and action filled in from the definition. An empty name is one
/// that was not said.
pub(super) fn filled(
    said: &[RecordedStep],
    definition: &[(String, Option<String>)],
) -> Result<Vec<RecordedStep>, RecordError> {
    let fill = |(number, step): (usize, &RecordedStep)| {
        let mut step = step.clone();
        if step.step_index.is_none() {
            step.step_index = only_index(definition, &step.step_name);
        }
        let place = step
            .step_index
            .and_then(|index| usize::try_from(index).ok());
        match place.and_then(|index| definition.get(index)) {
            Some((name, action)) => {
                if step.step_name.is_empty() {
                    step.step_name.clone_from(name);
                }
                step.action = step.action.or_else(|| action.clone());
            }
            None if step.step_name.is_empty() => {
                return Err(RecordError::Contradiction(
                    format!("steps.{number}.step_index"),
                    unknown_index(definition.len()),
                ));
            }
            None => {}
        }
        Ok(step)
    };
    said.iter().enumerate().map(fill).collect()
}

fn unknown_index(steps: usize) -> String {
    match steps {
        0 => "The workflow has no steps, so a step needs its step_name.".to_owned(),
        1 => "The workflow has one step, with index 0; another one needs its step_name.".to_owned(),
        _ => format!(
            "The workflow has steps 0 to {}; another one needs its step_name.",
            steps - 1
        ),
    }
}

/// The position of the one step of that name.
fn only_index(definition: &[(String, Option<String>)], name: &str) -> Option<u32> {
    let mut found = definition
        .iter()
        .enumerate()
        .filter(|(_, (n, _))| n == name);
    match (found.next(), found.next()) {
        (Some((index, _)), None) => u32::try_from(index).ok(),
        _ => None,
    }
}

/// Joins the steps of a report.
pub(super) fn join(
    execution: &mut Execution,
    state: &mut MergeState,
    said: Vec<RecordedStep>,
    stamp: Stamp,
    context: &WorkflowContext,
) {
    if said.is_empty() {
        return;
    }
    let states = state.steps_of(execution);
    let known = std::mem::take(&mut execution.steps);
    let mut rows: Vec<Row> = known
        .into_iter()
        .zip(states)
        .map(|(step, state)| Row { step, state })
        .collect();
    let matched = identity::matches(&rows, &said);
    let count = said.len();
    let mut ordinals = identity::Ordinals::default();
    for row in &rows {
        ordinals.next(&row.step);
    }
    for (index, (step, known)) in said.into_iter().zip(matched).enumerate() {
        let position = position(index, count);
        if let Some(row) = known.and_then(|known| rows.get_mut(known)) {
            row.state.position = row.state.position.max(position);
            join_step(row, step, stamp, context);
            continue;
        }
        let ordinal = ordinals.next(&step);
        let stamps = Stamps::all(stamp);
        rows.push(Row {
            step,
            state: StepState {
                position,
                ordinal,
                stamps,
            },
        });
    }
    let rows = order::ordered(rows);
    let (steps, states): (Vec<_>, Vec<_>) =
        rows.into_iter().map(|row| (row.step, row.state)).unzip();
    execution.steps = steps;
    state.keep_steps(states);
}

fn join_step(row: &mut Row, said: RecordedStep, stamp: Stamp, context: &WorkflowContext) {
    let Row { step: known, state } = row;
    let stamps = &mut state.stamps;
    known.step_index = known.step_index.or(said.step_index);
    known.started_at = known.started_at.or(said.started_at);
    let weight = |status: StepStatus, stamp| (status != StepStatus::Running, stamp, status);
    if weight(said.status, stamp) > weight(known.status, stamps.get("status")) {
        known.status = said.status;
        stamps.set("status", stamp);
    }
    join_field(
        &mut known.completed_at,
        said.completed_at.as_ref(),
        stamps,
        "completed_at",
        stamp,
    );
    join_field(
        &mut known.actor,
        said.actor.as_ref(),
        stamps,
        "actor",
        stamp,
    );
    join_field(
        &mut known.outcome,
        said.outcome.as_ref(),
        stamps,
        "outcome",
        stamp,
    );
    let error = said.error_message.as_ref();
    join_field(
        &mut known.error_message,
        error,
        stamps,
        "error_message",
        stamp,
    );

    // What the definition says too may have been filled in from there, so it decides nothing.
    let place = known
        .step_index
        .and_then(|index| usize::try_from(index).ok());
    let definition = place.and_then(|index| context.steps.get(index));
    let name = definition.map(|(name, _)| name);
    if Some(&said.step_name) != name {
        let mut kept = (Some(&known.step_name) != name).then(|| known.step_name.clone());
        join_field(&mut kept, Some(&said.step_name), stamps, "step_name", stamp);
        known.step_name = kept.unwrap_or(said.step_name);
    }
    let action = definition.and_then(|(_, action)| action.as_ref());
    if said.action.as_ref() != action {
        let mut kept = known.action.take_if(|known| Some(&*known) != action);
        join_field(&mut kept, said.action.as_ref(), stamps, "action", stamp);
        known.action = kept.or_else(|| known.action.take());
    }
}
