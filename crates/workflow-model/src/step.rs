//! One step of a definition.

use condition::Condition;
use serde_json::{Map, Value};

/// A condition as it was written, and compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// As written: an operator object, an expression string or an outcome label.
    pub source: Value,
    /// Compiled.
    pub condition: Condition,
}

impl Guard {
    /// The guard that lets everything through.
    #[must_use]
    pub fn always() -> Self {
        Self {
            source: Value::Object(Map::new()),
            condition: Condition::always(),
        }
    }
}

/// A step named by another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StepRef {
    /// By its 0-based position.
    Index(usize),
    /// By its name; the name `end`, unless a step has it, is the end of the workflow.
    Name(String),
}

/// Where to go when a condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// When it is taken.
    pub guard: Guard,
    /// Where it leads.
    pub next_step: StepRef,
}

/// How many of several approvers must approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalMode {
    /// Every one.
    All,
    /// The first that answers.
    Any,
    /// This many.
    AtLeast(u32),
}

/// Who approves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvers {
    /// Users or roles, as the engine names them.
    pub names: Vec<String>,
    /// How many of them.
    pub mode: ApprovalMode,
}

/// What happens when a step fails for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnFailure {
    /// The workflow fails: the default.
    Fail,
    /// The workflow goes on as if the step had been skipped.
    Continue,
    /// The workflow goes on at this step.
    GoTo(StepRef),
}

/// One step of a definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// As written.
    pub source: Map<String, Value>,
    /// Its name; without one in the source, the action's or `Step N`.
    pub name: String,
    /// An action type of the catalogue, or `decision`; `None` is a fault that validation names.
    pub action: Option<String>,
    /// Who approves, for an approval.
    pub approvers: Option<Approvers>,
    /// Whether the step runs at all.
    pub guard: Guard,
    /// Where it goes on: the first that holds is taken; without one that holds, in order.
    pub branches: Vec<Branch>,
    /// What happens when it fails for good.
    pub on_failure: OnFailure,
    /// How long one attempt may take, in seconds.
    pub timeout_seconds: Option<f64>,
    /// How often it is tried again after a failure.
    pub max_retries: u32,
    /// Steps that must have ended first. `None`: the step before it in the list. `Some([])`:
    /// none, so that it may start at once.
    pub depends_on: Option<Vec<StepRef>>,
    /// Input of the action.
    pub config: Map<String, Value>,
    /// Variables that the step produces.
    pub outputs: Vec<String>,
    /// A workflow that this step runs, by id or name, for `action: "workflow"`.
    pub workflow: Option<String>,
}

impl Step {
    /// Whether the step only chooses where to go on.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        self.action.as_deref() == Some("decision")
    }
}
