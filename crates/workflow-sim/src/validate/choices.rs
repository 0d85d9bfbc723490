//! Faults of the conditions of one choice together.

use super::domain::Domain;
use crate::plan::{Plan, PlanNode, Target};
use crate::{Fault, FaultKind};
use condition::Condition;

pub(super) fn check(plan: &Plan<'_>, domain: &mut Domain, faults: &mut Vec<Fault>) {
    for (at, node) in plan.nodes.iter().enumerate() {
        let conditions: Vec<_> = node
            .live_exits()
            .iter()
            .map(|exit| &exit.guard.condition)
            .collect();
        // A dry run assumes an outcome that some label waits for.
        if conditions.iter().any(|condition| condition.uses_outcome()) {
            continue;
        }
        faults.extend(gap(plan, at, &conditions, domain));
        if !node.is_inclusive {
            overlaps(node, &conditions, domain, faults);
        }
    }
}

/// A choice must have a way for every input; one that happens to come next in the list is none
/// when a branch asks for a condition to go there.
fn gap(
    plan: &Plan<'_>,
    at: usize,
    conditions: &[&Condition],
    domain: &mut Domain,
) -> Option<Fault> {
    let node = &plan.nodes[at];
    let stops = node.default.is_empty() && node.always.is_empty();
    let falls = plan
        .default_of(at)
        .filter(|_| !plan.is_graph)
        .and_then(Target::node);
    let falls = falls.filter(|next| {
        let guarded = node
            .exits
            .iter()
            .any(|exit| exit.target == Target::Node(*next));
        guarded && node.exits.len() > 1
    });
    if node.exits.is_empty() || !(stops || falls.is_some()) {
        return None;
    }
    let example = domain.witness(&[], conditions)?;
    let message = match falls {
        Some(next) => format!(
            "Some inputs meet none of the conditions after \"{}\", such as when {example}: they \
             go on to \"{}\", which is next in the list. Add a branch without a condition that \
             says where they should go.",
            node.name, plan.nodes[next].name
        ),
        None => format!(
            "Some inputs meet none of the conditions after \"{}\", such as when {example}; add a \
             way without a condition for them.",
            node.name
        ),
    };
    Some(Fault::warning(
        node.path.clone(),
        FaultKind::NonExhaustive,
        message,
    ))
}

/// The first branch that holds is taken. So a narrow condition before a wide one is plain order;
/// a wide one before a narrow one leaves that without effect; and two of which each holds without
/// the other are decided by their order where both hold, which is seldom meant.
fn overlaps(
    node: &PlanNode<'_>,
    conditions: &[&Condition],
    domain: &mut Domain,
    faults: &mut Vec<Fault>,
) {
    for (later, condition) in conditions.iter().enumerate().skip(1) {
        let before = &conditions[..later];
        if condition.is_always() {
            continue;
        }
        let path = node.exits[later].path.clone();
        let can_hold = domain.separable(&[condition], &[]) == Some(true);
        if can_hold && domain.separable(&[condition], before) == Some(false) {
            faults.push(Fault::warning(
                path,
                FaultKind::DeadBranch,
                format!(
                    "Whenever `{condition}` holds, a branch before this one does too, so this one \
                     is never taken; put it before that one, or remove it."
                ),
            ));
            continue;
        }
        let both = before.iter().find_map(|earlier| {
            let apart = domain.separable(&[earlier], &[condition]) == Some(true)
                && domain.separable(&[condition], &[earlier]) == Some(true);
            let example = domain
                .witness(&[earlier, condition], &[])
                .filter(|_| apart)?;
            Some((earlier, example))
        });
        if let Some((earlier, example)) = both {
            faults.push(Fault::warning(
                path,
                FaultKind::Overlapping,
                format!(
                    "`{condition}` and `{earlier}` before it both hold for some inputs, such as \
                     when {example}, and then the one before is taken; make them exclude each \
                     other."
                ),
            ));
        }
    }
}
