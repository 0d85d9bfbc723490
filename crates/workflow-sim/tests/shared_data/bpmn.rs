//! Token traces of bpmn-js-token-simulation.
//!
//! Each sequence flow becomes a node of the drawing, so that the path of a dry run shows which
//! flows tokens took, and how often. What is compared: how often each flow, task and event was
//! left, and that nothing comes before what leads to it.

use crate::{names, read, run, settle};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use workflow_model::Definition;
use workflow_sim::{DryRun, Facts, FoundDefinition, PathStep};

const FOLDER: &str = "bpmn-token-simulation";

/// Flows that gateways choose, by scenario; see `triggers.md`. Others take their default or first
/// flow.
const CHOSEN: [(&str, &str, &[&str]); 8] = [
    ("exclusive-gateway-fork-join", "G_A", &["Flow_2"]),
    ("inclusive-gateway-sync", "F_GATE", &["Flow_3", "Flow_5"]),
    ("inclusive-gateway-default-flow", "F_GATE", &["Flow_4"]),
    (
        "inclusive-gateway-fork-join",
        "INC_FORK",
        &["Flow_2", "Flow_3"],
    ),
    (
        "inclusive-gateway-fork-join",
        "INC_FORK_JOIN",
        &["Flow_4", "Flow_5"],
    ),
    (
        "inclusive-gateway-exclusive-gateway",
        "ExclusiveGateway",
        &["Flow_7"],
    ),
    (
        "inclusive-gateway-multiple-elements",
        "F_GATE",
        &["Flow_3", "Flow_4", "Flow_5"],
    ),
    (
        "inclusive-gateway-visiting-token",
        "InclusiveGateway_Split",
        &["Flow_3", "Flow_4"],
    ),
];

/// Events at the border of a task that happen while the task goes on, by scenario.
const BESIDE: [(&str, &str); 4] = [
    ("boundary-non-interrupting-task", "B_NRUPTING"),
    ("inclusive-gateway-multiple-activation", "BoundaryMessage"),
    ("parallel-gateway-join-1", "Timer_1"),
    ("parallel-gateway-join-2", "Timer_1"),
];

/// A choice that a scenario makes anew each time: left open here, so that both ways show.
const OPEN: [(&str, &str); 1] = [("inclusive-gateway-visiting-token", "ExclusiveGateway")];

/// Why a trace is outside the model.
const OUTSIDE: [(&str, &str); 5] = [
    (
        "boundary-non-interrupting-task",
        "the trace ends within a task; a dry run lets every step end",
    ),
    (
        "parallel-gateway-join-3",
        "the trace ends within a task; a dry run lets every step end",
    ),
    (
        "parallel-gateway-join-2",
        "an event happens twice beside one task; how often events happen is not in a definition",
    ),
    (
        "inclusive-gateway-multiple-activation",
        "an event happens twice beside one task; how often events happen is not in a definition",
    ),
    (
        "task-join",
        "a task with two flows in runs once for each; a step runs once, when what leads there ended",
    ),
];

/// An element: its type, and what its attributes say.
#[derive(Debug)]
struct Element {
    kind: String,
    id: String,
    attributes: BTreeMap<String, String>,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// What the path of a dry run shows.
    fn is_work(&self) -> bool {
        self.kind == "sequenceFlow" || node_type(&self.kind) == "task"
    }
}

/// The elements of a process by its id; sub-processes are processes of their own.
fn processes(text: &str) -> BTreeMap<String, Vec<Element>> {
    let mut reader = Reader::from_str(text);
    let mut found: BTreeMap<String, Vec<Element>> = BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                let element = element(&tag);
                let opens = element.kind == "process" || element.kind == "subProcess";
                let id = element.id.clone();
                note(&mut found, &open, element);
                if opens {
                    open.push(id);
                }
            }
            Event::Empty(tag) => note(&mut found, &open, element(&tag)),
            Event::End(tag) => {
                if matches!(tag.local_name().as_ref(), b"process" | b"subProcess") {
                    open.pop();
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn element(tag: &BytesStart<'_>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let attributes: BTreeMap<String, String> = tag
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            (
                text(attribute.key.local_name().as_ref()),
                text(&attribute.value),
            )
        })
        .collect();
    Element {
        kind: text(tag.local_name().as_ref()),
        id: attributes.get("id").cloned().unwrap_or_default(),
        attributes,
    }
}

fn note(found: &mut BTreeMap<String, Vec<Element>>, open: &[String], element: Element) {
    const KEPT: [&str; 12] = [
        "startEvent",
        "endEvent",
        "task",
        "receiveTask",
        "subProcess",
        "intermediateCatchEvent",
        "boundaryEvent",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "sequenceFlow",
    ];
    if let Some(process) = open.last()
        && KEPT.contains(&element.kind.as_str())
    {
        found.entry(process.clone()).or_default().push(element);
    }
}

