//! Reads the body of an action.

#[cfg(test)]
mod tests;

use crate::{ActionChange, LatencyClass, NewAction, schema_problems};
use document::{Node, Object, Problem, Problems};
use serde_json::{Map, Value};

/// Characters of a name.
pub const MAX_NAME_CHARS: usize = 200;
/// Characters of an action type.
pub const MAX_TYPE_CHARS: usize = 100;
const MAX_DESCRIPTION_CHARS: usize = 10_000;
const MAX_SIDE_EFFECTS: usize = 100;
const MAX_SIDE_EFFECT_CHARS: usize = 200;

/// What an action has besides and a client cannot set.
const READ_ONLY: [&str; 9] = [
    "id",
    "execution_count",
    "avg_execution_time_ms",
    "p50_execution_time_ms",
    "p95_execution_time_ms",
    "success_rate",
    "created_by",
    "created_at",
    "updated_at",
];

/// Reads the body of a `POST`: `name` and `action_type` are required, the rest has defaults.
///
/// # Errors
/// All problems, each under its path.
pub fn read_new_action(value: &Value) -> Result<NewAction, Vec<Problem>> {
    let problems = Problems::default();
    let fields = read_fields(value, &problems, true);
    problems.settle(fields.and_then(with_defaults))
}

/// Reads the body of a `PATCH`: what is absent stays.
///
/// # Errors
/// All problems, each under its path.
pub fn read_action_change(value: &Value) -> Result<ActionChange, Vec<Problem>> {
    let problems = Problems::default();
    let fields = read_fields(value, &problems, false);
    problems.settle(fields)
}

/// Reads the body of a `PUT`: as a `POST`, so that what is absent takes its default.
///
/// # Errors
/// All problems, each under its path.
pub fn read_action_replacement(value: &Value) -> Result<ActionChange, Vec<Problem>> {
    read_new_action(value).map(ActionChange::from)
}

fn read_fields(value: &Value, problems: &Problems, whole: bool) -> Option<ActionChange> {
    let mut body = Node::root(value, problems).object()?;
    let required = |body: &mut Object<'_>, name, max_chars| {
        let node = if whole {
            body.required(name)
        } else {
            body.not_null(name)
        };
        node.and_then(|node| node.text(max_chars))
    };
    let change = ActionChange {
        name: required(&mut body, "name", MAX_NAME_CHARS),
        action_type: required(&mut body, "action_type", MAX_TYPE_CHARS),
        description: body
            .not_null("description")
            .and_then(|node| node.text_or_blank(MAX_DESCRIPTION_CHARS)),
        is_idempotent: body
            .not_null("is_idempotent")
            .and_then(|node| node.boolean()),
        latency_class: body
            .not_null("latency_class")
            .and_then(|node| node.choice(&LatencyClass::CHOICES)),
        side_effects: body
            .not_null("side_effects")
            .and_then(|node| node.texts(MAX_SIDE_EFFECTS, MAX_SIDE_EFFECT_CHARS)),
        input_schema: body.not_null("input_schema").and_then(|node| schema(&node)),
        output_schema: body
            .not_null("output_schema")
            .and_then(|node| schema(&node)),
        is_active: body.not_null("is_active").and_then(|node| node.boolean()),
        is_global: body.not_null("is_global").and_then(|node| node.boolean()),
    };
    body.read_only(&READ_ONLY);
    body.finish();
    Some(change)
}

/// A schema as it was written. JSON Schema knows `true` and `false` too, but the documented
/// fields are objects.
fn schema(node: &Node<'_>) -> Option<Value> {
    let schema = Value::Object(node.any_object()?);
    let problems = schema_problems(&schema);
    for (path, message) in &problems {
        let path = match path.as_str() {
            "" => node.path().to_owned(),
            inner => format!("{}.{inner}", node.path()),
        };
        node.problems().add(path, message.as_str());
    }
    problems.is_empty().then_some(schema)
}

/// `None` without name or type, which was noted by then.
fn with_defaults(fields: ActionChange) -> Option<NewAction> {
    Some(NewAction {
        name: fields.name?,
        description: fields.description.unwrap_or_default(),
        action_type: fields.action_type?,
        is_idempotent: fields.is_idempotent.unwrap_or(false),
        latency_class: fields.latency_class.unwrap_or(LatencyClass::Medium),
        side_effects: fields.side_effects.unwrap_or_default(),
        input_schema: fields.input_schema.unwrap_or_else(anything),
        output_schema: fields.output_schema.unwrap_or_else(anything),
        is_active: fields.is_active.unwrap_or(true),
        is_global: fields.is_global.unwrap_or(false),
    })
}

/// The schema that everything is valid under.
fn anything() -> Value {
    Value::Object(Map::new())
}
