//! Conditions on edges and branches, where a plain word is the label of an outcome.

use crate::build;
use crate::lexer::keyword;
use crate::parser;
use crate::path::{Path, Root};
use crate::tree::{Comparison, Expr, Node, Test};

/// Words for the branch that is taken when no other is.
const DEFAULT: [&str; 4] = ["always", "default", "else", "otherwise"];

/// What a text on a branch means if it is not an ordinary expression: nothing otherwise.
pub(crate) fn label(text: &str) -> Option<Node> {
    let text = text.trim();
    if DEFAULT.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Some(Node::Constant(true));
    }
    if is_phrase(text) {
        return Some(Node::Outcome(text.to_owned()));
    }
    if text.contains(['=', '<', '>']) {
        return None; // `approved == true` is about a variable, though it has the tree of `approved`
    }
    relabel(parser::parse(text).ok()?)
}

/// Words, hyphens between them and nothing else: `approved`, `on failure`, `sent-back`.
fn is_phrase(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| {
            keyword(word).is_none()
                && word.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && word
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        })
}

/// `approved or escalated`, `not rejected`: words joined by connectives are labels too.
fn relabel(node: Node) -> Option<Node> {
    match node {
        Node::And(parts) => relabel_all(parts).map(build::and),
        Node::Or(parts) => relabel_all(parts).map(build::or),
        Node::Not(inner) => relabel(*inner).map(|inner| Node::Not(Box::new(inner))),
        Node::Outcome(_) => Some(node),
        Node::Test {
            subject: Expr::Path(path),
            test,
        } if is_word(&path) && is_bare(&test) => Some(Node::Outcome(path.dotted())),
        Node::Constant(_)
        | Node::Exists(_)
        | Node::Test { .. }
        | Node::Compare { .. }
        | Node::In { .. }
        | Node::Quantified { .. }
        | Node::Holds(_) => None,
    }
}

fn relabel_all(parts: Vec<Node>) -> Option<Vec<Node>> {
    parts.into_iter().map(relabel).collect()
}

fn is_word(path: &Path) -> bool {
    path.root == Root::Input && path.segments.len() == 1
}

/// `approved` alone is read as `approved == true`.
fn is_bare(test: &Test) -> bool {
    *test == Test::Compare(Comparison::Eq, true.into())
}
