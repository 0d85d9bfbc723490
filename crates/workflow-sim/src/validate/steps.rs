//! Faults of single steps.

use crate::plan::{NodeKind, Plan, PlanNode};
use crate::{EstimateSource, Facts, Fault, FaultKind, estimate};
use std::collections::HashSet;
use workflow_model::{ApprovalMode, Approvers, Step};

/// What every engine does by itself: these need no entry in the catalogue.
pub(crate) const BUILT_IN: [&str; 6] = [
    "approval",
    "notification",
    "calculation",
    "validation",
    "decision",
    "workflow",
];

pub(super) fn check(plan: &Plan<'_>, facts: &Facts, faults: &mut Vec<Fault>) {
    for node in plan.nodes.iter().filter(|node| node.kind == NodeKind::Work) {
        faults.extend(action(plan, node, facts));
        approvers(node, faults);
        if let Some(step) = node.step {
            faults.extend(retries(node, step, facts));
            faults.extend(timeout(node, step, facts));
        }
    }
}

fn action(plan: &Plan<'_>, node: &PlanNode<'_>, facts: &Facts) -> Option<Fault> {
    let path = format!("{}.action", node.path);
    let Some(name) = node.action else {
        let message = format!(
            "\"{}\" does not say what it does; name an action of the catalogue, or \"decision\".",
            node.name
        );
        // A drawing may be no more than that; a list of steps is meant to be run.
        return Some(if plan.is_graph {
            Fault::warning(path, FaultKind::MissingAction, message)
        } else {
            Fault::blocking(path, FaultKind::MissingAction, message)
        });
    };
    let mut known = facts
        .actions
        .iter()
        .filter(|action| action.action_type == name)
        .peekable();
    if known.peek().is_some() {
        return (!known.any(|action| action.is_active)).then(|| {
            Fault::blocking(
                path,
                FaultKind::InactiveAction,
                format!("The action \"{name}\" is inactive; activate it, or use another one."),
            )
        });
    }
    if facts.catalogue_is_empty || BUILT_IN.contains(&name) {
        return None;
    }
    let others = facts
        .actions
        .iter()
        .map(|action| action.action_type.as_str());
    let hint = document::closest(name, others.chain(BUILT_IN))
        .map(|near| format!(" Did you mean \"{near}\"?"))
        .unwrap_or_default();
    Some(Fault::blocking(
        path,
        FaultKind::UnknownAction,
        format!("The catalogue has no action of the type \"{name}\".{hint} Correct it, or add it."),
    ))
}

fn approvers(node: &PlanNode<'_>, faults: &mut Vec<Fault>) {
    let path = format!("{}.approver", node.path);
    let Some(approvers) = node
        .approvers
        .as_deref()
        .filter(|given| !given.names.is_empty())
    else {
        if node.is_approval() {
            faults.push(Fault::blocking(
                path,
                FaultKind::MissingApprover,
                format!("Nobody approves \"{}\"; name an approver.", node.name),
            ));
        }
        return;
    };
    faults.extend(quorum(&path, approvers));
    let mut seen = HashSet::new();
    if let Some(twice) = approvers.names.iter().find(|name| !seen.insert(*name)) {
        faults.push(Fault::warning(
            path,
            FaultKind::Quorum,
            format!("\"{twice}\" is named twice and can approve only once; name each once."),
        ));
    }
}

fn quorum(path: &str, approvers: &Approvers) -> Option<Fault> {
    let ApprovalMode::AtLeast(needed) = approvers.mode else {
        return None;
    };
    let there = approvers.names.len();
    (usize::try_from(needed).is_ok_and(|needed| needed > there)).then(|| {
        Fault::blocking(
            path,
            FaultKind::Quorum,
            format!(
                "{needed} approvals are needed and only {there} approvers are named, so it is \
                 never approved; name more, or ask for fewer."
            ),
        )
    })
}

fn retries(node: &PlanNode<'_>, step: &Step, facts: &Facts) -> Option<Fault> {
    let name = node.action?;
    let of_type = |action: &&crate::ActionFact| action.action_type == name;
    let actions = || facts.actions.iter().filter(of_type);
    let named = actions().find(|action| action.name == node.name);
    let harmful = match named {
        Some(action) => !action.is_idempotent,
        None => actions().any(|action| !action.is_idempotent),
    };
    (step.max_retries > 0 && harmful).then(|| {
        Fault::warning(
            format!("{}.max_retries", node.path),
            FaultKind::UnsafeRetry,
            format!(
                "\"{}\" is tried again after a failure, but the catalogue says that \"{name}\" \
                 cannot be repeated without harm; set max_retries to 0, or make it idempotent.",
                node.name
            ),
        )
    })
}

fn timeout(node: &PlanNode<'_>, step: &Step, facts: &Facts) -> Option<Fault> {
    let limit = step.timeout_seconds?;
    let estimate = estimate(node.name, node.action_name(), facts);
    let measured = match estimate.source {
        EstimateSource::Measured | EstimateSource::Catalogue => true,
        EstimateSource::SubWorkflow | EstimateSource::Default => false,
    };
    #[expect(clippy::cast_precision_loss, reason = "estimates are below 2^53")]
    let mean = estimate.millis as f64 / 1000.0;
    (measured && limit < mean).then(|| {
        Fault::warning(
            format!("{}.timeout_seconds", node.path),
            FaultKind::ShortTimeout,
            format!(
                "\"{}\" may take {limit} s but takes {mean} s on average ({}); give it more time.",
                node.name, estimate.basis
            ),
        )
    })
}
