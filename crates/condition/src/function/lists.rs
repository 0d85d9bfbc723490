use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use crate::number::apply;
use crate::tree::Operator;
use crate::value::{compare, equal};

/// The length of a list; nothing else has one (see `len`).
pub(super) fn size(value: &Value) -> Value {
    value
        .as_array()
        .map_or(Value::Null, |list| list.len().into())
}

/// Whether a list holds an element, or a text a part.
pub(super) fn contains(value: &Value, part: Option<&Value>) -> Value {
    match (value, part) {
        (Value::Array(list), Some(part)) => list.iter().any(|element| equal(element, part)).into(),
        (Value::String(text), Some(Value::String(part))) => text.contains(part.as_str()).into(),
        _ => Value::Null,
    }
}

/// The arguments, or the elements of the only argument when that is a list.
fn elements<'a>(arguments: &'a [Cow<'_, Value>]) -> Vec<&'a Value> {
    match arguments {
        [only] => match only.as_ref() {
            Value::Array(list) => list.iter().collect(),
            single => vec![single],
        },
        many => many.iter().map(Cow::as_ref).collect(),
    }
}

/// The least or greatest of values that are all of one type.
pub(super) fn extreme(arguments: &[Cow<'_, Value>], wanted: Ordering) -> Value {
    let mut best: Option<&Value> = None;
    for element in elements(arguments) {
        best = match best {
            None => Some(element),
            Some(current) => match compare(element, current) {
                None => return Value::Null,
                Some(order) if order == wanted => Some(element),
                Some(_) => Some(current),
            },
        };
    }
    best.cloned().unwrap_or_default()
}

pub(super) fn sum(arguments: &[Cow<'_, Value>]) -> Value {
    total(&elements(arguments))
}

fn total(elements: &[&Value]) -> Value {
    elements.iter().fold(Value::from(0), |sum, element| {
        apply(Operator::Add, &sum, element)
    })
}

pub(super) fn average(arguments: &[Cow<'_, Value>]) -> Value {
    let elements = elements(arguments);
    apply(Operator::Divide, &total(&elements), &elements.len().into())
}

pub(super) fn median(arguments: &[Cow<'_, Value>]) -> Value {
    let mut elements = elements(arguments);
    if elements.is_empty() || !elements.iter().all(|element| element.is_number()) {
        return Value::Null;
    }
    elements.sort_by(|a, b| compare(a, b).unwrap_or(Ordering::Equal));
    let middle = elements.len() / 2;
    if elements.len() % 2 == 1 {
        return elements[middle].clone();
    }
    let sum = apply(Operator::Add, elements[middle - 1], elements[middle]);
    apply(Operator::Divide, &sum, &2.into())
}

/// The most frequent number; of several, the least.
pub(super) fn mode(value: &Value) -> Value {
    let Value::Array(list) = value else {
        return Value::Null;
    };
    if !list.iter().all(Value::is_number) {
        return Value::Null;
    }
    let mut sorted: Vec<&Value> = list.iter().collect();
    sorted.sort_by(|a, b| compare(a, b).unwrap_or(Ordering::Equal));
    let runs = sorted.chunk_by(|a, b| equal(a, b));
    let longest = runs.reduce(|best, run| if run.len() > best.len() { run } else { best });
    longest
        .and_then(<[&Value]>::first)
        .map_or(Value::Null, |value| (*value).clone())
}

pub(super) fn keys(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.keys().map(String::as_str).map(Value::from).collect(),
        Value::Array(list) => (0..list.len()).map(Value::from).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::Null,
    }
}

pub(super) fn values(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.values().cloned().collect(),
        Value::Array(_) => value.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::Null,
    }
}
