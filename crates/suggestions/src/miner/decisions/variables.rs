//! Which parts of an input can carry a rule.

use serde_json::{Map, Value};

/// A longer name is no variable.
const MAX_NAME: usize = 100;

/// The input's own members and, by a dotted path, those of objects in it.
///
/// Left out are names that a condition cannot tell from a path or an operator, and identifiers
/// (`id`, `order_id`, `orderId`): a threshold on those says when, not why; and the variant that
/// mining tools write into a case, which follows from how it ended.
pub(super) fn variables(input: &Map<String, Value>) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (name, value) in input {
        if !is_variable(name) {
            continue;
        }
        if let Value::Object(inner) = value {
            let inner = inner.iter().filter(|(inner, _)| is_variable(inner));
            found.extend(inner.map(|(inner, value)| (format!("{name}.{inner}"), value)));
        } else {
            found.push((name.clone(), value));
        }
    }
    found
}

fn is_variable(name: &str) -> bool {
    let usable = !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && !name.starts_with('$')
        && !name.contains('.');
    let lower = name.to_lowercase();
    let identifier = lower == "id"
        || lower == "uuid"
        || lower.ends_with("variant")
        || lower.ends_with("variant-index")
        || lower.ends_with("_id")
        || lower.ends_with("-id")
        || name.ends_with("Id")
        || name.ends_with("ID");
    usable && !identifier
}

/// A number that a double holds exactly.
pub(super) fn number(value: &Value) -> Option<f64> {
    /// 2^53.
    const EXACT: u64 = 9_007_199_254_740_992;
    let number = value.as_number()?;
    let inexact = number
        .as_i64()
        .is_some_and(|whole| whole.unsigned_abs() > EXACT)
        || number.as_u64().is_some_and(|whole| whole > EXACT);
    if inexact {
        None
    } else {
        number.as_f64().filter(|number| number.is_finite())
    }
}

/// A text or a boolean, as its JSON text.
pub(super) fn category(value: &Value) -> Option<String> {
    match value {
        Value::String(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
