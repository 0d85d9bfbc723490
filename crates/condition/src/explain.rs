//! Why a condition has its result, and what would turn it.

mod candidates;
mod nearest;

use serde_json::Value;

use crate::condition::{Condition, run, steps};
use crate::eval::Run;
use crate::path::{Found, Path};
use crate::scope::Scope;
use crate::tree::Node;
use crate::truth::Truth;
use crate::walk::{Part, variables_of};

/// A result with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What [`Condition::evaluate`] says.
    pub result: Truth,
    /// The parts that `and`, `or` and `not` join, in the order in which they are written.
    pub clauses: Vec<ClauseExplanation>,
    /// A smallest change of the input that turns true to false and the reverse, and unknown to
    /// true. Empty when none was found.
    pub nearest: Vec<Change>,
}

/// One clause, and what it met.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseExplanation {
    /// Its canonical text.
    pub clause: String,
    /// What the variables that it reads hold.
    pub actual: Vec<Reading>,
    /// What it says by itself.
    pub result: Truth,
}

/// A variable and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The dotted path; `outcome` for the outcome of the step before.
    pub path: String,
    /// The value, the list of values where the path goes through a list, or nothing if the input
    /// lacks the variable.
    pub value: Option<Value>,
}

/// One variable to change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The dotted path; `outcome` for the outcome of the step before.
    pub path: String,
    /// What it holds now; nothing if the input lacks it.
    pub from: Option<Value>,
    /// What it would have to hold.
    pub to: Value,
}

impl Condition {
    /// Evaluates, and says why.
    #[must_use]
    pub fn explain(&self, scope: &Scope<'_>) -> Explanation {
        let mut clauses = Vec::new();
        let steps = steps();
        clauses_of(&self.root, &run(scope, false, &steps), &mut clauses);
        let result = self.evaluate(scope);
        let nearest = nearest::find(self, scope, &result);
        Explanation {
            result,
            clauses,
            nearest,
        }
    }
}

fn clauses_of(node: &Node, run: &Run<'_>, out: &mut Vec<ClauseExplanation>) {
    match node {
        Node::And(parts) | Node::Or(parts) => {
            for part in parts {
                clauses_of(part, run, out);
            }
        }
        Node::Not(inner) if matches!(inner.as_ref(), Node::And(_) | Node::Or(_) | Node::Not(_)) => {
            clauses_of(inner, run, out);
        }
        Node::Constant(true) => {}
        Node::Constant(false)
        | Node::Not(_)
        | Node::Outcome(_)
        | Node::Exists(_)
        | Node::Test { .. }
        | Node::Compare { .. }
        | Node::In { .. }
        | Node::Quantified { .. }
        | Node::Holds(_) => out.push(clause(node, run)),
    }
}

fn clause(node: &Node, run: &Run<'_>) -> ClauseExplanation {
    let mut missing = Vec::new();
    let tri = run.node(node, &mut missing);
    let mut actual: Vec<Reading> = variables_of(&Part::Node(node))
        .into_iter()
        .map(|path| Reading {
            value: value_of(&path, run),
            path: path.dotted(),
        })
        .collect();
    if crate::walk::uses_outcome(node) {
        let value = run.outcome.map(Value::from);
        actual.push(Reading {
            path: "outcome".to_owned(),
            value,
        });
    }
    ClauseExplanation {
        clause: node.to_string(),
        actual,
        result: Truth::of(tri, missing),
    }
}

fn value_of(path: &Path, run: &Run<'_>) -> Option<Value> {
    match run.find(path) {
        Found::One(value) => Some(value.clone()),
        Found::Missing => None,
        Found::Many(candidates) if candidates.is_missing() => None,
        Found::Many(candidates) => Some(candidates.values.into_iter().cloned().collect()),
    }
}
