use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Number, Value};

use crate::number::{decimal, from_decimal};

/// A number from a number, a numeric text or a boolean.
pub(super) fn number(value: &Value) -> Value {
    match value {
        Value::Number(_) => value.clone(),
        Value::String(text) => parse(text).map_or(Value::Null, Value::Number),
        Value::Bool(boolean) => i64::from(*boolean).into(),
        Value::Null | Value::Array(_) | Value::Object(_) => Value::Null,
    }
}

/// A boolean from a boolean, `"true"`, `"false"`, or a number (zero is false).
pub(super) fn boolean(value: &Value) -> Value {
    match value {
        Value::Bool(_) => value.clone(),
        Value::Number(number) => (crate::value::float(number) != 0.0).into(),
        Value::String(text) => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            _ => Value::Null,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Value::Null,
    }
}

pub(super) fn is_numeric(value: &Value) -> Value {
    match value {
        Value::Number(_) => true.into(),
        Value::String(text) => parse(text).is_some().into(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false.into(),
    }
}

/// Rounds to so many decimal places (none given: 0). Floats beyond a decimal are whole anyway.
pub(super) fn rounded(
    value: &Value,
    places: Option<&Value>,
    round: impl Fn(Decimal, u32) -> Decimal,
) -> Value {
    let places = match places {
        None => 0,
        Some(given) => match given.as_u64().and_then(|places| u32::try_from(places).ok()) {
            Some(places) if places <= Decimal::MAX_SCALE => places,
            _ => return Value::Null,
        },
    };
    match value {
        Value::Number(number) => match decimal(number) {
            Some(decimal) => from_decimal(round(decimal, places)),
            None => value.clone(),
        },
        _ => Value::Null,
    }
}

/// Halves away from zero: 2.5 to 3, −2.5 to −3.
pub(super) fn half_away(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// A number written as JSON writes one, with space around it or not.
pub(super) fn parse(text: &str) -> Option<Number> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None; // `inf` and `nan` are floats to Rust
    }
    match text.parse::<i64>() {
        Ok(integer) => Some(integer.into()),
        Err(_) => match crate::number::from_float(text.parse().ok()?) {
            Value::Number(number) => Some(number),
            _ => None,
        },
    }
}
