//! What the OpenAPI document says of `action-catalog/`.

use super::example;
use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("action_catalog_list", "List actions")
        .query("action_type", "Only of this type.", schema::filter_text())
        .query(
            "is_idempotent",
            "Only those that can, or cannot, be repeated.",
            schema::boolean(),
        )
        .query(
            "latency_class",
            "Only of this declared class.",
            latency_class(),
        )
        .query(
            "is_active",
            "Only those that may, or may not, be used.",
            schema::boolean(),
        )
        .query(
            "is_global",
            "Only those that all tenants, or only yours, read.",
            schema::boolean(),
        )
        .search()
        .list(
            &[
                "name",
                "created_at",
                "execution_count",
                "success_rate",
                "avg_execution_time_ms",
            ],
            "id",
            false,
        )
        .ok_page("Action", Some(example::page()))
}

pub(super) fn create() -> Doc {
    Doc::new("action_catalog_create", "Create an action")
        .describe(
            "Declares an action. What is measured of it (`execution_count`, \
             `avg_execution_time_ms`, `success_rate`) comes from recorded steps alone.",
        )
        .body("ActionWrite", Some(example::request()))
        .ok(201, "The action.", "Action", Some(example::created()))
}

pub(super) fn retrieve() -> Doc {
    Doc::new("action_catalog_retrieve", "Get an action").ok(
        200,
        "The action.",
        "Action",
        Some(example::action()),
    )
}

pub(super) fn replace() -> Doc {
    Doc::new("action_catalog_replace", "Replace an action")
        .describe("Optional fields that are left out take their defaults.")
        .body("ActionWrite", Some(example::request()))
        .ok(200, "The action.", "Action", None)
}

pub(super) fn change() -> Doc {
    Doc::new("action_catalog_update", "Change an action")
        .describe("Fields that are left out stay.")
        .body("ActionChange", Some(json!({"latency_class": "slow"})))
        .ok(200, "The action.", "Action", None)
}

fn latency_class() -> Value {
    json!({
        "type": "string",
        "enum": ["instant", "fast", "medium", "slow", "very_slow"],
        "description": "instant < 100 ms ≤ fast < 1 s ≤ medium < 5 s ≤ slow < 30 s ≤ very_slow",
    })
}

fn writable() -> Value {
    json!({
        "name": schema::name(),
        "description": schema::long_text(),
        "action_type": schema::short_name(),
        "is_idempotent": {"type": "boolean", "default": false},
        "latency_class": latency_class(),
        "side_effects": {"type": "array", "maxItems": 100, "items": schema::name()},
        "input_schema": schema::json_schema(),
        "output_schema": schema::json_schema(),
        "is_active": {"type": "boolean", "default": true},
        "is_global": {"type": "boolean", "default": false},
    })
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let read_only = json!({
        "id": schema::id(),
        "execution_count": {"type": "integer", "minimum": 0,
            "description": "Recorded steps of this action that completed or failed."},
        "avg_execution_time_ms": {"type": ["number", "null"], "minimum": 0,
            "description": "Mean of those whose start and end were recorded."},
        "p50_execution_time_ms": {"type": ["integer", "null"], "minimum": 0,
            "description": "What half of those did not exceed, within 5 %."},
        "p95_execution_time_ms": {"type": ["integer", "null"], "minimum": 0,
            "description": "What 95 of 100 of those did not exceed, within 5 %."},
        "success_rate": {"type": ["number", "null"], "minimum": 0, "maximum": 1,
            "description": "Completed among completed and failed."},
        "created_by": {"type": "string"},
        "created_at": schema::timestamp(),
        "updated_at": schema::timestamp(),
    });
    vec![
        ("Action", schema::resource(&writable(), &read_only)),
        (
            "ActionWrite",
            schema::write(&writable(), &read_only, &["name", "action_type"]),
        ),
        ("ActionChange", schema::change(&writable(), &read_only)),
    ]
}
