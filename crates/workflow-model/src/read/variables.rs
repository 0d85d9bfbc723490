//! Variables.

use crate::{Variable, VariableType};
use document::Node;
use serde_json::{Map, Value};

const MAX_VARIABLES: usize = 500;
const MAX_TEXT: usize = 10_000;
const MAX_CHOICES: usize = 1000;

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
    let texts = ["description", "label"].map(|field| {
        body.optional(field)
            .is_none_or(|n| n.text_or_blank(MAX_TEXT).is_some())
    });
    let bounds = ["minimum", "maximum"].map(|field| {
        body.optional(field)
            .is_none_or(|n| n.number(f64::MIN..=f64::MAX).is_some())
    });
    let choices = body
        .optional("enum")
        .is_none_or(|n| n.list(MAX_CHOICES).is_some());
    let name = body.required("name").and_then(|n| n.text(200));
    let kind = body.optional("type").map(|n| n.choice(&TYPES));
    let required = body
        .optional("required")
        .map_or(Some(false), |n| n.boolean());
    let default = body.optional("default").map(|n| n.value().clone());
    body.finish();
    let described = texts.into_iter().chain(bounds).all(|right| right) && choices;
    described.then_some(())?;
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
