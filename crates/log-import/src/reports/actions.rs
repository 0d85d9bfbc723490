//! The workflow that a log shows.

use crate::{ActivitySummary, ImportedLog};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use workflow_model::MAX_STEPS;

/// Actions with a meaning of their own in a definition.
const RESERVED: [&str; 2] = ["decision", "workflow"];
/// The most variables that a definition takes.
const MAX_VARIABLES: usize = 500;
/// The longest name of a variable that a definition takes, in characters.
const MAX_VARIABLE_NAME: usize = 200;

/// An activity of the log as an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveredAction {
    /// The name in the log; the step's name.
    pub activity: String,
    /// The action type: the name in lower case, words joined by underscores. Unique in the log.
    pub action: String,
    /// In how many events.
    pub count: u64,
}

/// The actions of a log, in the order of [`ImportedLog::activities`]. When there are more than
/// a definition has steps ([`MAX_STEPS`]), the most frequent ones.
#[must_use]
pub fn discovered_actions(log: &ImportedLog) -> Vec<DiscoveredAction> {
    let mut taken: HashSet<String> = RESERVED.iter().map(|&name| name.to_owned()).collect();
    let mut actions = Vec::new();
    for activity in most_frequent(log) {
        let slug = slug(&activity.name);
        let mut action = slug.clone();
        let mut n = 1;
        while !taken.insert(action.clone()) {
            n += 1;
            action = format!("{slug}_{n}");
        }
        actions.push(DiscoveredAction {
            activity: activity.name.clone(),
            action,
            count: activity.count,
        });
    }
    actions
}

/// The [`MAX_STEPS`] most frequent activities, in their order in the log.
fn most_frequent(log: &ImportedLog) -> Vec<&ActivitySummary> {
    let mut activities: Vec<_> = log.activities.iter().enumerate().collect();
    activities.sort_by_key(|(_, activity)| Reverse(activity.count));
    activities.truncate(MAX_STEPS);
    activities.sort_by_key(|(position, _)| *position);
    activities
        .into_iter()
        .map(|(_, activity)| activity)
        .collect()
}

fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<_> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return "activity".to_owned();
    }
    words.join("_")
}

/// A definition with a step for each action and a variable for each attribute of the cases.
pub(super) fn definition(log: &ImportedLog, actions: &[DiscoveredAction]) -> Value {
    let steps: Vec<_> = actions
        .iter()
        .map(|action| json!({"name": action.activity, "action": action.action}))
        .collect();
    json!({
        "trigger_conditions": {},
        "steps": steps,
        "variables": variables(log),
        "settings": {},
        "graph_spec": null,
    })
}

/// The attributes of the cases with their types, by name. One whose values are of several types
/// has none; one that every case has is still not required, as a dry run may leave it open.
fn variables(log: &ImportedLog) -> Vec<Value> {
    let mut types: BTreeMap<&str, Option<&'static str>> = BTreeMap::new();
    for (name, value) in log.cases.iter().flat_map(|case| &case.attributes) {
        let found = type_of(value);
        types
            .entry(name)
            .and_modify(|known| *known = join(*known, found))
            .or_insert(found);
    }
    types
        .into_iter()
        .filter(|(name, _)| !name.trim().is_empty() && name.chars().count() <= MAX_VARIABLE_NAME)
        .take(MAX_VARIABLES)
        .map(|(name, kind)| match kind {
            Some(kind) => json!({"name": name, "type": kind}),
            None => json!({"name": name}),
        })
        .collect()
}

fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        Value::String(text) if is_instant(text) => Some("date"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
        Value::Null => None,
    }
}

fn join(one: Option<&'static str>, other: Option<&'static str>) -> Option<&'static str> {
    match (one, other) {
        (one, other) if one == other => one,
        (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => Some("number"),
        (Some("date"), Some("string")) | (Some("string"), Some("date")) => Some("string"),
        _ => None,
    }
}

fn is_instant(text: &str) -> bool {
    text.len() >= 20 && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}
