//! Steps.

use super::{MAX_STEPS, read_branch_condition, read_condition};
use crate::{ApprovalMode, Approvers, Branch, Guard, OnFailure, Step, StepRef};
use document::{Node, Object};
use serde_json::{Map, Value};

const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 10_000;
const MAX_BRANCHES: usize = 100;
const MAX_APPROVERS: usize = 100;
/// One year: a longer timeout is a mistake of units.
const MAX_TIMEOUT_SECONDS: f64 = 31_536_000.0;

/// Reads a list of steps.
#[must_use]
pub fn read_steps(node: &Node<'_>) -> Option<Vec<Step>> {
    let steps: Vec<_> = node
        .list(MAX_STEPS)?
        .into_iter()
        .enumerate()
        .map(|(index, node)| read_step(node, index))
        .collect();
    steps.into_iter().collect()
}

fn read_step(node: Node<'_>, index: usize) -> Option<Step> {
    let source = match node.value() {
        Value::Object(map) => map.clone(),
        _ => Map::new(),
    };
    let mut body = node.object()?;
    // Templates number their steps; the position in the list is what counts.
    body.read_only(&["step"]);
    let description = body
        .optional("description")
        .map_or_else(|| Some(String::new()), |n| n.text_or_blank(MAX_DESCRIPTION));
    let name = body.optional("name").map(|n| n.text(MAX_NAME));
    let action = body.optional("action").map(|n| n.text(MAX_NAME));
    let approvers = read_approvers(&mut body);
    let guard = body
        .optional("conditions")
        .map_or_else(|| Some(Guard::always()), |n| read_condition(&n));
    let branches = body
        .optional("branches")
        .map_or_else(|| Some(Vec::new()), |n| read_branches(&n));
    let on_failure = body
        .optional("on_failure")
        .map_or(Some(OnFailure::Fail), |n| read_on_failure(&n));
    let timeout = body
        .optional("timeout_seconds")
        .map(|n| n.number(0.001..=MAX_TIMEOUT_SECONDS));
    let retries = body
        .optional("max_retries")
        .map_or(Some(0), |n| n.integer(0..=100));
    let depends_on = body.optional("depends_on").map(|n| read_step_refs(&n));
    let config = body
        .optional("config")
        .map_or_else(|| Some(Map::new()), |n| n.any_object());
    let outputs = body
        .optional("outputs")
        .map_or_else(|| Some(Vec::new()), |n| n.texts(100, MAX_NAME));
    let workflow = body.optional("workflow").map(|n| n.text(MAX_NAME));
    body.finish();
    description?;
    let action = transpose(action)?;
    let name = transpose(name)?
        .or_else(|| action.clone())
        .unwrap_or_else(|| format!("Step {}", index + 1));
    Some(Step {
        source,
        name,
        action,
        approvers: approvers?,
        guard: guard?,
        branches: branches?,
        on_failure: on_failure?,
        timeout_seconds: transpose(timeout)?,
        max_retries: u32::try_from(retries?).ok()?,
        depends_on: transpose(depends_on)?,
        config: config?,
        outputs: outputs?,
        workflow: transpose(workflow)?,
    })
}

/// Absent is fine, present and wrong is not.
#[expect(
    clippy::option_option,
    reason = "absent, wrong and right are three cases"
)]
fn transpose<T>(field: Option<Option<T>>) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

fn read_branches(node: &Node<'_>) -> Option<Vec<Branch>> {
    let branches: Vec<_> = node
        .list(MAX_BRANCHES)?
        .into_iter()
        .map(read_branch)
        .collect();
    branches.into_iter().collect()
}

fn read_branch(node: Node<'_>) -> Option<Branch> {
    let mut body = node.object()?;
    let guard = body
        .optional("condition")
        .map_or_else(|| Some(Guard::always()), |n| read_branch_condition(&n));
    let next_step = body.required("next_step").and_then(|n| read_step_ref(&n));
    body.finish();
    Some(Branch {
        guard: guard?,
        next_step: next_step?,
    })
}

fn read_step_ref(node: &Node<'_>) -> Option<StepRef> {
    match node.value() {
        Value::String(_) => node.text(MAX_NAME).map(StepRef::Name),
        Value::Number(_) => {
            let last = i64::try_from(MAX_STEPS).unwrap_or(i64::MAX);
            let index = node.integer(0..=last)?;
            usize::try_from(index).ok().map(StepRef::Index)
        }
        _ => node.fail("Expected a 0-based step index or a step name."),
    }
}

fn read_step_refs(node: &Node<'_>) -> Option<Vec<StepRef>> {
    if let Value::Array(_) = node.value() {
        let refs: Vec<_> = node.list(MAX_STEPS)?.iter().map(read_step_ref).collect();
        refs.into_iter().collect()
    } else {
        read_step_ref(node).map(|step| vec![step])
    }
}

fn read_on_failure(node: &Node<'_>) -> Option<OnFailure> {
    match node.value() {
        Value::String(text) if text == "fail" => Some(OnFailure::Fail),
        Value::String(text) if text == "continue" => Some(OnFailure::Continue),
        Value::String(_) | Value::Number(_) => read_step_ref(node).map(OnFailure::GoTo),
        _ => node.fail("Expected \"fail\", \"continue\", a step index or a step name."),
    }
}

#[expect(
    clippy::option_option,
    reason = "absent, wrong and right are three cases"
)]
fn read_approvers(body: &mut Object<'_>) -> Option<Option<Approvers>> {
    let mode = body.optional("mode");
    let Some(node) = body.optional("approver") else {
        return read_mode(mode.as_ref(), None).map(|_nobody_approves| None);
    };
    let (names, mode) = match node.value() {
        Value::Object(_) => {
            let mut inner = node.object()?;
            let names = inner
                .required("approvers")
                .and_then(|n| n.texts(MAX_APPROVERS, MAX_NAME));
            let mode = inner.optional("mode");
            let count = inner.optional("n").map(|n| n.integer(1..=100));
            inner.finish();
            (names, read_mode(mode.as_ref(), count.flatten()))
        }
        Value::Array(_) => (
            node.texts(MAX_APPROVERS, MAX_NAME),
            read_mode(mode.as_ref(), None),
        ),
        _ => (
            node.text(MAX_NAME).map(|name| vec![name]),
            read_mode(mode.as_ref(), None),
        ),
    };
    Some(Some(Approvers {
        names: names?,
        mode: mode?,
    }))
}

/// `all`, `any`, `n-of` with `n` beside it, or the number spelled out, such as `2-of`.
fn read_mode(node: Option<&Node<'_>>, count: Option<i64>) -> Option<ApprovalMode> {
    let at_least = |n: i64| u32::try_from(n).ok().map(ApprovalMode::AtLeast);
    let Some(node) = node else {
        return count.map_or(Some(ApprovalMode::All), at_least);
    };
    let text = node.text(20)?;
    match (text.as_str(), count) {
        ("all", _) => Some(ApprovalMode::All),
        ("any", _) => Some(ApprovalMode::Any),
        ("n-of", Some(n)) => at_least(n),
        (other, _) => match other
            .strip_suffix("-of")
            .and_then(|n| n.parse::<u32>().ok())
        {
            Some(n) if n > 0 => Some(ApprovalMode::AtLeast(n)),
            _ => node.fail("Expected \"all\", \"any\", \"n-of\" with \"n\", or such as \"2-of\"."),
        },
    }
}
