//! Reads a request to simulate.

use crate::{BacktestRequest, PredictionRequest, read_backtest, read_prediction};
use document::{Field, Node, Object, Problem, Problems};
use serde_json::{Map, Value};
use workflow_model::{Definition, WorkflowId, read_definition_fields};

/// What is asked of a simulation.
#[derive(Debug, Clone, PartialEq)]
pub enum SimulationMode {
    /// What one case would do.
    DryRun,
    /// What many cases would do.
    Predict(Box<PredictionRequest>),
    /// How well history predicts its own end.
    Calibrate(Box<PredictionRequest>),
    /// What a change would have done to the cases that ran.
    Backtest(Box<BacktestRequest>),
}

impl SimulationMode {
    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::DryRun => "dry_run",
            Self::Predict(_) => "predict",
            Self::Calibrate(_) => "calibrate",
            Self::Backtest(_) => "backtest",
        }
    }
}

/// A mode by its name.
#[derive(Clone, Copy)]
enum ModeName {
    DryRun,
    Predict,
    Calibrate,
    Backtest,
}

const MODES: [(&str, ModeName); 4] = [
    ("dry_run", ModeName::DryRun),
    ("predict", ModeName::Predict),
    ("calibrate", ModeName::Calibrate),
    ("backtest", ModeName::Backtest),
];

/// What is simulated.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A workflow as it is now.
    Workflow(WorkflowId),
    /// A definition that is nowhere kept.
    Inline {
        /// What to call it; empty when it has no name.
        name: String,
        /// What it consists of.
        definition: Box<Definition>,
    },
}

/// A request to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationRequest {
    /// What.
    pub subject: Subject,
    /// On which input.
    pub input_data: Map<String, Value>,
    /// How.
    pub mode: SimulationMode,
    /// The mode's own fields as they were sent, to be kept with the answer.
    pub parameters: Map<String, Value>,
    /// Whether to answer at once, with a simulation that runs.
    pub background: bool,
}

/// Fields of a simulation that a client cannot set.
const RESULTS: [&str; 26] = [
    "id",
    "workflow_name",
    "workflow_version",
    "status",
    "execution_path",
    "branch_explorations",
    "approval_chain",
    "predicted_duration_ms",
    "validation_errors",
    "warnings",
    "missing_variables",
    "would_have_done",
    "timeline",
    "critical_path",
    "parameters",
    "prediction",
    "calibration",
    "backtest",
    "progress",
    "error",
    "failure_handling",
    "started_at",
    "completed_at",
    "created_at",
    "created_by",
    "url",
];

/// Fields of a workflow that say nothing about what it does.
pub(crate) const DESCRIPTIVE: [&str; 14] = [
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

/// Reads `workflow_id` (or `workflow`) or `definition`, `input_data`, `mode`, `background`, and
/// the fields of the mode.
///
/// # Errors
/// All problems, each under its path.
pub fn read_simulation(value: &Value) -> Result<SimulationRequest, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(read_fields);
    problems.settle(read.map(|request| SimulationRequest {
        parameters: parameters(value),
        ..request
    }))
}

fn read_fields(mut body: Object<'_>) -> Option<SimulationRequest> {
    let workflow = read_workflow(&mut body);
    let inline = body.not_null("definition");
    let input_data = match body.not_null("input_data") {
        Some(node) => node.any_object(),
        None => Some(Map::new()),
    };
    let mode = match body.not_null("mode") {
        Some(node) => node.choice(&MODES),
        None => Some(ModeName::DryRun),
    };
    let background = match body.not_null("background") {
        Some(node) => node.boolean(),
        None => Some(false),
    };
    body.read_only(&RESULTS);
    let mode = mode.and_then(|mode| read_mode(mode, &mut body, input_data.as_ref()));
    let subject = match (workflow, inline) {
        (Named::Not, Some(node)) => read_inline(&node),
        (Named::As(id), None) => Some(Subject::Workflow(id)),
        (Named::Wrongly, None) => None,
        (Named::Not, None) => {
            body.fail("workflow_id", "This field is required");
            None
        }
        (Named::As(_) | Named::Wrongly, Some(_)) => {
            body.fail(
                "definition",
                "Give either workflow_id or definition, not both.",
            );
            None
        }
    };
    body.finish();
    Some(SimulationRequest {
        subject: subject?,
        input_data: input_data?,
        mode: mode?,
        parameters: Map::new(),
        background: background?,
    })
}

fn read_mode(
    mode: ModeName,
    body: &mut Object<'_>,
    input: Option<&Map<String, Value>>,
) -> Option<SimulationMode> {
    let prediction = |body: &mut Object<'_>| {
        let mut request = read_prediction(body)?;
        request.input.clone_from(input?);
        Some(Box::new(request))
    };
    match mode {
        ModeName::DryRun => Some(SimulationMode::DryRun),
        ModeName::Predict => prediction(body).map(SimulationMode::Predict),
        ModeName::Calibrate => prediction(body).map(SimulationMode::Calibrate),
        ModeName::Backtest => read_backtest(body)
            .map(Box::new)
            .map(SimulationMode::Backtest),
    }
}

/// Fields that every mode has, or that are shown beside the parameters.
const COMMON: [&str; 6] = [
    "workflow_id",
    "workflow",
    "definition",
    "input_data",
    "mode",
    "background",
];

/// The mode's own fields.
fn parameters(value: &Value) -> Map<String, Value> {
    let fields = value.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| !COMMON.contains(&name.as_str()) && !RESULTS.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Which workflow a body names.
enum Named {
    Not,
    As(WorkflowId),
    Wrongly,
}

fn read_workflow(body: &mut Object<'_>) -> Named {
    let mut found = Named::Not;
    for name in ["workflow_id", "workflow"] {
        let Field::Present(node) = body.field(name) else {
            continue;
        };
        let id = node.integer(1..=i64::MAX).map(WorkflowId);
        found = match (found, id) {
            (Named::Not, Some(id)) => Named::As(id),
            (Named::As(first), Some(second)) if first == second => Named::As(first),
            (Named::As(_), Some(_)) => {
                body.fail(
                    name,
                    "Another workflow than workflow_id; leave one of the two out.",
                );
                Named::Wrongly
            }
            (_, None) | (Named::Wrongly, _) => Named::Wrongly,
        };
    }
    found
}

fn read_inline(node: &Node<'_>) -> Option<Subject> {
    let mut body = Node::new(node.value(), node.path().to_owned(), node.problems()).object()?;
    let name = match body.optional("name") {
        Some(name) => name.text_or_blank(200),
        None => Some(String::new()),
    };
    let definition = read_definition_fields(&mut body);
    body.read_only(&DESCRIPTIVE);
    body.finish();
    Some(Subject::Inline {
        name: name?,
        definition: Box::new(definition?),
    })
}
