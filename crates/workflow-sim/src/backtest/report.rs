//! The answer of a back-test, as it is serialized. Durations are in milliseconds; a difference is
//! new minus old, so that what is saved is negative. Shares are between 0 and 1.

mod cases;

pub use cases::{
    ApproverChange, DecisionChange, EstimatedStep, OutcomeChange, ReplayedStep, SlaChange,
    StepSource, TellingCase, TellingKind, Unanswered, UnansweredReason, WayChange,
};

use chrono::{DateTime, Utc};
use serde::Serialize;

/// What a changed definition would have done to the recorded executions of a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BacktestReport {
    /// Which executions.
    pub window: WindowReport,
    /// How many, and what became of them.
    pub cases: CaseCounts,
    /// Whether the record agrees with the definition that it is held against.
    pub conformance: Conformance,
    /// Where cases go another way, by step; only steps at which some do.
    pub decisions: Vec<DecisionChange>,
    /// Time saved or lost.
    pub time: TimeChange,
    /// Cost saved or lost; `null` when nothing was given a price.
    pub cost: Option<CostChange>,
    /// Who is asked more or less often.
    pub approvals: Vec<ApproverChange>,
    /// Promises broken and kept.
    pub slas: Vec<SlaChange>,
    /// Outcomes that change, the most frequent first.
    pub outcomes: Vec<OutcomeChange>,
    /// Where steps ran that never ran for that case, and how long they were taken to last.
    pub estimated_steps: Vec<EstimatedStep>,
    /// What history could not answer, the most frequent first.
    pub unanswered: Vec<Unanswered>,
    /// A few cases that tell most.
    pub examples: Vec<TellingCase>,
    /// What the figures rest on, and what they leave out.
    pub notes: Vec<String>,
    /// The seed that was used.
    pub seed: u64,
}

/// The time that is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowReport {
    /// Executions that started from here on …
    pub from: DateTime<Utc>,
    /// … and up to this.
    pub until: DateTime<Utc>,
    /// The first start among those examined.
    pub first_started_at: Option<DateTime<Utc>>,
    /// The last.
    pub last_started_at: Option<DateTime<Utc>>,
}

/// How many executions, and what became of them.
/// `observed = examined + not_ended + not_examined`; `examined = answered + unanswered`;
/// `answered = changed + unchanged`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseCounts {
    /// Seen in the window.
    pub observed: u64,
    /// Had ended and were replayed.
    pub examined: u64,
    /// Running or paused: they say nothing yet.
    pub not_ended: u64,
    /// Beyond `max_executions`.
    pub not_examined: u64,
    /// Replayed to an end.
    pub answered: u64,
    /// What the changed definition would have done cannot be told; see `unanswered`.
    pub unanswered: u64,
    /// Answered, and the same in path, approvers, outcome and duration.
    pub unchanged: u64,
    /// Answered, and not the same.
    pub changed: u64,
    /// Of the changed: the steps that run, or their order, differ.
    pub path_changed: u64,
    /// Of the changed: those asked differ.
    pub approvers_changed: u64,
    /// Of the changed: the outcome differs.
    pub outcome_changed: u64,
    /// Of the changed: takes less time.
    pub faster: u64,
    /// Of the changed: takes more time.
    pub slower: u64,
    /// Of the changed: the changed trigger refuses the input, so that the workflow would not have
    /// started. Not part of the figures on time and cost.
    pub not_started: u64,
    /// Recorded without any step: their old path is what the definition says.
    pub without_steps: u64,
    /// The share of the changed among the answered, with its 95 % interval (Wilson); `null`
    /// without any.
    pub changed_share: Option<Share>,
}

/// A share with its 95 % interval by Wilson's score (E. B. Wilson 1927, JASA 22:209).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Whether the record agrees with the definition that it is held against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conformance {
    /// Decisions (branches, guards) that were recorded and that the definition decides.
    pub decisions: u64,
    /// Of those, the ones that went as the definition says.
    pub agreeing: u64,
    /// Agreeing among decisions; `null` without any.
    pub share: Option<f64>,
    /// Decisions that were recorded but that the recorded input does not decide.
    /// They are taken to go as recorded where they did not change.
    pub undecided: u64,
    /// The conditions that were not decided, with the variables that they lack; the most frequent
    /// first.
    pub undecided_conditions: Vec<UndecidedCondition>,
    /// Executions in which every decision agrees and every step fits the definition.
    pub conforming_cases: u64,
    /// Recorded steps that the definition does not know, or that it does not lead to. They are
    /// taken to stay as they were.
    pub steps_outside: u64,
    /// Steps that the definition leads to without a condition but that were not recorded. They
    /// are taken not to have run.
    pub steps_missing: u64,
    /// The steps whose record disagrees with the definition, the most frequent first.
    pub deviations: Vec<Deviation>,
}

/// A step at which the record disagrees with the definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The step.
    pub step: String,
    /// Its decisions.
    pub decisions: u64,
    /// Of those, the ones that went as the definition says.
    pub agreeing: u64,
}

/// A condition of the recorded definition that recorded inputs do not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UndecidedCondition {
    /// The step that asks.
    pub step: String,
    /// What it asks.
    pub condition: String,
    /// The variables that the inputs lack.
    pub missing: Vec<String>,
    /// How often.
    pub decisions: u64,
}

/// Time saved or lost, over the answered cases that completed and have a duration.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeChange {
    /// Those cases.
    pub cases: u64,
    /// Their recorded durations.
    pub old_total_ms: i64,
    /// The same under the changed definition.
    pub new_total_ms: i64,
    /// New minus old.
    pub difference_total_ms: i64,
    /// The mean difference over all those cases, with its 95 % interval (paired t); `null` with
    /// none.
    pub mean_difference_ms: Option<MeanInterval>,
    /// The mean old duration.
    pub old_mean_ms: Option<f64>,
    /// The mean new duration.
    pub new_mean_ms: Option<f64>,
    /// The median difference over the cases in which it is not zero; `null` with none.
    pub median_difference_ms: Option<f64>,
    /// Whether that median is of a seeded sample, because the cases were too many to keep.
    pub median_is_sampled: bool,
    /// Recorded work that is dropped, whether or not anything waited for it.
    pub dropped_work_ms: i64,
    /// Work that is added, all of it estimated.
    pub added_work_ms: i64,
    /// The share of the new durations that is estimated.
    pub estimated_share: f64,
    /// Cases whose new duration has an estimated part.
    pub cases_with_estimates: u64,
}

/// A mean with its 95 % interval. The ends are `null` with fewer than two cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanInterval {
    /// The mean.
    pub mean: f64,
    /// The lower end.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// Cost saved or lost, in the unit of the given prices, over the same cases as the time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostChange {
    /// Of the recorded steps.
    pub old_total: f64,
    /// Under the changed definition.
    pub new_total: f64,
    /// New minus old.
    pub difference_total: f64,
    /// The mean difference over the cases, with its 95 % interval (paired t).
    pub mean_difference: Option<MeanInterval>,
    /// Runs of steps, recorded and new, that nothing gave a price; they count as free.
    pub steps_without_price: u64,
}
