//! Measured statistics: integer sums over recorded steps.

#[cfg(test)]
mod tests;

use execution_log::Change;
use std::collections::BTreeMap;
use workflow_model::{Execution, RecordedStep, StepStatus, WorkflowId};

/// What statistics are kept by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepKey {
    /// In this workflow.
    pub workflow: WorkflowId,
    /// The step's name.
    pub step_name: String,
    /// The action type; empty when the report named none.
    pub action_type: String,
}

/// Sums over the attempts at a step that ended. Skipped and running ones are not among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepStatistics {
    /// Attempts that ended well.
    pub completed: i64,
    /// Attempts that ended badly.
    pub failed: i64,
    /// Attempts whose duration is known.
    pub timed: i64,
    /// Sum of those durations in milliseconds.
    pub total_millis: i64,
}

impl StepStatistics {
    /// Adds another sum.
    pub fn add(&mut self, other: &Self) {
        self.completed += other.completed;
        self.failed += other.failed;
        self.timed += other.timed;
        self.total_millis += other.total_millis;
    }

    fn subtract(&mut self, other: &Self) {
        self.completed -= other.completed;
        self.failed -= other.failed;
        self.timed -= other.timed;
        self.total_millis -= other.total_millis;
    }

    /// The mean duration in milliseconds; `None` when none is known.
    #[must_use]
    pub fn mean_millis(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "sums of milliseconds are below 2^53"
        )]
        (self.timed > 0).then(|| self.total_millis as f64 / self.timed as f64)
    }

    /// Completed among those that ended; `None` when none did.
    #[must_use]
    pub fn success_rate(&self) -> Option<f64> {
        let ended = self.completed + self.failed;
        #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
        (ended > 0).then(|| self.completed as f64 / ended as f64)
    }
}

/// How an action behaved: `execution_count` on the wire is completed + failed.
pub type Measurement = StepStatistics;

/// A correction of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsChange {
    /// Which row.
    pub key: StepKey,
    /// What to add to it; fields may be negative.
    pub delta: StepStatistics,
}

/// The row that a recorded step counts in.
#[must_use]
pub fn step_key(workflow: WorkflowId, step: &RecordedStep) -> StepKey {
    StepKey {
        workflow,
        step_name: step.step_name.clone(),
        action_type: step.action.clone().unwrap_or_default(),
    }
}

/// What one recorded step adds to its row.
#[must_use]
pub fn measure(step: &RecordedStep) -> StepStatistics {
    let (completed, failed) = match step.status {
        StepStatus::Completed => (1, 0),
        StepStatus::Failed => (0, 1),
        StepStatus::Running | StepStatus::Skipped => return StepStatistics::default(),
    };
    let millis = step.duration().map(|d| d.num_milliseconds());
    StepStatistics {
        completed,
        failed,
        timed: i64::from(millis.is_some()),
        total_millis: millis.unwrap_or(0),
    }
}

/// What `changes` do to the rows: one correction for each row that moves, in a fixed order.
#[must_use]
pub fn statistics_changes(changes: &[Change]) -> Vec<StatisticsChange> {
    let mut deltas: BTreeMap<StepKey, StepStatistics> = BTreeMap::new();
    let mut apply = |execution: &Execution, add: bool| {
        for step in &execution.steps {
            let one = measure(step);
            if one == StepStatistics::default() {
                continue;
            }
            let row = deltas
                .entry(step_key(execution.workflow, step))
                .or_default();
            if add {
                row.add(&one);
            } else {
                row.subtract(&one);
            }
        }
    };
    for change in changes {
        if let Some(before) = &change.before {
            apply(before, false);
        }
        if let Some(after) = &change.after {
            apply(after, true);
        }
    }
    deltas
        .into_iter()
        .filter(|(_, delta)| *delta != StepStatistics::default())
        .map(|(key, delta)| StatisticsChange { key, delta })
        .collect()
}

/// Whether a row counts for the action of that name and type, given the names of all actions of
/// the tenant with that type: a step that bears the name of another action is that one's.
///
/// The tenant is the one whose row it is, and its actions are those it owns: what another tenant
/// declares for all to see never moves the numbers of its own.
#[must_use]
pub fn belongs_to(key: &StepKey, action_type: &str, name: &str, names_of_type: &[String]) -> bool {
    key.action_type == action_type
        && (key.step_name == name || !names_of_type.contains(&key.step_name))
}
