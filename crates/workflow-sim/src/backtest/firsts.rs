//! Which step is recorded first when a way is taken: that is how a record shows which one was.

use super::net::{Net, Way};
use crate::plan::Target;

/// What can follow on one way.
#[derive(Debug)]
pub(super) struct Follow {
    pub(super) way: Way,
    /// One bit for each node.
    bits: Vec<u64>,
    /// Whether the workflow can end without any record.
    pub(super) can_end: bool,
}

impl Follow {
    pub(super) fn can_begin_with(&self, node: usize) -> bool {
        self.bits[node / 64] & (1 << (node % 64)) != 0
    }
}

/// For each node that chooses, what can follow on each of its ways.
pub(super) fn follows(net: &Net) -> Vec<Vec<Follow>> {
    let of = |node: usize| {
        let it = &net.nodes[node];
        let ways: &[Way] = if it.is_choice() { &it.ways } else { &[] };
        ways.iter()
            .map(|way| follow(net, *way, it.targets(*way)))
            .collect()
    };
    (0..net.nodes.len()).map(of).collect()
}

fn follow(net: &Net, way: Way, targets: &[Target]) -> Follow {
    let mut found = Follow {
        way,
        bits: vec![0; net.nodes.len().div_ceil(64)],
        can_end: targets.is_empty(),
    };
    let mut waiting: Vec<Target> = targets.to_vec();
    while let Some(target) = waiting.pop() {
        let Target::Node(at) = target else {
            found.can_end = true;
            continue;
        };
        if found.can_begin_with(at) {
            continue;
        }
        found.bits[at / 64] |= 1 << (at % 64);
        let node = &net.nodes[at];
        if node.is_end() {
            found.can_end = true;
        }
        if !node.may_be_silent() {
            continue;
        }
        // A node that is passed by goes on by default; one that leaves no record, by any way.
        let ways: &[Way] = if node.is_recorded {
            &[Way::Default]
        } else {
            &node.ways
        };
        for way in ways {
            let next = node.targets(*way);
            found.can_end |= next.is_empty() && node.always.is_empty();
            waiting.extend_from_slice(next);
        }
        waiting.extend(node.always.iter().map(|next| Target::Node(*next)));
    }
    found
}

/// The entries that fit the first recorded step: of several triggers, one starts a run.
pub(super) fn entries(net: &Net, first: Option<usize>) -> Vec<usize> {
    let fits = |entry: &usize| {
        first.is_some_and(|first| {
            let from = follow(net, Way::Default, &[Target::Node(*entry)]);
            from.can_begin_with(first)
        })
    };
    if net.other_triggers.is_empty() || net.entries.iter().any(fits) {
        return net.entries.clone();
    }
    match net.other_triggers.iter().find(|entry| fits(entry)) {
        Some(other) => vec![*other],
        None => net.entries.clone(),
    }
}
