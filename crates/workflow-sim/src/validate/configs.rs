//! Whether the config of a step is what its action asks for.

use crate::plan::{Plan, PlanNode};
use crate::{ActionFact, Facts, Fault, FaultKind};
use json_schema::Schema;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// How an engine marks what it fills in when the step runs.
const PLACEHOLDERS: [&str; 3] = ["{{", "${", "<%"];

pub(super) fn check(plan: &Plan<'_>, facts: &Facts, faults: &mut Vec<Fault>) {
    let mut schemas = Schemas(HashMap::new());
    for node in &plan.nodes {
        let Some(config) = node.step.map(|step| &step.config) else {
            continue;
        };
        let actions = facts.meant(node.action_name(), node.name);
        // When several actions may be meant, it is enough that one takes the config.
        let refusals: Vec<_> = actions
            .into_iter()
            .map(|action| (action, schemas.refusal(action, config)))
            .collect();
        if let [(action, Some(_)), ..] = refusals.as_slice()
            && refusals.iter().all(|(_, refusal)| refusal.is_some())
        {
            let problems = refusals[0].1.iter().flatten();
            faults.extend(problems.map(|problem| fault(node, action, config, problem)));
        }
    }
}

/// A config that is to be completed when the step runs may yet be right.
fn fault(
    node: &PlanNode<'_>,
    action: &ActionFact,
    config: &Map<String, Value>,
    (at, message): &(String, String),
) -> Fault {
    let path = match at.as_str() {
        "" => format!("{}.config", node.path),
        at => format!("{}.config.{at}", node.path),
    };
    let message = format!(
        "{message} The input schema of the action \"{}\" asks for it; correct the config, or the \
         schema.",
        action.name
    );
    let open = config.is_empty() || config.values().any(has_placeholder);
    Fault {
        blocking: !open,
        ..Fault::blocking(path, FaultKind::InvalidConfig, message)
    }
}

fn has_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => PLACEHOLDERS.iter().any(|mark| text.contains(mark)),
        Value::Array(items) => items.iter().any(has_placeholder),
        Value::Object(fields) => fields.values().any(has_placeholder),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Schemas that were compiled, by the name of the action; `None` for one that cannot be.
struct Schemas<'a>(HashMap<&'a str, Option<Schema>>);

impl<'a> Schemas<'a> {
    /// What an action has against a config; `None` for nothing.
    fn refusal(
        &mut self,
        action: &'a ActionFact,
        config: &Map<String, Value>,
    ) -> Option<Vec<(String, String)>> {
        let schema = &action.input_schema;
        let asks_for_some = schema
            .get("required")
            .is_some_and(|list| *list != Value::Array(vec![]));
        if schema.as_object().is_none_or(Map::is_empty) || (config.is_empty() && !asks_for_some) {
            return None;
        }
        let compiled = self
            .0
            .entry(&action.name)
            .or_insert_with(|| Schema::compile(schema).ok());
        let problems = compiled.as_ref()?.problems(&Value::Object(config.clone()));
        (!problems.is_empty()).then_some(problems)
    }
}
