//! The steps of a report.

use super::{MAX_NAME, MAX_TEXT};
use crate::merge::{ends_before_start, running_with_end};
use document::{Node, Object};
use workflow_model::{RecordedStep, StepStatus};

/// The most steps that one report may hold.
const MAX_STEPS: usize = 10_000;
const MAX_ATTEMPT: i64 = 1_000_000;

const STATUSES: [(&str, StepStatus); 4] = [
    ("running", StepStatus::Running),
    ("completed", StepStatus::Completed),
    ("failed", StepStatus::Failed),
    ("skipped", StepStatus::Skipped),
];

/// Reads the steps; those that are wrong are left out, after their problems were noted.
pub(super) fn read(body: &mut Object<'_>, ended_well: bool) -> Vec<RecordedStep> {
    let list = body.optional("steps").and_then(|node| node.list(MAX_STEPS));
    list.into_iter()
        .flatten()
        .filter_map(|node| read_step(node, ended_well))
        .collect()
}

/// Name and action are filled in from the definition when the report is merged; until then a
/// name that was not said is empty.
fn read_step(node: Node<'_>, ended_well: bool) -> Option<RecordedStep> {
    let mut body = node.object()?;
    body.read_only(&["id", "duration_seconds", "duration_ms"]);
    let short = |node: Node<'_>| node.text_or_blank(MAX_NAME).filter(|text| !text.is_empty());
    let index = body.optional("step_index");
    let name = body.optional("step_name");
    if index.is_none() && name.is_none() {
        body.fail("step_name", "A step needs its step_name or its step_index.");
    }
    let step_index = index
        .and_then(|node| node.integer(0..=i64::from(u32::MAX)))
        .and_then(|index| u32::try_from(index).ok());
    let step_name = name
        .and_then(|node| node.text(MAX_NAME))
        .unwrap_or_default();
    let status = body
        .optional("status")
        .and_then(|node| node.choice(&STATUSES));
    let attempt = body
        .optional("attempt")
        .and_then(|node| node.integer(1..=MAX_ATTEMPT));
    let started_at = body.optional("started_at").and_then(|node| node.instant());
    let completed_at = body
        .optional("completed_at")
        .and_then(|node| node.instant());
    if let Some(wrong) = ends_before_start(started_at, completed_at) {
        body.fail("completed_at", wrong);
    }
    if status == Some(StepStatus::Running)
        && let Some(wrong) = running_with_end("step", completed_at.is_some(), "running")
    {
        body.fail("completed_at", wrong);
    }
    let implied = if completed_at.is_some() || ended_well {
        StepStatus::Completed
    } else {
        StepStatus::Running
    };
    let step = RecordedStep {
        step_index,
        step_name,
        action: body.optional("action").and_then(short),
        actor: body.optional("actor").and_then(short),
        status: status.unwrap_or(implied),
        outcome: body.optional("outcome").and_then(short),
        attempt: attempt
            .and_then(|attempt| u32::try_from(attempt).ok())
            .unwrap_or(1),
        started_at,
        completed_at,
        error_message: body
            .optional("error_message")
            .and_then(|node| node.text_or_blank(MAX_TEXT))
            .filter(|text| !text.is_empty()),
    };
    body.finish();
    Some(step)
}
