//! Whether recorded cases ran as the definition says.
//!
//! A case did if it ran only nodes to which its input can lead, ran every node to which its input
//! leads for certain (if it completed), and ran each node that is not in a loop once, none before
//! one that leads to it. Conditions on outcomes are taken to be open.

use crate::certainty::possible_only;
use crate::plan::NodeKind;
use crate::plan::{Plan, Target, components};
use crate::prediction::decisions::{open_verdicts, with_given};
use crate::prediction::fit::Profile;
use crate::verdict::{Verdict, targets_of};
use serde_json::Map;
use workflow_model::{Definition, OnFailure};

pub(super) fn judge(definition: &Definition, profiles: &mut [Profile]) {
    let plan = Plan::new(definition, &mut Vec::new());
    let successors = plan.successors();
    let mut loops = vec![false; plan.nodes.len()];
    for node in components(&successors).into_iter().flatten() {
        loops[node] = true;
    }
    // A failure may lead elsewhere; then nothing is certain.
    let detours = definition
        .steps
        .iter()
        .any(|step| matches!(step.on_failure, OnFailure::GoTo(_)));
    for profile in profiles {
        let input = with_given(definition, &profile.input, &Map::new());
        let verdicts = open_verdicts(&plan, &input);
        profile.followed = follows(&plan, &verdicts, &loops, profile, detours);
    }
}

fn follows(
    plan: &Plan<'_>,
    verdicts: &[Verdict],
    loops: &[bool],
    profile: &Profile,
    detours: bool,
) -> bool {
    let feasible = feasible(plan, verdicts);
    let possible = possible_only(plan, verdicts);
    let mut runs = vec![0_u32; plan.nodes.len()];
    for activity in &profile.route {
        match runs.get_mut(*activity as usize) {
            Some(runs) => *runs += 1,
            None => return false,
        }
    }
    let failed = profile.outcome == "failed";
    (0..plan.nodes.len()).all(|node| {
        let reached = feasible[node] && !verdicts[node].guard.is_false();
        if runs[node] > 0 && !reached && !detours {
            return false;
        }
        let work = plan.nodes[node].kind == NodeKind::Work;
        let is_decision = plan.nodes[node].action == Some("decision");
        let must = work && !is_decision && reached && !possible[node] && !failed && !detours;
        if must && runs[node] == 0 {
            return false;
        }
        runs[node] <= 1 || loops[node]
    }) && in_order(plan, &profile.route, loops)
}

/// Whether no node outside of loops ran before one that leads directly to it.
fn in_order(plan: &Plan<'_>, route: &[u32], loops: &[bool]) -> bool {
    let mut seen = vec![false; plan.nodes.len()];
    for activity in route {
        let node = *activity as usize;
        let late = plan.nodes[node]
            .targets()
            .filter_map(Target::node)
            .any(|to| seen[to] && !loops[to]);
        if late {
            return false;
        }
        seen[node] = true;
    }
    true
}

/// The nodes to which a case can come.
fn feasible(plan: &Plan<'_>, verdicts: &[Verdict]) -> Vec<bool> {
    let mut seen = vec![false; plan.nodes.len()];
    let mut waiting = plan.entries.clone();
    waiting.extend(&plan.other_triggers);
    while let Some(node) = waiting.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        for way in verdicts[node].ways(plan, node) {
            waiting.extend(
                targets_of(plan, node, way)
                    .into_iter()
                    .filter_map(Target::node),
            );
        }
        waiting.extend(&plan.nodes[node].always);
    }
    seen
}
