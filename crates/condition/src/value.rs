//! Order and equality of JSON values, within one type as MongoDB brackets them.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use crate::tree::Comparison;

/// Whether `left op right` holds. Values of different types are never in order and never equal.
pub(crate) fn holds(op: Comparison, left: &Value, right: &Value) -> bool {
    match op {
        Comparison::Eq => equal(left, right),
        Comparison::Ne => !equal(left, right),
        Comparison::Gt => compare(left, right) == Some(Ordering::Greater),
        Comparison::Gte => matches!(
            compare(left, right),
            Some(Ordering::Greater | Ordering::Equal)
        ),
        Comparison::Lt => compare(left, right) == Some(Ordering::Less),
        Comparison::Lte => matches!(compare(left, right), Some(Ordering::Less | Ordering::Equal)),
    }
}

/// Equality; `1` equals `1.0`, and the members of an object are in no order.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => compare_numbers(a, b).is_eq(),
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => false,
    }
}

/// Order of two values of one type, nothing for different types.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Some(compare_numbers(a, b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Array(a), Value::Array(b)) => Some(compare_sequences(a, b)),
        (Value::Object(_), Value::Object(_)) => Some(compare_any(left, right)),
        _ => None,
    }
}

/// Order over all values: null, numbers, strings, objects, arrays, booleans (BSON's order).
fn compare_any(left: &Value, right: &Value) -> Ordering {
    let (Value::Object(a), Value::Object(b)) = (left, right) else {
        return compare(left, right).unwrap_or_else(|| rank(left).cmp(&rank(right)));
    };
    let sorted = |map: &serde_json::Map<String, Value>| {
        let mut members: Vec<_> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        members
    };
    let (a, b) = (sorted(a), sorted(b));
    for ((key_a, a), (key_b, b)) in a.iter().zip(&b) {
        let order = key_a.cmp(key_b).then_with(|| compare_any(a, b));
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

fn compare_sequences(left: &[Value], right: &[Value]) -> Ordering {
    let first = left
        .iter()
        .zip(right)
        .map(|(a, b)| compare_any(a, b))
        .find(|order| order.is_ne());
    first.unwrap_or_else(|| left.len().cmp(&right.len()))
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Object(_) => 3,
        Value::Array(_) => 4,
        Value::Bool(_) => 5,
    }
}

/// Exact order of two numbers, whichever way they are written.
pub(crate) fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    if let (Some(a), Some(b)) = (left.as_i64(), right.as_i64()) {
        return a.cmp(&b);
    }
    match (integer(left), integer(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => compare_mixed(a, float(right)),
        (None, Some(b)) => compare_mixed(b, float(left)).reverse(),
        (None, None) => order(float(left), float(right)),
    }
}

fn compare_mixed(integer: i128, other: f64) -> Ordering {
    #[expect(clippy::cast_precision_loss, reason = "ties are settled exactly below")]
    let approximate = integer as f64;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "equal to an integer of 64 bits"
    )]
    let exact = || integer.cmp(&(other as i128));
    order(approximate, other).then_with(exact)
}

fn order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal) // JSON has no NaN
}

/// The number as an integer, if it is written as one.
pub(crate) fn integer(number: &Number) -> Option<i128> {
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
}

/// The number as a float, rounded if need be.
pub(crate) fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

/// What a reader would call the type of a value.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
