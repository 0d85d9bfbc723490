//! What the OpenAPI document says of `workflows/`.

use crate::doc::{Doc, TakesIfMatch};
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
        .link(
            201,
            "workflow_executions_list",
            "workflow",
            "$response.body#/id",
        )
        .link_body(
            201,
            "workflow_simulations_create",
            json!({"workflow_id": "$response.body#/id", "input_data": {"amount": 15000}}),
        )
        .link_body(
            201,
            "workflow_executions_create",
            json!({"workflow": "$response.body#/id", "status": "running"}),
        )
        .link_body(
            201,
            "workflow_slas_create",
            json!({"workflow": "$response.body#/id", "name": "Response Time SLA",
                   "target_duration_seconds": 300}),
        )
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
        .body("Nothing", Some(json!({})))
        .body_optional()
        .if_match(TakesIfMatch::Always)
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

/// A step. What may be left out may also be `null`.
fn step() -> Value {
    let reference = json!({"anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 1000}, schema::name()
    ]});
    let condition = json!({"$ref": "#/components/schemas/Condition"});
    let references = json!({"type": "array", "maxItems": 1000, "items": reference});
    let branch = json!({
        "type": "object",
        "properties": {"condition": schema::nullable(condition.clone()), "next_step": reference},
        "required": ["next_step"],
        "additionalProperties": false,
    });
    let mut properties = json!({
        "name": schema::name(),
        "description": schema::long_text(),
        "action": described(schema::name(), "An action type of the catalogue, or `decision`."),
        "approver": described(approver(), "Who approves: one, or several with `mode`."),
        "mode": mode(),
        "conditions": condition,
        "branches": {"type": "array", "maxItems": 100, "items": branch},
        "on_failure": described(reference.clone(), "`fail`, `continue`, or where to go on."),
        "timeout_seconds": {"type": "number", "minimum": 0.001, "maximum": 31_536_000},
        "max_retries": {"type": "integer", "minimum": 0, "maximum": 100},
        "depends_on": {"description": "Steps that must have ended first; `[]`: none.",
                       "anyOf": [references, reference]},
        "config": schema::any_object(),
        "outputs": {"type": "array", "maxItems": 100, "items": schema::name()},
        "workflow": described(schema::name(), "The workflow that this step runs, by id or name."),
    });
    schema::nullable_fields(&mut properties);
    properties["step"] = json!({"readOnly": true,
        "description": "Ignored: the position in the list counts."});
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = json!(description);
    schema
}

fn mode() -> Value {
    json!({"type": "string", "maxLength": 20, "pattern": "^(all|any|[1-9][0-9]{0,8}-of)$",
        "description": "How many of several approvers: `all`, `any`, or such as `2-of`."})
}

fn approver() -> Value {
    let names = json!({"type": "array", "maxItems": 100, "items": schema::name()});
    let count = json!({"type": "integer", "minimum": 1, "maximum": 100});
    let grouped = |mode: Value, count: Value, required: Value| {
        json!({
            "type": "object",
            "properties": {"approvers": names, "mode": mode, "n": count},
            "required": required,
            "additionalProperties": false,
        })
    };
    json!({"anyOf": [
        schema::name(),
        names,
        grouped(
            schema::nullable(mode()),
            schema::nullable(count.clone()),
            json!(["approvers"]),
        ),
        grouped(
            json!({"const": "n-of"}),
            count.clone(),
            json!(["approvers", "mode", "n"]),
        ),
    ]})
}

fn variable() -> Value {
    let mut properties = json!({
        "type": {"type": "string", "enum": ["number", "integer", "string", "boolean", "date",
            "datetime", "array", "list", "object", "float", "text"]},
        "description": schema::long_text(),
        "label": schema::long_text(),
        "required": {"type": "boolean"},
        "enum": {"type": "array", "maxItems": 1000},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
    });
    schema::nullable_fields(&mut properties);
    properties["name"] = schema::name();
    properties["default"] = json!({});
    json!({
        "type": "object",
        "properties": properties,
        "required": ["name"],
        "additionalProperties": false,
    })
}

fn graph_spec() -> Value {
    json!({
        "type": "object",
        "description": "Nodes and edges as a canvas shows them; what else it keeps is kept.",
        "properties": {
            "nodes": {"type": ["array", "null"], "maxItems": 2000, "items": {
                "type": "object",
                "properties": {"id": schema::name(),
                               "type": schema::nullable(schema::short_name())},
                "required": ["id"],
            }},
            "edges": {"type": ["array", "null"], "maxItems": 5000, "items": {
                "type": "object",
                "properties": {
                    "from": schema::name(), "to": schema::name(),
                    "condition": {"anyOf": [{"$ref": "#/components/schemas/Condition"},
                                            {"type": "null"}]},
                },
                "required": ["from", "to"],
            }},
        },
    })
}
