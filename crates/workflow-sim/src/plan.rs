//! A definition as one net of nodes: steps and drawings look the same to the walk.
//!
//! A node that ends sends a token along the first exit that holds, else along its defaults, and
//! in any case along its *always* edges (what depends on it, or a parallel split). An *inclusive*
//! node sends one along every exit that holds. A node with several ways in waits for those that
//! can still come: tokens are handled in the order of [`Plan::rank`], in which every edge but one
//! that closes a loop leads upwards. A *strict* join waits for all of them, come what may.

mod graph;
mod order;
mod steps;

use crate::Fault;
use condition::Condition;
use std::borrow::Cow;
use workflow_model::{Approvers, Definition, Guard, Step};

pub(crate) use order::components;
pub(crate) use steps::Names;

/// Where an edge leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// To this node.
    Node(usize),
    /// Out of the workflow.
    End,
}

impl Target {
    pub(crate) fn node(self) -> Option<usize> {
        match self {
            Self::Node(node) => Some(node),
            Self::End => None,
        }
    }
}

/// An edge that is taken when its condition holds and none before it does.
#[derive(Debug)]
pub(crate) struct Exit<'a> {
    pub(crate) guard: &'a Guard,
    pub(crate) target: Target,
    /// Where it is written.
    pub(crate) path: String,
}

/// What a node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// Something is done, or decided: part of the execution path.
    Work,
    /// Where a drawing begins.
    Start,
    /// Where a drawing ends.
    End,
    /// Splits or joins, and takes no time.
    Gateway,
}

/// One node.
#[derive(Debug)]
pub(crate) struct PlanNode<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: NodeKind,
    pub(crate) action: Option<&'a str>,
    /// Whether it runs at all; it is passed by otherwise.
    pub(crate) guard: Option<&'a Guard>,
    pub(crate) exits: Vec<Exit<'a>>,
    pub(crate) default: Vec<Target>,
    pub(crate) always: Vec<usize>,
    pub(crate) approvers: Option<Cow<'a, Approvers>>,
    pub(crate) step: Option<&'a Step>,
    /// The workflow that it runs.
    pub(crate) workflow: Option<&'a str>,
    /// Whether every exit that holds is taken, and not only the first.
    pub(crate) is_inclusive: bool,
    /// For a join that waits for every one of these, whether or not it can still come.
    pub(crate) waits_for: Vec<usize>,
    /// Where it is written.
    pub(crate) path: String,
}

impl PlanNode<'_> {
    /// The action as it is shown.
    pub(crate) fn action_name(&self) -> &str {
        self.action.unwrap_or(match self.kind {
            NodeKind::Work => "",
            NodeKind::Start => "trigger",
            NodeKind::End => "terminator",
            NodeKind::Gateway => "gateway",
        })
    }

    pub(crate) fn is_approval(&self) -> bool {
        self.action == Some("approval")
    }

    /// The exits up to the first that always holds: those after it are never reached.
    pub(crate) fn live_exits(&self) -> &[Exit<'_>] {
        if self.is_inclusive {
            return &self.exits;
        }
        let first = self
            .exits
            .iter()
            .position(|exit| exit.guard.condition.is_always());
        first.map_or(&self.exits[..], |at| &self.exits[..=at])
    }

    /// Whether the default can be taken at all.
    pub(crate) fn default_is_live(&self) -> bool {
        let skippable = self.guard.is_some_and(|guard| !guard.condition.is_always());
        skippable
            || !self
                .exits
                .iter()
                .any(|exit| exit.guard.condition.is_always())
    }

    /// Every edge that some input takes.
    pub(crate) fn targets(&self) -> impl Iterator<Item = Target> {
        let default = if self.default_is_live() {
            &self.default[..]
        } else {
            &[]
        };
        self.live_exits()
            .iter()
            .map(|exit| exit.target)
            .chain(default.iter().copied())
            .chain(self.always.iter().map(|node| Target::Node(*node)))
    }

    /// Whether the workflow can end here.
    pub(crate) fn can_end(&self) -> bool {
        self.kind == NodeKind::End
            || self.targets().next().is_none()
            || self.targets().any(|target| target == Target::End)
    }
}

