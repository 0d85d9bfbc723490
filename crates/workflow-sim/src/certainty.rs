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
    // In the order of the net, so that what comes before a strict join is settled before it.
    let mut blocked = vec![false; plan.nodes.len()];
    for goal in order.iter().rev() {
        let mut must = vec![false; plan.nodes.len()];
        for (node, choices) in order.iter().zip(&choices) {
            let leads = |targets: &Vec<usize>| targets.iter().any(|target| must[*target]);
            let goes_on = plan.nodes[*node].always.iter().any(|next| must[*next])
                || (!choices.is_empty() && choices.iter().all(leads));
            must[*node] = node == goal || (goes_on && !blocked[*node]);
        }
        let certain = plan.entries.iter().any(|entry| must[*entry]);
        let joins = plan.nodes[*goal].waits_for.iter();
        blocked[*goal] = joins.clone().count() > 1
            && joins.clone().any(|from| {
                let sends = |(node, choices): (&usize, &Vec<Vec<usize>>)| {
                    node == from && sends_for_certain(plan, *node, choices, *goal)
                };
                possible[*from] || !order.iter().zip(&choices).any(sends)
            });
        possible[*goal] = !certain || blocked[*goal] || !verdicts[*goal].guard.is_true();
    }
    possible
}

/// Whether a node that runs sends a token to `goal` whatever is chosen.
fn sends_for_certain(plan: &Plan<'_>, node: usize, choices: &[Vec<usize>], goal: usize) -> bool {
    let all = !choices.is_empty() && choices.iter().all(|targets| targets.contains(&goal));
    all || plan.nodes[node].always.contains(&goal)
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

/// For each way that the choice of a node may take, the nodes that it leads to. An inclusive node
/// takes the ways that hold together, and of the open ones as few as it may.
fn choices(plan: &Plan<'_>, verdicts: &[Verdict], node: usize) -> Vec<Vec<usize>> {
    let holding = holding(plan, &verdicts[node], node);
    if !holding.is_empty() {
        return vec![holding];
    }
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

/// The nodes that an inclusive node leads to whatever is missing.
fn holding(plan: &Plan<'_>, verdict: &Verdict, node: usize) -> Vec<usize> {
    let exits = plan.nodes[node].exits.iter().zip(&verdict.exits);
    exits
        .filter(|(_, truth)| plan.nodes[node].is_inclusive && truth.is_true())
        .filter_map(|(exit, _)| exit.target.node())
        .collect()
}
