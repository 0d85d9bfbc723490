//! Recorded cases whose data decide alike.
//!
//! A join waits for what can still come. Where ways run side by side, what can come depends on the
//! data of the case, so cases whose data decide differently get networks of their own, each without
//! the ways that its cases never take: then no join waits for one of those. Where nothing runs side
//! by side there is nothing to wait for, and one network serves all.

use crate::plan::{Plan, Target};
use crate::prediction::decisions::{Decisions, Runs, Ways};
use crate::prediction::sample::mix;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Nodes of all networks together; beyond, one serves all.
const MAX_NODES: usize = 50_000;

/// Some recorded cases, and where they can go.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// For the names of its nodes.
    pub(super) label: String,
    /// Names of the definition's nodes, each once.
    pub(super) names: Rc<[String]>,
    pub(super) cases: Vec<usize>,
    /// The nodes to which they can come.
    pub(super) reached: Vec<bool>,
    /// How many nodes lead to each, entries counted.
    pub(super) ways_in: Vec<usize>,
    /// Whether ways run side by side.
    pub(super) concurrent: bool,
}

/// Where a node leads when it fails, if it can fail.
pub(super) type FailureWays<'a> = &'a dyn Fn(usize) -> Vec<Target>;

/// The groups, and whether there would have been too many.
pub(super) fn groups(
    plan: &Plan<'_>,
    decisions: &Decisions,
    failures: FailureWays<'_>,
) -> (Vec<Group>, bool) {
    let all: Vec<usize> = (0..decisions.cases).collect();
    let names = names(plan);
    let make = |label: String, cases: Vec<usize>| {
        Group::new(plan, decisions, failures, (label, Rc::clone(&names)), cases)
    };
    let whole = make(String::new(), all);
    if !whole.concurrent {
        return (vec![whole], false);
    }
    let mut places: HashMap<Vec<Pattern>, usize> = HashMap::new();
    let mut members: Vec<(u64, Vec<usize>)> = Vec::new();
    for case in 0..decisions.cases {
        let pattern = pattern(decisions, &whole.reached, case);
        let place = *places.entry(pattern.clone()).or_insert_with(|| {
            members.push((digest(&pattern), Vec::new()));
            members.len() - 1
        });
        members[place].1.push(case);
    }
    let reached = whole.reached.iter().filter(|reached| **reached).count();
    if members.len() * reached > MAX_NODES {
        return (vec![whole], true);
    }
    let groups = members
        .into_iter()
        .map(|(digest, cases)| make(format!("{digest:016x}"), cases))
        .collect();
    (groups, false)
}

/// The names of nodes; a number tells those of one name apart.
fn names(plan: &Plan<'_>) -> Rc<[String]> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let unique = plan.nodes.iter().map(|node| {
        let before = seen.entry(node.name).or_default();
        *before += 1;
        match *before {
            1 => node.name.to_owned(),
            more => format!("{} #{more}", node.name),
        }
    });
    unique.collect()
}

/// What the data of one case decide at one node.
type Pattern = (usize, Runs, Vec<Ways>);

fn pattern(decisions: &Decisions, reached: &[bool], case: usize) -> Vec<Pattern> {
    (0..reached.len())
        .filter(|node| reached[*node])
        .map(|node| {
            let it = &decisions.nodes[node];
            let ways = it.ways.iter().map(|cases| cases[case].clone()).collect();
            (node, it.runs[case], ways)
        })
        .collect()
}

/// The same for the same decisions, in every variant.
fn digest(pattern: &[Pattern]) -> u64 {
    let mut found = 0;
    for (node, runs, ways) in pattern {
        found = mix(found ^ *node as u64);
        found = mix(found ^ *runs as u64);
        for way in ways.iter().flatten() {
            found = mix(found ^ way.map_or(u64::MAX, |way| way as u64));
        }
    }
    found
}

impl Group {
    fn new(
        plan: &Plan<'_>,
        decisions: &Decisions,
        failures: FailureWays<'_>,
        (label, names): (String, Rc<[String]>),
        cases: Vec<usize>,
    ) -> Self {
        let mut group = Self {
            label,
            names,
            cases,
            reached: vec![false; plan.nodes.len()],
            ways_in: vec![0; plan.nodes.len()],
            concurrent: plan.entries.len() > 1,
        };
        for entry in &plan.entries {
            group.ways_in[*entry] += 1;
        }
        let mut waiting = plan.entries.clone();
        while let Some(node) = waiting.pop() {
            if std::mem::replace(&mut group.reached[node], true) {
                continue;
            }
            for to in group.successors(plan, decisions, failures, node) {
                group.ways_in[to] += 1;
                waiting.push(to);
            }
        }
        group
    }

    /// The nodes to which a node leads some case of the group, each once.
    fn successors(
        &mut self,
        plan: &Plan<'_>,
        decisions: &Decisions,
        failures: FailureWays<'_>,
        node: usize,
    ) -> BTreeSet<usize> {
        let (it, decided) = (&plan.nodes[node], &decisions.nodes[node]);
        let mut chosen: BTreeSet<usize> = BTreeSet::new();
        let mut runs = false;
        for case in &self.cases {
            if decided.runs[*case] != Runs::Yes {
                chosen.extend(it.default.iter().filter_map(|target| target.node()));
            }
            if decided.runs[*case] == Runs::No {
                continue;
            }
            runs = true;
            for way in decided.ways.iter().flat_map(|cases| &cases[*case]) {
                match way {
                    Some(exit) => chosen.extend(it.exits[*exit].target.node()),
                    None => chosen.extend(it.default.iter().filter_map(|target| target.node())),
                }
            }
        }
        let always = always(plan, node);
        self.concurrent |= always.len() + usize::from(!chosen.is_empty()) > 1;
        chosen.extend(always);
        if runs {
            chosen.extend(failures(node).into_iter().filter_map(Target::node));
        }
        chosen
    }

    /// Whether several ways that run side by side can come to a node.
    pub(super) fn joins(&self, node: usize) -> bool {
        self.concurrent && self.ways_in[node] > 1
    }
}

/// The nodes that start whenever a node has ended. One that must end before itself never starts.
pub(super) fn always(plan: &Plan<'_>, node: usize) -> Vec<usize> {
    plan.nodes[node]
        .always
        .iter()
        .copied()
        .filter(|next| plan.is_graph || !plan.closes_loop(node, Target::Node(*next)))
        .collect()
}
