//! `wfi simulate`

use super::context::{Session, configuration, overrides};
use super::output::{self, Failure, sentences};
use crate::cli::SimulateArgs;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use workflow_sim::{SimulationError, Watch};

impl From<SimulationError> for Failure {
    fn from(error: SimulationError) -> Self {
        match error {
            SimulationError::Store(error) => error.into(),
            SimulationError::Invalid(problems) => Self::usage(sentences(&problems)),
            SimulationError::WorkflowNotFound
            | SimulationError::NotFound
            | SimulationError::Cancelled => Self::failed(error.to_string()),
        }
    }
}

/// Says what a workflow would do; stores nothing.
pub(super) async fn simulate(
    file: Option<&Path>,
    json: bool,
    args: SimulateArgs,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(&args.database))?;
    let input = object(&args.input, "--input")?;
    let session = Session::open(&config, &args.tenant).await?;
    let body = request(&session, &args.workflow, input).await;
    let run = match body {
        Ok(body) => preview(&session, &body, &Arc::default()).await,
        Err(failure) => Err(failure),
    };
    session.close().await;
    show(&Value::Object(run?), json)
}

/// Simulates, and keeps nothing.
pub(super) async fn preview(
    session: &Session,
    body: &Value,
    watch: &Arc<Watch>,
) -> Result<Map<String, Value>, Failure> {
    let request = workflow_sim::read_simulation(body)
        .map_err(|problems| Failure::usage(sentences(&problems)))?;
    let simulations = &session.wired.services.simulations;
    Ok(simulations.preview(&session.actor, request, watch).await?)
}

/// A JSON object from an argument.
pub(super) fn object(text: &str, what: &str) -> Result<Map<String, Value>, Failure> {
    match document::parse(text.as_bytes()) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Failure::usage(format!("{what}: expected a JSON object"))),
        Err(error) => Err(Failure::usage(format!("{what}: {error}"))),
    }
}

/// A stored workflow by id or name, else a definition from a file.
pub(super) async fn request(
    session: &Session,
    named: &str,
    input: Map<String, Value>,
) -> Result<Value, Failure> {
    if named == "-" || Path::new(named).is_file() {
        let mut text = String::new();
        let read = if named == "-" {
            std::io::stdin().read_to_string(&mut text).map(|_| ())
        } else {
            std::fs::read_to_string(named).map(|content| text = content)
        };
        read.map_err(|error| Failure::failed(format!("{named}: {error}")))?;
        return Ok(json!({"definition": object(&text, named)?, "input_data": input}));
    }
    if let Ok(id) = named.parse::<i64>() {
        return Ok(json!({"workflow_id": id, "input_data": input}));
    }
    let found = session
        .database
        .workflow_store()
        .find_by_name(session.actor.tenant, named)
        .await?;
    match found {
        Some(workflow) => Ok(json!({"workflow_id": workflow.id.0, "input_data": input})),
        None => Err(Failure::failed(format!(
            "there is no workflow, and no file, named \"{named}\""
        ))),
    }
}

fn show(document: &Value, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(document);
    }
    for step in document["execution_path"].as_array().into_iter().flatten() {
        output::line(format!(
            "{:>3}. {:<32} {:<16} {:>10} ms",
            step["step_index"],
            step["step_name"].as_str().unwrap_or_default(),
            step["action"].as_str().unwrap_or("-"),
            step["estimated_duration_ms"]
        ))?;
    }
    output::line(format!(
        "predicted: {} ms",
        document["predicted_duration_ms"]
    ))?;
    for (kind, key) in [("fault", "validation_errors"), ("warning", "warnings")] {
        for text in document[key].as_array().into_iter().flatten() {
            output::line(format!("{kind}: {}", text.as_str().unwrap_or_default()))?;
        }
    }
    Ok(())
}