/// A definition as a net.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) nodes: Vec<PlanNode<'a>>,
    /// Where it begins: all of them together, but for triggers, of which one starts a run.
    pub(crate) entries: Vec<usize>,
    /// Other triggers than the first.
    pub(crate) other_triggers: Vec<usize>,
    /// Position in an order in which every edge leads upwards but those that close a loop.
    pub(crate) rank: Vec<usize>,
    /// Whether some input leads there.
    pub(crate) reachable: Vec<bool>,
    /// Whether every way from there closes a loop.
    committed: Vec<bool>,
    /// Whether no way from there leads to an end.
    pub(crate) trapped: Vec<bool>,
    /// Whether it was made from the drawing.
    pub(crate) is_graph: bool,
}

impl<'a> Plan<'a> {
    /// Makes the net of a definition and notes references that lead nowhere. The drawing counts
    /// only when there are no steps.
    pub(crate) fn new(definition: &'a Definition, faults: &mut Vec<Fault>) -> Self {
        let graph = definition
            .graph
            .as_ref()
            .filter(|graph| !graph.nodes.is_empty());
        let (nodes, entries, other_triggers, is_graph) = match graph {
            Some(graph) if definition.steps.is_empty() => {
                let (nodes, entries, others) = graph::nodes(graph, faults);
                (nodes, entries, others, true)
            }
            Some(_) | None => {
                let (nodes, entries) = steps::nodes(&definition.steps, faults);
                (nodes, entries, Vec::new(), false)
            }
        };
        let mut plan = Self {
            rank: Vec::new(),
            reachable: Vec::new(),
            committed: Vec::new(),
            trapped: Vec::new(),
            nodes,
            entries,
            other_triggers,
            is_graph,
        };
        let successors = plan.successors();
        let starts: Vec<usize> = plan
            .entries
            .iter()
            .chain(&plan.other_triggers)
            .copied()
            .collect();
        let order = order::depth_first(&starts, &successors);
        plan.rank = order.rank;
        plan.reachable = order.reached;
        plan.committed = plan.committed();
        plan.trapped = plan.trapped(&successors);
        plan
    }

    fn committed(&self) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_unstable_by_key(|node| std::cmp::Reverse(self.rank[*node]));
        let mut committed = vec![false; self.nodes.len()];
        for from in order {
            let loops = |target: Target| {
                let closes = self.closes_loop(from, target);
                closes || target.node().is_some_and(|to| committed[to])
            };
            committed[from] = !self.nodes[from].can_end() && self.nodes[from].targets().all(loops);
        }
        committed
    }

    fn trapped(&self, successors: &[Vec<usize>]) -> Vec<bool> {
        let mut predecessors = vec![Vec::new(); self.nodes.len()];
        for (from, next) in successors.iter().enumerate() {
            for to in next {
                predecessors[*to].push(from);
            }
        }
        let mut waiting: Vec<usize> = (0..self.nodes.len())
            .filter(|at| self.nodes[*at].can_end())
            .collect();
        let mut trapped = vec![true; self.nodes.len()];
        while let Some(node) = waiting.pop() {
            if std::mem::replace(&mut trapped[node], false) {
                waiting.extend(&predecessors[node]);
            }
        }
        trapped
    }

    /// The nodes that each node can lead to.
    pub(crate) fn successors(&self) -> Vec<Vec<usize>> {
        let next = |node: &PlanNode<'_>| node.targets().filter_map(Target::node).collect();
        self.nodes.iter().map(next).collect()
    }

    /// Whether going from `from` to `to` closes a loop.
    pub(crate) fn closes_loop(&self, from: usize, to: Target) -> bool {
        to.node().is_some_and(|to| self.rank[to] <= self.rank[from])
    }

    /// Whether going from `from` to `to` is a choice for another round: it closes a loop, or leads
    /// to nodes that all do.
    pub(crate) fn repeats(&self, from: usize, to: Target) -> bool {
        !self.committed[from]
            && (self.closes_loop(from, to) || to.node().is_some_and(|to| self.committed[to]))
    }

    /// Where `node` leads in order.
    pub(crate) fn default_of(&self, node: usize) -> Option<Target> {
        self.nodes[node].default.first().copied()
    }

    /// Every condition of the net, with where it is written.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = (usize, String, &Condition)> {
        self.nodes.iter().enumerate().flat_map(|(at, node)| {
            let guard = node
                .guard
                .map(|guard| (at, format!("{}.conditions", node.path), &guard.condition));
            let exits = node.exits.iter().map(move |exit| {
                (
                    at,
                    format!("{}.condition", exit.path),
                    &exit.guard.condition,
                )
            });
            guard.into_iter().chain(exits)
        })
    }
}
