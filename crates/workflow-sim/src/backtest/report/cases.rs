//! The parts of the answer that are about single steps, people and cases.

use super::Share;
use crate::EstimateSource;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A step at which cases go another way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionChange {
    /// The step, by its name.
    pub step: String,
    /// Cases that come by under both definitions with a known way. A loop counts each time.
    pub decisions: u64,
    /// Of those, the ones that go another way.
    pub diverted: u64,
    /// Diverted among decisions.
    pub share: Share,
    /// From which way to which, the most frequent first.
    pub from_to: Vec<WayChange>,
}

/// From one way to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WayChange {
    /// Where it went: a step's name, `end`, `run` or `skip`.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// How often.
    pub count: u64,
}

/// How often someone is asked. Runs of approval steps of answered cases that completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApproverChange {
    /// Who, as the definition names them; as the record does where the definition names nobody.
    pub approver: String,
    /// Asked under the recorded definition.
    pub old: u64,
    /// Asked under the changed one.
    pub new: u64,
    /// No longer asked.
    pub saved: u64,
    /// Newly asked.
    pub added: u64,
}

/// One promise under both definitions, over the same cases as the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlaChange {
    /// The SLA.
    pub sla: String,
    /// The longest duration that keeps it, in seconds.
    pub target_seconds: i64,
    /// Cases that broke it.
    pub old_breaches: u64,
    /// Cases that would have.
    pub new_breaches: u64,
    /// Kept before, broken now.
    pub appear: u64,
    /// Broken before, kept now.
    pub vanish: u64,
    /// Of those that appear, the ones whose new duration is partly estimated.
    pub appear_on_estimates: u64,
    /// Of those that vanish, the ones whose new duration is partly estimated.
    pub vanish_on_estimates: u64,
}

/// An outcome that becomes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeChange {
    /// As recorded.
    pub from: String,
    /// Under the changed definition; `null` where it cannot be told.
    pub to: Option<String>,
    /// Cases.
    pub count: u64,
    /// Of those, the ones that rest on an approval that was never asked and is taken as given.
    pub assumed: u64,
}

/// A step that runs in cases for which it was never recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimatedStep {
    /// The step.
    pub step: String,
    /// How often.
    pub runs: u64,
    /// How long each is taken to last.
    pub estimated_duration_ms: i64,
    /// How long it is taken to wait before it starts.
    pub estimated_wait_ms: i64,
    /// What the estimate rests on.
    pub source: StepSource,
    /// The same in words.
    pub basis: String,
}

/// What a duration rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepSource {
    /// Recorded for this case.
    Recorded,
    /// Given in the request.
    Assumed,
    /// The mean of this step over the window.
    Window,
    /// Recorded attempts at this step, of any time.
    Measured,
    /// A dry run of the workflow that the step runs.
    SubWorkflow,
    /// Recorded steps of any workflow with this action.
    Catalogue,
    /// A convention: nothing was measured yet.
    Default,
}

impl From<EstimateSource> for StepSource {
    fn from(source: EstimateSource) -> Self {
        match source {
            EstimateSource::Measured => Self::Measured,
            EstimateSource::SubWorkflow => Self::SubWorkflow,
            EstimateSource::Catalogue => Self::Catalogue,
            EstimateSource::Default => Self::Default,
        }
    }
}

/// Why history cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnansweredReason {
    /// A changed condition reads variables that the recorded input lacks.
    MissingVariables,
    /// The execution failed or was cancelled, and the change touches what it had done by then.
    NotCompleted,
    /// A loop of the changed definition has no end on the recorded input.
    EndlessLoop,
}

/// What history could not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unanswered {
    /// Why.
    pub reason: UnansweredReason,
    /// At which step, when it is one; `trigger` for the condition that starts the workflow.
    pub step: Option<String>,
    /// The condition that could not be told.
    pub condition: Option<String>,
    /// The variables that it lacks.
    pub missing: Vec<String>,
    /// Cases.
    pub cases: u64,
}

/// Why a case is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TellingKind {
    /// Saves the most time.
    BiggestSaving,
    /// Loses the most time.
    BiggestLoss,
    /// Breaks a promise that it kept.
    NewBreach,
    /// Keeps a promise that it broke.
    VanishedBreach,
    /// Asks somebody who was not asked.
    NewApprover,
    /// Ends otherwise.
    ChangedOutcome,
    /// Would not have started.
    NotStarted,
    /// Goes another way, and none of the above.
    ChangedPath,
}

/// One case under both definitions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TellingCase {
    /// The recorded execution.
    pub execution: i64,
    /// The engine's own id of it.
    pub external_id: Option<String>,
    /// Why it is shown.
    pub kind: TellingKind,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// The steps that ran, by time.
    pub old_path: Vec<ReplayedStep>,
    /// The steps that would have run, by time.
    pub new_path: Vec<ReplayedStep>,
    /// Who was asked, by time.
    pub old_approvers: Vec<String>,
    /// Who would have been asked, by time.
    pub new_approvers: Vec<String>,
    /// How it ended.
    pub old_outcome: String,
    /// How it would have; `null` where it cannot be told.
    pub new_outcome: Option<String>,
    /// Whether that rests on an approval that was never asked and is taken as given.
    pub outcome_assumed: bool,
    /// How long it took; `null` when it did not complete.
    pub old_duration_ms: Option<i64>,
    /// How long it would have taken.
    pub new_duration_ms: Option<i64>,
    /// New minus old.
    pub difference_ms: Option<i64>,
    /// The part of the new duration that is estimated, between 0 and 1.
    pub estimated_share: f64,
    /// What its steps cost; `null` when nothing was given a price.
    pub old_cost: Option<f64>,
    /// What they would have.
    pub new_cost: Option<f64>,
    /// Promises that it kept and would have broken.
    pub breaches_appear: Vec<String>,
    /// Promises that it broke and would have kept.
    pub breaches_vanish: Vec<String>,
}

/// A step on a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayedStep {
    /// Its name.
    pub step: String,
    /// When it began, counted from the start of the execution.
    pub start_ms: i64,
    /// How long it took.
    pub duration_ms: i64,
    /// What the duration rests on.
    pub source: StepSource,
    /// Who did it, where that was recorded for this case.
    pub actor: Option<String>,
    /// What came of it, where that was recorded for this case.
    pub outcome: Option<String>,
    /// Whether the recorded definition does not lead to it. It is taken to stay as it was.
    pub outside_definition: bool,
}
