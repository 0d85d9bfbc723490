//! What the OpenAPI document says of `workflows/`.

use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("workflows_list", "List workflows")
        .query("workflow_type", "Only of this type.", workflow_type())
        .query("status", "Only of this status.", status())
        .query(
            "is_active",
            "Only those with, or without, the status active.",
            schema::boolean(),
        )
        .search()
        .list(&["name", "created_at", "execution_count"], "id", false)
        .ok_page("Workflow", None)
}

pub(super) fn create() -> Doc {
    Doc::new("workflows_create", "Create a workflow")
        .describe(
            "A draft may have faults; activating it may not. With the status active it is \
             validated at once: 409 when it cannot be used.",
        )
        .body("WorkflowWrite", Some(example()))
        .ok(201, "The workflow.", "Workflow", None)
}

pub(super) fn retrieve() -> Doc {
    Doc::new("workflows_retrieve", "Get a workflow").ok(200, "The workflow.", "Workflow", None)
}

pub(super) fn replace() -> Doc {
    Doc::new("workflows_replace", "Replace a workflow")
        .describe("Other steps make a new version.")
        .body("WorkflowWrite", Some(example()))
        .ok(200, "The workflow.", "Workflow", None)
}

pub(super) fn change() -> Doc {
    Doc::new("workflows_update", "Change a workflow")
        .describe("Other steps make a new version.")
        .body(
            "WorkflowChange",
            Some(json!({"description": "For discounts of all regions"})),
        )
        .ok(200, "The workflow.", "Workflow", None)
}

pub(super) fn activate() -> Doc {
    Doc::new("workflows_activate", "Activate a workflow")
        .describe("409 when it does not validate; the answer names every fault.")
        .body("Nothing", None)
        .body_optional()
        .ok(200, "The workflow.", "Workflow", None)
}

fn workflow_type() -> Value {
    json!({"type": "string",
           "enum": ["approval", "notification", "automation", "escalation", "custom"]})
}

fn status() -> Value {
    json!({"type": "string", "enum": ["draft", "active", "inactive", "archived"]})
}

/// The document's example workflow.
fn example() -> Value {
    json!({
        "name": "Discount Approval Workflow",
        "description": "Managers approve discounts, directors the large ones",
        "workflow_type": "approval",
        "steps": [
            {"name": "Validate Request", "action": "validation"},
            {"name": "Manager Approval", "action": "approval", "approver": "manager"},
            {"name": "Director Approval", "action": "approval", "approver": "director",
             "conditions": {"amount": {"$gt": 10000}}}
        ],
        "variables": [{"name": "amount", "type": "number"}]
    })
}

fn writable() -> Value {
    json!({
        "name": schema::name(),
        "description": schema::long_text(),
        "workflow_type": workflow_type(),
        "status": status(),
        "trigger_conditions": {"$ref": "#/components/schemas/Condition"},
        "steps": {"type": "array", "maxItems": 1000,
                  "items": {"$ref": "#/components/schemas/Step"}},
        "variables": {"type": "array", "maxItems": 500,
                      "items": {"$ref": "#/components/schemas/Variable"}},
        "settings": schema::any_object(),
        "graph_spec": {"anyOf": [{"$ref": "#/components/schemas/GraphSpec"}, {"type": "null"}]},
    })
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let read_only = json!({
        "id": schema::id(),
        "is_active": {"type": "boolean", "description": "Whether the status is active."},
        "version": {"type": "integer", "minimum": 1, "description": "Counts changes of the steps."},
        "execution_count": {"type": "integer", "minimum": 0},
        "last_executed_at": schema::nullable_timestamp(),
        "created_by": {"type": "string"},
        "created_at": schema::timestamp(),
        "updated_at": schema::timestamp(),
    });
    let mut shown = writable();
    for (name, kind) in [
        ("trigger_conditions", json!({})),
        ("steps", json!({"type": "array"})),
        ("variables", json!({"type": "array"})),
        ("graph_spec", json!({"type": ["object", "null"]})),
    ] {
        shown[name] = kind;
    }
    vec![
        ("Workflow", schema::resource(&shown, &read_only)),
        (
            "WorkflowWrite",
            schema::write(&writable(), &read_only, &["name"]),
        ),
        ("WorkflowChange", schema::change(&writable(), &read_only)),
        ("Condition", schema::condition()),
        ("Step", step()),
        ("Variable", variable()),
        ("GraphSpec", graph_spec()),
        (
            "Nothing",
            json!({"type": "object", "properties": {}, "additionalProperties": false}),
        ),
    ]
}

fn step() -> Value {
    let reference = json!({"anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 1000}, schema::name()
    ]});
    json!({
        "type": "object",
        "properties": {
            "step": {"type": "integer", "readOnly": true,
                "description": "Ignored: the position in the list counts."},
            "name": schema::name(),
            "description": {"type": "string"},
            "action": {"type": "string", "minLength": 1, "maxLength": 200,
                "pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$",
                "description": "An action type of the catalogue, or `decision`."},
            "approver": {
                "description": "Who approves: one, or several with `mode`.",
                "anyOf": [schema::name(), {"type": "array", "minItems": 1, "maxItems": 100,
                                           "items": schema::name()}],
            },
            "mode": {"type": "string",
                "description": "How many of several approvers: all, any, or such as 2-of."},
            "conditions": {"$ref": "#/components/schemas/Condition"},
            "branches": {"type": "array", "maxItems": 100, "items": {
                "type": "object",
                "properties": {
                    "condition": {"$ref": "#/components/schemas/Condition"},
                    "next_step": reference,
                },
                "required": ["next_step"],
                "additionalProperties": false,
            }},
            "on_failure": {"description": "`fail`, `continue`, or where to go on.",
                           "anyOf": reference["anyOf"]},
            "timeout_seconds": {"type": "number", "minimum": 0.001, "maximum": 31_536_000},
            "max_retries": {"type": "integer", "minimum": 0, "maximum": 100},
            "depends_on": {"description": "Steps that must have ended first; `[]`: none.",
                           "type": "array", "maxItems": 1000, "items": reference},
            "config": schema::any_object(),
            "outputs": {"type": "array", "maxItems": 100, "items": schema::name()},
            "workflow": {"type": "string", "minLength": 1, "maxLength": 200,
                "pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$",
                "description": "The workflow that this step runs, by id or name."},
        },
        "additionalProperties": false,
    })
}

fn variable() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": schema::name(),
            "type": {"type": "string", "enum": ["number", "integer", "string", "boolean", "date",
                "datetime", "array", "list", "object", "float", "text"]},
            "description": {"type": "string"},
            "label": {"type": "string"},
            "required": {"type": "boolean"},
            "default": {},
            "enum": {"type": "array"},
            "minimum": {"type": "number"},
            "maximum": {"type": "number"},
        },
        "required": ["name"],
        "additionalProperties": false,
    })
}

fn graph_spec() -> Value {
    json!({
        "type": "object",
        "description": "Nodes and edges as a canvas shows them; what else it keeps is kept.",
        "properties": {
            "nodes": {"type": "array", "maxItems": 2000, "items": {
                "type": "object",
                "properties": {"id": schema::name(), "type": schema::short_name()},
                "required": ["id"],
            }},
            "edges": {"type": "array", "maxItems": 5000, "items": {
                "type": "object",
                "properties": {
                    "from": schema::name(), "to": schema::name(),
                    "condition": {"$ref": "#/components/schemas/Condition"},
                },
                "required": ["from", "to"],
            }},
        },
    })
}
