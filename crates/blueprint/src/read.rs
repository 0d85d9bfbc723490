//! Reads templates and blueprints from JSON, strictly.

mod parts;

use crate::{Blueprint, TemplateChange, TemplateType};
use document::{Node, Object, Problem, Problems};
use parts::{DEFAULT_VERSION, MAX_DESCRIPTION, MAX_NAME, boolean, drawing, settings, steps};
use parts::{text_or_blank, variables, version};
use serde_json::{Map, Value};

/// A template to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTemplate {
    /// What it says.
    pub content: Blueprint,
    /// Whether it may be used.
    pub is_active: bool,
    /// Whether all tenants may read and use it.
    pub is_public: bool,
}

/// How to use a template.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UseRequest {
    /// Name of the draft; the template's when absent.
    pub name: Option<String>,
    /// Values of the template's variables, kept as their defaults in the draft.
    pub variables: Map<String, Value>,
}

/// Fields of a template that a client cannot set.
const READ_ONLY: [&str; 5] = [
    "id",
    "usage_count",
    "created_by",
    "created_at",
    "updated_at",
];

/// Reads the body of a `POST`. Required: `name`, `template_type`. Defaults: version 1.0.0, no
/// steps, active, not public.
///
/// # Errors
/// All problems, each under its path.
pub fn read_new_template(value: &Value) -> Result<NewTemplate, Vec<Problem>> {
    read(value, |body| {
        let content = content(body, Required::NameAndType);
        let is_active = boolean(body, "is_active", true);
        let is_public = boolean(body, "is_public", false);
        body.read_only(&READ_ONLY);
        Some(NewTemplate {
            content: content?,
            is_active: is_active?,
            is_public: is_public?,
        })
    })
}

/// Reads the body of a `PATCH`: absent fields stay.
///
/// # Errors
/// All problems, each under its path.
pub fn read_template_change(value: &Value) -> Result<TemplateChange, Vec<Problem>> {
    read(value, |body| {
        let change = TemplateChange {
            name: body.not_null("name").and_then(|n| n.text(MAX_NAME)),
            description: body
                .not_null("description")
                .and_then(|n| n.text_or_blank(MAX_DESCRIPTION)),
            version: body.not_null("version").and_then(|n| version(&n)),
            template_type: body
                .not_null("template_type")
                .and_then(|n| n.choice(&TemplateType::CHOICES)),
            process_steps: body.not_null("process_steps").and_then(|n| steps(&n)),
            variables: body.not_null("variables").and_then(|n| variables(&n)),
            settings: body.not_null("settings").and_then(|n| settings(&n)),
            graph_spec: match body.field("graph_spec") {
                document::Field::Absent => None,
                document::Field::Null => Some(None),
                document::Field::Present(node) => drawing(&node).map(Some),
            },
            is_active: body.not_null("is_active").and_then(|n| n.boolean()),
            is_public: body.not_null("is_public").and_then(|n| n.boolean()),
        };
        body.read_only(&READ_ONLY);
        Some(change)
    })
}

/// Reads the body of a `PUT`: required and defaults as for a `POST`.
///
/// # Errors
/// All problems, each under its path.
pub fn read_template_replacement(value: &Value) -> Result<TemplateChange, Vec<Problem>> {
    let new = read_new_template(value)?;
    Ok(TemplateChange {
        name: Some(new.content.name),
        description: Some(new.content.description),
        version: Some(new.content.version),
        template_type: Some(new.content.template_type),
        process_steps: Some(new.content.process_steps),
        variables: Some(new.content.variables),
        settings: Some(new.content.settings),
        graph_spec: Some(new.content.graph_spec),
        is_active: Some(new.is_active),
        is_public: Some(new.is_public),
    })
}

/// Reads a blueprint: what [`Blueprint::to_json`] makes. Required: `name`, `version`,
/// `template_type`, `process_steps`; without a version two blueprints could not be told apart.
///
/// # Errors
/// All problems, each under its path.
pub fn read_blueprint(value: &Value) -> Result<Blueprint, Vec<Problem>> {
    read(value, |body| {
        let content = content(body, Required::AllThatTellsApart);
        for flag in ["is_active", "is_public"] {
            if body.optional(flag).is_some() {
                body.fail(
                    flag,
                    "Not part of a blueprint; set it on the template afterwards.",
                );
            }
        }
        body.read_only(&READ_ONLY);
        content
    })
}

/// Reads the body of `use/`; both fields are optional.
///
/// # Errors
/// All problems, each under its path.
pub fn read_use(value: &Value) -> Result<UseRequest, Vec<Problem>> {
    read(value, |body| {
        let name = match body.optional("name") {
            None => Some(None),
            Some(node) => node.text(MAX_NAME).map(Some),
        };
        let variables = body
            .optional("variables")
            .map_or_else(|| Some(Map::new()), |node| node.any_object());
        Some(UseRequest {
            name: name?,
            variables: variables?,
        })
    })
}

/// Reads an object and notes the fields that `fields` did not ask for.
fn read<T>(
    value: &Value,
    fields: impl FnOnce(&mut Object<'_>) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(|mut body| {
        let read = fields(&mut body);
        body.finish();
        read
    });
    problems.settle(read)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Required {
    NameAndType,
    AllThatTellsApart,
}

fn content(body: &mut Object<'_>, required: Required) -> Option<Blueprint> {
    let name = body.required("name").and_then(|n| n.text(MAX_NAME));
    let description = text_or_blank(body, "description", MAX_DESCRIPTION);
    let (version, process_steps) = match required {
        Required::NameAndType => (
            body.not_null("version")
                .map_or(Some(DEFAULT_VERSION), |n| version(&n)),
            body.not_null("process_steps")
                .map_or_else(|| Some(Vec::new()), |n| steps(&n)),
        ),
        Required::AllThatTellsApart => (
            body.required("version").and_then(|n| version(&n)),
            body.required("process_steps").and_then(|n| steps(&n)),
        ),
    };
    let template_type = body
        .required("template_type")
        .and_then(|n| n.choice(&TemplateType::CHOICES));
    let variables = body
        .not_null("variables")
        .map_or_else(|| Some(Vec::new()), |n| variables(&n));
    let settings = body
        .not_null("settings")
        .map_or_else(|| Some(Map::new()), |n| settings(&n));
    let graph_spec = match body.optional("graph_spec") {
        None => Some(None),
        Some(node) => drawing(&node).map(Some),
    };
    Some(Blueprint {
        name: name?,
        description: description?,
        version: version?,
        template_type: template_type?,
        process_steps: process_steps?,
        variables: variables?,
        settings: settings?,
        graph_spec: graph_spec?,
    })
}
