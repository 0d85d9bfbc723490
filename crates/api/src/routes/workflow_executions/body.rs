//! An execution as clients see it.

use crate::wire::{Seconds, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use workflow_model::{Execution, RecordedStep};

/// An execution as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct ExecutionBody<'a> {
    id: i64,
    workflow: i64,
    workflow_name: &'a str,
    workflow_version: i64,
    external_id: Option<&'a str>,
    status: &'static str,
    input_data: &'a Map<String, Value>,
    outcome: Option<&'a str>,
    error_message: Option<&'a str>,
    started_at: Timestamp,
    completed_at: Option<Timestamp>,
    duration_seconds: Option<Seconds>,
    paused_seconds: Seconds,
    triggered_by: Option<&'a str>,
    steps: Vec<StepBody<'a>>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct StepBody<'a> {
    step_index: Option<u32>,
    step_name: &'a str,
    action: Option<&'a str>,
    actor: Option<&'a str>,
    status: &'static str,
    outcome: Option<&'a str>,
    attempt: u32,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    error_message: Option<&'a str>,
}

impl<'a> From<&'a RecordedStep> for StepBody<'a> {
    fn from(step: &'a RecordedStep) -> Self {
        Self {
            step_index: step.step_index,
            step_name: &step.step_name,
            action: step.action.as_deref(),
            actor: step.actor.as_deref(),
            status: step.status.as_str(),
            outcome: step.outcome.as_deref(),
            attempt: step.attempt,
            started_at: step.started_at.map(Timestamp),
            completed_at: step.completed_at.map(Timestamp),
            error_message: step.error_message.as_deref(),
        }
    }
}

impl<'a> From<&'a Execution> for ExecutionBody<'a> {
    fn from(execution: &'a Execution) -> Self {
        Self {
            id: execution.id.0,
            workflow: execution.workflow.0,
            workflow_name: &execution.workflow_name,
            workflow_version: execution.workflow_version,
            external_id: execution.external_id.as_deref(),
            status: execution.status.as_str(),
            input_data: &execution.input_data,
            outcome: execution.outcome.as_deref(),
            error_message: execution.error_message.as_deref(),
            started_at: Timestamp(execution.started_at),
            completed_at: execution.completed_at.map(Timestamp),
            duration_seconds: execution.duration_millis().map(Seconds),
            paused_seconds: Seconds(execution.paused_millis),
            triggered_by: execution.triggered_by.as_deref(),
            steps: execution.steps.iter().map(StepBody::from).collect(),
            created_at: Timestamp(execution.created_at),
            updated_at: Timestamp(execution.updated_at),
        }
    }
}
