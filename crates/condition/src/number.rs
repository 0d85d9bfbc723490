//! Arithmetic. Decimal, so that `0.1 + 0.2 == 0.3`; binary floating point only where a result
//! leaves the 28 digits of a decimal. What has no result (a text times two, a division by zero,
//! an overflow) is null, which no comparison with a number accepts.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::{Number, Value};

use crate::tree::Operator;
use crate::value::{float, integer};

/// Applies an operator to two values. `+` also joins texts.
pub(crate) fn apply(op: Operator, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => numbers(op, a, b),
        (Value::String(a), Value::String(b)) if op == Operator::Add => {
            if a.len() + b.len() > crate::limits::MAX_BUILT_TEXT {
                return Value::Null;
            }
            Value::String(format!("{a}{b}"))
        }
        _ => Value::Null,
    }
}

fn numbers(op: Operator, a: &Number, b: &Number) -> Value {
    if let (Some(a), Some(b)) = (integer(a), integer(b))
        && let Some(result) = integers(op, a, b)
    {
        return result;
    }
    if let (Some(a), Some(b)) = (decimal(a), decimal(b)) {
        let exact = match op {
            Operator::Add => a.checked_add(b),
            Operator::Subtract => a.checked_sub(b),
            Operator::Multiply => a.checked_mul(b),
            Operator::Divide => a.checked_div(b),
            Operator::Remainder => a.checked_rem(b),
            Operator::Power => None,
        };
        if let Some(result) = exact {
            return from_decimal(result);
        }
    }
    let (a, b) = (float(a), float(b));
    from_float(match op {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
        Operator::Power => a.powf(b),
    })
}

/// Exact integer results; nothing where there is none, so that the caller goes on with decimals.
fn integers(op: Operator, a: i128, b: i128) -> Option<Value> {
    let result = match op {
        Operator::Add => a.checked_add(b)?,
        Operator::Subtract => a.checked_sub(b)?,
        Operator::Multiply => a.checked_mul(b)?,
        Operator::Divide if b == 0 => return Some(Value::Null),
        Operator::Divide if a % b == 0 => a / b,
        Operator::Divide => return None,
        Operator::Remainder => a.checked_rem(b)?,
        Operator::Power => a.checked_pow(u32::try_from(b).ok()?)?,
    };
    from_integer(result)
}

/// A JSON integer, if 64 bits hold it.
pub(crate) fn from_integer(value: i128) -> Option<Value> {
    i64::try_from(value)
        .map(Value::from)
        .or_else(|_| u64::try_from(value).map(Value::from))
        .ok()
}

/// A JSON number, or null for NaN and infinities. Whole numbers become integers.
pub(crate) fn from_float(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// The number as a decimal, digit for digit as it is written.
pub(crate) fn decimal(number: &Number) -> Option<Decimal> {
    if let Some(integer) = number.as_i64() {
        return Some(Decimal::from(integer));
    }
    let text = number.to_string();
    Decimal::from_str(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()
}

/// A JSON number for a decimal: an integer where it is one, else the nearest float.
pub(crate) fn from_decimal(value: Decimal) -> Value {
    let value = value.normalize();
    if value.is_integer()
        && let Ok(whole) = i128::try_from(value)
        && let Some(integer) = from_integer(whole)
    {
        return integer;
    }
    value.to_string().parse().map_or(Value::Null, from_float)
}

/// The negative of a number; null for anything else.
pub(crate) fn negate(value: &Value) -> Value {
    match value {
        Value::Number(number) => negate_number(number).map_or(Value::Null, Value::Number),
        _ => Value::Null,
    }
}

/// The negative of a number, an integer where it was one.
pub(crate) fn negate_number(number: &Number) -> Option<Number> {
    match integer(number) {
        Some(i) => match from_integer(-i) {
            Some(Value::Number(negative)) => Some(negative),
            _ => Number::from_f64(-float(number)),
        },
        None => Number::from_f64(-float(number)),
    }
}
