//! What the OpenAPI document says of `workflow-suggestions/`.

use super::example;
use crate::doc::{Doc, TakesIfMatch};
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("workflow_suggestions_list", "List suggestions")
        .query("source", "Only from this source.", source())
        .query("status", "Only of this status.", status())
        .query("workflow", "Only about this workflow.", schema::id())
        .search()
        .list(
            &["confidence_score", "created_at", "pattern_frequency"],
            "id",
            false,
        )
        .ok_page("Suggestion", Some(example::page()))
}

pub(super) fn create() -> Doc {
    Doc::new("workflow_suggestions_create", "Suggest something yourself")
        .describe("Its source is `user`. An unknown workflow: 404.")
        .body("SuggestionWrite", Some(example::request()))
        .ok(201, "The suggestion.", "Suggestion", None)
}

pub(super) fn generate() -> Doc {
    Doc::new(
        "workflow_suggestions_generate",
        "Generate suggestions from history",
    )
    .describe(
        "Mines recorded executions. 201 with the best new suggestion at the top level and \
             all new ones, best first, in `results`; 200 with `count` 0 when history holds \
             nothing new. A pattern that was suggested before comes again only when its evidence \
             changed materially.",
    )
    .body(
        "Generate",
        Some(json!({"window_days": 90, "min_support": 20})),
    )
    .body_optional()
    .ok(
        201,
        "New suggestions.",
        "Generated",
        Some(example::generated()),
    )
    .ok(
        200,
        "Nothing new.",
        "GeneratedNothing",
        Some(json!({"count": 0, "results": []})),
    )
}

pub(super) fn retrieve() -> Doc {
    Doc::new("workflow_suggestions_retrieve", "Get a suggestion").ok(
        200,
        "The suggestion.",
        "Suggestion",
        Some(example::suggestion()),
    )
}

pub(super) fn replace() -> Doc {
    Doc::new("workflow_suggestions_replace", "Replace a suggestion")
        .describe("While it is pending.")
        .body("SuggestionWrite", Some(example::request()))
        .ok(200, "The suggestion.", "Suggestion", None)
}

pub(super) fn change() -> Doc {
    Doc::new("workflow_suggestions_update", "Change a suggestion")
        .describe("While it is pending.")
        .body(
            "SuggestionChange",
            Some(json!({"title": "Auto-approve discounts under 10 %"})),
        )
        .ok(200, "The suggestion.", "Suggestion", None)
}

pub(super) fn accept() -> Doc {
    Doc::new("workflow_suggestions_accept", "Accept a suggestion")
        .describe("From pending; else 409.")
        .body(
            "Notes",
            Some(json!({"notes": "Good suggestion, will implement this week"})),
        )
        .body_optional()
        .if_match(TakesIfMatch::Always)
        .ok(
            200,
            "The suggestion.",
            "Suggestion",
            Some(example::accepted()),
        )
}

pub(super) fn reject() -> Doc {
    Doc::new("workflow_suggestions_reject", "Reject a suggestion")
        .describe("From pending; else 409.")
        .body(
            "Notes",
            Some(json!({"notes": "Not applicable for our use case"})),
        )
        .body_optional()
        .if_match(TakesIfMatch::Always)
        .ok(
            200,
            "The suggestion.",
            "Suggestion",
            Some(example::rejected()),
        )
}

pub(super) fn implement() -> Doc {
    Doc::new("workflow_suggestions_implement", "Implement a suggestion")
        .describe("From accepted; else 409. Makes a draft workflow of its template and links it.")
        .body("Nothing", Some(json!({})))
        .body_optional()
        .if_match(TakesIfMatch::Always)
        .link(
            200,
            "workflows_retrieve",
            "id",
            "$response.body#/implemented_workflow",
        )
        .ok(
            200,
            "The suggestion, with `implemented_workflow`.",
            "Suggestion",
            None,
        )
}

fn source() -> Value {
    json!({"type": "string", "enum": ["historical", "llm", "pattern", "user"]})
}

fn status() -> Value {
    json!({"type": "string", "enum": ["pending", "accepted", "rejected", "implemented"]})
}

fn writable() -> Value {
    json!({
        "title": schema::name(),
        "description": schema::long_text(),
        "workflow": {"type": ["integer", "null"], "format": "int64", "minimum": 1},
        "workflow_template": {
            "type": ["object", "null"],
            "properties": {
                "name": {"type": ["string", "null"], "maxLength": 200, "pattern": "^[^\\u0000]*$"},
                "description": schema::nullable(schema::long_text()),
                "workflow_type": schema::nullable(json!({"type": "string",
                    "enum": ["approval", "notification", "automation", "escalation", "custom"]})),
                "trigger_conditions": {"$ref": "#/components/schemas/Condition"},
                "steps": {"type": "array", "items": {"$ref": "#/components/schemas/Step"}},
                "variables": {"type": "array", "items": {"$ref": "#/components/schemas/Variable"}},
                "settings": schema::any_object(),
                "graph_spec":
                    {"anyOf": [{"$ref": "#/components/schemas/GraphSpec"}, {"type": "null"}]},
            },
            "additionalProperties": false,
        },
    })
}

fn read_only() -> Value {
    json!({
        "id": schema::id(),
        "source": source(),
        "confidence_score": {"type": "number", "minimum": 0, "maximum": 1,
            "description": "Lower end of the 95 % Wilson score interval of the share that the \
                            suggestion claims; 0 for a user's."},
        "supporting_data": {"type": "object", "description": "The counts it rests on."},
        "pattern_frequency": {"type": "integer", "minimum": 0},
        "status": status(),
        "reviewed_by": {"type": ["string", "null"]},
        "reviewed_at": schema::nullable_timestamp(),
        "review_notes": {"type": "string"},
        "implemented_workflow": {"type": ["integer", "null"]},
        "created_by": {"type": "string"},
        "created_at": schema::timestamp(),
        "updated_at": schema::timestamp(),
    })
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    // What a suggestion is about does not change.
    let mut change = writable();
    let mut fixed = read_only();
    fixed["workflow"] = change["workflow"].take();
    change
        .as_object_mut()
        .map(|fields| fields.remove("workflow"));
    let mut shown = writable();
    shown["workflow_template"] = json!({"type": "object"});
    let suggestion = schema::resource(&shown, &read_only());
    let mut generated = suggestion.clone();
    generated["properties"]["count"] = json!({"type": "integer", "minimum": 1});
    generated["properties"]["results"] =
        json!({"type": "array", "items": {"$ref": "#/components/schemas/Suggestion"}});
    vec![
        ("Suggestion", suggestion),
        (
            "SuggestionWrite",
            schema::write(&writable(), &read_only(), &["title"]),
        ),
        ("SuggestionChange", schema::change(&change, &fixed)),
        ("Generated", generated),
        (
            "GeneratedNothing",
            json!({
                "type": "object",
                "properties": {"count": {"const": 0}, "results": {"type": "array", "maxItems": 0}},
                "required": ["count", "results"],
            }),
        ),
        (
            "Generate",
            json!({
                "type": "object",
                "properties": {
                    "workflow": {"type": "integer", "format": "int64", "minimum": 1},
                    "sources": {"type": "array", "uniqueItems": true, "minItems": 1,
                        "items": {"type": "string", "enum": ["historical", "pattern"]}},
                    "window_days": {"type": "integer", "minimum": 1, "maximum": 3650, "default": 90},
                    "min_support": {"type": "integer", "minimum": 5, "maximum": 1_000_000,
                        "default": 20},
                },
                "additionalProperties": false,
            }),
        ),
    ]
}
