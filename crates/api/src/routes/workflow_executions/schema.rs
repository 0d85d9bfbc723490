//! What the OpenAPI document says of `workflow-executions/`.

use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("workflow_executions_list", "List executions")
        .query("workflow", "Only of this workflow.", schema::id())
        .query("status", "Only of this status.", status())
        .query(
            "outcome",
            "Only with exactly this outcome.",
            schema::filter_text(),
        )
        .query(
            "external_id",
            "Only with exactly this id.",
            schema::filter_text(),
        )
        .query(
            "started_after",
            "Only those started at or after.",
            schema::timestamp(),
        )
        .query(
            "started_before",
            "Only those started at or before.",
            schema::timestamp(),
        )
        .list(
            &["started_at", "completed_at", "duration_seconds"],
            "-started_at",
            true,
        )
        .ok_page("WorkflowExecution", None)
}

pub(super) fn create() -> Doc {
    Doc::new("workflow_executions_create", "Record an execution")
        .describe(
            "Records a run that happened, or is happening, in your own engine; nothing is run. \
             With a known `external_id` of that workflow it updates: the same report twice counts \
             once, late and out-of-order reports merge to the same state. An unknown workflow: \
             404.",
        )
        .body("ExecutionReport", Some(example()))
        .ok(201, "A new execution.", "WorkflowExecution", None)
        .ok(
            200,
            "News, or none, of a known one.",
            "WorkflowExecution",
            None,
        )
}

pub(super) fn retrieve() -> Doc {
    Doc::new("workflow_executions_retrieve", "Get an execution").ok(
        200,
        "The execution.",
        "WorkflowExecution",
        None,
    )
}

pub(super) fn replace() -> Doc {
    Doc::new("workflow_executions_replace", "Report an execution in full")
        .describe("Merged like any report: a late one cannot undo a newer one.")
        .body("ExecutionProgress", Some(example()))
        .ok(200, "The execution.", "WorkflowExecution", None)
}

pub(super) fn change() -> Doc {
    Doc::new(
        "workflow_executions_update",
        "Report progress of an execution",
    )
    .body(
        "ExecutionProgress",
        Some(json!({"status": "completed", "outcome": "approved"})),
    )
    .ok(200, "The execution.", "WorkflowExecution", None)
}

fn status() -> Value {
    json!({"type": "string", "enum": ["running", "paused", "completed", "failed", "cancelled"]})
}

/// A run that ended.
pub(in crate::routes) fn example() -> Value {
    json!({
        "workflow": 5,
        "external_id": "run-2024-0117",
        "status": "completed",
        "input_data": {"amount": 15000, "discount_percentage": 15},
        "outcome": "approved",
        "started_at": "2024-01-15T10:00:00Z",
        "completed_at": "2024-01-15T10:04:30Z",
        "triggered_by": "crm",
        "steps": [
            {"step_index": 0, "step_name": "Validate Request", "action": "validation",
             "status": "completed", "started_at": "2024-01-15T10:00:00Z",
             "completed_at": "2024-01-15T10:00:01Z"},
            {"step_index": 1, "step_name": "Manager Approval", "action": "approval",
             "actor": "mia", "status": "completed", "outcome": "approved",
             "started_at": "2024-01-15T10:00:01Z", "completed_at": "2024-01-15T10:04:30Z"}
        ]
    })
}

/// An instant.
fn any_instant() -> Value {
    json!({"type": ["string", "null"], "format": "date-time",
           "description": "RFC 3339 with its offset. An end must not lie before its start."})
}

/// Blank says what absence says.
fn optional_text() -> Value {
    schema::nullable(schema::filter_text())
}

/// Files of engines that know only names name a workflow so.
fn workflow() -> Value {
    json!({"anyOf": [schema::id(), schema::name()],
           "description": "Id or name of the workflow."})
}

pub(super) fn report() -> Value {
    json!({
        "external_id": {"type": ["string", "integer", "null"], "minLength": 1, "maxLength": 200,
            "pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$",
            "description": "What your engine calls the run; a number is taken as its text."},
        "workflow_version": {"type": ["integer", "null"], "minimum": 1},
        "status": schema::nullable(status()),
        "input_data": schema::nullable(schema::any_object()),
        "outcome": optional_text(),
        "error_message": {"type": ["string", "null"], "maxLength": 10000,
                          "pattern": "^[^\\u0000]*$"},
        "started_at": any_instant(),
        "completed_at": any_instant(),
        "triggered_by": optional_text(),
        "steps": {"type": ["array", "null"], "maxItems": 10000,
                  "items": {"$ref": "#/components/schemas/StepReport"}},
        "reported_at": {"type": ["string", "null"], "format": "date-time",
            "description": "When the engine said so, for engines whose reports may arrive out of order."},
    })
}

fn step_report() -> Value {
    let mut properties = json!({
        "step_index": {"type": "integer", "minimum": 0, "maximum": u32::MAX,
                       "description": "0-based; or step_name."},
        "step_name": schema::name(),
        "action": optional_text(),
        "actor": optional_text(),
        "status": {"type": "string", "enum": ["running", "completed", "failed", "skipped"]},
        "outcome": optional_text(),
        "attempt": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "started_at": any_instant(),
        "completed_at": any_instant(),
        "error_message": {"type": ["string", "null"], "maxLength": 10000,
                          "pattern": "^[^\\u0000]*$"},
    });
    for name in ["step_index", "step_name", "status", "attempt"] {
        properties[name] = schema::nullable(properties[name].take());
    }
    for name in ["id", "duration_seconds", "duration_ms"] {
        properties[name] = json!({"readOnly": true, "description": "Ignored when sent."});
    }
    json!({
        "type": "object",
        "properties": properties,
        "anyOf": [
            {"required": ["step_name"], "properties": {"step_name": {"type": "string"}}},
            {"required": ["step_index"], "properties": {"step_index": {"type": "integer"}}},
        ],
        "additionalProperties": false,
    })
}

pub(super) fn read_only() -> Value {
    json!({
        "id": schema::id(),
        "workflow_name": {"type": "string"},
        "duration_seconds": {"type": ["number", "null"], "minimum": 0,
            "description": "From start to end, without the time it was paused."},
        "paused_seconds": {"type": "number", "minimum": 0},
        "created_at": schema::timestamp(),
        "updated_at": schema::timestamp(),
    })
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let mut write = report();
    write["workflow"] = workflow();
    let mut ignored = read_only();
    ignored["workflow_type"] = json!({});
    ignored["paused_at"] = json!({});
    let mut shown = report();
    for name in ["external_id", "outcome", "error_message", "triggered_by"] {
        shown[name] = json!({"type": ["string", "null"]});
    }
    shown["workflow"] = schema::id();
    shown["workflow_version"] = json!({"type": "integer", "minimum": 1});
    shown["status"] = status();
    shown["input_data"] = schema::any_object();
    shown["started_at"] = schema::timestamp();
    shown["completed_at"] = schema::nullable_timestamp();
    shown["steps"] = json!({"type": "array", "items": {"type": "object"}});
    if let Value::Object(map) = &mut shown {
        map.remove("reported_at");
    }
    vec![
        ("WorkflowExecution", schema::resource(&shown, &read_only())),
        (
            "ExecutionReport",
            schema::write(&write, &ignored, &["workflow"]),
        ),
        ("ExecutionProgress", schema::change(&write, &ignored)),
        ("StepReport", step_report()),
    ]
}
