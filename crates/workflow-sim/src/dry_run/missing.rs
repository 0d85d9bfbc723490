//! What the input lacks, and what that leaves open.

use super::why::sentence;
use super::{Case, DecidedBy, MissingVariable};
use crate::plan::Target;
use crate::verdict::{Way, targets_of};
use chrono::{DateTime, NaiveDate};
use condition::{Condition, Scope, Truth};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use workflow_model::{Definition, Variable, VariableType};

/// The input, with the declared defaults where it says nothing.
pub(super) fn with_defaults(definition: &Definition, given: &Map<String, Value>) -> Value {
    let mut input = given.clone();
    for variable in &definition.variables {
        if let Some(default) = &variable.default
            && !input.contains_key(&variable.name)
        {
            input.insert(variable.name.clone(), default.clone());
        }
    }
    Value::Object(input)
}

/// Required variables that are missing, and values of another type than the declared one.
pub(super) fn about_input(definition: &Definition, given: &Map<String, Value>) -> Vec<String> {
    let one = |variable: &Variable| match (given.get(&variable.name), variable.kind) {
        (None | Some(Value::Null), _) if variable.required && variable.default.is_none() => {
            Some(format!(
                "input_data.{}: The workflow requires this variable; give it a value.",
                variable.name
            ))
        }
        (Some(value), Some(kind)) if !value.is_null() && !fits(kind, value) => Some(format!(
            "input_data.{}: Expected {}; conditions on it compare within one type only.",
            variable.name,
            described(kind)
        )),
        _ => None,
    };
    definition.variables.iter().filter_map(one).collect()
}

fn fits(kind: VariableType, value: &Value) -> bool {
    match kind {
        VariableType::Number => value.is_number(),
        VariableType::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        VariableType::String => value.is_string(),
        VariableType::Boolean => value.is_boolean(),
        VariableType::Date => value.as_str().is_some_and(|text| {
            DateTime::parse_from_rfc3339(text).is_ok() || text.parse::<NaiveDate>().is_ok()
        }),
        VariableType::Array => value.is_array(),
        VariableType::Object => value.is_object(),
    }
}

fn described(kind: VariableType) -> &'static str {
    match kind {
        VariableType::Number => "a number",
        VariableType::Integer => "a whole number",
        VariableType::String => "a text",
        VariableType::Boolean => "true or false",
        VariableType::Date => "a date, or a date and time, in RFC 3339",
        VariableType::Array => "a list",
        VariableType::Object => "an object",
    }
}

/// Whether the input would start the workflow at all.
pub(super) fn about_trigger(definition: &Definition, input: &Value) -> Option<String> {
    let condition = &definition.trigger.condition;
    let says = || sentence(condition, input, None);
    match condition.evaluate(&Scope::new(input)) {
        Truth::True => None,
        Truth::False => Some(format!(
            "trigger_conditions: {}, so this input would not start the workflow. It was \
             simulated as if it had.",
            says()
        )),
        Truth::Unknown(_) => Some(format!(
            "trigger_conditions: {}, so whether this input would start the workflow is open. It \
             was simulated as if it had.",
            says()
        )),
    }
}

/// A condition that cannot be told, and what follows either way.
struct Open<'a> {
    path: String,
    condition: &'a Condition,
    missing: &'a [String],
    decides: DecidedBy,
}

fn open<'a>(case: &'a Case<'_>, nodes: &[usize]) -> Vec<Open<'a>> {
    let mut found = Vec::new();
    for at in nodes {
        let (node, verdict) = (&case.plan.nodes[*at], &case.verdicts[*at]);
        let default = || targets_of(case.plan, *at, Way::Default);
        if let (Some(guard), Truth::Unknown(missing)) = (node.guard, &verdict.guard) {
            let after = default()
                .first()
                .copied()
                .or(node.always.first().map(|to| Target::Node(*to)));
            found.push(Open {
                path: format!("{}.conditions", node.path),
                condition: &guard.condition,
                missing,
                decides: DecidedBy {
                    step: *at,
                    condition: guard.condition.to_string(),
                    if_it_holds: Some(*at),
                    if_it_does_not: after.and_then(Target::node),
                },
            });
        }
        for (place, exit) in node.exits.iter().enumerate() {
            let missing = match &verdict.exits[place] {
                Truth::False => continue,
                Truth::True if node.is_inclusive => continue,
                Truth::True => break,
                Truth::Unknown(missing) => missing,
            };
            let later = (place + 1..node.exits.len()).find(|at| !verdict.exits[*at].is_false());
            let otherwise = match later {
                Some(later) => node.exits[later].target.node(),
                None => default().first().and_then(|target| target.node()),
            };
            found.push(Open {
                path: format!("{}.condition", exit.path),
                condition: &exit.guard.condition,
                missing,
                decides: DecidedBy {
                    step: *at,
                    condition: exit.guard.condition.to_string(),
                    if_it_holds: exit.target.node(),
                    if_it_does_not: otherwise,
                },
            });
        }
    }
    found
}

/// One warning for each condition that cannot be told.
pub(super) fn about_unknowns(case: &Case<'_>, nodes: &[usize]) -> Vec<String> {
    open(case, nodes)
        .into_iter()
        .map(|open| {
            let names: Vec<_> = open
                .missing
                .iter()
                .map(|name| format!("`{name}`"))
                .collect();
            let (verb, list) = match names.as_slice() {
                [one] => ("is", one.clone()),
                several => ("are", several.join(", ")),
            };
            format!(
                "{}: {list} {verb} missing from the input, so whether `{}` holds is open: both \
                 ways were followed.",
                open.path, open.condition
            )
        })
        .collect()
}

/// The missing variables by name, each with what it decides.
pub(super) fn variables(case: &Case<'_>, nodes: &[usize]) -> Vec<MissingVariable> {
    let mut by_name: BTreeMap<&str, Vec<DecidedBy>> = BTreeMap::new();
    let found = open(case, nodes);
    for open in &found {
        for name in open.missing {
            by_name.entry(name).or_default().push(open.decides.clone());
        }
    }
    by_name
        .into_iter()
        .map(|(name, decides)| MissingVariable {
            variable: name.to_owned(),
            produced_by: producer(case, name),
            decides,
        })
        .collect()
}

/// The first step that says it produces the variable, or the object that holds it.
fn producer(case: &Case<'_>, name: &str) -> Option<String> {
    let makes = |output: &String| {
        name == output
            || name
                .strip_prefix(output.as_str())
                .is_some_and(|r| r.starts_with('.'))
    };
    let step = case
        .definition
        .steps
        .iter()
        .find(|step| step.outputs.iter().any(makes))?;
    Some(step.name.clone())
}
