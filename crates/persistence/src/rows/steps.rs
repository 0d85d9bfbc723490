//! The recorded steps of an execution, as one compact JSON text.

use super::{Stored, json_text};
use kernel::{StoreError, to_millis};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use workflow_model::{RecordedStep, StepStatus};

/// One attempt at a step; what is missing is what most steps have.
#[derive(Serialize, Deserialize)]
struct StepDocument<'a> {
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    #[serde(rename = "n", borrow)]
    name: Cow<'a, str>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none", borrow)]
    action: Option<Cow<'a, str>>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none", borrow)]
    actor: Option<Cow<'a, str>>,
    #[serde(
        rename = "s",
        default = "completed",
        skip_serializing_if = "is_completed",
        borrow
    )]
    status: Cow<'a, str>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none", borrow)]
    outcome: Option<Cow<'a, str>>,
    #[serde(rename = "t", default = "first", skip_serializing_if = "is_first")]
    attempt: u32,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    started_at: Option<i64>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    completed_at: Option<i64>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none", borrow)]
    error_message: Option<Cow<'a, str>>,
}

fn completed() -> Cow<'static, str> {
    Cow::Borrowed(StepStatus::Completed.as_str())
}

fn is_completed(status: &str) -> bool {
    status == StepStatus::Completed.as_str()
}

fn first() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_first(attempt: &u32) -> bool {
    *attempt == 1
}

/// The text that is stored.
pub(crate) fn write_steps(steps: &[RecordedStep]) -> Result<String, StoreError> {
    let documents: Vec<StepDocument<'_>> = steps.iter().map(document).collect();
    json_text(&documents)
}

fn document(step: &RecordedStep) -> StepDocument<'_> {
    fn text(text: Option<&String>) -> Option<Cow<'_, str>> {
        text.map(|text| Cow::Borrowed(text.as_str()))
    }
    StepDocument {
        index: step.step_index,
        name: Cow::Borrowed(&step.step_name),
        action: text(step.action.as_ref()),
        actor: text(step.actor.as_ref()),
        status: Cow::Borrowed(step.status.as_str()),
        outcome: text(step.outcome.as_ref()),
        attempt: step.attempt,
        started_at: step.started_at.map(to_millis),
        completed_at: step.completed_at.map(to_millis),
        error_message: text(step.error_message.as_ref()),
    }
}

/// Reads what [`write_steps`] wrote.
pub(crate) fn read_steps(stored: Stored, text: &str) -> Result<Vec<RecordedStep>, StoreError> {
    let documents: Vec<StepDocument<'_>> =
        serde_json::from_str(text).map_err(|error| stored.corrupt(error))?;
    documents
        .into_iter()
        .map(|step| read(stored, step))
        .collect()
}

fn read(stored: Stored, step: StepDocument<'_>) -> Result<RecordedStep, StoreError> {
    Ok(RecordedStep {
        step_index: step.index,
        step_name: step.name.into_owned(),
        action: step.action.map(Cow::into_owned),
        actor: step.actor.map(Cow::into_owned),
        status: stored.choice(&step.status, StepStatus::parse)?,
        outcome: step.outcome.map(Cow::into_owned),
        attempt: step.attempt,
        started_at: stored.maybe_instant(step.started_at)?,
        completed_at: stored.maybe_instant(step.completed_at)?,
        error_message: step.error_message.map(Cow::into_owned),
    })
}
