//! Who would be asked, and why.

use super::sub::Found;
use super::why::sentence;
use super::{ApprovalLink, Case, worked};
use crate::verdict::assumed_before;
use crate::walk::{Visit, Walk};
use serde_json::{Map, Value};
use std::collections::HashSet;
use workflow_model::{ApprovalMode, Approvers, Guard};

/// Beyond this many the rest adds nothing for the reader.
const MAX_LINKS: usize = 1000;

/// The chain, by time. A step that a loop repeats is asked for once.
pub(super) fn chain(case: &Case<'_>, walk: &Walk, runs: &[Option<Found>]) -> Vec<ApprovalLink> {
    let mut links = Vec::new();
    let mut known = HashSet::new();
    for visit in worked(case, walk) {
        if !known.insert(visit.node) {
            continue;
        }
        if let Some(approvers) = &case.plan.nodes[visit.node].approvers {
            links.extend(asked(case, visit, approvers));
        }
        if let Some(found) = &runs[visit.node] {
            let within = found.answer.approval_chain.iter().map(|link| ApprovalLink {
                step: visit.node,
                possible: link.possible || case.possible[visit.node],
                within: Some(match &link.within {
                    Some(inner) => format!("{} → {inner}", found.name),
                    None => found.name.clone(),
                }),
                ..link.clone()
            });
            links.extend(within.take(MAX_LINKS));
        }
    }
    links.truncate(MAX_LINKS);
    links
}

fn asked(case: &Case<'_>, visit: &Visit, approvers: &Approvers) -> Vec<ApprovalLink> {
    let node = &case.plan.nodes[visit.node];
    let conditions = node
        .guard
        .map_or_else(|| Value::Object(Map::new()), conditions);
    let reason = reason(case, visit);
    let mode = mode(approvers);
    approvers
        .names
        .iter()
        .map(|approver| ApprovalLink {
            step: visit.node,
            approver: approver.clone(),
            conditions: conditions.clone(),
            step_name: node.name.to_owned(),
            mode: mode.clone(),
            possible: case.possible[visit.node],
            reason: reason.clone(),
            within: None,
        })
        .collect()
}

/// A condition as it was written, if that was an operator object.
fn conditions(guard: &Guard) -> Value {
    if guard.source.is_object() {
        guard.source.clone()
    } else {
        guard.condition.to_json()
    }
}

fn mode(approvers: &Approvers) -> String {
    match approvers.mode {
        ApprovalMode::All => "all".to_owned(),
        ApprovalMode::Any => "any".to_owned(),
        ApprovalMode::AtLeast(n) => format!("{n} of {}", approvers.names.len()),
    }
}

fn reason(case: &Case<'_>, visit: &Visit) -> String {
    let node = &case.plan.nodes[visit.node];
    let mut reasons = Vec::new();
    if let Some((from, Some(at))) = visit.came_by {
        let (before, exit) = (&case.plan.nodes[from], &case.plan.nodes[from].exits[at]);
        let outcome = case.verdicts[from].outcome.as_deref();
        let why = sentence(&exit.guard.condition, case.input, outcome);
        reasons.push(format!("\"{}\" leads here because {why}", before.name));
    }
    if let Some(guard) = node.guard {
        let outcome = assumed_before(&guard.condition, case.input);
        reasons.push(sentence(&guard.condition, case.input, outcome));
    }
    if !reasons.is_empty() {
        return format!("{}.", reasons.join("; "));
    }
    if case.possible[visit.node] {
        return "Asked on a way that rests on a missing variable.".to_owned();
    }
    "The step has no condition.".to_owned()
}
