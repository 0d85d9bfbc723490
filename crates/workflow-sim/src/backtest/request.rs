//! What is asked of a back-test.

use chrono::{DateTime, TimeDelta, Utc};
use document::Problem;
use serde_json::Value;
use std::collections::BTreeMap;
use workflow_model::{Definition, StepRef};

use super::change;

/// A request to hold a changed definition against recorded executions.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestRequest {
    /// Which executions.
    pub window: BacktestWindow,
    /// What is changed.
    pub change: BacktestChange,
    /// What history cannot say and the client does.
    pub assumptions: BacktestAssumptions,
    /// How many telling cases the answer shows, 0 to [`BacktestRequest::MAX_EXAMPLES`].
    pub examples: usize,
    /// Decides which durations are sampled where there are too many to keep; the same seed gives
    /// the same answer.
    pub seed: u64,
    /// The most executions that are examined; the rest is counted only.
    pub max_executions: u64,
}

impl BacktestRequest {
    /// Telling cases, unless said otherwise.
    pub const DEFAULT_EXAMPLES: usize = 5;
    /// The most telling cases.
    pub const MAX_EXAMPLES: usize = 50;
    /// Executions examined at most, unless said otherwise.
    pub const DEFAULT_MAX_EXECUTIONS: u64 = 200_000;
    /// The most that can be asked for.
    pub const HIGHEST_MAX_EXECUTIONS: u64 = 5_000_000;

    /// The changed definition, made of the recorded one.
    ///
    /// # Errors
    /// Changes that name no place of `baseline`, or that leave something unreadable, each under
    /// the path of the change.
    pub fn changed_definition(&self, baseline: &Definition) -> Result<Definition, Vec<Problem>> {
        match &self.change {
            BacktestChange::Whole(definition) => Ok((**definition).clone()),
            BacktestChange::List(changes) => change::apply(baseline, changes),
        }
    }
}

/// The time in which an execution must have started to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BacktestWindow {
    /// From this instant on. `None`: `days` before the end.
    pub from: Option<DateTime<Utc>>,
    /// Up to this instant, which still belongs to it. `None`: now.
    pub until: Option<DateTime<Utc>>,
    /// How many days before the end it begins, unless `from` says so.
    pub days: Option<u32>,
}

impl BacktestWindow {
    /// Days, unless said otherwise.
    pub const DEFAULT_DAYS: u32 = 90;
    /// Ten years.
    pub const MAX_DAYS: u32 = 3660;

    /// The first instant that belongs to it and the last.
    #[must_use]
    pub fn bounds(&self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let until = self.until.unwrap_or(now);
        let days = TimeDelta::days(self.days.unwrap_or(Self::DEFAULT_DAYS).into());
        let back = until.checked_sub_signed(days);
        let from = self.from.or(back).unwrap_or(DateTime::<Utc>::MIN_UTC);
        (from, until)
    }
}

/// What is changed.
#[derive(Debug, Clone, PartialEq)]
pub enum BacktestChange {
    /// Everything: this is the changed definition.
    Whole(Box<Definition>),
    /// These places of the recorded one, in order.
    List(Vec<DefinitionChange>),
}

/// One change of a definition.
#[derive(Debug, Clone, PartialEq)]
pub enum DefinitionChange {
    /// Puts a value at a path of the definition's document, such as
    /// `steps.2.branches.0.condition`. A step may be called by its name: `steps.Review.approver`.
    Set {
        /// Dotted names and 0-based positions.
        path: String,
        /// What is to stand there.
        value: Value,
    },
    /// Takes a step out. What led to it leads to the step after it; what depended on it depends on
    /// what it depended on.
    RemoveStep {
        /// Which.
        step: StepRef,
    },
    /// Puts a step in. Positions that other steps refer to move along.
    AddStep {
        /// As it is written in a definition.
        step: Value,
        /// Where.
        place: StepPlace,
    },
    /// Lets a machine do a step: it has another action, and no approver any more.
    AutomateStep {
        /// Which.
        step: StepRef,
        /// The action type that does it from now on.
        action: String,
    },
    /// Lets others approve a step.
    ChangeApprover {
        /// Which.
        step: StepRef,
        /// As it is written in a definition: a name, names, or an object with `approvers`, `mode`.
        approver: Value,
    },
}

/// Where a step is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepPlace {
    /// At this position, before the one that stands there.
    Before(StepRef),
    /// After this one.
    After(StepRef),
    /// After the last.
    Last,
}

/// What history cannot say and the client does.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BacktestAssumptions {
    /// How long a step takes where it did not run, in milliseconds, by its name.
    pub step_millis: BTreeMap<String, i64>,
    /// What an hour of work on a step costs, by the name of the step, the recorded actor, an
    /// approver or the action type; looked up in this order.
    pub cost_per_hour: BTreeMap<String, f64>,
    /// What one run of a step costs however long it takes, by the name of the step or the action
    /// type; looked up in this order.
    pub cost_per_run: BTreeMap<String, f64>,
}

impl BacktestAssumptions {
    /// Whether anything has a price.
    #[must_use]
    pub fn has_costs(&self) -> bool {
        !self.cost_per_hour.is_empty() || !self.cost_per_run.is_empty()
    }
}
