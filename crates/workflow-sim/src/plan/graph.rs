//! A drawing as a net.
//!
//! A decision, and any node with a condition on one of its edges, takes one edge: the first whose
//! condition holds, else the first without a condition. An inclusive gateway takes every edge
//! whose condition holds, else the first without one. Any other node starts all its edges. A
//! `join` waits for what can still come; a `parallel_gateway` is BPMN's, which waits for a token
//! on each of its edges and is stuck when one never comes.

use super::{Exit, NodeKind, PlanNode, Target};
use crate::{Fault, FaultKind};
use std::borrow::Cow;
use std::collections::HashMap;
use workflow_model::{ApprovalMode, Approvers, GraphEdge, GraphNode, GraphSpec};

/// The nodes; where it begins; other triggers.
type Net<'a> = (Vec<PlanNode<'a>>, Vec<usize>, Vec<usize>);

pub(super) fn nodes<'a>(graph: &'a GraphSpec, faults: &mut Vec<Fault>) -> Net<'a> {
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        if ids.insert(&node.id, at).is_some() {
            faults.push(Fault::blocking(
                format!("graph_spec.nodes.{at}.id"),
                FaultKind::AmbiguousReference,
                format!(
                    "Another node has the id \"{}\" too; give each its own.",
                    node.id
                ),
            ));
        }
    }
    let mut nodes: Vec<_> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| plan_node(at, node))
        .collect();
    let mut entered = vec![false; nodes.len()];
    for (place, from, to, edge) in edges(graph, &ids, faults) {
        entered[to] = true;
        connect(&mut nodes[from], place, to, edge);
        if is_strict_join(&graph.nodes[to].kind) && !nodes[to].waits_for.contains(&from) {
            nodes[to].waits_for.push(from);
        }
    }
    for (at, node) in nodes.iter_mut().enumerate() {
        let takes_edges = node.is_inclusive || is_choice(&graph.nodes[at].kind);
        settle(node, takes_edges);
    }
    let triggers: Vec<_> = positions(&nodes, |_, node| node.kind == NodeKind::Start);
    let (entries, others) = match triggers.split_first() {
        Some((first, others)) => (vec![*first], others.to_vec()),
        None => (positions(&nodes, |at, _| !entered[at]), Vec::new()),
    };
    (nodes, entries, others)
}

fn positions(nodes: &[PlanNode<'_>], keep: impl Fn(usize, &PlanNode<'_>) -> bool) -> Vec<usize> {
    (0..nodes.len())
        .filter(|at| keep(*at, &nodes[*at]))
        .collect()
}

/// The edges between nodes that exist; faults name the others.
fn edges<'a>(
    graph: &'a GraphSpec,
    ids: &HashMap<&str, usize>,
    faults: &mut Vec<Fault>,
) -> Vec<(usize, usize, usize, &'a GraphEdge)> {
    let mut end = |place: usize, side: &str, id: &str| {
        let found = ids.get(id).copied();
        if found.is_none() {
            let hint = document::closest(id, ids.keys().copied())
                .map(|near| format!(" Did you mean \"{near}\"?"))
                .unwrap_or_default();
            faults.push(Fault::blocking(
                format!("graph_spec.edges.{place}.{side}"),
                FaultKind::UnknownNode,
                format!(
                    "There is no node with the id \"{id}\".{hint} Add it, or correct the edge."
                ),
            ));
        }
        found
    };
    let mut found = Vec::new();
    for (place, edge) in graph.edges.iter().enumerate() {
        let (from, to) = (end(place, "from", &edge.from), end(place, "to", &edge.to));
        if let (Some(from), Some(to)) = (from, to) {
            found.push((place, from, to, edge));
        }
    }
    found
}

fn connect<'a>(node: &mut PlanNode<'a>, place: usize, to: usize, edge: &'a GraphEdge) {
    let is_default = edge.guard.condition.is_always() && !(node.is_inclusive && says_always(edge));
    if is_default {
        if !node.default.contains(&Target::Node(to)) {
            node.default.push(Target::Node(to));
        }
    } else {
        node.exits.push(Exit {
            guard: &edge.guard,
            target: Target::Node(to),
            path: format!("graph_spec.edges.{place}"),
        });
    }
}

/// At an inclusive gateway `always` is a condition that holds; no condition is the default.
fn says_always(edge: &GraphEdge) -> bool {
    let is = |word: &str| {
        edge.guard
            .source
            .as_str()
            .is_some_and(|it| it.trim() == word)
    };
    edge.guard.source == true || is("true") || is("always")
}

/// Edges without a condition are the default of a choice, and a parallel split otherwise.
fn settle(node: &mut PlanNode<'_>, is_choice: bool) {
    if node.exits.is_empty() && !is_choice {
        node.always = node.default.drain(..).filter_map(Target::node).collect();
    } else {
        node.default.truncate(1);
    }
}

fn plan_node(at: usize, node: &GraphNode) -> PlanNode<'_> {
    let kind = kind_of(&node.kind);
    let declared = node.action.as_deref();
    let action = match kind {
        NodeKind::Start | NodeKind::End | NodeKind::Gateway => None,
        NodeKind::Work if is_choice(&node.kind) => Some(declared.unwrap_or("decision")),
        NodeKind::Work if node.approver.is_some() => Some(declared.unwrap_or("approval")),
        NodeKind::Work if node.workflow.is_some() => Some(declared.unwrap_or("workflow")),
        // A tool may name the action in the node's type; `action` and the like say nothing.
        NodeKind::Work if is_plain(&node.kind) => declared,
        NodeKind::Work => Some(declared.unwrap_or(&node.kind)),
    };
    PlanNode {
        name: node.label.as_deref().unwrap_or(&node.id),
        kind,
        action,
        guard: None,
        exits: Vec::new(),
        default: Vec::new(),
        always: Vec::new(),
        approvers: node.approver.as_ref().map(|name| {
            Cow::Owned(Approvers {
                names: vec![name.clone()],
                mode: ApprovalMode::All,
            })
        }),
        step: None,
        workflow: node.workflow.as_deref(),
        is_inclusive: matches!(
            word(&node.kind).as_str(),
            "inclusive" | "inclusivegateway" | "orgateway"
        ),
        waits_for: Vec::new(),
        path: format!("graph_spec.nodes.{at}"),
    }
}

/// The type of a node without case and separators.
fn word(kind: &str) -> String {
    kind.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn kind_of(kind: &str) -> NodeKind {
    match word(kind).as_str() {
        "trigger" | "start" | "startevent" => NodeKind::Start,
        "terminator" | "end" | "endevent" | "stop" => NodeKind::End,
        "parallel" | "parallelgateway" | "andgateway" | "fork" | "split" | "join" | "merge"
        | "inclusive" | "inclusivegateway" | "orgateway" => NodeKind::Gateway,
        _ => NodeKind::Work,
    }
}

fn is_choice(kind: &str) -> bool {
    matches!(
        word(kind).as_str(),
        "decision"
            | "condition"
            | "if"
            | "switch"
            | "gateway"
            | "exclusivegateway"
            | "eventbasedgateway"
    )
}

/// Whether it waits for every edge that leads there, as BPMN has it.
fn is_strict_join(kind: &str) -> bool {
    matches!(word(kind).as_str(), "parallelgateway" | "andgateway")
}

fn is_plain(kind: &str) -> bool {
    matches!(
        word(kind).as_str(),
        "action" | "step" | "task" | "node" | "default"
    )
}
