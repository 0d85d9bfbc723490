//! What the OpenAPI document says of `process-templates/`.

use super::example;
use crate::doc::Doc;
use crate::wire::schema;
use serde_json::{Value, json};

pub(super) fn list() -> Doc {
    Doc::new("process_templates_list", "List templates")
        .query("template_type", "Only of this type.", template_type())
        .query(
            "is_active",
            "Only those that may, or may not, be used.",
            schema::boolean(),
        )
        .query(
            "is_public",
            "Only those that all tenants, or only yours, read.",
            schema::boolean(),
        )
        .query("name", "Only of exactly this name.", schema::filter_text())
        .search()
        .list(&["name", "created_at"], "id", false)
        .ok_page("Template", None)
}

pub(super) fn create() -> Doc {
    Doc::new("process_templates_create", "Create a template")
        .describe("Name and version together are unique: 409 when they are taken.")
        .body("TemplateWrite", Some(example::blueprint()))
        .ok(201, "The template.", "Template", None)
}

pub(super) fn import() -> Doc {
    Doc::new("process_templates_import", "Import a blueprint")
        .describe(
            "The same name, version and content: 200 with the one that exists. Other content \
             under that name and version: 409.",
        )
        .body("Blueprint", Some(example::blueprint()))
        .ok(
            201,
            "A new template.",
            "Template",
            Some(example::template()),
        )
        .ok(
            200,
            "It was there already.",
            "Template",
            Some(example::template()),
        )
}

pub(super) fn retrieve() -> Doc {
    Doc::new("process_templates_retrieve", "Get a template").ok(
        200,
        "The template.",
        "Template",
        Some(example::template()),
    )
}

pub(super) fn replace() -> Doc {
    Doc::new("process_templates_replace", "Replace a template")
        .body("TemplateWrite", Some(example::blueprint()))
        .ok(200, "The template.", "Template", None)
}

pub(super) fn change() -> Doc {
    Doc::new("process_templates_update", "Change a template")
        .body("TemplateChange", Some(json!({"is_public": true})))
        .ok(200, "The template.", "Template", None)
}

pub(super) fn export() -> Doc {
    Doc::new(
        "process_templates_export",
        "Export a template as a blueprint",
    )
    .describe("Exactly the documented keys; imports back to the same content.")
    .ok(
        200,
        "The blueprint.",
        "Blueprint",
        Some(example::blueprint()),
    )
}

pub(super) fn use_it() -> Doc {
    Doc::new(
        "process_templates_use",
        "Make a draft workflow of a template",
    )
    .describe("The values of `variables` become the defaults of the draft's variables.")
    .body("UseTemplate", Some(json!({"name": "Approval in Berlin"})))
    .body_optional()
    .ok(201, "The draft.", "Workflow", None)
}

fn template_type() -> Value {
    json!({"type": "string", "enum":
        ["onboarding", "offboarding", "approval", "notification", "escalation", "custom"]})
}

/// The grammar of Semantic Versioning 2.0.0.
fn version() -> Value {
    let number = "(0|[1-9][0-9]{0,17})";
    let label = "(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)";
    let build = "[0-9a-zA-Z-]+";
    let pattern = format!(
        "^{number}\\.{number}\\.{number}(-{label}(\\.{label})*)?(\\+{build}(\\.{build})*)?$"
    );
    json!({"type": "string", "maxLength": 100, "pattern": pattern,
           "description": "Semantic version: MAJOR.MINOR.PATCH."})
}

fn content() -> Value {
    json!({
        "name": schema::name(),
        "description": schema::long_text(),
        "version": version(),
        "template_type": template_type(),
        "process_steps": {"type": "array", "maxItems": 1000,
                          "items": {"$ref": "#/components/schemas/Step"}},
        "variables": {"type": "array", "maxItems": 500,
                      "items": {"$ref": "#/components/schemas/Variable"}},
        "settings": schema::any_object(),
        "graph_spec": {"anyOf": [{"$ref": "#/components/schemas/GraphSpec"}, {"type": "null"}]},
    })
}

const REQUIRED: [&str; 4] = ["name", "version", "template_type", "process_steps"];

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let read_only = json!({
        "id": schema::id(),
        "usage_count": {"type": "integer", "minimum": 0},
        "created_by": {"type": "string"},
        "created_at": schema::timestamp(),
        "updated_at": schema::timestamp(),
    });
    let mut writable = content();
    writable["is_active"] = json!({"type": "boolean", "default": true});
    writable["is_public"] = json!({"type": "boolean", "default": false});
    let mut shown = writable.clone();
    shown["version"] = json!({"type": "string"});
    shown["process_steps"] = json!({"type": "array"});
    shown["variables"] = json!({"type": "array"});
    shown["graph_spec"] = json!({"type": ["object", "null"]});
    vec![
        ("Template", schema::resource(&shown, &read_only)),
        (
            "TemplateWrite",
            schema::write(&writable, &read_only, &["name", "template_type"]),
        ),
        ("TemplateChange", schema::change(&writable, &read_only)),
        (
            "Blueprint",
            schema::write(&content(), &json!({}), &REQUIRED),
        ),
        (
            "UseTemplate",
            json!({
                "type": "object",
                "properties": {
                    "name": schema::nullable(schema::name()),
                    "variables": {"type": ["object", "null"],
                        "description": "A value for each declared variable that is to have one."},
                },
                "additionalProperties": false,
            }),
        ),
    ]
}
