//! What the OpenAPI document says of `workflow-slas/`.

use super::example;
use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("workflow_slas_list", "List SLAs")
        .query("workflow", "Only of this workflow.", schema::id())
        .query(
            "is_active",
            "Only those that judge, or do not.",
            schema::boolean(),
        )
        .search()
        .list(
            &["name", "created_at", "current_slo_percentage"],
            "id",
            false,
        )
        .ok_page("Sla", Some(example::page()))
}

pub(super) fn create() -> Doc {
    Doc::new("workflow_slas_create", "Create an SLA")
        .describe(
            "Judges every execution recorded from now on, whenever it started, and those that \
             ended within the window before. 0 < warning ≤ target ≤ critical. An unknown \
             workflow: 404.",
        )
        .body("SlaWrite", Some(example::request()))
        .also("five_minutes", example::flow_request())
        .link(201, "sla_breaches_list", "sla", "$response.body#/id")
        .ok(201, "The SLA.", "Sla", None)
}

pub(super) fn retrieve() -> Doc {
    Doc::new("workflow_slas_retrieve", "Get an SLA").ok(
        200,
        "The SLA.",
        "Sla",
        Some(example::sla()),
    )
}

pub(super) fn replace() -> Doc {
    Doc::new("workflow_slas_replace", "Replace an SLA")
        .describe("Other thresholds affect later judgements only. The workflow stays.")
        .body("SlaWrite", Some(example::request()))
        .ok(200, "The SLA.", "Sla", None)
}

pub(super) fn change() -> Doc {
    Doc::new("workflow_slas_update", "Change an SLA")
        .describe("Other thresholds affect later judgements only.")
        .body("SlaChange", Some(json!({"slo_target_percentage": 97.5})))
        .ok(200, "The SLA.", "Sla", None)
}

pub(super) fn metrics() -> Doc {
    Doc::new("workflow_slas_metrics", "Get the metrics of an SLA")
        .describe(
            "`total_executions` and `breached_executions` count all that was judged; the rest is \
             over the rolling window, which moves though nothing runs.",
        )
        .ok(200, "The metrics.", "SlaMetrics", Some(example::metrics()))
}

fn seconds(description: &str) -> Value {
    json!({"type": "number", "exclusiveMinimum": 0, "maximum": 315_360_000,
           "description": description})
}

fn writable() -> Value {
    json!({
        "workflow": schema::id(),
        "name": schema::name(),
        "description": schema::long_text(),
        "target_duration_seconds": seconds("An execution that takes longer breaches the SLA."),
        "warning_threshold_seconds":
            seconds("Over this there is a breach record of severity warning. Default: 80 % of the target."),
        "critical_threshold_seconds":
            seconds("Over this the record is critical. Default: the target."),
        "slo_window_hours": {"type": "integer", "minimum": 1, "maximum": 8760, "default": 24},
        "slo_target_percentage":
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100, "default": 99.0},
        "is_active": {"type": "boolean", "default": true},
        "alert_recipients": {
            "type": "array", "maxItems": 50, "default": [],
            "items": {"type": "string", "format": "email"},
            "description": "Mail addresses; without any, the service's default recipients.",
        },
    })
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let count = json!({"type": "integer", "minimum": 0});
    let percentage = json!({"type": "number", "minimum": 0, "maximum": 100,
        "description": "Over the rolling window; 100.0 while that is empty."});
    let read_only = json!({
        "id": schema::id(),
        "workflow_name": {"type": "string"},
        "total_executions": count,
        "breached_executions": count,
        "current_slo_percentage": percentage,
        "created_by": {"type": "string"},
        "created_at": schema::timestamp(),
        "updated_at": schema::timestamp(),
    });
    let mut shown = writable();
    shown["alert_recipients"]["items"] = json!({"type": "string"});
    let metrics = json!({
        "sla_name": {"type": "string"},
        "slo_window_hours": {"type": "integer"},
        "slo_target_percentage": {"type": "number"},
        "current_slo_percentage": percentage,
        "total_executions": count, "breached_executions": count,
        "window_breaches": count, "critical_breaches": count, "warning_breaches": count,
        "window_executions": count, "window_breached_executions": count,
    });
    vec![
        ("Sla", schema::resource(&shown, &read_only)),
        (
            "SlaWrite",
            schema::write(
                &writable(),
                &read_only,
                &["workflow", "name", "target_duration_seconds"],
            ),
        ),
        ("SlaChange", schema::change(&writable(), &read_only)),
        ("SlaMetrics", schema::resource(&metrics, &json!({}))),
    ]
}
