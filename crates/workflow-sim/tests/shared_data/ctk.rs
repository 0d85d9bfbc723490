//! The conformance scenarios of Serverless Workflow, as far as they are about which task runs.
//!
//! A task becomes a step, `switch` a decision, `then` a branch. What the `set` tasks on the path
//! would make of the data is worked out here, so that the promised output checks the path.

use crate::{names, read, run, settle, yaml};
use serde_json::{Map, Value, json};
use workflow_sim::{DryRun, Facts};

const FOLDER: &str = "serverlessworkflow-ctk";
const ANSWERS: &str = "what a service on the web answers is not part of a dry run";
const FAILS: &str = "a dry run takes every step to succeed; one that is made to fail is no step";

/// Why a scenario is outside the model.
const OUTSIDE: [(&str, &str); 13] = [
    ("Call HTTP With Content Output", ANSWERS),
    ("Call HTTP With Response Output", ANSWERS),
    ("Call HTTP Using Basic Authentication", ANSWERS),
    ("Call OpenAPI With Content Output", ANSWERS),
    ("Call OpenAPI With Response Output", ANSWERS),
    ("Output Filtering", ANSWERS),
    ("Use Non-object Output", ANSWERS),
    ("Try Handle Caught Error", ANSWERS),
    ("Try Raise Uncaught Error", ANSWERS),
    ("Raise task with inline error", FAILS),
    (
        "Emit Task",
        "the id and the time of an event are made when it is sent",
    ),
    (
        "For Task",
        "a loop here goes round while a condition holds, not once for each item of a list",
    ),
    (
        "Fork Task With Competing Concurrent Sub Tasks",
        "which of competing branches is the fastest is not in a definition",
    ),
];

struct Scenario {
    name: String,
    definition: Value,
    input: Value,
    /// What follows the execution: a line, and the document below it.
    then: Vec<(String, Value)>,
}

/// The scenarios of a feature file.
fn scenarios(text: &str) -> Vec<Scenario> {
    let mut found: Vec<Scenario> = Vec::new();
    let mut lines = text.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        let said = line.trim();
        let mut document = Value::Null;
        if lines
            .peek()
            .is_some_and(|next| next.trim().starts_with("\"\"\""))
        {
            lines.next();
            let inside: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim().starts_with("\"\"\""))
                .collect();
            document = yaml::parse(&inside.join("\n"));
        }
        if let Some(name) = said.strip_prefix("Scenario: ") {
            found.push(Scenario {
                name: name.to_owned(),
                definition: Value::Null,
                input: json!({}),
                then: Vec::new(),
            });
        } else if let Some(scenario) = found.last_mut() {
            match said {
                "Given a workflow with definition:" => scenario.definition = document,
                "And given the workflow input is:" => scenario.input = document,
                "" | "When the workflow is executed" => {}
                comment if comment.starts_with('#') => {}
                said => scenario.then.push((said.to_owned(), document)),
            }
        }
    }
    found
}

/// Names and definitions of tasks, those of composite tasks within.
fn tasks(list: &Value, found: &mut Vec<(String, Value)>) {
    for entry in list.as_array().into_iter().flatten() {
        let (name, task) = entry.as_object().unwrap().iter().next().unwrap();
        match task.get("do") {
            Some(inner) if task.get("for").is_none() => tasks(inner, found),
            Some(_) | None => found.push((name.clone(), task.clone())),
        }
    }
}

fn step(name: &str, task: &Value) -> Value {
    let cases = task.get("switch").and_then(Value::as_array);
    let mut branches: Vec<Value> = cases
        .into_iter()
        .flatten()
        .map(|case| {
            let case = case.as_object().unwrap().values().next().unwrap();
            match case.get("when") {
                Some(when) => json!({
                    // `.color` is jq for the variable.
                    "condition": when.as_str().unwrap().replacen('.', "", 1),
                    "next_step": case["then"]
                }),
                None => json!({"next_step": case["then"]}),
            }
        })
        .collect();
    if let Some(then) = task.get("then") {
        branches.push(json!({"next_step": then}));
    }
    let kinds = ["set", "call", "emit", "raise", "for", "fork", "try"];
    let kind = kinds.into_iter().find(|kind| task.get(kind).is_some());
    json!({"name": name, "action": kind.unwrap_or("decision"), "branches": branches})
}

/// The data after the tasks on the path; what is not worked out here is an error.
fn output(run: &DryRun, tasks: &[(String, Value)], input: &Value) -> Result<Value, String> {
    let mut data = input.clone();
    for step in &run.execution_path {
        let (_, task) = tasks
            .iter()
            .find(|(name, _)| *name == step.step_name)
            .unwrap();
        if task.get("switch").is_some() {
            continue;
        }
        let Some(Value::Object(set)) = task.get("set") else {
            return Err(format!("{} is no `set`", step.step_name));
        };
        let from = task.get("input").and_then(|input| input.get("from"));
        let seen = match from {
            Some(path) => evaluate(path.as_str().unwrap(), &data, &data)?,
            None => data.clone(),
        };
        let mut made = Map::new();
        for (name, value) in set {
            made.insert(name.clone(), filled_in(value, &seen)?);
        }
        data = Value::Object(made);
    }
    Ok(data)
}

