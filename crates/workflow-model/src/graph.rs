//! The drawing of a workflow; for some definitions it is all there is.

use crate::Guard;
use serde_json::Value;

/// Nodes and edges as a canvas shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphSpec {
    /// As written.
    pub source: Value,
    /// The nodes.
    pub nodes: Vec<GraphNode>,
    /// The edges, in order.
    pub edges: Vec<GraphEdge>,
}

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphNode {
    /// Its id, unique in the graph.
    pub id: String,
    /// `trigger`, `action`, `decision`, `terminator` or another word of the tool.
    pub kind: String,
    /// What to call it.
    pub label: Option<String>,
    /// An action type of the catalogue.
    pub action: Option<String>,
    /// Who approves.
    pub approver: Option<String>,
    /// A workflow that this node runs, by id or name.
    pub workflow: Option<String>,
}

/// One edge.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphEdge {
    /// The node it leaves.
    pub from: String,
    /// The node it enters.
    pub to: String,
    /// When it is taken: an expression or an outcome label.
    pub guard: Guard,
}
