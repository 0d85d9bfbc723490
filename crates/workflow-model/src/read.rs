//! Reads definitions from JSON, strictly.

mod graph;
mod steps;
mod variables;

pub use graph::read_graph_spec;
pub use steps::read_steps;
pub use variables::read_variables;

use crate::{Definition, Guard};
use condition::Condition;
use document::{Field, Node, Object};
use serde_json::{Map, Value};

/// The most steps a definition may have.
pub const MAX_STEPS: usize = 1000;

/// Reads the parts of a definition from an object that may hold other fields too: the caller
/// finishes the object.
pub fn read_definition_fields(body: &mut Object<'_>) -> Option<Definition> {
    let trigger = optional(body, "trigger_conditions", read_condition, Guard::always);
    let steps = optional(body, "steps", read_steps, Vec::new);
    let variables = optional(body, "variables", read_variables, Vec::new);
    let settings = optional(body, "settings", read_settings, Map::new);
    let graph = optional(
        body,
        "graph_spec",
        |node| read_graph_spec(node).map(Some),
        || None,
    );
    Some(Definition {
        trigger: trigger?,
        steps: steps?,
        variables: variables?,
        settings: settings?,
        graph: graph?,
    })
}

fn optional<'a, T>(
    body: &mut Object<'a>,
    name: &'static str,
    read: impl Fn(&Node<'a>) -> Option<T>,
    default: impl Fn() -> T,
) -> Option<T> {
    match body.field(name) {
        Field::Present(node) => read(&node),
        Field::Absent => Some(default()),
        // What has no drawing reads back with `null` for it.
        Field::Null if name == "graph_spec" => Some(default()),
        Field::Null => {
            body.fail(name, "This field may not be null.");
            None
        }
    }
}

/// Reads free-form settings.
#[must_use]
pub fn read_settings(node: &Node<'_>) -> Option<Map<String, Value>> {
    node.any_object()
}

/// Reads a condition in any of its spellings.
#[must_use]
pub fn read_condition(node: &Node<'_>) -> Option<Guard> {
    compile(node, Condition::from_json)
}

/// Reads the condition of a branch or an edge, where a bare word is an outcome label.
fn read_branch_condition(node: &Node<'_>) -> Option<Guard> {
    compile(node, Condition::from_branch)
}

fn compile(
    node: &Node<'_>,
    compile: fn(&Value) -> Result<Condition, Vec<condition::ConditionError>>,
) -> Option<Guard> {
    match compile(node.value()) {
        Ok(condition) => Some(Guard {
            source: node.value().clone(),
            condition,
        }),
        Err(errors) => {
            for error in errors {
                let path = match (node.path(), error.path.as_str()) {
                    (path, "") => path.to_owned(),
                    ("", inner) => inner.to_owned(),
                    (path, inner) => format!("{path}.{inner}"),
                };
                node.problems().add(path, error.message);
            }
            None
        }
    }
}
