//! What the input says about each condition of a net.
//!
//! A dry run changes no variable, so a condition says the same whenever the walk comes by: each
//! is evaluated once.

use crate::plan::{Exit, Plan, PlanNode, Target};
use condition::{Condition, Scope, Truth};
use serde_json::Value;

/// What the input says about one node.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// Whether the node runs.
    pub(crate) guard: Truth,
    /// For each exit whether it holds.
    pub(crate) exits: Vec<Truth>,
    /// The outcome that is assumed of the node, where an exit asks for it.
    pub(crate) outcome: Option<String>,
}

/// Outcomes that words on exits may stand for when all goes well, the likeliest first.
const GOOD: [&str; 14] = [
    "approved",
    "approve",
    "accepted",
    "completed",
    "success",
    "succeeded",
    "ok",
    "done",
    "passed",
    "valid",
    "yes",
    "true",
    "on success",
    "complete",
];

/// Parts of words that say that something went wrong.
const BAD: [&str; 18] = [
    "reject",
    "den",
    "declin",
    "fail",
    "error",
    "timeout",
    "timed out",
    "time_out",
    "expire",
    "cancel",
    "abort",
    "refus",
    "invalid",
    "not ",
    "no",
    "false",
    "withdrawn",
    "escalat",
];

pub(crate) fn judge_all(plan: &Plan<'_>, input: &Value) -> Vec<Verdict> {
    plan.nodes.iter().map(|node| judge(node, input)).collect()
}

fn judge(node: &PlanNode<'_>, input: &Value) -> Verdict {
    let scope = Scope::new(input);
    let outcome = node
        .exits
        .iter()
        .any(|exit| exit.guard.condition.uses_outcome())
        .then(|| assumed(node, &node.exits, input));
    let of_node = scope.with_outcome(outcome.as_deref());
    let exits = node
        .exits
        .iter()
        .map(|exit| exit.guard.condition.evaluate(&of_node))
        .collect();
    Verdict {
        guard: node
            .guard
            .map_or(Truth::True, |guard| judge_guard(&guard.condition, input)),
        exits,
        outcome,
    }
}

/// A guard may ask for the outcome of the step before, which is assumed to be a good one.
fn judge_guard(guard: &Condition, input: &Value) -> Truth {
    let scope = Scope::new(input).with_outcome(assumed_before(guard, input));
    guard.evaluate(&scope)
}

/// The outcome of the step before under which a guard is judged.
pub(crate) fn assumed_before(guard: &Condition, input: &Value) -> Option<&'static str> {
    let fits = |word: &&&str| {
        let scope = Scope::new(input).with_outcome(Some(word));
        !guard.evaluate(&scope).is_false()
    };
    guard
        .uses_outcome()
        .then(|| GOOD.iter().find(fits).copied().unwrap_or(GOOD[0]))
}

/// The outcome of a node under which all goes well: a good word that some exit waits for, else
/// the first label that is not a bad word, else that of a success.
fn assumed(node: &PlanNode<'_>, exits: &[Exit<'_>], input: &Value) -> String {
    let leads = |word: &str| {
        let scope = Scope::new(input).with_outcome(Some(word));
        let asking = exits
            .iter()
            .filter(|exit| exit.guard.condition.uses_outcome());
        asking
            .clone()
            .any(|exit| exit.guard.condition.evaluate(&scope).is_true())
    };
    if let Some(word) = GOOD.iter().find(|word| leads(word)) {
        return (*word).to_owned();
    }
    let labels = exits
        .iter()
        .filter_map(|exit| exit.guard.condition.outcome_label());
    match labels.clone().find(|label| !is_bad(label)) {
        Some(label) => label.to_owned(),
        None if node.is_approval() => "approved".to_owned(),
        None => "completed".to_owned(),
    }
}

fn is_bad(label: &str) -> bool {
    let label = label.to_lowercase();
    BAD.iter().any(|bad| match *bad {
        "no" | "false" => label == *bad,
        "den" => label.starts_with("den"),
        part => label.contains(part),
    })
}

/// Where a token may go, given what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Along this exit.
    Exit(usize),
    /// Along the defaults.
    Default,
}

impl Verdict {
    /// The ways that the choice of a node can take, the main one first; all but the last rest on
    /// variables that are missing. Another round on a mere possibility is not the main one. Of an
    /// inclusive node several are taken.
    pub(crate) fn ways(&self, plan: &Plan<'_>, node: usize) -> Vec<Way> {
        if self.guard.is_false() {
            return vec![Way::Default];
        }
        let mut ways = Vec::new();
        let mut loops = Vec::new();
        let mut settled = false;
        for (at, truth) in self.exits.iter().enumerate() {
            let target = plan.nodes[node].exits[at].target;
            match truth {
                Truth::False => {}
                Truth::Unknown(_) if plan.repeats(node, target) => loops.push(Way::Exit(at)),
                Truth::Unknown(_) => ways.push(Way::Exit(at)),
                Truth::True => {
                    ways.push(Way::Exit(at));
                    settled = true;
                    if !plan.nodes[node].is_inclusive {
                        break;
                    }
                }
            }
        }
        let passed_by = !self.guard.is_true();
        if !settled || passed_by {
            ways.push(Way::Default);
        }
        ways.extend(loops);
        ways
    }
}

/// Where a way leads.
pub(crate) fn targets_of(plan: &Plan<'_>, node: usize, way: Way) -> Vec<Target> {
    match way {
        Way::Exit(at) => vec![plan.nodes[node].exits[at].target],
        Way::Default => plan.nodes[node].default.clone(),
    }
}
