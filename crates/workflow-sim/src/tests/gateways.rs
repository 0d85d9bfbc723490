//! Gateways of drawings: inclusive ones, and BPMN's strict join.

use super::support::{assert_faults, definition, faults_with, names, no_catalogue, run_with};
use crate::{DryRun, Facts, FaultKind, FoundDefinition, dry_run};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn node(id: &str, kind: &str) -> Value {
    json!({"id": id, "type": kind, "action": "update"})
}

fn edge(from: &str, to: &str, condition: Value) -> Value {
    match condition {
        Value::Null => json!({"from": from, "to": to}),
        condition => json!({"from": from, "to": to, "condition": condition}),
    }
}

fn run(nodes: &[Value], edges: &[Value], input: &Value) -> DryRun {
    let written = json!({"graph_spec": {"nodes": nodes, "edges": edges}});
    run_with(&written, input, &no_catalogue())
}

/// start → gateway → a (x > 1), b (y > 1), c (otherwise) → join → z
fn inclusive(input: &Value) -> DryRun {
    run(
        &[
            node("s", "start"),
            node("g", "inclusive_gateway"),
            node("a", "task"),
            node("b", "task"),
            node("c", "task"),
            node("j", "inclusiveGateway"),
            node("z", "task"),
        ],
        &[
            edge("s", "g", Value::Null),
            edge("g", "a", json!("x > 1")),
            edge("g", "b", json!("y > 1")),
            edge("g", "c", Value::Null),
            edge("a", "j", Value::Null),
            edge("b", "j", Value::Null),
            edge("c", "j", Value::Null),
            edge("j", "z", Value::Null),
        ],
        input,
    )
}

#[test]
fn an_inclusive_gateway_takes_every_edge_that_holds_else_the_one_without_a_condition() {
    assert_eq!(names(&inclusive(&json!({"x": 2, "y": 2}))), ["a", "b", "z"]);
    assert_eq!(names(&inclusive(&json!({"x": 1, "y": 2}))), ["b", "z"]);
    let none = inclusive(&json!({"x": 1, "y": 1}));
    assert_eq!(names(&none), ["c", "z"]);
    assert_eq!(none.warnings, Vec::<String>::new());
    let not_taken: Vec<_> = none
        .branch_explorations
        .iter()
        .filter(|way| !way.taken)
        .map(|way| (way.condition.as_str(), way.nearest_change[0].to.clone()))
        .collect();
    assert_eq!(not_taken, [("x > 1", json!(2)), ("y > 1", json!(2))]);
}

#[test]
fn an_open_edge_of_an_inclusive_gateway_is_merely_possible() {
    let open = inclusive(&json!({"y": 2}));
    let possible: Vec<_> = open
        .execution_path
        .iter()
        .map(|step| (step.step_name.as_str(), step.possible))
        .collect();
    assert_eq!(possible, [("a", true), ("b", false), ("z", false)]);
    let variable = &open.missing_variables[0];
    assert_eq!(
        (variable.variable.as_str(), variable.decides.len()),
        ("x", 1)
    );
}

/// What an engine would do with a parallel gateway behind a choice.
#[test]
fn a_strict_join_behind_a_choice_waits_for_ever_and_a_join_does_not() {
    let nodes = |join: &str| {
        [
            node("s", "start"),
            node("d", "decision"),
            node("a", "task"),
            node("b", "task"),
            node("j", join),
            node("z", "task"),
        ]
    };
    let edges = [
        edge("s", "d", Value::Null),
        edge("d", "a", json!("x > 1")),
        edge("d", "b", Value::Null),
        edge("a", "j", Value::Null),
        edge("b", "j", Value::Null),
        edge("j", "z", Value::Null),
    ];
    let strict = run(&nodes("parallelGateway"), &edges, &json!({"x": 2}));
    assert_eq!(names(&strict), ["d", "a"]);
    assert_eq!(
        strict.warnings,
        [
            "graph_spec.nodes.4: \"j\" waits for ever: on this input nothing comes from \"b\". \
          Make it a \"join\", which waits for what can still come, or let every way lead there."
        ]
    );
    let lenient = run(&nodes("join"), &edges, &json!({"x": 2}));
    assert_eq!(names(&lenient), ["d", "a", "z"]);
    assert_eq!(lenient.warnings, Vec::<String>::new());
}

#[test]
fn a_strict_join_joins_what_a_split_started() {
    let run = run(
        &[
            node("s", "start"),
            node("f", "parallel_gateway"),
            node("a", "task"),
            node("b", "task"),
            node("j", "parallel_gateway"),
            node("z", "task"),
        ],
        &[
            edge("s", "f", Value::Null),
            edge("f", "a", Value::Null),
            edge("f", "b", Value::Null),
            edge("a", "j", Value::Null),
            edge("b", "j", Value::Null),
            edge("j", "z", Value::Null),
        ],
        &json!({}),
    );
    assert_eq!(names(&run), ["a", "b", "z"]);
    assert_eq!(run.predicted_duration_ms, 1000);
}

