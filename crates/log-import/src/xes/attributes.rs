//! Attributes of events: the ones with a meaning, and the others.

use crate::raw::{Cell, Key, activity_name, filled};
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
pub(super) use process_mining::core::event_data::case_centric::AttributeValue;
use process_mining::core::event_data::case_centric::Attributes;
use serde_json::{Map, Number, Value};

/// Names under which logs say when an event began.
const STARTS: [&str; 3] = ["start_timestamp", "time:start", "start_time"];

/// An event before its life cycle is understood.
#[derive(Debug)]
pub(super) struct RawXesEvent {
    pub(super) activity: String,
    /// Tells two runs of one activity apart.
    pub(super) instance: Option<String>,
    pub(super) transition: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) start: Option<DateTime<Utc>>,
    pub(super) at: DateTime<Utc>,
    pub(super) outcome: Option<String>,
    pub(super) attributes: Vec<(Key, Cell)>,
}

/// Whether [`read_event`] reads the attribute.
pub(super) fn is_read(key: &str) -> bool {
    matches!(
        key,
        "concept:name"
            | "concept:instance"
            | "lifecycle:transition"
            | "org:resource"
            | "time:timestamp"
            | "outcome"
    ) || STARTS.contains(&key)
}

/// Reads what has a meaning.
///
/// # Errors
/// What is missing.
pub(super) fn read_event(attributes: &Attributes) -> Result<RawXesEvent, &'static str> {
    let find = |key: &str| {
        let found = attributes.iter().find(|attribute| attribute.key == key);
        found.map(|attribute| &attribute.value)
    };
    let text_of = |key: &str| find(key).and_then(text);
    let activity = text_of("concept:name")
        .and_then(|name| activity_name(&name))
        .ok_or("has no concept:name")?;
    let at = match find("time:timestamp") {
        Some(AttributeValue::Date(at)) => at.with_timezone(&Utc),
        Some(_) => return Err("has a time:timestamp that is no date"),
        None => return Err("has no time:timestamp"),
    };
    if !(1970..=9999).contains(&at.year()) {
        return Err("has a time:timestamp outside of the years 1970 to 9999");
    }
    let start = STARTS.iter().find_map(|key| match find(key) {
        Some(AttributeValue::Date(start)) => Some(start.with_timezone(&Utc)),
        _ => None,
    });
    Ok(RawXesEvent {
        activity,
        instance: text_of("concept:instance"),
        transition: text_of("lifecycle:transition").map(|text| text.to_lowercase()),
        resource: text_of("org:resource"),
        start,
        at,
        outcome: text_of("outcome"),
        attributes: Vec::new(),
    })
}

/// A value as a text; `None` for nothing and for what is no single value.
pub(super) fn text(value: &AttributeValue) -> Option<String> {
    match cell(value)? {
        Cell::Text(text) | Cell::Typed(Value::String(text)) => filled(&text),
        Cell::Typed(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
        Cell::Typed(Value::Null | Value::Array(_) | Value::Object(_)) => None,
    }
}

/// A value as it is kept; `None` for nothing.
pub(super) fn cell(value: &AttributeValue) -> Option<Cell> {
    Some(match value {
        AttributeValue::String(text) => Cell::Text(filled(text)?),
        AttributeValue::Date(at) => {
            let at = at.with_timezone(&Utc);
            Cell::Typed(at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
        }
        AttributeValue::Int(number) => Cell::Typed((*number).into()),
        AttributeValue::Float(number) => Cell::Typed(Value::Number(Number::from_f64(*number)?)),
        AttributeValue::Boolean(value) => Cell::Typed((*value).into()),
        AttributeValue::ID(id) => Cell::Typed(id.to_string().into()),
        AttributeValue::List(list) => Cell::Typed(Value::Array(
            list.iter()
                .filter_map(|item| cell(&item.value))
                .map(plain)
                .collect(),
        )),
        AttributeValue::Container(list) => {
            let fields = list
                .iter()
                .filter_map(|item| Some((item.key.clone(), plain(cell(&item.value)?))));
            Cell::Typed(Value::Object(fields.collect::<Map<_, _>>()))
        }
        AttributeValue::None() => return None,
    })
}

fn plain(cell: Cell) -> Value {
    match cell {
        Cell::Text(text) => Value::String(text),
        Cell::Typed(value) => value,
    }
}
