//! Decision graphs with switch nodes, each with an input and the output that it must give.
//!
//! A switch becomes a decision, or an inclusive gateway where it takes every way that holds. The
//! other nodes compute values, which a dry run does not: a switch on what they make is open, and
//! is told when the promised output shows the value. Which node ran is read off that output.

use crate::{names, read, run};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use workflow_sim::{DryRun, Facts};

const FOLDER: &str = "zen/graphs";

/// What a switch decides by.
enum By {
    /// The input.
    Input,
    /// A computed value that the output shows.
    Output,
    /// These computed values, which the output does not show, or not as they were then.
    Computed(&'static [&'static str]),
}

/// A graph, the number of its test, what its switches decide by, and which of the nodes behind
/// them ran: the output has what only they write.
const CASES: [(&str, usize, By, &[&str]); 24] = [
    (
        "account-dormancy-management",
        0,
        By::Computed(&["dormancyStatus"]),
        &["determine_action"],
    ),
    ("aml", 0, By::Input, &["EUR Sanctions", "Global Sanctions"]),
    ("aml", 1, By::Input, &["USD Sanctions", "Global Sanctions"]),
    ("aml", 2, By::Input, &["EUR Sanctions", "Global Sanctions"]),
    (
        "application-risk-assessment",
        0,
        By::Output,
        &["mediumRiskAction"],
    ),
    (
        "cellular-data-rollover-system",
        0,
        By::Computed(&["nextBillingCycle.rolloverData"]),
        &["processSuccessfulRollover"],
    ),
    (
        "clinical-pathway-selection",
        0,
        By::Computed(&["evaluation.additionalRiskScore", "totalRiskScore"]),
        &["intensivePathway"],
    ),
    (
        "insurance-prior-authorization",
        0,
        By::Input,
        &["Commercial Rules"],
    ),
    (
        "last-mile-delivery-assignment",
        0,
        By::Output,
        &["create_assignment"],
    ),
    (
        "loan-approval",
        0,
        By::Computed(&["rejectionReasons"]),
        &["interestRateCalculation"],
    ),
    ("multi-switch", 0, By::Input, &["Model Turnover LLC"]),
    (
        "multi-switch",
        1,
        By::Input,
        &["Model 1a", "Model Turnover LLC"],
    ),
    (
        "multi-switch",
        2,
        By::Input,
        &["Model 1a", "Model 1b", "Model Turnover LLC"],
    ),
    (
        "multi-switch",
        3,
        By::Input,
        &["Model 2b", "Model Turnover Corp"],
    ),
    (
        "multi-switch",
        4,
        By::Input,
        &["Model 2b", "Model Turnover Corp"],
    ),
    (
        "online-checkin-eligibility",
        0,
        By::Computed(&["isEligible"]),
        &["additionalServices"],
    ),
    (
        "order-consolidation-system",
        0,
        By::Output,
        &["highPriorityProcessing"],
    ),
    (
        "seller-approval-workflow",
        0,
        By::Computed(&["evaluation.isApproved"]),
        &["generateApprovalResult"],
    ),
    ("set-fee", 0, By::Computed(&["percent"]), &["vars"]),
    ("set-fee", 1, By::Computed(&["percent"]), &[]),
    ("set-fee", 2, By::Computed(&["percent"]), &["vars"]),
    (
        "shipping-carrier-selector",
        0,
        By::Output,
        &["determineServiceLevel"],
    ),
    ("tax-exemption", 0, By::Output, &["exemptRequirements"]),
    (
        "warehouse-cross-docking",
        0,
        By::Output,
        &["assignCrossDockingDetails"],
    ),
];

fn is_switch(node: &Value) -> bool {
    node["type"] == "switchNode"
}

fn list<'a>(graph: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    graph[name].as_array().into_iter().flatten()
}

/// The condition of an edge; `null` for none.
fn condition(graph: &Value, edge: &Value) -> Value {
    let Some(switch) = list(graph, "nodes").find(|n| n["id"] == edge["sourceId"]) else {
        return Value::Null;
    };
    let statements = list(&switch["content"], "statements");
    let statement = statements
        .into_iter()
        .find(|statement| statement["id"] == edge["sourceHandle"]);
    match statement.and_then(|statement| statement["condition"].as_str()) {
        // Where every way that holds is taken, this one always is.
        Some("") if switch["content"]["hitPolicy"] == "collect" => json!("always"),
        None | Some("") => Value::Null,
        // That engine reads a missing variable as null.
        Some(text) => match text.strip_suffix(" != null") {
            Some(variable) => json!(format!("exists({variable})")),
            None => json!(text),
        },
    }
}

