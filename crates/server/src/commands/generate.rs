//! `wfi generate`

use super::context::{Session, configuration, overrides};
use super::output::{self, Failure};
use crate::cli::GenerateArgs;
use serde_json::{Map, Value, json};
use std::path::Path;
use suggestions::{Suggestion, SuggestionError};

impl From<SuggestionError> for Failure {
    fn from(error: SuggestionError) -> Self {
        match error {
            SuggestionError::Store(error) => error.into(),
            SuggestionError::Invalid(problems) => Self::usage(super::output::sentences(&problems)),
            SuggestionError::NotFound
            | SuggestionError::UnknownWorkflow
            | SuggestionError::Stale
            | SuggestionError::WrongState { .. }
            | SuggestionError::Decided(_) => Self::failed(error.to_string()),
        }
    }
}

/// Mines history for suggestions.
pub(super) async fn generate(
    file: Option<&Path>,
    json: bool,
    args: GenerateArgs,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(&args.database))?;
    let mut body = Map::new();
    body.insert("window_days".to_owned(), json!(args.window_days));
    body.insert("min_support".to_owned(), json!(args.min_support));
    if let Some(workflow) = args.workflow {
        body.insert("workflow".to_owned(), json!(workflow));
    }
    let request = suggestions::read_generate(&Value::Object(body))
        .map_err(|problems| Failure::usage(super::output::sentences(&problems)))?;
    let session = Session::open(&config, &args.tenant).await?;
    let found = session
        .wired
        .services
        .suggestions
        .generate(&session.actor, request, None)
        .await;
    session.close().await;
    show(&found?, json)
}

fn show(found: &[Suggestion], json: bool) -> Result<(), Failure> {
    if json {
        let results: Vec<_> = found.iter().map(document).collect();
        return output::json(&json!({"count": results.len(), "results": results}));
    }
    if found.is_empty() {
        return output::line("History holds nothing new.");
    }
    for suggestion in found {
        let content = &suggestion.content;
        output::line(format!(
            "{:>4}  {:.2}  {}\n            {}",
            suggestion.id, content.confidence_score, content.title, content.description
        ))?;
    }
    Ok(())
}

fn document(suggestion: &Suggestion) -> Value {
    let content = &suggestion.content;
    json!({
        "id": suggestion.id.0,
        "title": content.title,
        "description": content.description,
        "source": content.source.as_str(),
        "workflow": content.workflow.map(|id| id.0),
        "workflow_template": content.workflow_template,
        "confidence_score": content.confidence_score,
        "supporting_data": content.supporting_data,
        "pattern_frequency": content.pattern_frequency,
        "status": suggestion.status.as_str(),
    })
}
