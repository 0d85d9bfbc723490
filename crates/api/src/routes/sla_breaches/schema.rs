//! What the OpenAPI document says of `sla-breaches/`.

use super::example;
use crate::doc::{Doc, TakesIfMatch};
use crate::wire::schema;
use serde_json::{Value, json};

fn filters(doc: Doc) -> Doc {
    doc.query("sla", "Only of this SLA.", schema::id())
        .query("workflow", "Only of this workflow.", schema::id())
        .query("severity", "Only of this severity.", severity())
        .query(
            "alert_sent",
            "Only those whose alert was, or was not, sent.",
            schema::boolean(),
        )
        .query(
            "detected_after",
            "Only those found at or after.",
            schema::timestamp(),
        )
        .query(
            "detected_before",
            "Only those found at or before.",
            schema::timestamp(),
        )
        .list(
            &["detected_at", "breach_margin_seconds"],
            "-detected_at",
            true,
        )
        .ok_page("SlaBreach", Some(example::page()))
}

pub(super) fn list() -> Doc {
    filters(Doc::new("sla_breaches_list", "List breaches").query(
        "acknowledged",
        "Only those that someone has, or nobody has, seen to.",
        schema::boolean(),
    ))
}

pub(super) fn unacknowledged() -> Doc {
    filters(Doc::new(
        "sla_breaches_unacknowledged",
        "List breaches that nobody has seen to",
    ))
}

pub(super) fn retrieve() -> Doc {
    Doc::new("sla_breaches_retrieve", "Get a breach").ok(
        200,
        "The breach.",
        "SlaBreach",
        Some(example::breach()),
    )
}

pub(super) fn acknowledge() -> Doc {
    Doc::new("sla_breaches_acknowledge", "Acknowledge a breach")
        .describe("A second acknowledgement: 409.")
        .body("Notes", Some(example::notes()))
        .also("monitoring_flow", example::flow_notes())
        .body_optional()
        .if_match(TakesIfMatch::Always)
        .ok(
            200,
            "The breach.",
            "SlaBreach",
            Some(example::acknowledged()),
        )
}

fn severity() -> Value {
    json!({"type": "string", "enum": ["warning", "critical"]})
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let seconds = json!({"type": "number", "minimum": 0});
    let breach = json!({
        "id": schema::id(),
        "sla": schema::id(),
        "sla_name": {"type": "string"},
        "workflow": schema::id(),
        "workflow_name": {"type": "string"},
        "workflow_execution": schema::id(),
        "severity": severity(),
        "actual_duration_seconds": seconds,
        "target_duration_seconds": seconds,
        "breach_margin_seconds": {"type": "number",
            "description": "Actual − target; negative on a warning under the target."},
        "alert_sent": {"type": "boolean"},
        "alert_sent_at": schema::nullable_timestamp(),
        "alert_recipients": {"type": "array", "items": {"type": "string"}},
        "alert_failed_recipients": {"type": "array", "items": {"type": "string"},
            "description": "Those whose alert was given up: their mail server refused it, or \
                            8 attempts failed. The service's log says why."},
        "acknowledged": {"type": "boolean"},
        "acknowledged_by": {"type": ["string", "null"]},
        "acknowledged_at": schema::nullable_timestamp(),
        "resolution_notes": {"type": "string"},
        "detected_at": schema::timestamp(),
    });
    vec![
        ("SlaBreach", schema::resource(&breach, &json!({}))),
        (
            "Notes",
            json!({
                "type": "object",
                "properties": {"notes": schema::nullable(schema::long_text())},
                "additionalProperties": false,
            }),
        ),
    ]
}