fn node_type(kind: &str) -> &str {
    match kind {
        "startEvent" | "endEvent" | "exclusiveGateway" | "parallelGateway" | "inclusiveGateway"
        | "eventBasedGateway" => kind,
        _ => "task",
    }
}

/// A process as a drawing, and the input that makes its gateways choose as the scenario has it.
fn drawing(elements: &[Element], scenario: &str) -> (Value, Map<String, Value>) {
    let mut input = Map::new();
    let mut edges = Vec::new();
    let by_id = |id: &str| elements.iter().find(|element| element.id == id);
    for flow in elements
        .iter()
        .filter(|element| element.kind == "sequenceFlow")
    {
        let source = by_id(flow.attribute("sourceRef").unwrap()).unwrap();
        let target = flow.attribute("targetRef").unwrap();
        if source.kind == "eventBasedGateway" {
            // The event that happens is the outcome of waiting.
            edges.push(json!({"from": source.id, "to": target, "condition": target}));
            continue;
        }
        let condition = condition(elements, source, &flow.id, scenario, &mut input);
        edges.push(json!({"from": source.id, "to": flow.id, "condition": condition}));
        edges.push(json!({"from": flow.id, "to": target}));
    }
    for event in elements
        .iter()
        .filter(|element| element.kind == "boundaryEvent")
    {
        let task = event.attribute("attachedToRef").unwrap();
        if event.attribute("cancelActivity") != Some("false") {
            // An event that interrupts a task is one of the task's outcomes.
            edges.push(json!({"from": task, "to": event.id, "condition": event.id}));
        } else if BESIDE.contains(&(scenario, event.id.as_str())) {
            let incoming = elements
                .iter()
                .filter(|flow| flow.attribute("targetRef") == Some(task));
            edges.extend(incoming.map(|flow| json!({"from": flow.id, "to": event.id})));
        }
    }
    let nodes: Vec<_> = elements
        .iter()
        .map(|element| {
            let mut node = json!({"id": element.id, "type": node_type(&element.kind)});
            if element.kind == "subProcess" {
                node["workflow"] = json!(element.id);
            }
            node
        })
        .collect();
    (
        json!({"graph_spec": {"nodes": nodes, "edges": edges}}),
        input,
    )
}

/// The condition of a flow; `null` for none.
fn condition(
    elements: &[Element],
    source: &Element,
    flow: &str,
    scenario: &str,
    input: &mut Map<String, Value>,
) -> Value {
    let flows: Vec<_> = elements
        .iter()
        .filter(|element| element.attribute("sourceRef") == Some(&source.id))
        .collect();
    let chooses = matches!(
        source.kind.as_str(),
        "exclusiveGateway" | "inclusiveGateway"
    );
    if !chooses || flows.len() < 2 || source.attribute("default") == Some(flow) {
        return Value::Null;
    }
    if !OPEN.contains(&(scenario, source.id.as_str())) {
        let chosen = CHOSEN
            .iter()
            .find(|(of, id, _)| *of == scenario && *id == source.id);
        let taken = match chosen {
            Some((.., flows)) => flows.to_vec(),
            None => vec![flows[0].id.as_str()],
        };
        input.insert(source.id.clone(), json!(taken));
    }
    json!({source.id.as_str(): flow})
}

