//! A promise.

use crate::judge::next_threshold;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{TenantId, to_millis};
use std::fmt;
use workflow_model::{Execution, ExecutionStatus, WorkflowId};

/// Identifies an SLA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlaId(pub i64);

impl fmt::Display for SlaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Durations in milliseconds, with 0 < warning ≤ target ≤ critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Over this there is a breach record of severity `warning`.
    pub warning_millis: i64,
    /// Over this the execution breaches the SLA.
    pub target_millis: i64,
    /// Over this the record is `critical`.
    pub critical_millis: i64,
}

/// An SLA to be kept; every number was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSla {
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// 1 to 200 characters.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The promise.
    pub thresholds: Thresholds,
    /// Length of the rolling window, 1 to 8760 hours.
    pub window_hours: i64,
    /// The objective: this share of the executions in the window keeps the target. In percent,
    /// over 0 and under 100.
    pub objective_percent: f64,
    /// Whether it judges.
    pub is_active: bool,
    /// Who is told of breaches; empty for the service's default recipients.
    pub alert_recipients: Vec<String>,
}

/// Changes to an SLA; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SlaChange {
    /// The workflow that the client believes the SLA is of: it cannot be changed, so another
    /// one is a problem.
    pub workflow: Option<WorkflowId>,
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New target in milliseconds.
    pub target_millis: Option<i64>,
    /// New warning threshold in milliseconds.
    pub warning_millis: Option<i64>,
    /// New critical threshold in milliseconds.
    pub critical_millis: Option<i64>,
    /// New window.
    pub window_hours: Option<i64>,
    /// New objective.
    pub objective_percent: Option<f64>,
    /// Whether it judges.
    pub is_active: Option<bool>,
    /// Who is told.
    pub alert_recipients: Option<Vec<String>>,
}

/// Longer than a store takes from the time that it stamps on an SLA to when others see the SLA.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(1);

/// An SLA.
#[derive(Debug, Clone, PartialEq)]
pub struct Sla {
    /// Its id.
    pub id: SlaId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// That workflow's name.
    pub workflow_name: String,
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The promise.
    pub thresholds: Thresholds,
    /// Length of the rolling window in hours.
    pub window_hours: i64,
    /// The objective in percent.
    pub objective_percent: f64,
    /// Whether it judges.
    pub is_active: bool,
    /// Who is told of breaches.
    pub alert_recipients: Vec<String>,
    /// How many executions it judged.
    pub total_executions: i64,
    /// How many of them were over the target.
    pub breached_executions: i64,
    /// By whom it was made.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a client last changed it.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes by clients, from 1.
    pub revision: i64,
}

impl Sla {
    /// The window at its making, `(from, until]`: executions that ended in it are judged though
    /// they were recorded before the SLA was made.
    #[must_use]
    pub fn first_window(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let length = TimeDelta::try_hours(self.window_hours).unwrap_or(TimeDelta::MAX);
        let from = self.created_at.checked_sub_signed(length);
        (from.unwrap_or(DateTime::<Utc>::MIN_UTC), self.created_at)
    }

    /// Whether the execution ended within the first window.
    #[must_use]
    pub fn first_window_covers(&self, execution: &Execution) -> bool {
        let (from, until) = self.first_window();
        execution.status.is_final()
            && execution
                .completed_at
                .is_some_and(|ended| from < ended && ended <= until)
    }

    /// Whether the execution ran when the SLA was made, has not been reported since, and had a
    /// threshold yet to cross: then the clock finds it at its deadline. One that was over them
    /// all already is judged when it is reported again.
    #[must_use]
    pub fn awaits(&self, execution: &Execution) -> bool {
        let elapsed_millis = to_millis(self.created_at)
            .saturating_sub(to_millis(execution.started_at))
            .saturating_sub(execution.paused_millis);
        execution.status == ExecutionStatus::Running
            && execution.paused_at.is_none()
            && to_millis(execution.updated_at) < to_millis(self.created_at)
            && next_threshold(self.thresholds, elapsed_millis).is_some()
    }

    /// Until when the SLA may have been on its way into the store: what was reported by then may
    /// have been looked at before the SLA was there.
    #[must_use]
    pub fn settled_at(&self) -> DateTime<Utc> {
        let settled = self.created_at.checked_add_signed(UNDER_WAY);
        settled.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Whether the execution is looked at when the SLA has been made, whatever comes from the
    /// change feed: it ended within the first window, or it runs towards a deadline, or it was
    /// reported while the SLA was being made.
    #[must_use]
    pub fn covers_at_making(&self, execution: &Execution) -> bool {
        let reported = to_millis(execution.updated_at);
        self.first_window_covers(execution)
            || self.awaits(execution)
            || (to_millis(self.created_at)..to_millis(self.settled_at())).contains(&reported)
    }

    /// Whether the execution is among those that the SLA judges: it was reported, or reported
    /// again with news, when the SLA had been made, or it is judged at its making. Whether the
    /// SLA was active then is not asked.
    #[must_use]
    pub fn covers(&self, execution: &Execution) -> bool {
        to_millis(execution.updated_at) >= to_millis(self.created_at)
            || self.covers_at_making(execution)
    }
}
