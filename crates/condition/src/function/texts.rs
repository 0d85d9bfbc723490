use serde_json::Value;

use crate::limits::{MAX_BUILT_LIST, MAX_BUILT_TEXT};

/// Characters of a text, elements of a list, members of an object.
pub(super) fn len(value: &Value) -> Value {
    match value {
        Value::String(text) => text.chars().count().into(),
        Value::Array(list) => list.len().into(),
        Value::Object(map) => map.len().into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Value::Null,
    }
}

pub(super) fn map(value: &Value, change: impl Fn(&str) -> String) -> Value {
    value
        .as_str()
        .map_or(Value::Null, |text| Value::String(change(text)))
}

pub(super) fn test(
    value: &Value,
    part: Option<&Value>,
    test: impl Fn(&str, &str) -> bool,
) -> Value {
    match (value, part) {
        (Value::String(text), Some(Value::String(part))) => test(text, part).into(),
        _ => Value::Null,
    }
}

pub(super) fn split(value: &Value, separator: Option<&Value>) -> Value {
    match (value, separator) {
        (Value::String(text), Some(Value::String(separator))) if !separator.is_empty() => text
            .split(separator.as_str())
            .take(MAX_BUILT_LIST)
            .map(Value::from)
            .collect(),
        _ => Value::Null,
    }
}

pub(super) fn join(value: &Value, separator: Option<&Value>) -> Value {
    let Value::Array(list) = value else {
        return Value::Null;
    };
    let separator = separator.and_then(Value::as_str).unwrap_or_default();
    let parts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    parts.map_or(Value::Null, |parts| bounded(parts.join(separator)))
}

pub(super) fn replace(value: &Value, from: Option<&Value>, to: Option<&Value>) -> Value {
    match (value, from, to) {
        (Value::String(text), Some(Value::String(from)), Some(Value::String(to)))
            if !from.is_empty() =>
        {
            let growth = text.matches(from.as_str()).count() * to.len();
            if growth > MAX_BUILT_TEXT {
                return Value::Null;
            }
            bounded(text.replace(from.as_str(), to))
        }
        _ => Value::Null,
    }
}

/// Numbers as people write them: no exponent, no trailing zeros.
pub(super) fn text(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        Value::Bool(boolean) => boolean.to_string().into(),
        Value::Number(number) => match crate::number::decimal(number) {
            Some(decimal) => decimal.normalize().to_string().into(),
            None => number.to_string().into(),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Value::Null,
    }
}

pub(super) fn type_of(value: &Value) -> Value {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    name.into()
}

fn bounded(text: String) -> Value {
    if text.len() > MAX_BUILT_TEXT {
        Value::Null
    } else {
        Value::String(text)
    }
}
