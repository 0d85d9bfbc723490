//! Reads reports from JSON.

mod steps;
#[cfg(test)]
mod tests;

use crate::merge::{ends_before_start, running_with_end};
use crate::{Known, Report, WorkflowKey};
use document::{Node, Object, Problem, Problems};
use serde_json::Value;
use workflow_model::{ExecutionId, ExecutionStatus, WorkflowId};

const MAX_EXTERNAL_ID: usize = 200;
const MAX_NAME: usize = 200;
const MAX_TEXT: usize = 10_000;

/// What an execution shows but a client cannot set.
const READ_ONLY: [&str; 8] = [
    "id",
    "workflow_name",
    "workflow_type",
    "duration_seconds",
    "paused_at",
    "paused_seconds",
    "created_at",
    "updated_at",
];

const STATUSES: [(&str, ExecutionStatus); 5] = [
    ("running", ExecutionStatus::Running),
    ("completed", ExecutionStatus::Completed),
    ("failed", ExecutionStatus::Failed),
    ("cancelled", ExecutionStatus::Cancelled),
    ("paused", ExecutionStatus::Paused),
];

/// Reads a report of a new execution, or of one known by its `external_id`.
///
/// # Errors
/// All problems, each under its path.
pub fn read_report(value: &Value) -> Result<Report, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(|mut body| {
        let workflow = body
            .required("workflow")
            .and_then(|node| read_workflow(&node));
        let report = read_fields(&mut body, Known::ByExternalId);
        body.finish();
        Some(Report {
            workflow: Some(workflow?),
            ..report
        })
    });
    problems.settle(read)
}

/// Reads a report on the execution of that id; `if_match` is the revision that it must have. The
/// `workflow` may be repeated but not changed.
///
/// # Errors
/// All problems, each under its path.
pub fn read_patch(
    value: &Value,
    id: ExecutionId,
    if_match: Option<i64>,
) -> Result<Report, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(|mut body| {
        let workflow = body.not_null("workflow").map(|node| read_workflow(&node));
        let report = read_fields(&mut body, Known::ById(id, if_match));
        body.finish();
        let workflow = match workflow {
            None => None,
            Some(workflow) => Some(workflow?),
        };
        Some(Report { workflow, ..report })
    });
    problems.settle(read)
}

/// An id, or a name: bulk files come from engines that know only names.
fn read_workflow(node: &Node<'_>) -> Option<WorkflowKey> {
    if let Value::String(text) = node.value() {
        let by_id = text.trim().parse().ok().filter(|id: &i64| *id > 0);
        return match by_id {
            Some(id) => Some(WorkflowKey::Id(WorkflowId(id))),
            None => node.text(MAX_NAME).map(WorkflowKey::Name),
        };
    }
    node.integer(1..=i64::MAX)
        .map(|id| WorkflowKey::Id(WorkflowId(id)))
}

/// Everything but the workflow. What is wrong is absent here and noted in the problems.
fn read_fields(body: &mut Object<'_>, known: Known) -> Report {
    body.read_only(&READ_ONLY);
    let text = |node: Node<'_>, max| node.text_or_blank(max).filter(|text| !text.is_empty());
    let status = body
        .optional("status")
        .and_then(|node| node.choice(&STATUSES));
    let started_at = body.optional("started_at").and_then(|node| node.instant());
    let completed_at = body
        .optional("completed_at")
        .and_then(|node| node.instant());
    if let Some(wrong) = ends_before_start(started_at, completed_at) {
        body.fail("completed_at", wrong);
    }
    let open = status.filter(|status| !status.is_final());
    if let Some(wrong) =
        open.and_then(|open| running_with_end("run", completed_at.is_some(), open.as_str()))
    {
        body.fail("completed_at", wrong);
    }
    let ended_well =
        status == Some(ExecutionStatus::Completed) || (status.is_none() && completed_at.is_some());
    Report {
        known,
        workflow: None,
        workflow_version: body
            .optional("workflow_version")
            .and_then(|node| node.integer(1..=i64::MAX)),
        external_id: body
            .optional("external_id")
            .and_then(|node| node.identifier(MAX_EXTERNAL_ID)),
        status,
        input_data: body
            .optional("input_data")
            .and_then(|node| node.any_object()),
        outcome: body
            .optional("outcome")
            .and_then(|node| text(node, MAX_NAME)),
        error_message: body
            .optional("error_message")
            .and_then(|node| text(node, MAX_TEXT)),
        started_at,
        completed_at,
        triggered_by: body
            .optional("triggered_by")
            .and_then(|node| text(node, MAX_NAME)),
        steps: steps::read(body, ended_well),
        reported_at: body.optional("reported_at").and_then(|node| node.instant()),
    }
}
