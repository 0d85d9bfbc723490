//! Evaluation in Kleene's three-valued logic: `false and unknown` is false, `true or unknown` is
//! true, and what is still unknown says which variables are missing.

mod expr;
mod lists;
mod matching;
mod test;

use std::cell::Cell;

use serde_json::Value;

use crate::path::{Found, Path, Root};
use crate::tree::Node;
use crate::truth::Tri;
pub(crate) use test::passes;

/// What a condition is evaluated on.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) input: &'a Value,
    pub(crate) outcome: Option<&'a str>,
    /// Closed world: what is missing is simply not there, and nothing is unknown.
    pub(crate) closed: bool,
    pub(crate) element: Option<&'a Frame<'a>>,
    /// Work that is left; see [`MAX_STEPS`](crate::limits::MAX_STEPS).
    pub(crate) steps: &'a Cell<usize>,
}

/// The element that a list function is looking at.
pub(crate) struct Frame<'a> {
    value: &'a Value,
    /// The list, if it is a variable; names what is missing in the element.
    list: Option<&'a Path>,
    outer: Option<&'a Frame<'a>>,
}

impl<'a> Run<'a> {
    /// Evaluates; paths that are missing are added to `missing` when the answer is unknown.
    pub(crate) fn node(&self, node: &Node, missing: &mut Vec<String>) -> Tri {
        if !self.may_step() {
            return Tri::Unknown;
        }
        match node {
            Node::Constant(value) => (*value).into(),
            Node::And(parts) => Self::all(
                parts.iter(),
                Tri::False,
                |part, m| self.node(part, m),
                missing,
            ),
            Node::Or(parts) => Self::all(
                parts.iter(),
                Tri::True,
                |part, m| self.node(part, m),
                missing,
            ),
            Node::Not(inner) => self.node(inner, missing).negate(),
            Node::Outcome(label) => self.outcome(label, missing),
            Node::Exists(path) => self.exists(path).into(),
            Node::Test { subject, test } => self.test(subject, test, missing),
            Node::Compare { op, left, right } => self.compare(*op, left, right, missing),
            Node::In {
                item,
                list,
                negated,
            } => self.member(item, list, *negated, missing),
            Node::Quantified {
                quantifier,
                list,
                body,
            } => self.quantified(*quantifier, list, body, missing),
            Node::Holds(expr) => match self.expr(expr, missing) {
                None => Tri::Unknown,
                Some(value) => (value.as_bool() == Some(true)).into(),
            },
        }
    }

    /// Counts one step of work inside a list function.
    fn may_step(&self) -> bool {
        self.element.is_none() || self.may_spend(1)
    }

    /// Counts work; whether there was enough left.
    fn may_spend(&self, steps: usize) -> bool {
        let left = self.steps.get().checked_sub(steps);
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Kleene's conjunction (`decisive` false) or disjunction (`decisive` true) of parts.
    fn all<T>(
        parts: impl Iterator<Item = T>,
        decisive: Tri,
        eval: impl Fn(T, &mut Vec<String>) -> Tri,
        missing: &mut Vec<String>,
    ) -> Tri {
        let before = missing.len();
        let mut result = decisive.negate();
        for part in parts {
            match eval(part, missing) {
                Tri::Unknown => result = Tri::Unknown,
                value @ (Tri::True | Tri::False) if value == decisive => {
                    missing.truncate(before);
                    return decisive;
                }
                Tri::True | Tri::False => {}
            }
        }
        result
    }

    fn outcome(&self, label: &str, missing: &mut Vec<String>) -> Tri {
        match self.outcome {
            Some(outcome) => same_label(outcome, label).into(),
            None if self.closed => Tri::False,
            None => {
                missing.push("outcome".to_owned());
                Tri::Unknown
            }
        }
    }

    pub(crate) fn start(&self, root: Root) -> Option<&'a Value> {
        match root {
            Root::Input => Some(self.input),
            Root::Element(level) => self.frame(level).map(|frame| frame.value),
        }
    }

    fn frame(&self, level: u8) -> Option<&'a Frame<'a>> {
        (0..level).try_fold(self.element?, |frame, _| frame.outer)
    }

    pub(crate) fn find(&self, path: &Path) -> Found<'a> {
        self.start(path.root)
            .map_or(Found::Missing, |start| path.find(start))
    }

    fn exists(&self, path: &Path) -> bool {
        match self.find(path) {
            Found::One(_) => true,
            Found::Missing => false,
            Found::Many(candidates) => !candidates.values.is_empty(),
        }
    }

    /// The path as seen from the input, for answers.
    pub(crate) fn name(&self, path: &Path) -> String {
        let mut names = path.dotted();
        let Root::Element(level) = path.root else {
            return names;
        };
        let mut frame = self.frame(level);
        while let Some(Frame {
            list: Some(list), ..
        }) = frame
        {
            let prefix = list.dotted();
            let joint = if names.is_empty() || prefix.is_empty() {
                ""
            } else {
                "."
            };
            names = format!("{prefix}{joint}{names}");
            frame = match list.root {
                Root::Input => None,
                Root::Element(level) => {
                    let outer = frame.and_then(|frame| frame.outer);
                    outer.and_then(|outer| (0..level).try_fold(outer, |frame, _| frame.outer))
                }
            };
        }
        names
    }

    fn lack(&self, path: &Path, missing: &mut Vec<String>) -> Tri {
        missing.push(self.name(path));
        Tri::Unknown
    }
}

/// Outcome labels are compared without regard to case and surrounding space.
pub(crate) fn same_label(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    a == b || a.to_lowercase() == b.to_lowercase()
}
