//! A definition as far as history is read against it: which recorded step is which, and which way
//! a case went.

use crate::plan::{Plan, Target};
use std::collections::HashMap;
use workflow_model::{Definition, RecordedStep};

/// No way leads there.
const FAR: u16 = u16::MAX;

/// What is needed of a definition's net, without the definition.
#[derive(Debug, Clone)]
pub(crate) struct Net {
    pub(crate) names: Vec<String>,
    pub(crate) actions: Vec<String>,
    by_name: HashMap<String, Vec<usize>>,
    /// For each node where it leads: its exits, then its default. Empty where nothing is chosen.
    ways: Vec<Vec<Option<usize>>>,
    /// The least number of edges from each node to each.
    distances: Vec<Vec<u16>>,
    /// The least number of edges from each node to an end.
    to_end: Vec<u16>,
    /// For each guarded node those that lead there with nothing but guarded nodes between.
    before_guard: HashMap<usize, Vec<usize>>,
    /// Guarded nodes that a case comes by first.
    first: Vec<bool>,
}

impl Net {
    pub(crate) fn new(definition: &Definition) -> Self {
        let plan = Plan::new(definition, &mut Vec::new());
        let count = plan.nodes.len();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, node) in plan.nodes.iter().enumerate() {
            by_name.entry(node.name.to_owned()).or_default().push(at);
        }
        if let Some(graph) = definition.graph.as_ref().filter(|_| plan.is_graph) {
            for (at, node) in graph.nodes.iter().enumerate() {
                by_name.entry(node.id.clone()).or_insert_with(|| vec![at]);
            }
        }
        let successors = plan.successors();
        let distances: Vec<_> = (0..count)
            .map(|from| distances(from, &successors))
            .collect();
        let to_end = distances
            .iter()
            .map(|row| {
                let ends = (0..count).filter(|at| plan.nodes[*at].can_end());
                ends.map(|at| row[at]).min().unwrap_or(FAR)
            })
            .collect();
        let mut net = Self {
            names: plan.nodes.iter().map(|n| n.name.to_owned()).collect(),
            actions: plan
                .nodes
                .iter()
                .map(|n| n.action_name().to_owned())
                .collect(),
            by_name,
            ways: plan.nodes.iter().map(ways).collect(),
            distances,
            to_end,
            before_guard: HashMap::new(),
            first: vec![false; count],
        };
        net.find_guards(&plan, &successors);
        net
    }

    fn find_guards(&mut self, plan: &Plan<'_>, successors: &[Vec<usize>]) {
        let guarded = |at: usize| plan.nodes[at].guard.is_some();
        let mut first: Vec<usize> = plan.entries.clone();
        while let Some(at) = first.pop() {
            if guarded(at) && !std::mem::replace(&mut self.first[at], true) {
                first.extend(&successors[at]);
            }
        }
        for from in 0..successors.len() {
            let mut seen = vec![false; successors.len()];
            let mut waiting = successors[from].clone();
            while let Some(at) = waiting.pop() {
                if guarded(at) && !std::mem::replace(&mut seen[at], true) {
                    self.before_guard.entry(at).or_default().push(from);
                    waiting.extend(&successors[at]);
                }
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The node that a recorded step ran. Its name counts; its position decides between steps of
    /// one name, and where the step was renamed.
    pub(crate) fn node_of(&self, step: &RecordedStep) -> Option<usize> {
        let position = step
            .step_index
            .and_then(|at| usize::try_from(at).ok())
            .filter(|at| *at < self.len());
        match self.by_name.get(&step.step_name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            Some(several) => position
                .filter(|at| several.contains(at))
                .or_else(|| several.first().copied()),
            None if step.step_name.is_empty() => position,
            None => None,
        }
    }

    /// How many ways lead on from a node; 0 where nothing is chosen.
    pub(crate) fn ways(&self, node: usize) -> usize {
        self.ways[node].len()
    }

    /// Whether one node can lead to the other.
    pub(crate) fn leads(&self, from: usize, to: usize) -> bool {
        self.distances[from][to] != FAR
    }

    /// The way that a case took from `node` when the nodes of `later` ran after it: the one that
    /// comes soonest to the first of them that some way leads to. `ended`: whether nothing more
    /// comes. `None` where it cannot be told.
    pub(crate) fn way_taken(
        &self,
        node: usize,
        later: impl Iterator<Item = usize>,
        ended: bool,
    ) -> Option<usize> {
        let ways = &self.ways[node];
        if ways.is_empty() {
            return None;
        }
        for next in later {
            let lengths = ways.iter().map(|way| match way {
                Some(to) => self.distances[*to][next],
                None => FAR,
            });
            match nearest(lengths, ways) {
                Nearest::None => {}
                Nearest::One(way) => return Some(way),
                Nearest::Several => return None,
            }
        }
        let lengths = ways.iter().map(|way| match way {
            Some(to) => self.to_end[*to].saturating_add(1),
            None => 0,
        });
        match nearest(lengths, ways) {
            Nearest::One(way) if ended => Some(way),
            Nearest::One(_) | Nearest::Several | Nearest::None => None,
        }
    }

    /// Of each guarded node whether a case came by that ran these nodes.
    pub(crate) fn guards_met(&self, ran: &[bool]) -> Vec<usize> {
        let met = |at: &usize| {
            ran[*at]
                || self.first[*at]
                || self
                    .before_guard
                    .get(at)
                    .is_some_and(|before| before.iter().any(|from| ran[*from]))
        };
        let mut guarded: Vec<usize> = self.before_guard.keys().copied().collect();
        guarded.extend((0..self.len()).filter(|at| self.first[*at]));
        guarded.sort_unstable();
        guarded.dedup();
        guarded.retain(met);
        guarded
    }
}

/// Which way is the shortest.
enum Nearest {
    /// No way leads there.
    None,
    /// This one, or several to one node of which it is the first.
    One(usize),
    /// Several that lead to different nodes.
    Several,
}

fn nearest(lengths: impl Iterator<Item = u16>, ways: &[Option<usize>]) -> Nearest {
    let lengths: Vec<u16> = lengths.collect();
    let least = lengths.iter().copied().min().unwrap_or(FAR);
    let mut places = (0..lengths.len()).filter(|at| lengths[*at] == least);
    match places.next().filter(|_| least != FAR) {
        None => Nearest::None,
        Some(first) if places.all(|at| ways[at] == ways[first]) => Nearest::One(first),
        Some(_) => Nearest::Several,
    }
}

fn ways(node: &crate::plan::PlanNode<'_>) -> Vec<Option<usize>> {
    if node.exits.is_empty() {
        return Vec::new();
    }
    let exits = node.exits.iter().map(|exit| exit.target.node());
    let default = node.default.first().copied().unwrap_or(Target::End);
    exits.chain([default.node()]).collect()
}

fn distances(from: usize, successors: &[Vec<usize>]) -> Vec<u16> {
    let mut found = vec![FAR; successors.len()];
    found[from] = 0;
    let mut frontier = vec![from];
    let mut length = 0;
    while !frontier.is_empty() {
        length += 1;
        let mut next = Vec::new();
        for at in frontier {
            for to in &successors[at] {
                if found[*to] == FAR {
                    found[*to] = length;
                    next.push(*to);
                }
            }
        }
        frontier = next;
    }
    found
}
