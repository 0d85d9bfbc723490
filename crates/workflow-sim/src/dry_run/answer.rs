//! The answer, as it goes to the client.

use crate::EstimateSource;
use serde::Serialize;
use serde_json::Value;

/// What a workflow would do on one input. A step's index is its position among the steps, or
/// among the nodes of a definition that is only a drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRun {
    /// The steps that would run, by time.
    pub execution_path: Vec<PathStep>,
    /// Every condition that was met: those on the path first, then those on ways not taken.
    pub branch_explorations: Vec<BranchExploration>,
    /// Who would be asked, in order.
    pub approval_chain: Vec<ApprovalLink>,
    /// How long it would take, in milliseconds: the critical path.
    pub predicted_duration_ms: i64,
    /// Faults that keep the definition from being used, each with its path.
    pub validation_errors: Vec<String>,
    /// What else to look at, each with its path.
    pub warnings: Vec<String>,
    /// Variables that the input lacks and that decide something.
    pub missing_variables: Vec<MissingVariable>,
    /// What the steps on the path would change in the world, as the catalogue declares it.
    pub would_have_done: Vec<Effect>,
    /// When each step on the path would run.
    pub timeline: Vec<Span>,
    /// The steps whose durations add up to the predicted one.
    pub critical_path: Vec<usize>,
    /// What is arranged for failures of the steps on the path.
    pub failure_handling: Vec<FailurePlan>,
}

/// A step that would run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathStep {
    /// Its index.
    pub step_index: usize,
    /// Its name.
    pub step_name: String,
    /// Its action type; empty when it names none.
    pub action: String,
    /// Always `simulated`.
    pub status: &'static str,
    /// Its estimated duration in milliseconds.
    pub estimated_duration_ms: i64,
    /// What the estimate rests on.
    pub duration_source: EstimateSource,
    /// The same in words.
    pub duration_basis: String,
    /// The number of attempts whose mean the estimate is; 0 when it is not one.
    pub sample_count: i64,
    /// When it would start, in milliseconds after the workflow.
    pub start_ms: i64,
    /// Which time it runs; over 1 in loops.
    pub round: u32,
    /// Whether it runs only if a missing variable has the right value.
    pub possible: bool,
    /// What the workflow that it runs would do; shown once for each such workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_run: Option<SubRun>,
}

/// The dry run of a workflow that a step runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubRun {
    /// Its name.
    pub workflow_name: String,
    /// Its version.
    pub version: i64,
    /// How long it would take, in milliseconds.
    pub predicted_duration_ms: i64,
    /// Its steps that would run.
    pub execution_path: Vec<PathStep>,
    /// Its conditions.
    pub branch_explorations: Vec<BranchExploration>,
}

/// What a truth value is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TruthValue {
    /// It holds.
    True,
    /// It does not.
    False,
    /// A variable is missing.
    Unknown,
}

/// What a condition decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplorationKind {
    /// Whether a step runs.
    Guard,
    /// Where a step goes on.
    Branch,
    /// Where a step goes on when none of its branches is taken.
    Default,
    /// Another trigger than the one that was followed.
    Trigger,
}

/// A condition, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BranchExploration {
    /// The step before; `null` at the beginning.
    pub from_step: Option<usize>,
    /// The condition as a canonical expression; `otherwise` for a default.
    pub condition: String,
    /// Where it leads when it holds; `null` for the end.
    pub next_step: Option<usize>,
    /// What it decides.
    pub kind: ExplorationKind,
    /// Whether the dry run went there.
    pub taken: bool,
    /// Whether it holds; for a default, whether it is what remains.
    pub truth: TruthValue,
    /// Whether it was met on the execution path.
    pub on_path: bool,
    /// Its clauses with the values that they met.
    pub why: Vec<Clause>,
    /// A smallest change of the input that would turn it; empty when none is known.
    pub nearest_change: Vec<InputChange>,
    /// The variables that it lacks.
    pub missing: Vec<String>,
    /// The outcome of the step before that was assumed, when the condition asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed_outcome: Option<String>,
    /// What would follow if it were taken, unless it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Course>,
    /// What would follow if a guard that cannot be told did not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Course>,
}

