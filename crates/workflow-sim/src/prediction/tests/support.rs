//! Short ways to predict, and to make history.

use crate::prediction::{
    Fit, History, HistoryOptions, Prediction, PredictionRequest, predict, read_prediction,
    unhindered,
};
use crate::{Facts, SlaTarget};
use chrono::{DateTime, TimeDelta, Utc};
use document::{Node, Problems};
use kernel::TenantId;
use serde_json::{Value, json};
use workflow_model::{
    Definition, Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};

pub(super) fn definition(written: &Value) -> Definition {
    Definition::read(written).unwrap()
}

pub(super) fn request(written: &Value) -> PredictionRequest {
    let problems = Problems::default();
    let read = Node::root(written, &problems)
        .object()
        .and_then(|mut body| {
            let request = read_prediction(&mut body);
            body.finish();
            request
        });
    problems.settle(read).unwrap()
}

/// History of nothing, on an empty catalogue.
pub(super) fn no_history(definition: &Definition) -> Fit {
    let facts = Facts {
        catalogue_is_empty: true,
        ..Facts::default()
    };
    History::new(definition, HistoryOptions::default())
        .finish()
        .with_facts(facts)
}

pub(super) fn history(definition: &Definition, executions: &[Execution]) -> Fit {
    let mut history = History::new(definition, HistoryOptions::default());
    for execution in executions {
        history.observe(execution);
    }
    history.finish()
}

pub(super) fn predicted(definition: &Definition, fit: &Fit, written: &Value) -> Prediction {
    predicted_with(definition, fit, &[], written)
}

pub(super) fn predicted_with(
    definition: &Definition,
    fit: &Fit,
    slas: &[SlaTarget],
    written: &Value,
) -> Prediction {
    predict("W", definition, fit, slas, &request(written), &unhindered).unwrap()
}

pub(super) fn sla(name: &str, seconds: i64) -> SlaTarget {
    SlaTarget {
        name: name.to_owned(),
        target: TimeDelta::seconds(seconds),
    }
}

pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    // A Monday.
    DateTime::from_timestamp(1_704_067_200 + seconds, 0).unwrap()
}

/// A recorded step, in seconds after the epoch of the tests.
pub(super) fn step(name: &str, from: i64, to: i64) -> RecordedStep {
    RecordedStep {
        step_index: None,
        step_name: name.to_owned(),
        action: None,
        actor: None,
        status: StepStatus::Completed,
        outcome: None,
        attempt: 1,
        started_at: Some(at(from)),
        completed_at: Some(at(to)),
        error_message: None,
    }
}

/// A completed execution.
pub(super) fn execution(id: i64, input: &Value, from: i64, steps: Vec<RecordedStep>) -> Execution {
    let ends = steps.iter().filter_map(|step| step.completed_at);
    Execution {
        id: ExecutionId(id),
        tenant: TenantId(1),
        workflow: WorkflowId(1),
        workflow_name: "W".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 1,
        external_id: None,
        status: ExecutionStatus::Completed,
        input_data: input.as_object().unwrap().clone(),
        outcome: None,
        error_message: None,
        started_at: at(from),
        completed_at: ends.max(),
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps,
        created_at: at(from),
        updated_at: at(from),
        revision: 1,
    }
}

pub(super) fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

/// A step of the answer.
pub(super) fn row<'p>(prediction: &'p Prediction, name: &str) -> &'p crate::prediction::StepReport {
    prediction
        .steps
        .iter()
        .find(|step| step.step_name == name)
        .unwrap()
}

/// The sources of assumptions about something.
pub(super) fn source(prediction: &Prediction, about: &str) -> Value {
    let found = prediction
        .assumptions
        .iter()
        .find(|told| told.about == about);
    json!(found.map(|told| told.source))
}
