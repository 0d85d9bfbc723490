//! Which steps run whatever the missing variables turn out to be.

use crate::plan::{Plan, Target};
use crate::verdict::{Verdict, targets_of};
use condition::Truth;

/// For each node whether some value of the missing variables avoids it.
///
/// A node is certain if, against an opponent who decides every unknown condition, a token that
/// starts still comes by: one of the edges that are always taken leads there for certain, or each
/// of the ways that the choice may take does. Loops are taken to end.
pub(crate) fn possible_only(plan: &Plan<'_>, verdicts: &[Verdict]) -> Vec<bool> {
    let mut possible = vec![false; plan.nodes.len()];
    let open = |verdict: &Verdict| {
        let unknown = |truth: &Truth| matches!(truth, Truth::Unknown(_));
        unknown(&verdict.guard) || verdict.exits.iter().any(unknown)
    };
    if !verdicts.iter().any(open) {
        return possible;
    }
    let mut order = feasible(plan, verdicts);
    order.sort_unstable_by_key(|node| std::cmp::Reverse(plan.rank[*node]));
    let choices: Vec<_> = order
        .iter()
        .map(|node| choices(plan, verdicts, *node))
        .collect();
    for goal in &order {
        let mut must = vec![false; plan.nodes.len()];
        for (node, choices) in order.iter().zip(&choices) {
            let leads = |targets: &Vec<usize>| targets.iter().any(|target| must[*target]);
            must[*node] = node == goal
                || plan.nodes[*node].always.iter().any(|next| must[*next])
                || (!choices.is_empty() && choices.iter().all(leads));
        }
        let certain = plan.entries.iter().any(|entry| must[*entry]);
        possible[*goal] = !certain || !verdicts[*goal].guard.is_true();
    }
    possible
}

/// The nodes that a token can come to.
fn feasible(plan: &Plan<'_>, verdicts: &[Verdict]) -> Vec<usize> {
    let mut seen = vec![false; plan.nodes.len()];
    let mut waiting = plan.entries.clone();
    let mut found = Vec::new();
    while let Some(node) = waiting.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        found.push(node);
        waiting.extend(&plan.nodes[node].always);
        for way in verdicts[node].ways(plan, node) {
            waiting.extend(
                targets_of(plan, node, way)
                    .into_iter()
                    .filter_map(Target::node),
            );
        }
    }
    found
}

/// For each way that the choice of a node may take, the nodes that it leads to.
fn choices(plan: &Plan<'_>, verdicts: &[Verdict], node: usize) -> Vec<Vec<usize>> {
    let forward =
        |target: &Target| !plan.closes_loop(node, *target) && !plan.repeats(node, *target);
    let ways = verdicts[node].ways(plan, node).into_iter();
    ways.map(|way| targets_of(plan, node, way))
        .filter(|targets| targets.is_empty() || targets.iter().any(forward))
        .map(|targets| {
            targets
                .into_iter()
                .filter(forward)
                .filter_map(Target::node)
                .collect()
        })
        .collect()
}
