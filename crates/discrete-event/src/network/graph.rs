//! Which node leads where.

use super::{Edge, NONE};
use crate::model::{Model, NodeId, NodeKind};

/// Where a node leads, each way once in a fixed order: for a task on success, when full, on
/// failure, on timeout, as far as there are.
pub(crate) fn ways_out(kind: &NodeKind) -> Vec<NodeId> {
    match kind {
        NodeKind::Task(task) => [
            Some(task.next),
            task.capacity.map(|capacity| capacity.when_full),
            task.failure.as_ref().map(|failure| failure.on_failure),
            task.timeout.map(|timeout| timeout.on_timeout),
        ]
        .into_iter()
        .flatten()
        .collect(),
        NodeKind::Choice(choice) => choice.ways.iter().map(|way| way.to).collect(),
        NodeKind::Fork(targets) => targets.clone(),
        NodeKind::Join(join) => vec![join.next],
        NodeKind::End { .. } => Vec::new(),
    }
}

/// Which node leads where. The ways into each join are numbered.
#[derive(Debug)]
pub(crate) struct Graph {
    /// For each node its ways out, in the order of [`ways_out`].
    pub(crate) out: Vec<Vec<Edge>>,
    /// For each arrival the way to its first node.
    pub(crate) starts: Vec<Edge>,
    /// For each node the nodes that lead to it; for a join the place of a node is the number of its
    /// way in (and [`NONE`] stands for a start).
    pub(crate) sources: Vec<Vec<u32>>,
}

impl Graph {
    /// Every node that the model names must exist.
    pub(crate) fn new(model: &Model) -> Self {
        let mut sources = vec![Vec::new(); model.nodes.len()];
        let mut edge = |from: u32, to: NodeId| {
            let sources: &mut Vec<u32> = &mut sources[to.0 as usize];
            sources.push(from);
            Edge {
                node: to.0,
                slot: u32::try_from(sources.len() - 1).unwrap_or(NONE),
            }
        };
        let out = (0u32..)
            .zip(&model.nodes)
            .map(|(from, node)| {
                ways_out(&node.kind)
                    .into_iter()
                    .map(|to| edge(from, to))
                    .collect()
            })
            .collect();
        let starts = model
            .arrivals
            .iter()
            .map(|arrival| edge(NONE, arrival.start))
            .collect();
        Self {
            out,
            starts,
            sources,
        }
    }

    /// For each node a bit for each way into `join`: whether the way can be reached from behind the
    /// node without passing the join.
    pub(super) fn reach(&self, join: u32) -> Vec<u64> {
        let sources = &self.sources[join as usize];
        let words = sources.len().div_ceil(64);
        let mut reach = vec![0u64; words * self.out.len()];
        for (slot, source) in sources.iter().enumerate() {
            let (word, bit) = (slot / 64, 1u64 << (slot % 64));
            let mut open = vec![*source];
            while let Some(node) = open.pop() {
                if node == NONE || node == join {
                    continue;
                }
                let seen = &mut reach[node as usize * words + word];
                if *seen & bit == 0 {
                    *seen |= bit;
                    open.extend(&self.sources[node as usize]);
                }
            }
        }
        reach
    }

    /// The nodes that can be reached from the arrivals.
    pub(crate) fn reached(&self) -> Vec<bool> {
        self.spread(self.starts.iter().map(|edge| edge.node), |node| {
            self.out[node as usize]
                .iter()
                .map(|edge| edge.node)
                .collect()
        })
    }

    /// The nodes from which one of `ends` can be reached.
    pub(crate) fn leading_to(&self, ends: impl Iterator<Item = u32>) -> Vec<bool> {
        self.spread(ends, |node| self.sources[node as usize].clone())
    }

    /// For each node the number of its counter of visits, if one case may pass it more than once:
    /// because it lies on (or between) loops, or because ways from a fork may meet there. And how
    /// many counters there are.
    pub(super) fn counters(&self, model: &Model) -> (Vec<u32>, usize) {
        let forks = (0u32..)
            .zip(&model.nodes)
            .filter_map(|(node, spec)| matches!(spec.kind, NodeKind::Fork(_)).then_some(node));
        let mut counted = self.spread(forks, |node| {
            self.out[node as usize]
                .iter()
                .map(|edge| edge.node)
                .collect()
        });
        for node in self.on_loops(|_| true) {
            counted[node as usize] = true;
        }
        let mut counters = 0u32;
        let numbers = counted.iter().map(|counted| {
            if *counted {
                counters += 1;
                counters - 1
            } else {
                NONE
            }
        });
        let numbers = numbers.collect();
        (numbers, counters as usize)
    }

    /// The nodes that lie on or between loops made only of nodes that satisfy `of`.
    pub(crate) fn on_loops(&self, of: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut left: Vec<bool> = (0u32..).zip(&self.out).map(|(node, _)| of(node)).collect();
        // What nothing leads to, or what leads nowhere, is on no loop.
        let forward = |node: usize| {
            self.out[node]
                .iter()
                .map(|edge| edge.node)
                .collect::<Vec<_>>()
        };
        let backward = |node: usize| self.sources[node].clone();
        peel(&mut left, forward, backward);
        peel(&mut left, backward, forward);
        (0u32..)
            .zip(left)
            .filter_map(|(node, left)| left.then_some(node))
            .collect()
    }

    fn spread(&self, from: impl Iterator<Item = u32>, next: impl Fn(u32) -> Vec<u32>) -> Vec<bool> {
        let mut seen = vec![false; self.out.len()];
        let mut open: Vec<u32> = from.collect();
        while let Some(node) = open.pop() {
            if let Some(seen) = seen.get_mut(node as usize)
                && !*seen
            {
                *seen = true;
                open.extend(next(node));
            }
        }
        seen
    }
}

/// Takes nodes away that have no node left before them, until all have one.
fn peel(left: &mut [bool], after: impl Fn(usize) -> Vec<u32>, before: impl Fn(usize) -> Vec<u32>) {
    let is_left = |left: &[bool], node: u32| left.get(node as usize).is_some_and(|left| *left);
    let mut degree: Vec<usize> = (0..left.len())
        .map(|node| {
            before(node)
                .into_iter()
                .filter(|from| is_left(left, *from))
                .count()
        })
        .collect();
    let mut open: Vec<usize> = (0..left.len())
        .filter(|node| left[*node] && degree[*node] == 0)
        .collect();
    while let Some(node) = open.pop() {
        left[node] = false;
        for next in after(node) {
            let next = next as usize;
            if left.get(next) == Some(&true) {
                degree[next] -= 1;
                if degree[next] == 0 {
                    open.push(next);
                }
            }
        }
    }
}
