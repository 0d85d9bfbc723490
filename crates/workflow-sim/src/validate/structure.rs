//! Faults of how steps hang together.

use crate::plan::{Names, NodeKind, Plan, Target, components};
use crate::{Fault, FaultKind};
use std::collections::HashSet;
use workflow_model::{Definition, OnFailure, Step, StepRef};

pub(super) fn check(plan: &Plan<'_>, definition: &Definition, faults: &mut Vec<Fault>) {
    let steps = Steps {
        list: &definition.steps,
        names: Names::of(&definition.steps),
    };
    let waiting = steps.dependency_cycles(faults);
    unreachable(plan, &steps, &waiting, faults);
    no_exit(plan, faults);
    dead_branches(plan, faults);
}

/// Steps that no input leads to. What only a failure leads to is reached.
fn unreachable(
    plan: &Plan<'_>,
    steps: &Steps<'_>,
    waiting: &HashSet<usize>,
    faults: &mut Vec<Fault>,
) {
    let successors = plan.successors();
    let mut reached = plan.reachable.clone();
    let mut queue: Vec<usize> = (0..reached.len()).filter(|node| reached[*node]).collect();
    while let Some(node) = queue.pop() {
        let failure = steps
            .list
            .get(node)
            .and_then(|step| steps.after_failure(step));
        for next in successors[node].iter().copied().chain(failure) {
            if !std::mem::replace(&mut reached[next], true) {
                queue.push(next);
            }
        }
    }
    for (at, node) in plan.nodes.iter().enumerate() {
        if !reached[at] && !waiting.contains(&at) {
            faults.push(Fault::warning(
                node.path.clone(),
                FaultKind::UnreachableStep,
                format!(
                    "No input leads to \"{}\"; branch to it, say what it depends on, or remove it.",
                    node.name
                ),
            ));
        }
    }
}

/// Loops that nothing leads out of, and a definition that never ends.
fn no_exit(plan: &Plan<'_>, faults: &mut Vec<Fault>) {
    let successors = plan.successors();
    let mut found = false;
    for component in components(&successors) {
        let inside: HashSet<usize> = component.iter().copied().collect();
        let leaves = component.iter().any(|node| {
            plan.nodes[*node].can_end() || successors[*node].iter().any(|to| !inside.contains(to))
        });
        let Some(first) = component.first().filter(|_| !leaves) else {
            continue;
        };
        found = true;
        faults.push(Fault::blocking(
            plan.nodes[*first].path.clone(),
            FaultKind::CycleWithoutExit,
            format!(
                "Nothing leads out of the loop {}; add a branch that leaves it.",
                names(plan, &component)
            ),
        ));
    }
    let ends = |at: usize| plan.reachable[at] && plan.nodes[at].can_end();
    if !found && !(0..plan.nodes.len()).any(ends) {
        faults.push(Fault::blocking(
            if plan.is_graph { "graph_spec" } else { "steps" },
            FaultKind::NoWayToEnd,
            "No way leads from the beginning to an end; connect the first step to the others.",
        ));
    }
    open_ends(plan, faults);
}

/// Where a drawing has ends, a node that just stops is probably unfinished.
fn open_ends(plan: &Plan<'_>, faults: &mut Vec<Fault>) {
    let has_ends = plan.nodes.iter().any(|node| node.kind == NodeKind::End);
    for node in plan.nodes.iter().filter(|_| plan.is_graph && has_ends) {
        if node.kind != NodeKind::End && node.targets().next().is_none() {
            faults.push(Fault::warning(
                node.path.clone(),
                FaultKind::NoWayToEnd,
                format!("No edge leaves \"{}\"; connect it to an end.", node.name),
            ));
        }
    }
}

fn names(plan: &Plan<'_>, nodes: &[usize]) -> String {
    let names: Vec<_> = nodes
        .iter()
        .map(|at| format!("\"{}\"", plan.nodes[*at].name))
        .collect();
    names.join(" → ")
}

/// Branches after one that always holds.
fn dead_branches(plan: &Plan<'_>, faults: &mut Vec<Fault>) {
    for node in &plan.nodes {
        for exit in &node.exits[node.live_exits().len()..] {
            faults.push(Fault::warning(
                exit.path.clone(),
                FaultKind::DeadBranch,
                "A branch before this one always holds, so this one is never taken; put it first, \
                 or remove it.",
            ));
        }
    }
}

/// The steps, and where their references lead.
struct Steps<'a> {
    list: &'a [Step],
    names: Names<'a>,
}

impl Steps<'_> {
    fn find(&self, reference: &StepRef) -> Option<usize> {
        self.names.find(reference, self.list).and_then(Target::node)
    }

    fn after_failure(&self, step: &Step) -> Option<usize> {
        match &step.on_failure {
            OnFailure::GoTo(to) => self.find(to),
            OnFailure::Fail | OnFailure::Continue => None,
        }
    }

    /// Where branches and failures lead.
    fn jumps(&self) -> HashSet<usize> {
        let of = |step: &Step| -> Vec<usize> {
            let branches = step
                .branches
                .iter()
                .filter_map(|branch| self.find(&branch.next_step));
            branches.chain(self.after_failure(step)).collect()
        };
        self.list.iter().flat_map(of).collect()
    }

    /// Steps that wait for each other; answers which.
    fn dependency_cycles(&self, faults: &mut Vec<Fault>) -> HashSet<usize> {
        let jumps = self.jumps();
        let waits_for = |at: usize| -> Vec<usize> {
            match &self.list[at].depends_on {
                Some(refs) => refs.iter().filter_map(|to| self.find(to)).collect(),
                // A step that a branch leads to does not wait for the one before it.
                None if at == 0 || jumps.contains(&at) => Vec::new(),
                None => vec![at - 1],
            }
        };
        let waits: Vec<_> = (0..self.list.len()).map(waits_for).collect();
        let mut found = HashSet::new();
        for cycle in components(&waits) {
            let names: Vec<_> = cycle
                .iter()
                .map(|at| format!("\"{}\"", self.list[*at].name))
                .collect();
            let verb = if cycle.len() == 1 {
                "waits for itself"
            } else {
                "wait for each other"
            };
            if let Some(at) = cycle.iter().find(|at| self.list[**at].depends_on.is_some()) {
                faults.push(Fault::blocking(
                    format!("steps.{at}.depends_on"),
                    FaultKind::DependencyCycle,
                    format!(
                        "{} {verb}, so the workflow never gets past this; remove a dependency.",
                        names.join(", ")
                    ),
                ));
            }
            found.extend(cycle);
        }
        found
    }
}
