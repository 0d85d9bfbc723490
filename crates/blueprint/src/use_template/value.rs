//! Whether a value fits a variable.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use workflow_model::{Variable, VariableType};

/// Checks a value against what the variable declares.
///
/// # Errors
/// A sentence that says what the variable takes.
pub(super) fn check(variable: &Variable, value: &Value) -> Result<(), String> {
    if value.is_null() {
        return Err("This field may not be null.".to_owned());
    }
    if let Some(kind) = variable.kind
        && !has_type(kind, value)
    {
        return Err(format!("Expected {}.", describe(kind)));
    }
    if let Some(Value::Array(choices)) = variable.source.get("enum")
        && !choices.contains(value)
    {
        let choices: Vec<_> = choices.iter().map(Value::to_string).collect();
        return Err(format!("Expected one of: {}.", choices.join(", ")));
    }
    let bound = |name| variable.source.get(name).and_then(Value::as_f64);
    if let (Some(value), Some(minimum)) = (value.as_f64(), bound("minimum"))
        && value < minimum
    {
        return Err(format!("Ensure this value is at least {minimum}."));
    }
    if let (Some(value), Some(maximum)) = (value.as_f64(), bound("maximum"))
        && value > maximum
    {
        return Err(format!("Ensure this value is at most {maximum}."));
    }
    Ok(())
}

fn has_type(kind: VariableType, value: &Value) -> bool {
    match kind {
        VariableType::Number => value.is_number(),
        VariableType::Integer => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        VariableType::String => value.is_string(),
        VariableType::Boolean => value.is_boolean(),
        VariableType::Date => value.as_str().is_some_and(|text| {
            DateTime::parse_from_rfc3339(text).is_ok()
                || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
        }),
        VariableType::Array => value.is_array(),
        VariableType::Object => value.is_object(),
    }
}

fn describe(kind: VariableType) -> &'static str {
    match kind {
        VariableType::Number => "a number",
        VariableType::Integer => "a whole number",
        VariableType::String => "a string",
        VariableType::Boolean => "true or false",
        VariableType::Date => {
            "a date such as \"2024-01-15\", or a date and time such as \"2024-01-15T10:00:00Z\""
        }
        VariableType::Array => "a list",
        VariableType::Object => "an object",
    }
}