/// A way that was not taken, up to where it meets one that is shown already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    /// The steps that would run.
    pub steps: Vec<CourseStep>,
    /// Where it meets the execution path or a course shown before; `null` when it ends first.
    pub continues_at: Option<usize>,
    /// How long the steps would take, in milliseconds, parallel ones counted once.
    pub estimated_duration_ms: i64,
}

/// A step of a way not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseStep {
    /// Its index.
    pub step_index: usize,
    /// Its name.
    pub step_name: String,
    /// Its action type.
    pub action: String,
}

/// A clause of a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clause {
    /// Its canonical text.
    pub clause: String,
    /// What it says by itself.
    pub truth: TruthValue,
    /// What its variables hold.
    pub values: Vec<VariableReading>,
}

/// A variable and its value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariableReading {
    /// Its dotted path.
    pub path: String,
    /// Its value; left out when the input lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// A change of the input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputChange {
    /// The variable's dotted path.
    pub path: String,
    /// What it holds; left out when the input lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What it would have to hold.
    pub to: Value,
}

/// Somebody who would be asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApprovalLink {
    /// The index of the step.
    pub step: usize,
    /// A user or role.
    pub approver: String,
    /// The step's condition as an operator object, or as an expression where there is no such
    /// object; `{}` without one.
    pub conditions: Value,
    /// The step's name.
    pub step_name: String,
    /// How many of the step's approvers must approve: `all`, `any`, `2 of 3`.
    pub mode: String,
    /// Whether they are asked only if a missing variable has the right value.
    pub possible: bool,
    /// Why they are in the chain.
    pub reason: String,
    /// The workflow run by the step in which they are asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
}

/// A variable that the input lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingVariable {
    /// Its dotted path.
    pub variable: String,
    /// The step that would produce it, if one says so.
    pub produced_by: Option<String>,
    /// What it decides.
    pub decides: Vec<DecidedBy>,
}

/// What a missing variable decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecidedBy {
    /// The step that decides.
    pub step: usize,
    /// The condition.
    pub condition: String,
    /// Where it leads when it holds; `null` for the end.
    pub if_it_holds: Option<usize>,
    /// Where it leads when it does not, as far as that is known; `null` for the end.
    pub if_it_does_not: Option<usize>,
}

/// What a step would change in the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The step's index.
    pub step_index: usize,
    /// The step's name.
    pub step_name: String,
    /// The action type.
    pub action: String,
    /// What it changes.
    pub side_effects: Vec<String>,
    /// Whether it can be repeated without harm.
    pub is_idempotent: bool,
    /// Whether it runs only if a missing variable has the right value.
    pub possible: bool,
}

/// When a step would run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The step's index.
    pub step_index: usize,
    /// The step's name.
    pub step_name: String,
    /// In milliseconds after the workflow's start.
    pub start_ms: i64,
    /// In milliseconds after the workflow's start.
    pub end_ms: i64,
    /// Whether the predicted duration depends on it.
    pub critical: bool,
}

/// What is arranged for the failure of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailurePlan {
    /// The step's index.
    pub step: usize,
    /// The step's name.
    pub step_name: String,
    /// How often it is tried again.
    pub max_retries: u32,
    /// How long one attempt may take.
    pub timeout_seconds: Option<f64>,
    /// How long it may take until it has failed for good, in milliseconds; `null` without a
    /// timeout.
    pub longest_ms: Option<i64>,
    /// The measured share of attempts that end well; `null` when nothing was measured.
    pub success_rate: Option<f64>,
    /// What then happens: `fail`, `continue` or `go_to`.
    pub then: &'static str,
    /// Where it goes on after `continue` or `go_to`; `null` for the end.
    pub next_step: Option<usize>,
    /// The way after `go_to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<Course>,
}
