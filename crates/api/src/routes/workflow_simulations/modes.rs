//! What the OpenAPI document says of the modes beside the dry run.

use crate::wire::schema;
use serde_json::{Map, Value, json};

const SECONDS: &str = "In seconds; at most a century.";

fn seconds() -> Value {
    json!({"type": "number", "minimum": 0, "maximum": 3_155_760_000_i64, "description": SECONDS})
}

fn positive_seconds() -> Value {
    json!({
        "type": "number", "minimum": 0.001, "maximum": 3_155_760_000_i64, "description": SECONDS
    })
}

fn object(properties: &Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// An object whose keys are names of steps, action types and the like.
fn by_name(of: &Value, what: &str) -> Value {
    json!({
        "type": "object",
        "description": what,
        "maxProperties": 1000,
        "propertyNames": schema::name(),
        "additionalProperties": of,
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn list(of: &Value, most: u32) -> Value {
    json!({"type": "array", "items": of, "maxItems": most})
}

/// The schemas that requests refer to.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("Distribution", distribution()),
        ("WorkingCalendar", calendar()),
        ("SimulatedResource", resource()),
        ("WhatIf", what_if()),
        ("DefinitionChange", definition_change()),
    ]
}

fn distribution() -> Value {
    let kind = |name: &str, properties: &Value, required: &[&str]| {
        let mut all = properties.as_object().cloned().unwrap_or_default();
        all.insert("distribution".to_owned(), json!({"const": name}));
        let required: Vec<&str> = ["distribution"].iter().chain(required).copied().collect();
        object(&Value::Object(all), &required)
    };
    let moments = |name: &str, number: Value| {
        let properties = json!({"mean": number, "standard_deviation": number});
        kind(name, &properties, &["mean", "standard_deviation"])
    };
    let ends = json!({"min": seconds(), "max": seconds()});
    let triangle = json!({"min": seconds(), "mode": seconds(), "max": seconds()});
    let values = json!({"values": {
        "type": "array", "items": seconds(), "minItems": 1, "maxItems": 10_000
    }});
    json!({
        "description": "A time in seconds; a number is a fixed one.",
        "anyOf": [
            seconds(),
            kind("fixed", &json!({"value": seconds()}), &["value"]),
            kind("exponential", &json!({"mean": positive_seconds()}), &["mean"]),
            kind("uniform", &ends, &["min", "max"]),
            moments("normal", seconds()),
            moments("lognormal", positive_seconds()),
            moments("gamma", positive_seconds()),
            kind("triangular", &triangle, &["min", "mode", "max"]),
            kind("empirical", &values, &["values"]),
        ],
    })
}

fn calendar() -> Value {
    let time = json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"});
    let hours = list(
        &object(&json!({"from": time, "to": time}), &["from", "to"]),
        24,
    );
    let mut weekly = Map::new();
    for day in [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ] {
        weekly.insert(day.to_owned(), hours.clone());
    }
    let weekly = json!({
        "type": "object",
        "properties": weekly,
        "minProperties": 1,
        "additionalProperties": false,
        "description": "Hours by day. An end that is not after its start is on the next day.",
    });
    let properties = json!({
        "time_zone": {
            "type": "string", "default": "UTC",
            "description": "A name of the IANA database, such as `Europe/Berlin`."
        },
        "weekly": weekly,
        "holidays": list(&json!({"type": "string", "format": "date"}), 1000),
    });
    object(&properties, &["weekly"])
}

fn resource() -> Value {
    let absence = object(
        &json!({"from": schema::timestamp(), "until": schema::timestamp()}),
        &["from", "until"],
    );
    let properties = json!({
        "name": schema::name(),
        "amount": {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1},
        "cost_per_hour": {"type": "number", "minimum": 0, "maximum": 1_000_000_000, "default": 0},
        "skills": list(&schema::name(), 1000),
        "calendar": schema::name(),
        "absences": list(&absence, 1000),
    });
    object(&properties, &["name"])
}

fn what_if() -> Value {
    let kind = |name: &str, properties: &Value, required: &[&str]| {
        let mut all = properties.as_object().cloned().unwrap_or_default();
        all.insert("change".to_owned(), json!({"const": name}));
        let required: Vec<&str> = ["change"].iter().chain(required).copied().collect();
        object(&Value::Object(all), &required)
    };
    let factor = json!({"type": "number", "minimum": 0.001, "maximum": 1000});
    let name = schema::name();
    let amount = |field: &str, bounds: Value| {
        let properties = json!({"resource": name, field: bounds});
        kind("resource_amount", &properties, &["resource", field])
    };
    let condition = json!({
        "step": name, "condition": reference("Condition"),
        "branch": {"type": "integer", "minimum": 0, "maximum": 99},
    });
    let change = json!({"anyOf": [
        amount("add", json!({"type": "integer", "minimum": -10_000, "maximum": 10_000})),
        amount("set", json!({"type": "integer", "minimum": 1, "maximum": 10_000})),
        kind("resource_calendar", &json!({"resource": name, "calendar": name}), &["resource"]),
        kind("automate", &json!({"step": name, "seconds": seconds()}), &["step"]),
        kind("condition", &condition, &["step", "condition"]),
        kind("duration", &json!({"step": name, "factor": factor}), &["factor"]),
        kind("arrivals", &json!({"factor": factor}), &["factor"]),
        kind("definition", &json!({"definition": schema::any_object()}), &["definition"]),
    ]});
    let changes = json!({"type": "array", "items": change, "minItems": 1, "maxItems": 50});
    object(
        &json!({"name": name, "changes": changes}),
        &["name", "changes"],
    )
}

fn definition_change() -> Value {
    let kind = |name: &str, properties: &Value, required: &[&str]| {
        let mut all = properties.as_object().cloned().unwrap_or_default();
        all.insert("kind".to_owned(), json!({"const": name}));
        let required: Vec<&str> = ["kind"].iter().chain(required).copied().collect();
        object(&Value::Object(all), &required)
    };
    let step = json!({
        "description": "A 0-based index, or a name.",
        "anyOf": [{"type": "integer", "minimum": 0, "maximum": u32::MAX}, schema::name()],
    });
    let path = json!({
        "type": "string", "minLength": 1, "maxLength": 1000,
        "description": "Such as `steps.2.branches.0.condition`, or `steps.Review.approver`.",
    });
    let added = json!({"step": schema::any_object(), "before": step, "after": step});
    json!({"anyOf": [
        kind("set", &json!({"path": path, "value": {}}), &["path", "value"]),
        kind("remove_step", &json!({"step": step}), &["step"]),
        kind("add_step", &added, &["step"]),
        kind("automate_step", &json!({"step": step, "action": schema::name()}), &["step", "action"]),
        kind("change_approver", &json!({"step": step, "approver": {}}), &["step", "approver"]),
    ]})
}

/// The fields of a prediction and of a calibration.
pub(super) fn prediction() -> Value {
    let natural = |least: u32, most: u32, default: u32| json!({"type": "integer", "minimum": least, "maximum": most, "default": default});
    let probability = json!({"type": "number", "minimum": 0, "maximum": 1});
    let times = |what: &str| by_name(&reference("Distribution"), what);
    let failure = json!({"anyOf": [
        probability,
        object(&json!({
            "probability": probability, "max_retries": natural(0, 100, 0),
            "retry_delay": reference("Distribution"),
        }), &["probability"]),
    ]});
    let batching = object(
        &json!({"size": natural(1, 10_000, 1), "max_wait_seconds": seconds()}),
        &["size"],
    );
    let priority = object(
        &json!({
            "step": schema::name(), "condition": reference("Condition"),
            "priority": {"type": "integer", "minimum": -1000, "maximum": 1000},
        }),
        &["priority"],
    );
    json!({
        "cases": described(natural(1, 1_000_000, 1000), "Cases that each replication follows."),
        "seed": described(seed(), "The same seed gives the same answer."),
        "window_days": described(natural(1, 3650, 90), "Days of history that count."),
        "start_at": schema::timestamp(),
        "flow": {"type": "string", "enum": ["auto", "definition", "history"], "default": "auto"},
        "arrivals": object(&json!({
            "interval": reference("Distribution"),
            "per_hour": {"type": "number", "minimum": 1e-9, "maximum": 1_000_000_000},
            "calendar": schema::name(),
        }), &[]),
        "durations": times("How long steps are worked on, by step name or action type."),
        "waiting": times("How long steps wait before they are worked on."),
        "resources": {"default": "unlimited", "description": "`history`: the recorded actors and \
            their measured hours. Durations then include what was waiting: calibrate first.",
            "anyOf": [
            {"type": "string", "enum": ["unlimited", "history"]},
            list(&reference("SimulatedResource"), 1000),
        ]},
        "assignments": by_name(
            &list(&schema::name(), 1000), "Which resources may do a step, the preferred first."
        ),
        "calendars": by_name(&reference("WorkingCalendar"), "Working hours by name."),
        "branch_probabilities": by_name(
            &by_name(&probability, "Probability by next step."),
            "How often a step goes on to another one (`end`: to none) where the data do not decide."
        ),
        "failures": by_name(&failure, "How steps fail."),
        "priorities": list(&priority, 1000),
        "batching": by_name(&batching, "Steps that are done for several cases together."),
        "costs": by_name(
            &json!({"type": "number", "minimum": 0, "maximum": 1_000_000_000_000_i64}),
            "What one run of a step costs apart from the time of those who do it."
        ),
        "warm_up": {"default": "auto", "anyOf": [
            {"type": "string", "enum": ["auto", "none"]},
            {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        ]},
        "precision": object(&json!({
            "relative_half_width": {
                "type": "number", "minimum": 0.0001, "maximum": 1, "default": 0.05
            },
            "confidence": {
                "type": "number", "minimum": 0.5, "maximum": 0.9999, "default": 0.95
            },
            "max_replications": natural(2, 10_000, 30),
        }), &[]),
        "budget": object(&json!({
            "tasks": {"type": "integer", "minimum": 1, "maximum": 10_000_000_000_i64},
            "seconds": {"type": "number", "minimum": 0.1, "maximum": 3600, "default": 30},
        }), &[]),
        "changes": list(&reference("WhatIf"), 20),
    })
}

/// The fields of a back-test.
pub(super) fn backtest(definition: &Value) -> Value {
    let mut definition = definition.clone();
    definition["properties"]["name"] =
        json!({"readOnly": true, "description": "Ignored when sent."});
    let number = |most: f64| json!({"type": "number", "minimum": 0, "maximum": most});
    json!({
        "from": schema::timestamp(),
        "until": schema::timestamp(),
        "window_days": {"type": "integer", "minimum": 1, "maximum": 3660, "default": 90},
        "changed_definition": definition,
        "changes": {
            "type": "array", "items": reference("DefinitionChange"), "minItems": 1, "maxItems": 100
        },
        "assumptions": object(&json!({
            "duration_seconds": by_name(&number(315_360_000.0), "By step name."),
            "cost_per_hour": by_name(
                &number(1e9), "By step name, recorded actor, approver or action type."
            ),
            "cost_per_run": by_name(&number(1e9), "By step name or action type."),
        }), &[]),
        "examples": {"type": "integer", "minimum": 0, "maximum": 50, "default": 5},
        "seed": seed(),
        "max_executions": {
            "type": "integer", "minimum": 1, "maximum": 5_000_000, "default": 200_000
        },
    })
}

fn seed() -> Value {
    json!({"type": "integer", "format": "int64", "minimum": 0, "default": 0})
}

fn described(mut schema: Value, what: &str) -> Value {
    schema["description"] = json!(what);
    schema
}
