//! Bounds on schemas, checked before anything is compiled.

use document::MAX_DEPTH;
use serde_json::Value;

/// Bytes that a schema may have, written without white space.
pub const MAX_SCHEMA_BYTES: usize = 64 * 1_024;
/// Regular expressions that a schema may have, names under `patternProperties` included.
pub const MAX_SCHEMA_PATTERNS: usize = 100;

/// What is too big, if anything is. Walks with a stack of its own, so that depth cannot hurt.
pub(super) fn problem(schema: &Value) -> Option<String> {
    let (mut bytes, mut patterns) = (0_usize, 0_usize);
    let mut stack = vec![(schema, 1_usize)];
    while let Some((value, depth)) = stack.pop() {
        if depth > MAX_DEPTH {
            return Some(format!("A schema may be nested {MAX_DEPTH} deep at most."));
        }
        bytes += width(value);
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    bytes += name.len() + 3;
                    patterns += match (name.as_str(), field) {
                        ("pattern", Value::String(_)) => 1,
                        ("patternProperties", Value::Object(named)) => named.len(),
                        _ => 0,
                    };
                    stack.push((field, depth + 1));
                }
            }
            Value::Array(items) => stack.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        if bytes > MAX_SCHEMA_BYTES {
            return Some(format!(
                "A schema may have {MAX_SCHEMA_BYTES} bytes at most."
            ));
        }
        if patterns > MAX_SCHEMA_PATTERNS {
            return Some(format!(
                "A schema may have {MAX_SCHEMA_PATTERNS} patterns at most."
            ));
        }
    }
    None
}

/// Bytes of a value without its items, about as many as in JSON.
fn width(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(number) => number.to_string().len() + 1,
        Value::String(text) => text.len() + 3,
        Value::Array(_) | Value::Object(_) => 3,
    }
}
