//! Reads what clients send about suggestions, strictly.

use crate::{NewSuggestion, SuggestionChange, SuggestionSource};
use document::{Field, Node, Object, Problem, Problems};
use serde_json::{Map, Value};
use workflow_model::{Definition, WorkflowId, read_definition_fields};
use workflow_registry::WorkflowType;

const MAX_TITLE: usize = 200;
const MAX_TEXT: usize = 10_000;

/// Fields that a suggestion has but that a client cannot set.
const READ_ONLY: &[&str] = &[
    "id",
    "source",
    "status",
    "confidence_score",
    "supporting_data",
    "pattern_frequency",
    "reviewed_by",
    "reviewed_at",
    "review_notes",
    "implemented_workflow",
    "created_by",
    "created_at",
    "updated_at",
];

/// What to mine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateRequest {
    /// Only this workflow; all when `None`.
    pub workflow: Option<WorkflowId>,
    /// Only patterns from these sources, each once: history, pattern or both.
    pub sources: Vec<SuggestionSource>,
    /// Executions that started in so many days before now; 1 to 3650.
    pub window_days: i64,
    /// The fewest executions that may carry a pattern; 5 to 1,000,000.
    pub min_support: u64,
}

impl Default for GenerateRequest {
    fn default() -> Self {
        Self {
            workflow: None,
            sources: MINED.iter().map(|(_, source)| *source).collect(),
            window_days: 90,
            min_support: 20,
        }
    }
}

/// The sources that mining has.
const MINED: [(&str, SuggestionSource); 2] = [
    ("historical", SuggestionSource::Historical),
    ("pattern", SuggestionSource::Pattern),
];

/// Reads the body of a request to mine; `{}` asks for the defaults.
///
/// # Errors
/// All problems, each under its path.
pub fn read_generate(value: &Value) -> Result<GenerateRequest, Vec<Problem>> {
    let problems = Problems::default();
    let read = || {
        let defaults = GenerateRequest::default();
        let mut body = Node::root(value, &problems).object()?;
        let workflow = body.not_null("workflow").map(|n| read_workflow_id(&n));
        let sources = body.not_null("sources").map(|n| read_sources(&n));
        let window = body.not_null("window_days").map(|n| n.integer(1..=3650));
        let support = body
            .not_null("min_support")
            .map(|n| n.integer(5..=1_000_000));
        body.finish();
        Some(GenerateRequest {
            workflow: workflow.map_or(Some(None), |id| id.map(Some))?,
            sources: sources.unwrap_or(Some(defaults.sources))?,
            window_days: window.unwrap_or(Some(defaults.window_days))?,
            min_support: match support {
                None => defaults.min_support,
                Some(support) => u64::try_from(support?).ok()?,
            },
        })
    };
    let read = read();
    problems.settle(read)
}

/// At least one source, each once.
fn read_sources(node: &Node<'_>) -> Option<Vec<SuggestionSource>> {
    let items = node.list(SuggestionSource::CHOICES.len())?;
    if items.is_empty() {
        return node.fail("This list may not be empty; leave the field out for all sources.");
    }
    let read: Vec<_> = items.iter().map(read_source).collect();
    let sources = read.into_iter().collect::<Option<Vec<_>>>()?;
    let repeated = (1..sources.len()).find(|&at| sources[..at].contains(&sources[at]));
    match repeated {
        Some(at) => items[at].fail("This source is named twice."),
        None => Some(sources),
    }
}

fn read_source(node: &Node<'_>) -> Option<SuggestionSource> {
    match node.value().as_str().map(str::trim) {
        Some("llm") => node.fail(
            "No language model is connected to this service. Choose one of: historical, pattern.",
        ),
        Some("user") => node.fail(
            "Users' suggestions are posted, not generated. Choose one of: historical, pattern.",
        ),
        _ => node.choice(&MINED),
    }
}

fn read_workflow_id(node: &Node<'_>) -> Option<WorkflowId> {
    node.integer(1..=i64::MAX).map(WorkflowId)
}

