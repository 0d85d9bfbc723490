//! Drawings.

use super::read_branch_condition;
use crate::{GraphEdge, GraphNode, GraphSpec, Guard};
use document::{Node, Object};
use serde_json::Value;

const MAX_NODES: usize = 2000;
const MAX_EDGES: usize = 5000;

/// Reads a drawing. A canvas keeps what it likes on its nodes and edges; only what has a meaning
/// here is checked.
#[must_use]
pub fn read_graph_spec(node: &Node<'_>) -> Option<GraphSpec> {
    let source = node.value().clone();
    let mut body = Node::new(node.value(), node.path().to_owned(), node.problems()).object()?;
    let nodes = list(&mut body, "nodes", MAX_NODES, read_node);
    let edges = list(&mut body, "edges", MAX_EDGES, read_edge);
    Some(GraphSpec {
        source,
        nodes: nodes?,
        edges: edges?,
    })
}

fn list<'a, T>(
    body: &mut Object<'a>,
    name: &'static str,
    max: usize,
    read: impl Fn(Node<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(node) = body.optional(name) else {
        return Some(Vec::new());
    };
    let items: Vec<_> = node.list(max)?.into_iter().map(read).collect();
    items.into_iter().collect()
}

fn read_node(node: Node<'_>) -> Option<GraphNode> {
    let mut body = node.object()?;
    let id = body.required("id").and_then(|n| n.text(200));
    let kind = body
        .optional("type")
        .map_or_else(|| Some("action".to_owned()), |n| n.text(100));
    Some(GraphNode {
        label: plain(&mut body, "label").or_else(|| plain(&mut body, "name")),
        action: plain(&mut body, "action"),
        approver: plain(&mut body, "approver"),
        workflow: plain(&mut body, "workflow"),
        id: id?,
        kind: kind?,
    })
}

fn plain(body: &mut Object<'_>, name: &'static str) -> Option<String> {
    body.optional(name).and_then(|node| match node.value() {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    })
}

fn read_edge(node: Node<'_>) -> Option<GraphEdge> {
    let mut body = node.object()?;
    let from = body.required("from").and_then(|n| n.text(200));
    let to = body.required("to").and_then(|n| n.text(200));
    let guard = body
        .optional("condition")
        .map_or_else(|| Some(Guard::always()), |n| read_branch_condition(&n));
    Some(GraphEdge {
        from: from?,
        to: to?,
        guard: guard?,
    })
}
