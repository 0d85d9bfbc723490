//! Which parts of the changed definition are those of the recorded one.

use super::net::{Net, NetNode, Way};
use crate::plan::Target;

/// What a node of the changed definition has in common with the recorded one.
#[derive(Debug)]
pub(super) struct Match {
    /// The node of the recorded definition with the same name; the second of a name is that of
    /// the second.
    pub(super) of: Option<usize>,
    /// Whether what is done is the same, so that a recorded duration speaks for it.
    pub(super) same_work: bool,
    /// Whether its guard is.
    pub(super) same_guard: bool,
    /// Whether its exits are, in conditions and targets, so that the number of an exit means the
    /// same in both.
    pub(super) same_choice: bool,
}

pub(super) fn match_nets(baseline: &Net, changed: &Net) -> Vec<Match> {
    let of: Vec<Option<usize>> = changed
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| counterpart(baseline, changed, at, node))
        .collect();
    let one = |(at, node): (usize, &NetNode)| {
        let old = of[at].map(|old| &baseline.nodes[old]);
        Match {
            of: of[at],
            same_work: old.is_some_and(|old| old.action == node.action),
            same_guard: old.is_some_and(|old| old.guard == node.guard),
            same_choice: old.is_some_and(|old| same_choice(old, node, &of)),
        }
    };
    changed.nodes.iter().enumerate().map(one).collect()
}

fn counterpart(baseline: &Net, changed: &Net, at: usize, node: &NetNode) -> Option<usize> {
    let nth = changed.named(&node.name).iter().position(|it| *it == at)?;
    baseline.named(&node.name).get(nth).copied()
}

fn same_choice(old: &NetNode, new: &NetNode, of: &[Option<usize>]) -> bool {
    old.ways == new.ways
        && old.ways.iter().all(|way| {
            let same_condition = match way {
                Way::Exit(at) => old.exits[*at].condition == new.exits[*at].condition,
                Way::Default => true,
            };
            same_condition && same_targets(old.targets(*way), new.targets(*way), of)
        })
}

/// Whether targets of the recorded definition are those of the changed one.
pub(super) fn same_targets(old: &[Target], new: &[Target], of: &[Option<usize>]) -> bool {
    let same = |(old, new): (&Target, &Target)| match (old, new) {
        (Target::End, Target::End) => true,
        (Target::Node(old), Target::Node(new)) => of[*new] == Some(*old),
        (Target::End, Target::Node(_)) | (Target::Node(_), Target::End) => false,
    };
    // Nothing after it, and the end, are the same.
    let is_end = |targets: &[Target]| targets.iter().all(|target| *target == Target::End);
    (is_end(old) && is_end(new)) || (old.len() == new.len() && old.iter().zip(new).all(same))
}