/// Reads a user's suggestion. Nothing was measured, so its confidence and frequency are 0.
///
/// # Errors
/// All problems, each under its path.
pub fn read_new_suggestion(value: &Value) -> Result<NewSuggestion, Vec<Problem>> {
    let problems = Problems::default();
    let read = || {
        let mut body = Node::root(value, &problems).object()?;
        let title = body.required("title").and_then(|n| n.text(MAX_TITLE));
        let description = read_description(&mut body).unwrap_or_default();
        let workflow = body.optional("workflow").map(|n| read_workflow_id(&n));
        let template = read_template_field(&mut body).unwrap_or_default();
        body.read_only(READ_ONLY);
        body.finish();
        Some(NewSuggestion {
            title: title?,
            description,
            source: SuggestionSource::User,
            workflow: workflow.map_or(Some(None), |id| id.map(Some))?,
            workflow_template: template,
            confidence_score: 0.0,
            supporting_data: Map::new(),
            pattern_frequency: 0,
            fingerprint: None,
        })
    };
    let read = read();
    problems.settle(read)
}

/// Reads changes to a suggestion. What it is about (`workflow`) does not change.
///
/// # Errors
/// All problems, each under its path.
pub fn read_suggestion_change(value: &Value) -> Result<SuggestionChange, Vec<Problem>> {
    let problems = Problems::default();
    let read = || {
        let mut body = Node::root(value, &problems).object()?;
        let title = body.not_null("title").and_then(|n| n.text(MAX_TITLE));
        let description = read_description(&mut body);
        let workflow_template = read_template_field(&mut body);
        body.read_only(READ_ONLY);
        body.read_only(&["workflow"]);
        body.finish();
        Some(SuggestionChange {
            title,
            description,
            workflow_template,
        })
    };
    let read = read();
    problems.settle(read)
}

/// Reads the whole of what a client may say of a suggestion; what is absent becomes its default.
///
/// # Errors
/// All problems, each under its path.
pub fn read_suggestion_replacement(value: &Value) -> Result<SuggestionChange, Vec<Problem>> {
    let new = read_new_suggestion(value)?;
    Ok(SuggestionChange {
        title: Some(new.title),
        description: Some(new.description),
        workflow_template: Some(new.workflow_template),
    })
}

/// Reads `{"notes"}`; `{}` has no notes.
///
/// # Errors
/// All problems, each under its path.
pub fn read_notes(value: &Value) -> Result<String, Vec<Problem>> {
    let problems = Problems::default();
    let read = || {
        let mut body = Node::root(value, &problems).object()?;
        let notes = body.optional("notes").map(|n| n.text_or_blank(MAX_TEXT));
        body.finish();
        notes.unwrap_or(Some(String::new()))
    };
    let read = read();
    problems.settle(read)
}

/// `None` when absent or wrong; a problem is noted where it is wrong.
fn read_description(body: &mut Object<'_>) -> Option<String> {
    body.not_null("description")?.text_or_blank(MAX_TEXT)
}

/// `None` when absent or wrong; `null` is an empty template.
fn read_template_field(body: &mut Object<'_>) -> Option<Map<String, Value>> {
    match body.field("workflow_template") {
        Field::Absent => None,
        Field::Null => Some(Map::new()),
        Field::Present(node) => {
            let template = node.any_object()?;
            read_template(node)?;
            Some(template)
        }
    }
}

/// What a template says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    /// What kind of work.
    pub(crate) workflow_type: Option<WorkflowType>,
    /// What it consists of.
    pub(crate) definition: Definition,
}

/// A template is a definition with the kind of workflow beside it.
pub(crate) fn read_template(node: Node<'_>) -> Option<Template> {
    let mut body = node.object()?;
    let kind = body
        .optional("workflow_type")
        .map(|n| n.choice(&WorkflowType::CHOICES));
    let named = [("name", MAX_TITLE), ("description", MAX_TEXT)]
        .map(|(field, max)| body.optional(field).map(|n| n.text_or_blank(max)));
    let definition = read_definition_fields(&mut body);
    body.finish();
    if named.iter().any(|text| matches!(text, Some(None))) {
        return None;
    }
    Some(Template {
        workflow_type: match kind {
            None => None,
            Some(kind) => Some(kind?),
        },
        definition: definition?,
    })
}

#[cfg(test)]
mod tests;
