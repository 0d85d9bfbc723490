#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::error::ConditionError;
use crate::eval::Run;
use crate::lexer::Fault;
use crate::limits::{MAX_DEPTH, MAX_NODES, MAX_STEPS, MAX_TEXT_BYTES};
use crate::path::Path;
use crate::scope::Scope;
use crate::tree::Node;
use crate::truth::{Tri, Truth};
use crate::walk::Measure;
use crate::{branch, operator, parser, to_json, value, walk};

/// A compiled condition: made once, evaluated many times, from any thread.
///
/// Its text ([`fmt::Display`]) is the canonical expression string, which parses back to an equal
/// condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub(crate) root: Node,
}

impl Condition {
    /// The condition that always holds.
    #[must_use]
    pub fn always() -> Self {
        Self {
            root: Node::Constant(true),
        }
    }

    /// Reads any spelling: an operator object, an expression string, or a boolean. `{}`, `null` and
    /// a blank text always hold. A bare word names a variable, which must then be true; see
    /// [`Self::from_branch`]. Returns every fault at once.
    pub fn from_json(value: &Value) -> Result<Self, Vec<ConditionError>> {
        match value {
            Value::Null => Ok(Self::always()),
            Value::Bool(constant) => Ok(Self {
                root: Node::Constant(*constant),
            }),
            Value::String(text) if text.trim().is_empty() => Ok(Self::always()),
            Value::String(text) => Self::parse(text),
            Value::Object(object) => Self::checked(operator::parse(object)?),
            Value::Number(_) | Value::Array(_) => Err(vec![ConditionError::new(
                "",
                format!(
                    "a condition is an operator object such as {{\"amount\": {{\"$gt\": 10000}}}} \
                     or an expression such as `amount > 10000`, not a {}",
                    value::type_name(value)
                ),
            )]),
        }
    }

    /// Reads the condition of an edge or branch. As [`Self::from_json`], but a text of plain words
    /// is the label of the outcome that the step before must have: `approved`, `on failure`,
    /// `approved or escalated`. `always`, `default`, `else` and `otherwise` always hold.
    pub fn from_branch(value: &Value) -> Result<Self, Vec<ConditionError>> {
        match value.as_str().and_then(branch::label) {
            Some(root) => Self::checked(root),
            None => Self::from_json(value),
        }
    }

    /// Reads an expression string, in which a bare word names a variable.
    pub fn parse(text: &str) -> Result<Self, Vec<ConditionError>> {
        let root = parser::parse(text).map_err(|fault| vec![located(text, &fault)])?;
        Self::checked(root)
    }

    /// Bounds what evaluation, printing and dropping will have to walk.
    fn checked(root: Node) -> Result<Self, Vec<ConditionError>> {
        let fault = |message: String| Err(vec![ConditionError::new("", message)]);
        let measure = Measure::of(&root);
        if measure.depth > MAX_DEPTH {
            return fault(format!(
                "the condition is nested deeper than {MAX_DEPTH} levels"
            ));
        }
        if measure.nodes > MAX_NODES {
            return fault(format!("the condition has more than {MAX_NODES} parts"));
        }
        let condition = Self { root };
        if condition.to_string().len() > MAX_TEXT_BYTES {
            return fault(format!(
                "the condition is longer than {MAX_TEXT_BYTES} bytes as a text"
            ));
        }
        Ok(condition)
    }

    /// Whether it is written to hold whatever the input (`{}`, `true`).
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.root == Node::Constant(true)
    }

    /// The label, if the condition is nothing but the outcome of the step before.
    #[must_use]
    pub fn outcome_label(&self) -> Option<&str> {
        match &self.root {
            Node::Outcome(label) => Some(label),
            Node::Constant(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Not(_)
            | Node::Exists(_)
            | Node::Test { .. }
            | Node::Compare { .. }
            | Node::In { .. }
            | Node::Quantified { .. }
            | Node::Holds(_) => None,
        }
    }

    /// An operator object that says the same, or else the canonical expression as a JSON string.
    #[must_use]
    pub fn to_json(&self) -> Value {
        to_json::object(&self.root).unwrap_or_else(|| Value::String(self.to_string()))
    }

    /// Whether it holds. A variable that the input lacks makes the answer unknown, unless the rest
    /// decides it; `exists(…)` is always decided, and a null is a value. Where a bound of
    /// [`limits`](crate::limits) stops the evaluation, the answer is unknown too, and names the
    /// variables that the condition reads.
    #[must_use]
    pub fn evaluate(&self, scope: &Scope<'_>) -> Truth {
        let mut missing = Vec::new();
        let tri = run(scope, false, &steps()).node(&self.root, &mut missing);
        if tri == Tri::Unknown && missing.is_empty() {
            missing = self.variables(); // a text too long for a pattern, or too much work
        }
        Truth::of(tri, missing)
    }

    /// Whether it holds when the input is all there is, which is MongoDB's meaning: what is missing
    /// is not equal to anything but null. For filtering finished history.
    #[must_use]
    pub fn evaluate_closed(&self, scope: &Scope<'_>) -> bool {
        run(scope, true, &steps()).node(&self.root, &mut Vec::new()) == Tri::True
    }

    /// The variables that it reads: dotted paths, sorted, each once. A variable of a list's
    /// elements is named under the list (`items.price`).
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let paths = walk::variables_of(&walk::Part::Node(&self.root));
        let names: BTreeSet<String> = paths.iter().map(Path::dotted).collect();
        names.into_iter().collect()
    }

    /// Whether it asks for the outcome of the step before.
    #[must_use]
    pub fn uses_outcome(&self) -> bool {
        walk::uses_outcome(&self.root)
    }
}

/// The work that one evaluation may do.
pub(crate) fn steps() -> Cell<usize> {
    Cell::new(MAX_STEPS)
}

pub(crate) fn run<'a>(scope: &Scope<'a>, closed: bool, steps: &'a Cell<usize>) -> Run<'a> {
    Run {
        input: scope.input(),
        outcome: scope.outcome(),
        closed,
        element: None,
        steps,
    }
}

/// A fault with the column of the text where it is, counted in characters from 1.
fn located(text: &str, fault: &Fault) -> ConditionError {
    let before = text.get(..fault.at).unwrap_or(text);
    let column = before.chars().count() + 1;
    ConditionError::new("", format!("{} (column {column})", fault.message))
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

impl std::str::FromStr for Condition {
    type Err = Vec<ConditionError>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