/// A split within a loop that always leads back is left by the bound, by name.
#[test]
fn a_loop_that_a_split_closes_is_left_with_a_warning() {
    let run = run(
        &[
            node("s", "start"),
            node("m", "merge"),
            node("f", "parallel_gateway"),
            node("w", "task"),
            node("e", "end"),
        ],
        &[
            edge("s", "m", Value::Null),
            edge("m", "f", Value::Null),
            edge("f", "e", Value::Null),
            edge("f", "w", Value::Null),
            edge("w", "m", Value::Null),
        ],
        &json!({}),
    );
    assert_eq!(run.execution_path.len(), 101);
    assert_eq!(
        run.warnings,
        [
            "graph_spec.nodes.3: The loop at step \"w\" was left after 100 rounds: it always leads \
          back, and a dry run changes no variable."
        ]
    );
}

#[test]
fn a_node_may_run_a_workflow() {
    let inner = definition(&json!({"steps": [
        {"name": "Inner", "action": "approval", "approver": "ann"}
    ]}));
    let mut facts = no_catalogue();
    let found = FoundDefinition {
        name: "Onboard".to_owned(),
        version: 3,
        definition: inner,
    };
    facts.workflows.insert("Onboard".to_owned(), Some(found));
    facts.workflows.insert("Gone".to_owned(), None);
    let written = json!({"graph_spec": {
        "nodes": [{"id": "s", "type": "start"}, {"id": "w", "type": "task", "workflow": "Onboard"},
                  {"id": "g", "type": "task", "workflow": "Gone"}],
        "edges": [edge("s", "w", Value::Null), edge("w", "g", Value::Null)]
    }});
    let run = run_with(&written, &json!({}), &facts);
    let sub = run.execution_path[0].sub_run.as_ref().unwrap();
    assert_eq!((sub.version, sub.predicted_duration_ms), (3, 1000));
    assert_eq!(run.approval_chain[0].approver, "ann");
    assert_eq!(
        faults_with(&written, &facts),
        [(
            "graph_spec.nodes.2.workflow".to_owned(),
            FaultKind::UnknownWorkflow
        )]
    );
}

#[test]
fn an_inclusive_gateway_without_a_way_for_some_inputs_is_named() {
    assert_faults(
        &json!({"graph_spec": {
            "nodes": [node("g", "inclusive"), node("a", "task"), node("b", "task")],
            "edges": [edge("g", "a", json!("x > 1")), edge("g", "b", json!("x > 0"))]
        }}),
        &[("graph_spec.nodes.0", FaultKind::NonExhaustive)],
    );
}

const KINDS: [&str; 4] = ["task", "decision", "inclusive_gateway", "parallel_gateway"];
const VARIABLES: usize = 3;

/// Drawings of which every edge leads onwards.
fn drawing() -> impl Strategy<Value = Value> {
    let condition = prop_oneof![
        Just(Value::Null),
        (0..VARIABLES, any::<bool>()).prop_map(|(at, is)| json!({format!("v{at}"): is})),
    ];
    let edges = prop::collection::vec((condition, 1_usize..4), 1..4);
    prop::collection::vec((0..KINDS.len(), edges), 2..10).prop_map(|parts| {
        let count = parts.len();
        let name = |at: usize| format!("N{at}");
        let mut nodes = vec![node("s", "start")];
        let mut edges = vec![edge("s", &name(0), Value::Null)];
        for (at, (kind, leads)) in parts.into_iter().enumerate() {
            nodes.push(node(&name(at), KINDS[kind]));
            for (condition, on) in leads.into_iter().filter(|(_, on)| at + on < count) {
                edges.push(edge(&name(at), &name(at + on), condition));
            }
        }
        json!({"graph_spec": {"nodes": nodes, "edges": edges}})
    })
}

fn input(bits: usize, known: usize) -> Map<String, Value> {
    (0..VARIABLES)
        .filter(|at| known & (1 << at) != 0)
        .map(|at| (format!("v{at}"), json!(bits & (1 << at) != 0)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// As for steps: what is certain happens whatever is missing, and what may happen is shown.
    #[test]
    fn what_is_open_in_a_drawing_covers_what_can_be(
        drawing in drawing(), known in 0_usize..8, bits in 0_usize..8,
    ) {
        let definition = definition(&drawing);
        let run = |input: &Map<String, Value>| dry_run(&definition, input, &Facts::default());
        let open = run(&input(bits, known));
        let of = |run: &DryRun, keep: &dyn Fn(bool) -> bool| -> BTreeSet<usize> {
            let steps = run.execution_path.iter().filter(|step| keep(step.possible));
            steps.map(|step| step.step_index).collect()
        };
        let certain = of(&open, &|possible| !possible);
        let mut shown = of(&open, &|_| true);
        let courses = open.branch_explorations.iter().flat_map(|way| [&way.then, &way.otherwise]);
        shown.extend(courses.flatten().flat_map(|course| &course.steps).map(|s| s.step_index));
        for rest in 0..8 {
            let closed = run(&input((bits & known) | (rest & !known), 7));
            let ran = of(&closed, &|_| true);
            prop_assert!(ran.is_superset(&certain), "{drawing:#}: {ran:?} lacks one of {certain:?}");
            prop_assert!(ran.is_subset(&shown), "{drawing:#}: {ran:?} has more than {shown:?}");
        }
    }
}