/// How often each flow, task and event was left.
fn expected(trace: &str, work: &BTreeSet<&str>) -> BTreeMap<String, usize> {
    let trace: Vec<String> =
        serde_json::from_str(&read(&format!("{FOLDER}/{trace}.json"))).unwrap();
    let mut counts = BTreeMap::new();
    for line in &trace {
        let mut parts = line.split(':');
        if let (Some("exit"), Some(element)) = (parts.next(), parts.next())
            && work.contains(element)
        {
            *counts.entry(element.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// The elements of a path, those of sub-processes within.
fn elements_of(path: &[PathStep], found: &mut Vec<String>) {
    for step in path {
        found.push(step.step_name.clone());
        if let Some(sub) = &step.sub_run {
            elements_of(&sub.execution_path, found);
        }
    }
}

fn check(trace: &str) -> Result<(), String> {
    let name = trace.strip_prefix("Simulator.").unwrap();
    let model = match name {
        "loop-0" | "loop-1" => "loop",
        name if name.starts_with("parallel-gateway-join-") => "parallel-gateway-join",
        name => name,
    };
    let processes = processes(&read(&format!("{FOLDER}/Simulator.{model}.bpmn")));
    let (_, main) = processes
        .iter()
        .find(|(id, _)| id.starts_with("Process"))
        .unwrap();
    let mut facts = Facts::default();
    for (id, elements) in processes
        .iter()
        .filter(|(id, _)| !id.starts_with("Process"))
    {
        let definition = Definition::read(&drawing(elements, name).0).unwrap();
        let found = FoundDefinition {
            name: id.clone(),
            version: 1,
            definition,
        };
        facts.workflows.insert(id.clone(), Some(found));
    }
    let (written, input) = drawing(main, name);
    let run = run(&written, &Value::Object(input), &facts);
    let work: BTreeSet<&str> = processes
        .values()
        .flatten()
        .filter(|element| element.is_work())
        .map(|element| element.id.as_str())
        .collect();
    let mut path = way(&run, name, &work);
    in_order(main, &path)?;
    let expected = match name {
        // The loop goes round for ever: the traces are its first two rounds.
        "loop-0" | "loop-1" => {
            let first: usize = expected("Simulator.loop-0", &work).values().sum();
            let second: usize = expected("Simulator.loop-1", &work).values().sum();
            path.truncate(first + second);
            if name == "loop-0" {
                path.truncate(first);
            } else {
                path.drain(..first);
            }
            expected(trace, &work)
        }
        _ => expected(trace, &work),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for element in path {
        *counts.entry(element).or_default() += 1;
    }
    if counts == expected {
        Ok(())
    } else {
        Err(format!("{counts:?} instead of {expected:?}"))
    }
}

/// The flows, tasks and events that tokens took. Where a choice is open, the way that may be taken
/// comes before the one that ends it.
fn way(run: &DryRun, scenario: &str, work: &BTreeSet<&str>) -> Vec<String> {
    let mut path = Vec::new();
    elements_of(&run.execution_path, &mut path);
    let open = OPEN.iter().filter_map(|(of, gateway)| {
        let at = path
            .iter()
            .position(|element| of == &scenario && element == gateway)?;
        let ways = run.branch_explorations.iter();
        let untaken = ways.filter_map(|way| way.then.as_ref());
        let steps = untaken.flat_map(|course| &course.steps);
        Some((
            at,
            steps.map(|step| step.step_name.clone()).collect::<Vec<_>>(),
        ))
    });
    for (at, rounds) in open.collect::<Vec<_>>() {
        path.splice(at..at, rounds);
    }
    path.retain(|element| work.contains(element.as_str()));
    path
}

/// Whether nothing comes before the flow that leads there, for what the path begins with once.
fn in_order(elements: &[Element], path: &[String]) -> Result<(), String> {
    let first = |id: &str| path.iter().position(|element| element == id);
    let once = |id: &str| path.iter().filter(|element| *element == id).count() == 1;
    for flow in elements
        .iter()
        .filter(|element| element.kind == "sequenceFlow")
    {
        let ends = [
            flow.attribute("sourceRef").unwrap(),
            flow.attribute("targetRef").unwrap(),
        ];
        let into: Vec<_> = elements
            .iter()
            .filter(|other| other.attribute("targetRef") == Some(ends[1]))
            .collect();
        if let (Some(source), Some(at)) = (first(ends[0]), first(&flow.id))
            && once(&flow.id)
            && source > at
        {
            return Err(format!("{} comes before {}", flow.id, ends[0]));
        }
        if let (Some(at), Some(target)) = (first(&flow.id), first(ends[1]))
            && into.len() == 1
            && once(&flow.id)
            && at > target
        {
            return Err(format!("{} comes before {}", ends[1], flow.id));
        }
    }
    Ok(())
}

#[test]
fn token_traces() {
    let traces = names(FOLDER, ".json");
    assert_eq!(traces.len(), 26);
    assert_eq!(names(FOLDER, ".bpmn").len(), 23);
    let outcomes: Vec<_> = traces
        .iter()
        .map(|trace| {
            let name = trace.strip_prefix("Simulator.").unwrap().to_owned();
            (name, check(trace))
        })
        .collect();
    settle(&outcomes, &OUTSIDE);
    let passed = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_ok())
        .count();
    assert_eq!(passed, 21);
}

/// What the trace cannot show: the dry run says where a token waits for ever, and what other
/// event would have led elsewhere.
#[test]
fn what_the_traces_do_not_say() {
    let of = |model: &str| {
        let processes = processes(&read(&format!("{FOLDER}/Simulator.{model}.bpmn")));
        let (_, main) = processes.into_iter().next().unwrap();
        let (written, input) = drawing(&main, model);
        run(&written, &Value::Object(input), &Facts::default())
    };
    let stuck = of("parallel-gateway-stuck");
    assert!(
        stuck
            .warnings
            .iter()
            .any(|warning| warning.contains("\"GATE\" waits for ever")
                && warning.contains("nothing comes from \"Flow_3\"")),
        "{:?}",
        stuck.warnings
    );
    let events = of("event-based-gateway");
    let other = events
        .branch_explorations
        .iter()
        .find(|way| way.condition.contains("S_CATCH"))
        .unwrap();
    let steps: Vec<_> = other
        .then
        .as_ref()
        .unwrap()
        .steps
        .iter()
        .map(|s| &s.step_name)
        .collect();
    assert_eq!(steps, ["S_CATCH", "Flow_5"]);
    let looped = of("loop");
    assert!(
        looped
            .warnings
            .iter()
            .any(|warning| warning.contains("left after 100 rounds"))
    );
}
