//! JSON Schemas that several resources share.

use crate::query::MAX_TEXT;
use serde_json::{Map, Value, json};

/// Any text without NUL characters.
const NO_NUL: &str = "^[^\\u0000]*$";
/// At least one character that is not white space: what is left after trimming is not blank.
const NOT_BLANK: &str = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$";

pub(crate) fn id() -> Value {
    json!({"type": "integer", "format": "int64", "minimum": 1})
}

pub(crate) fn boolean() -> Value {
    json!({"type": "boolean"})
}

pub(crate) fn timestamp() -> Value {
    json!({"type": "string", "format": "date-time", "description": "RFC 3339, UTC, with a Z."})
}

pub(crate) fn nullable_timestamp() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

/// 1 to 200 characters.
pub(crate) fn name() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 200, "pattern": NOT_BLANK})
}

/// 1 to 100 characters.
pub(crate) fn short_name() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": NOT_BLANK})
}

/// Up to 10,000 characters.
pub(crate) fn long_text() -> Value {
    json!({"type": "string", "maxLength": 10000, "pattern": NO_NUL, "default": ""})
}

/// A text in a query.
pub(crate) fn filter_text() -> Value {
    json!({"type": "string", "maxLength": MAX_TEXT, "pattern": NO_NUL})
}

/// The same, or `null`, which says what absence says.
pub(crate) fn nullable(mut schema: Value) -> Value {
    if let Some(Value::String(kind)) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        return schema;
    }
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// Makes every field nullable.
pub(crate) fn nullable_fields(properties: &mut Value) {
    for field in properties
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        *field = nullable(field.take());
    }
}

/// Any object.
pub(crate) fn any_object() -> Value {
    json!({"type": "object", "additionalProperties": true})
}

/// A JSON Schema, 2020-12 unless `$schema` says otherwise.
pub(crate) fn json_schema() -> Value {
    json!({
        "type": "object",
        "description": "A JSON Schema, 2020-12 unless `$schema` says otherwise. References to \
                        other documents are refused.",
        "additionalProperties": true,
    })
}

/// A condition: an operator object, an expression string, or `{}` for always.
pub(crate) fn condition() -> Value {
    json!({
        "description": "A condition: an operator object with MongoDB's meaning \
                        (`{\"amount\": {\"$gt\": 10000}}`), an expression (`amount > 10000`) or, \
                        on a branch, an outcome label (`approved`). `{}`: always.",
        "anyOf": [
            {"type": "object", "additionalProperties": true},
            {"type": "string"},
            {"type": "boolean"},
        ],
    })
}

/// What is answered: every field is there.
pub(crate) fn resource(writable: &Value, read_only: &Value) -> Value {
    let properties = merged(read_only, writable, &[]);
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "properties": properties, "required": required})
}

/// What is sent to create or replace: unknown fields are refused, read-only ones ignored.
pub(crate) fn write(writable: &Value, read_only: &Value, required: &[&str]) -> Value {
    let properties = ignored(writable, read_only);
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    })
}

/// What is sent to change: fields that are left out stay.
pub(crate) fn change(writable: &Value, read_only: &Value) -> Value {
    write(writable, read_only, &[])
}

fn ignored(writable: &Value, read_only: &Value) -> Map<String, Value> {
    let names: Map<String, Value> = read_only
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| {
            (
                name.clone(),
                json!({"readOnly": true, "description": "Ignored when sent."}),
            )
        })
        .collect();
    merged(writable, &Value::Object(names), &[])
}

fn merged(first: &Value, second: &Value, without: &[&str]) -> Map<String, Value> {
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let mut all = fields(first);
    all.extend(fields(second));
    all.retain(|name, _| !without.contains(&name.as_str()));
    all
}
