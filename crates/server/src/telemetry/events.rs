//! What happened, counted under the documented names.

use catalog::{ActionStore, LatencyClass};
use execution_log::Change;
use kernel::{StoreError, TenantId};
use metrics::{counter, histogram};
use sla::Breach;
use std::collections::HashMap;
use suggestions::Suggestion;
use workflow_model::{ExecutionStatus, RecordedStep, StepStatus};
use workflow_sim::Simulation;

/// Executions that reached their end: each counts once, when its end is first known.
pub(crate) fn executions(changes: &[Change]) {
    for change in changes {
        let Some(after) = &change.after else { continue };
        let ended = |status: ExecutionStatus| status.is_final();
        if !ended(after.status) || change.before.as_ref().is_some_and(|b| ended(b.status)) {
            continue;
        }
        let workflow_type = after.workflow_type.clone();
        counter!(
            "workflow_execution_total",
            "workflow_type" => workflow_type.clone(),
            "status" => after.status.as_str()
        )
        .increment(1);
        if let Some(millis) = after.duration_millis() {
            histogram!("workflow_execution_duration_seconds", "workflow_type" => workflow_type)
                .record(seconds(millis));
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "durations in milliseconds are below 2^53"
)]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}

/// Steps that ended: each attempt counts once, when its end is first known.
pub(crate) async fn actions(
    tenant: TenantId,
    changes: &[Change],
    catalogue: &dyn ActionStore,
) -> Result<(), StoreError> {
    let ended: Vec<&RecordedStep> = changes.iter().flat_map(newly_ended).collect();
    let mut types: Vec<String> = ended
        .iter()
        .filter_map(|step| step.action.clone())
        .collect();
    types.sort();
    types.dedup();
    if types.is_empty() {
        return Ok(());
    }
    let classes: HashMap<String, LatencyClass> = catalogue
        .of_types(tenant, &types)
        .await?
        .into_iter()
        .map(|action| (action.declared.action_type, action.declared.latency_class))
        .collect();
    for step in ended {
        let Some(action_type) = step.action.clone() else {
            continue;
        };
        let millis = step
            .duration()
            .map(|d| seconds(d.num_milliseconds()) * 1000.0);
        // Declared, else as it was in fact.
        let class = classes
            .get(&action_type)
            .copied()
            .or_else(|| millis.map(LatencyClass::of_millis))
            .map_or("unknown", LatencyClass::as_str);
        counter!(
            "action_execution_total",
            "action_type" => action_type.clone(),
            "latency_class" => class
        )
        .increment(1);
        if let Some(millis) = millis {
            histogram!("action_execution_duration_ms", "action_type" => action_type).record(millis);
        }
    }
    Ok(())
}

fn newly_ended(change: &Change) -> impl Iterator<Item = &RecordedStep> {
    let ended = |step: &RecordedStep| match step.status {
        StepStatus::Completed | StepStatus::Failed => true,
        StepStatus::Running | StepStatus::Skipped => false,
    };
    let known = change
        .before
        .as_ref()
        .map(|before| before.steps.as_slice())
        .unwrap_or_default();
    change
        .after
        .iter()
        .flat_map(|after| after.steps.iter())
        .filter(move |step| {
            ended(step)
                && !known.iter().any(|other| {
                    ended(other)
                        && other.step_name == step.step_name
                        && other.attempt == step.attempt
                        && other.started_at == step.started_at
                })
        })
}

/// Breaches made or raised: each counts once for every severity that it reaches.
pub(crate) fn breaches(breaches: &[Breach]) {
    for breach in breaches {
        counter!(
            "workflow_sla_breach_total",
            "severity" => breach.severity.as_str(),
            "workflow_name" => breach.workflow_name.clone()
        )
        .increment(1);
    }
}

/// A simulation was made.
pub(crate) fn simulation(simulation: &Simulation) {
    let content = &simulation.content;
    counter!("workflow_simulation_total", "status" => content.status.as_str()).increment(1);
    if let Some(completed_at) = content.completed_at {
        let took = (completed_at - content.started_at).num_milliseconds();
        histogram!("workflow_simulation_duration_seconds").record(seconds(took));
    }
}

/// A suggestion was made.
pub(crate) fn suggestion_made(suggestion: &Suggestion) {
    suggestion_status(suggestion);
    histogram!(
        "workflow_suggestion_confidence",
        "source" => suggestion.content.source.as_str()
    )
    .record(suggestion.content.confidence_score);
}

/// A suggestion reached a status.
pub(crate) fn suggestion_status(suggestion: &Suggestion) {
    counter!(
        "workflow_suggestion_total",
        "source" => suggestion.content.source.as_str(),
        "status" => suggestion.status.as_str()
    )
    .increment(1);
}