fn drawing(graph: &Value) -> Value {
    let kind = |node: &Value| match (node["type"].as_str(), &node["content"]["hitPolicy"]) {
        (Some("inputNode"), _) => "trigger",
        (Some("outputNode"), _) => "end",
        (Some("switchNode"), policy) if policy == "collect" => "inclusive_gateway",
        (Some("switchNode"), _) => "decision",
        _ => "task",
    };
    let nodes: Vec<_> = list(graph, "nodes")
        .map(|node| json!({"id": node["id"], "label": node["name"], "type": kind(node)}))
        .collect();
    let edges: Vec<_> = list(graph, "edges")
        .map(|edge| {
            json!({
                "from": edge["sourceId"],
                "to": edge["targetId"],
                "condition": condition(graph, edge)
            })
        })
        .collect();
    json!({"graph_spec": {"nodes": nodes, "edges": edges}})
}

/// The names of the nodes behind the switches that compute something.
fn behind(graph: &Value) -> BTreeSet<&str> {
    let node = |id: &Value| list(graph, "nodes").find(|node| node["id"] == *id);
    list(graph, "edges")
        .filter(|edge| node(&edge["sourceId"]).is_some_and(is_switch))
        .filter_map(|edge| node(&edge["targetId"]))
        .filter(|node| !is_switch(node) && node["type"] != "outputNode")
        .filter_map(|node| node["name"].as_str())
        .collect()
}

/// The names that only steps of the path have, among `of`.
fn taken<'a>(run: &'a DryRun, of: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let path = run
        .execution_path
        .iter()
        .map(|step| step.step_name.as_str());
    path.filter(|name| of.contains(name)).collect()
}

fn merged(input: &Value, output: &Value) -> Value {
    let mut all: Map<String, Value> = input.as_object().unwrap().clone();
    all.extend(output.as_object().unwrap().clone());
    Value::Object(all)
}

fn check(name: &str, test: usize, by: &By, ran: &[&str]) {
    let graph: Value = serde_json::from_str(&read(&format!("{FOLDER}/{name}.json"))).unwrap();
    let written = drawing(&graph);
    let (input, output) = (
        &graph["tests"][test]["input"],
        &graph["tests"][test]["output"],
    );
    let behind = behind(&graph);
    let ran: BTreeSet<&str> = ran.iter().copied().collect();
    assert!(ran.is_subset(&behind), "{name} {test}: {behind:?}");
    let told = match by {
        By::Input => input.clone(),
        By::Output => {
            let open = run(&written, input, &Facts::default());
            assert!(
                !open.missing_variables.is_empty(),
                "{name}: nothing is computed"
            );
            merged(input, output)
        }
        By::Computed(names) => {
            return open(&run(&written, input, &Facts::default()), name, names, &ran);
        }
    };
    let run = run(&written, &told, &Facts::default());
    assert_eq!(taken(&run, &behind), ran, "{name} {test}");
    assert!(
        run.missing_variables.is_empty(),
        "{name}: {:?}",
        run.missing_variables
    );
    assert!(
        run.execution_path.iter().all(|step| !step.possible),
        "{name} {test}"
    );
}

/// The value is not known before: the dry run names it, and shows what ran among the ways that it
/// decides.
fn open(run: &DryRun, name: &str, computed: &[&str], ran: &BTreeSet<&str>) {
    let missing: Vec<_> = run
        .missing_variables
        .iter()
        .map(|variable| variable.variable.as_str())
        .collect();
    assert_eq!(missing, computed, "{name}");
    let courses = run
        .branch_explorations
        .iter()
        .filter_map(|way| way.then.as_ref());
    let explored = courses
        .flat_map(|course| &course.steps)
        .map(|step| (&step.step_name, true));
    let on_path = run
        .execution_path
        .iter()
        .map(|step| (&step.step_name, step.possible));
    let possible: BTreeSet<&str> = on_path
        .chain(explored)
        .filter(|(_, possible)| *possible)
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(
        possible.is_superset(ran),
        "{name}: {possible:?} lacks one of {ran:?}"
    );
}

#[test]
fn graphs_with_switches() {
    let mut graphs = 0;
    let mut tests = 0;
    for name in names(FOLDER, ".json") {
        let graph: Value = serde_json::from_str(&read(&format!("{FOLDER}/{name}.json"))).unwrap();
        if list(&graph, "nodes").any(is_switch) {
            graphs += 1;
            for test in 0..list(&graph, "tests").count() {
                tests += 1;
                let case = CASES.iter().find(|(of, at, ..)| *of == name && *at == test);
                assert!(case.is_some(), "{name} {test} is not among the cases");
            }
        }
    }
    assert_eq!((graphs, tests), (16, CASES.len()));
    for (name, test, by, ran) in &CASES {
        check(name, *test, by, ran);
    }
}
