//! What the validator says, in our words.

use document::closest;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ReferencingError, ValidationError};
use serde_json::Value;

const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];
/// Characters of the validator's own sentence: it quotes values, which may be long.
const MAX_CHARS: usize = 300;

/// A problem of a schema: where in it, and what.
pub(super) fn of_problem(error: &ValidationError<'_>) -> (String, String) {
    if let Kind::Referencing(error) = error.kind() {
        return (String::new(), of_reference(error));
    }
    let path = dotted(error.instance_path().as_str());
    let message = match (error.kind(), error.instance().as_ref()) {
        (Kind::AnyOf { .. }, Value::String(name)) if is_type(&path) => unknown_type(name),
        (Kind::AnyOf { .. }, _) if is_type(&path) => {
            format!("Name one of {} or a list of them.", TYPES.join(", "))
        }
        (Kind::Format { format }, Value::String(pattern)) if format == "regex" => {
            bounded(&format!(
                "The pattern \"{pattern}\" is not a valid regular expression, or too big a one."
            ))
        }
        _ => bounded(&sentence(&error.to_string())),
    };
    (path, message)
}

/// A problem of a value under a schema: where in it, and what.
pub(super) fn of_value(error: &ValidationError<'_>) -> (String, String) {
    (
        dotted(error.instance_path().as_str()),
        bounded(&sentence(&error.to_string())),
    )
}

fn is_type(path: &str) -> bool {
    path.rsplit('.').next() == Some("type")
}

fn unknown_type(name: &str) -> String {
    let hint = closest(name, TYPES)
        .map(|near| format!(" Did you mean \"{near}\"?"))
        .unwrap_or_default();
    let name: String = name.chars().take(64).collect();
    format!(
        "\"{name}\" is not a type. Choose one of: {}.{hint}",
        TYPES.join(", ")
    )
}

fn of_reference(error: &ReferencingError) -> String {
    let message = match error {
        ReferencingError::Unretrievable { uri, .. } => format!(
            "The reference \"{}\" leads outside the schema, and nothing is fetched from \
             elsewhere. Copy what it names into \"$defs\" and refer to it as \"#/$defs/…\".",
            uri.strip_prefix("json-schema:///").unwrap_or(uri)
        ),
        ReferencingError::PointerToNowhere { pointer } => {
            format!("The reference \"#{pointer}\" leads nowhere in the schema.")
        }
        ReferencingError::NoSuchAnchor { anchor } => {
            format!("The reference \"#{anchor}\" names no anchor of the schema.")
        }
        other => sentence(&other.to_string()),
    };
    bounded(&message)
}

/// A JSON Pointer as a dotted path.
pub(super) fn dotted(pointer: &str) -> String {
    let names = pointer.split('/').skip(1);
    names
        .map(|name| name.replace("~1", "/").replace("~0", "~"))
        .collect::<Vec<_>>()
        .join(".")
}

fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    format!("{text}.")
}

fn bounded(text: &str) -> String {
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    let start: String = text.chars().take(MAX_CHARS).collect();
    format!("{start}…")
}
