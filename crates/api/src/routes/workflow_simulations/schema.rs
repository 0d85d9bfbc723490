//! What the OpenAPI document says of `workflow-simulations/`.

use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("workflow_simulations_list", "List simulations")
        .query("workflow", "Only of this workflow.", schema::id())
        .query("status", "Only of this status.", status())
        .query(
            "created_by",
            "Only made by this user.",
            schema::filter_text(),
        )
        .list(&["started_at", "completed_at"], "-started_at", true)
        .ok_page("Simulation", None)
}

pub(super) fn create() -> Doc {
    Doc::new(
        "workflow_simulations_create",
        "Simulate a workflow (dry run)",
    )
    .describe(
        "Says what the workflow would do on this input. Nothing runs, and nothing but the \
             simulation itself is stored. Give `workflow_id`, or a `definition` in its place; \
             neither or both: 400. An unknown workflow: 404. Faults of the definition are named \
             in `validation_errors`; it is simulated as far as it goes.",
    )
    .body(
        "SimulationRequest",
        Some(json!({
            "workflow_id": 5,
            "input_data": {"amount": 15000, "discount_percentage": 15, "customer_type": "premium"}
        })),
    )
    .ok(201, "The simulation.", "Simulation", None)
}

pub(super) fn retrieve() -> Doc {
    Doc::new("workflow_simulations_retrieve", "Get a simulation")
        .describe("Immutable once made.")
        .ok(200, "The simulation.", "Simulation", None)
}

fn status() -> Value {
    json!({"type": "string", "enum": ["pending", "running", "completed", "failed"]})
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let step = json!({
        "type": "object",
        "properties": {
            "step_index": {"type": "integer", "minimum": 0},
            "step_name": {"type": "string"},
            "action": {"type": ["string", "null"]},
            "status": {"type": "string"},
            "estimated_duration_ms": {"type": "integer", "minimum": 0},
        },
        "required": ["step_index", "step_name", "action", "status", "estimated_duration_ms"],
    });
    let exploration = json!({
        "type": "object",
        "properties": {
            "from_step": {"type": ["integer", "null"]},
            "condition": {"type": "string"},
            "next_step": {"type": ["integer", "null"]},
        },
        "required": ["from_step", "condition", "next_step"],
    });
    let approval = json!({
        "type": "object",
        "properties": {
            "step": {"type": "integer"},
            "approver": {"type": ["string", "null"]},
            "conditions": {},
        },
        "required": ["step", "approver", "conditions"],
    });
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let simulation = json!({
        "id": schema::id(),
        "workflow": {"type": ["integer", "null"]},
        "workflow_name": {"type": "string"},
        "workflow_version": {"type": ["integer", "null"]},
        "mode": {"type": "string"},
        "input_data": schema::any_object(),
        "status": status(),
        "execution_path": {"type": "array", "items": step},
        "branch_explorations": {"type": "array", "items": exploration},
        "approval_chain": {"type": "array", "items": approval},
        "predicted_duration_ms": {"type": "integer", "minimum": 0},
        "validation_errors": texts,
        "warnings": texts,
        "created_by": {"type": "string"},
        "started_at": schema::timestamp(),
        "completed_at": schema::nullable_timestamp(),
    });
    vec![
        ("Simulation", schema::resource(&simulation, &json!({}))),
        ("SimulationRequest", request()),
    ]
}

/// Either a stored workflow or an inline definition.
fn request() -> Value {
    let input = schema::any_object();
    let definition = json!({
        "type": "object",
        "properties": {
            "name": schema::name(),
            "trigger_conditions": {"$ref": "#/components/schemas/Condition"},
            "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
            "variables": {"type": "array", "items": {"$ref": "#/components/schemas/Variable"}},
            "settings": schema::any_object(),
            "graph_spec": {"anyOf": [{"$ref": "#/components/schemas/GraphSpec"}, {"type": "null"}]},
        },
        "additionalProperties": false,
    });
    json!({
        "anyOf": [
            {
                "type": "object",
                "properties": {"workflow_id": schema::id(), "input_data": input},
                "required": ["workflow_id"],
                "additionalProperties": false,
            },
            {
                "type": "object",
                "properties": {"definition": definition, "input_data": input},
                "required": ["definition"],
                "additionalProperties": false,
            },
        ],
    })
}
