//! Variables.

use crate::{Variable, VariableType};
use document::Node;
use serde_json::{Map, Value};

const MAX_VARIABLES: usize = 500;

const TYPES: [(&str, VariableType); 11] = [
    ("number", VariableType::Number),
    ("integer", VariableType::Integer),
    ("string", VariableType::String),
    ("boolean", VariableType::Boolean),
    ("date", VariableType::Date),
    ("datetime", VariableType::Date),
    ("array", VariableType::Array),
    ("list", VariableType::Array),
    ("object", VariableType::Object),
    ("float", VariableType::Number),
    ("text", VariableType::String),
];

/// Reads a list of variables.
#[must_use]
pub fn read_variables(node: &Node<'_>) -> Option<Vec<Variable>> {
    let list: Vec<_> = node
        .list(MAX_VARIABLES)?
        .into_iter()
        .map(read_variable)
        .collect();
    list.into_iter().collect()
}

fn read_variable(node: Node<'_>) -> Option<Variable> {
    let source = match node.value() {
        Value::Object(map) => map.clone(),
        _ => Map::new(),
    };
    let mut body = node.object()?;
    body.read_only(&["description", "label", "enum", "minimum", "maximum"]);
    let name = body.required("name").and_then(|n| n.text(200));
    let kind = body.optional("type").map(|n| n.choice(&TYPES));
    let required = body
        .optional("required")
        .map_or(Some(false), |n| n.boolean());
    let default = body.optional("default").map(|n| n.value().clone());
    body.finish();
    Some(Variable {
        source,
        name: name?,
        kind: match kind {
            None => None,
            Some(kind) => Some(kind?),
        },
        required: required?,
        default,
    })
}
