//! Judgement of one execution: pure arithmetic on milliseconds, compared before any rounding.

use crate::{Severity, SlaId, Thresholds, WindowCounts};
use chrono::{DateTime, TimeDelta, Utc};
use workflow_model::{ExecutionId, WorkflowId};

/// How a duration compares with the thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Over the target, strictly.
    pub breached: bool,
    /// Over warning or critical, strictly.
    pub severity: Option<Severity>,
}

/// Compares a duration with the thresholds.
#[must_use]
pub fn judge(thresholds: Thresholds, duration_millis: i64) -> Verdict {
    let severity = if duration_millis > thresholds.critical_millis {
        Some(Severity::Critical)
    } else if duration_millis > thresholds.warning_millis {
        Some(Severity::Warning)
    } else {
        None
    };
    Verdict {
        breached: duration_millis > thresholds.target_millis,
        severity,
    }
}

/// When an execution that has run `elapsed_millis` at `now` crosses its next threshold: the
/// first instant at which it is strictly over it. `None` when it has crossed them all.
#[must_use]
pub fn next_deadline(
    thresholds: Thresholds,
    elapsed_millis: i64,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let threshold = next_threshold(thresholds, elapsed_millis)?;
    now.checked_add_signed(TimeDelta::milliseconds(threshold - elapsed_millis + 1))
}

/// The smallest threshold that `elapsed_millis` is not over.
pub(crate) fn next_threshold(thresholds: Thresholds, elapsed_millis: i64) -> Option<i64> {
    [
        thresholds.warning_millis,
        thresholds.target_millis,
        thresholds.critical_millis,
    ]
    .into_iter()
    .filter(|threshold| elapsed_millis <= *threshold)
    .min()
}

/// What is known of one execution under one SLA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// Under this SLA.
    pub sla: SlaId,
    /// Of this workflow.
    pub workflow: WorkflowId,
    /// Of this execution.
    pub execution: ExecutionId,
    /// Whether it counts: it has ended, or it is over the target already.
    pub counted: bool,
    /// Where it stands in the window: its end; while it has not ended, when it went over the
    /// target, or else over the warning threshold, or else its start. Of pauses only their sum
    /// is known, so one that began after that moment moves it by its length.
    pub at: DateTime<Utc>,
    /// How long it took, or had taken when last looked at, in milliseconds.
    pub duration_millis: i64,
    /// Over the target.
    pub breached: bool,
    /// The severity of its breach record, if it has one; only rises.
    pub severity: Option<Severity>,
    /// When a running execution crosses its next threshold.
    pub next_deadline: Option<DateTime<Utc>>,
}

impl Judgement {
    /// What this judgement adds to the sums of its [`Judgement::at`]. The sums of a minute or an
    /// hour are the sums of this over the judgements that stand in it.
    #[must_use]
    pub fn counts(&self) -> WindowCounts {
        WindowCounts {
            total: i64::from(self.counted),
            breached: i64::from(self.counted && self.breached),
            breaches: i64::from(self.severity.is_some()),
            critical: i64::from(self.severity == Some(Severity::Critical)),
            warning: i64::from(self.severity == Some(Severity::Warning)),
        }
    }
}

#[cfg(test)]
mod tests;
