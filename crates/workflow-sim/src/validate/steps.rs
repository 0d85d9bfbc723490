//! Faults of single steps.

use crate::plan::{NodeKind, Plan, PlanNode};
use crate::{Facts, Fault, FaultKind, StepPercentile};
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
    let meant = facts.meant(name, node.name);
    let harmful = meant.iter().any(|action| !action.is_idempotent);
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

/// A timeout that more than 5 of 100 measured attempts would have run into.
fn timeout(node: &PlanNode<'_>, step: &Step, facts: &Facts) -> Option<Fault> {
    let limit = step.timeout_seconds?;
    let (p95_millis, basis) = p95(node, facts)?;
    #[expect(clippy::cast_precision_loss, reason = "durations are below 2^53")]
    let p95 = p95_millis as f64 / 1000.0;
    (limit < p95).then(|| {
        Fault::warning(
            format!("{}.timeout_seconds", node.path),
            FaultKind::ShortTimeout,
            format!(
                "\"{}\" is given {limit} s, but one attempt in twenty takes {p95} s or more (95th \
                 percentile of {basis}); give it more time.",
                node.name
            ),
        )
    })
}

/// The 95th percentile of what is known best: this step of this workflow, else steps of this
/// workflow with its action, else the action anywhere; and in words of what.
fn p95(node: &PlanNode<'_>, facts: &Facts) -> Option<(i64, String)> {
    let action = node.action_name();
    let most = |of: &dyn Fn(&StepPercentile) -> bool, words: &str| {
        let rows = facts.percentiles.iter().filter(|row| of(row));
        let row = rows.max_by_key(|row| row.timed)?;
        Some((row.p95_millis, format!("{} measured of {words}", row.timed)))
    };
    let by_name = |row: &StepPercentile| row.step_name == node.name;
    let by_type = |row: &StepPercentile| !action.is_empty() && row.action_type == action;
    most(&|row| by_name(row) && by_type(row), "this step")
        .or_else(|| most(&by_name, "this step"))
        .or_else(|| most(&by_type, &format!("a \"{action}\" step of this workflow")))
        .or_else(|| {
            let meant = facts.meant(action, node.name).into_iter();
            let measured = meant.filter_map(|action| Some((action, action.measured?.1)));
            let (action, timed) = measured.max_by_key(|(_, timed)| *timed)?;
            let words = format!("{timed} measured of \"{}\" in all workflows", action.name);
            Some((action.p95_millis?, words))
        })
}