fn filled_in(value: &Value, data: &Value) -> Result<Value, String> {
    let inner = value
        .as_str()
        .and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
    match inner {
        Some(expression) => evaluate(expression.trim(), data, data),
        None => Ok(value.clone()),
    }
}

/// As much of jq as the scenarios use: paths, lists of one, and their sum.
fn evaluate(expression: &str, data: &Value, input: &Value) -> Result<Value, String> {
    if let Some((left, right)) = expression.split_once(" + ") {
        let list = |part: &str| match evaluate(part.trim(), data, input)? {
            Value::Array(items) => Ok(items),
            Value::Null => Ok(Vec::new()),
            other => Err(format!("{other} is no list")),
        };
        return Ok(Value::Array([list(left)?, list(right)?].concat()));
    }
    let inner = expression
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(inner) = inner {
        return Ok(json!([evaluate(inner.trim(), data, input)?]));
    }
    if let Some(text) = expression
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return Ok(text.into());
    }
    let (root, path) = match expression.strip_prefix("$input") {
        Some(path) => (input, path),
        None => (data, expression),
    };
    if !path.starts_with('.') {
        return Err(format!("`{expression}` is not worked out here"));
    }
    let names = path.split('.').filter(|name| !name.is_empty());
    Ok(names.fold(root.clone(), |value, name| value[name].clone()))
}

fn check(scenario: &Scenario) -> Result<(), String> {
    let mut list = Vec::new();
    tasks(&scenario.definition["do"], &mut list);
    let steps: Vec<_> = list.iter().map(|(name, task)| step(name, task)).collect();
    let run = run(&json!({"steps": steps}), &scenario.input, &Facts::default());
    if !run.validation_errors.is_empty() {
        return Err(run.validation_errors.join(" "));
    }
    for (said, document) in &scenario.then {
        holds(said, document, &run, &list, &scenario.input)
            .map_err(|error| format!("{said}: {error}"))?;
    }
    Ok(())
}

fn holds(
    said: &str,
    document: &Value,
    run: &DryRun,
    tasks: &[(String, Value)],
    input: &Value,
) -> Result<(), String> {
    let path: Vec<&str> = run
        .execution_path
        .iter()
        .map(|step| step.step_name.as_str())
        .collect();
    let at = |name: &str| path.iter().position(|step| *step == name);
    let said = said.trim_start_matches("Then ").trim_start_matches("And ");
    let expect = |holds: bool| {
        if holds {
            Ok(())
        } else {
            Err(format!("{path:?}"))
        }
    };
    if said == "the workflow should complete with output:" {
        let found = output(run, tasks, input)?;
        return if found == *document {
            Ok(())
        } else {
            Err(format!("{found} instead of {document}"))
        };
    }
    if let Some((name, other)) = said.split_once(" should run after ") {
        return expect(at(other).is_some_and(|other| at(name) > Some(other)));
    }
    if let Some(name) = said.strip_suffix(" should run first") {
        return expect(at(name) == Some(0));
    }
    if let Some(name) = said.strip_suffix(" should run last") {
        return expect(path.last() == Some(&name));
    }
    Err("not told by a dry run".to_owned())
}

#[test]
fn scenarios_of_serverless_workflow() {
    let all: Vec<Scenario> = names(FOLDER, ".feature")
        .iter()
        .flat_map(|name| scenarios(&read(&format!("{FOLDER}/{name}.feature"))))
        .collect();
    assert_eq!(all.len(), 21);
    let outcomes: Vec<_> = all
        .iter()
        .map(|scenario| (scenario.name.clone(), check(scenario)))
        .collect();
    settle(&outcomes, &OUTSIDE);
    let passed = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_ok())
        .count();
    assert_eq!(passed, 8);
}

/// The order of tasks is told even where what they answer is not.
#[test]
fn the_flow_of_every_scenario_is_followed() {
    for name in names(FOLDER, ".feature") {
        for scenario in scenarios(&read(&format!("{FOLDER}/{name}.feature"))) {
            let mut list = Vec::new();
            tasks(&scenario.definition["do"], &mut list);
            assert!(!list.is_empty(), "{}", scenario.name);
            let steps: Vec<_> = list.iter().map(|(name, task)| step(name, task)).collect();
            let run = run(&json!({"steps": steps}), &scenario.input, &Facts::default());
            assert_eq!(
                run.execution_path[0].step_name, list[0].0,
                "{}",
                scenario.name
            );
        }
    }
}
