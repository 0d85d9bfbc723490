//! What the steps would change in the world.

use super::{Case, Effect, worked};
use crate::walk::{Visit, Walk};

/// One entry for each time that a step with side effects runs.
pub(super) fn effects(case: &Case<'_>, walk: &Walk) -> Vec<Effect> {
    worked(case, walk)
        .into_iter()
        .filter_map(|visit| effect(case, visit))
        .collect()
}

fn effect(case: &Case<'_>, visit: &Visit) -> Option<Effect> {
    let node = &case.plan.nodes[visit.node];
    let actions = case.facts.meant(node.action_name(), node.name);
    let mut side_effects: Vec<String> = Vec::new();
    for effect in actions.iter().flat_map(|action| &action.side_effects) {
        if !side_effects.contains(effect) {
            side_effects.push(effect.clone());
        }
    }
    (!side_effects.is_empty()).then(|| Effect {
        step_index: visit.node,
        step_name: node.name.to_owned(),
        action: node.action_name().to_owned(),
        side_effects,
        is_idempotent: actions.iter().all(|action| action.is_idempotent),
        possible: case.possible[visit.node],
    })
}
