//! Walking the tree: its size, its depth, the variables that it reads.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::path::{Path, Root};
use crate::tree::{Expr, Node, Test};

/// A child of either sort.
pub(crate) enum Part<'a> {
    Node(&'a Node),
    Expr(&'a Expr),
}

impl Node {
    /// The children, in the order in which they are written.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        match self {
            Self::Constant(_) | Self::Outcome(_) | Self::Exists(_) => Vec::new(),
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Part::Node).collect(),
            Self::Not(inner) => vec![Part::Node(inner)],
            Self::Test { subject, .. } => vec![Part::Expr(subject)],
            Self::Compare { left, right, .. } => vec![Part::Expr(left), Part::Expr(right)],
            Self::In { item, list, .. } => vec![Part::Expr(item), Part::Expr(list)],
            Self::Quantified { list, body, .. } => vec![Part::Expr(list), Part::Node(body)],
            Self::Holds(expr) => vec![Part::Expr(expr)],
        }
    }
}

impl Expr {
    /// The variable, if it is nothing else.
    pub(crate) fn as_path(&self) -> Option<&Path> {
        if let Self::Path(path) = self {
            Some(path)
        } else {
            None
        }
    }

    fn parts(&self) -> Vec<Part<'_>> {
        match self {
            Self::Literal(_) | Self::Path(_) => Vec::new(),
            Self::List(parts)
            | Self::Call {
                arguments: parts, ..
            } => parts.iter().map(Part::Expr).collect(),
            Self::Negate(operand) => vec![Part::Expr(operand)],
            Self::Arithmetic { left, right, .. } | Self::Coalesce(left, right) => {
                vec![Part::Expr(left), Part::Expr(right)]
            }
            Self::Select { list, body, .. } => vec![Part::Expr(list), Part::Node(body)],
            Self::Map { list, body, .. } => vec![Part::Expr(list), Part::Expr(body)],
            Self::If {
                condition,
                then,
                otherwise,
            } => {
                vec![
                    Part::Node(condition),
                    Part::Expr(then),
                    Part::Expr(otherwise),
                ]
            }
            Self::Condition(node) => vec![Part::Node(node)],
        }
    }
}

/// How many levels and nodes a tree has; constants inside it count.
#[derive(Clone, Copy, Default)]
pub(crate) struct Measure {
    pub(crate) depth: usize,
    pub(crate) nodes: usize,
}

impl Measure {
    pub(crate) fn of(node: &Node) -> Self {
        let mut measure = Self::default();
        measure.visit(&Part::Node(node), 1);
        measure
    }

    pub(crate) fn of_expr(expr: &Expr) -> Self {
        let mut measure = Self::default();
        measure.visit(&Part::Expr(expr), 1);
        measure
    }

    fn visit(&mut self, part: &Part<'_>, level: usize) {
        self.enter(level);
        let children = match part {
            Part::Node(node) => {
                if let Node::Test { test, .. } = node {
                    self.test(test, level);
                }
                node.parts()
            }
            Part::Expr(expr) => {
                if let Expr::Literal(value) = expr {
                    self.value(value, level);
                }
                expr.parts()
            }
        };
        for child in &children {
            self.visit(child, level + 1);
        }
    }

    fn enter(&mut self, level: usize) {
        self.depth = self.depth.max(level);
        self.nodes += 1;
    }

    fn test(&mut self, test: &Test, level: usize) {
        match test {
            Test::Compare(_, value) | Test::Size(_, value) => self.value(value, level + 1),
            Test::In { values, .. } => values.iter().for_each(|v| self.value(v, level + 1)),
            Test::HasType(_) | Test::Matches(_) | Test::Mod { .. } => {}
        }
    }

    fn value(&mut self, value: &Value, level: usize) {
        self.enter(level);
        match value {
            Value::Array(list) => list.iter().for_each(|v| self.value(v, level + 1)),
            Value::Object(map) => map.values().for_each(|v| self.value(v, level + 1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// The variables of the input that a tree reads; those of list elements under the list.
pub(crate) fn variables_of(part: &Part<'_>) -> BTreeSet<Path> {
    let mut found = BTreeSet::new();
    collect(part, &mut Vec::new(), &mut found);
    found
}

fn collect(part: &Part<'_>, lists: &mut Vec<Option<Path>>, found: &mut BTreeSet<Path>) {
    let (list, children) = match part {
        Part::Node(node) => {
            if let Node::Exists(path) = node {
                found.extend(absolute(path, lists));
            }
            match node {
                Node::Quantified { list, .. } => (Some(list), node.parts()),
                Node::Constant(_)
                | Node::And(_)
                | Node::Or(_)
                | Node::Not(_)
                | Node::Outcome(_)
                | Node::Exists(_)
                | Node::Test { .. }
                | Node::Compare { .. }
                | Node::In { .. }
                | Node::Holds(_) => (None, node.parts()),
            }
        }
        Part::Expr(expr) => {
            if let Expr::Path(path) = expr {
                found.extend(absolute(path, lists));
            }
            let list = match expr {
                Expr::Select { list, .. } | Expr::Map { list, .. } => Some(list.as_ref()),
                Expr::Literal(_)
                | Expr::Path(_)
                | Expr::List(_)
                | Expr::Negate(_)
                | Expr::Arithmetic { .. }
                | Expr::Call { .. }
                | Expr::If { .. }
                | Expr::Coalesce(..)
                | Expr::Condition(_) => None,
            };
            (list, expr.parts())
        }
    };
    let Some(list) = list else {
        for child in &children {
            collect(child, lists, found);
        }
        return;
    };
    // Of a list function the first part is the list, the second the body over its elements.
    let origin = list.as_path().and_then(|path| absolute(path, lists));
    let mut children = children.into_iter();
    if let Some(list) = children.next() {
        collect(&list, lists, found);
    }
    lists.push(origin);
    children.for_each(|body| collect(&body, lists, found));
    lists.pop();
}

/// The path from the input, if it begins there.
fn absolute(path: &Path, lists: &[Option<Path>]) -> Option<Path> {
    match path.root {
        Root::Input => Some(path.clone()),
        Root::Element(level) => {
            let mut whole = lists.iter().rev().nth(usize::from(level))?.clone()?;
            whole.segments.extend(path.segments.iter().cloned());
            Some(whole)
        }
    }
}

/// Whether a tree asks for the outcome of the step before.
pub(crate) fn uses_outcome(node: &Node) -> bool {
    fn within(part: &Part<'_>) -> bool {
        match part {
            Part::Node(Node::Outcome(_)) => true,
            Part::Node(node) => node.parts().iter().any(within),
            Part::Expr(expr) => expr.parts().iter().any(within),
        }
    }
    within(&Part::Node(node))
}
