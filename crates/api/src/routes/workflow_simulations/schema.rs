//! What the OpenAPI document says of `workflow-simulations/`.

use super::{example, modes};
use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Map, Value, json};

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
        "Simulate a workflow (dry run, prediction, calibration, back-test)",
    )
    .describe(
        "Without a `mode`, or with `dry_run`: says what the workflow would do on this input. \
         Nothing runs, and nothing but the simulation itself is stored. Give `workflow_id`, or a \
         `definition` in its place; neither or both: 400. An unknown workflow: 404. Faults of the \
         definition are named in `validation_errors`; it is simulated as far as it goes.\n\n\
         `predict`: what many cases would go through, from recorded history and what is given: \
         `prediction` has cycle and waiting times, costs, resources and the probability of \
         breaching each SLA, with intervals, and compares each variant in `changes`. \
         `calibrate`: fits on the first 70 % of history and tells the error of predicting the \
         rest. `backtest`: what a changed definition would have done to recorded executions. \
         The fields of a dry run are empty in these modes, but for `predicted_duration_ms`, the \
         predicted median. More than the budget, or than the service allows: 400 under `budget`. \
         With `background` the answer is a simulation with `status` `running`, whose `progress` \
         and end can be polled; `DELETE` stops it.",
    )
    .body("SimulationRequest", Some(example::request()))
    .also("simulation_flow", example::flow_request())
    .ok(
        201,
        "The simulation.",
        "Simulation",
        Some(example::simulation()),
    )
}

pub(super) fn retrieve() -> Doc {
    Doc::new("workflow_simulations_retrieve", "Get a simulation")
        .describe(
            "Immutable once ended. While it runs there is `progress`, and no `ETag`; one that \
             came to nothing has `status` `failed` and says why in `error`.",
        )
        .ok(
            200,
            "The simulation.",
            "Simulation",
            Some(example::simulation()),
        )
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
    let mut simulation = schema::resource(&simulation, &json!({}));
    let optional = json!({
        "parameters": schema::any_object(),
        "prediction": schema::any_object(),
        "calibration": schema::any_object(),
        "backtest": schema::any_object(),
        "error": {"type": "string"},
        "progress": {
            "type": "object",
            "properties": {"done": {"type": "integer"}, "total": {"type": "integer"}},
            "required": ["done", "total"],
        },
    });
    if let (Some(all), Some(more)) = (
        simulation["properties"].as_object_mut(),
        optional.as_object(),
    ) {
        all.extend(more.clone());
    }
    let mut schemas = vec![("Simulation", simulation), ("SimulationRequest", request())];
    schemas.extend(modes::schemas());
    schemas
}

/// What a workflow or template shows beside its definition.
const DESCRIPTIVE: [&str; 14] = [
    "id",
    "description",
    "workflow_type",
    "template_type",
    "status",
    "is_active",
    "is_public",
    "version",
    "execution_count",
    "last_executed_at",
    "usage_count",
    "created_by",
    "created_at",
    "updated_at",
];

/// Either a stored workflow or an inline definition.
fn request() -> Value {
    let input = schema::any_object();
    let mut definition = json!({
        "type": "object",
        "properties": {
            "name": schema::nullable(schema::filter_text()),
            "trigger_conditions": {"$ref": "#/components/schemas/Condition"},
            "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
            "variables": {"type": "array", "items": {"$ref": "#/components/schemas/Variable"}},
            "settings": schema::any_object(),
            "graph_spec": {"anyOf": [{"$ref": "#/components/schemas/GraphSpec"}, {"type": "null"}]},
        },
        "additionalProperties": false,
    });
    for name in DESCRIPTIVE {
        definition["properties"][name] =
            json!({"readOnly": true, "description": "Ignored when sent."});
    }
    let common = json!({"input_data": input, "background": schema::boolean()});
    let predicted = json!({"mode": {"type": "string", "enum": ["predict", "calibrate"]}});
    let backtested = json!({"mode": {"const": "backtest"}});
    let dry = json!({"mode": {"const": "dry_run"}});
    let one = |subject: &str, parts: &[&Value], required: &[&str]| {
        let mut properties = Map::new();
        let workflow = match subject {
            "workflow_id" => schema::id(),
            _ => json!({"type": "null"}),
        };
        properties.insert("workflow_id".to_owned(), workflow);
        if subject == "definition" {
            properties.insert(subject.to_owned(), definition.clone());
        }
        for part in [&common].iter().chain(parts) {
            properties.extend(part.as_object().cloned().unwrap_or_default());
        }
        let required: Vec<&str> = [subject].iter().chain(required).copied().collect();
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    let prediction = modes::prediction();
    json!({
        "anyOf": [
            one("workflow_id", &[&dry], &[]),
            one("definition", &[&dry], &[]),
            one("workflow_id", &[&predicted, &prediction], &["mode"]),
            one("definition", &[&predicted, &prediction], &["mode"]),
            one("workflow_id", &[&backtested, &modes::backtest(&definition)], &["mode"]),
        ],
    })
}
