//! How values look on the wire.

pub(crate) mod schema;

use chrono::{DateTime, SecondsFormat, Utc};
use document::{Node, Problem, Problems};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Reads a body that says nothing.
pub(crate) fn read_nothing(body: &Value) -> Result<(), Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(body, &problems)
        .object()
        .map(document::Object::finish);
    problems.settle(read)
}

/// Reads `{"notes"}`; without them, none.
pub(crate) fn read_notes(body: &Value) -> Result<String, Vec<Problem>> {
    let problems = Problems::default();
    let read = || {
        let mut object = Node::root(body, &problems).object()?;
        let notes = object
            .optional("notes")
            .map_or_else(|| Some(String::new()), |n| n.text_or_blank(10_000));
        object.finish();
        notes
    };
    let notes = read();
    problems.settle(notes)
}

/// An instant: RFC 3339 in UTC with a `Z`; milliseconds only where there are any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let format = if self.0.timestamp_subsec_millis() == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        serializer.collect_str(&self.0.to_rfc3339_opts(format, true))
    }
}

/// A duration in seconds: a whole number where it is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seconds(pub(crate) i64);

impl Serialize for Seconds {
    /// From milliseconds.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            #[expect(
                clippy::cast_precision_loss,
                reason = "milliseconds of a run are below 2^53"
            )]
            serializer.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}
