//! A run of a workflow that happened, or is happening, in the user's own engine.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::TenantId;
use serde_json::{Map, Value};
use std::fmt;

/// Identifies a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkflowId(pub i64);

impl fmt::Display for WorkflowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Identifies a recorded execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExecutionId(pub i64);

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far an execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExecutionStatus {
    /// Under way.
    Running,
    /// Waiting, with its clock stopped.
    Paused,
    /// Ended well.
    Completed,
    /// Ended badly.
    Failed,
    /// Stopped by someone.
    Cancelled,
}

impl ExecutionStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Running,
        Self::Paused,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether nothing more happens.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Running | Self::Paused => false,
            Self::Completed | Self::Failed | Self::Cancelled => true,
        }
    }
}

/// How far a recorded step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepStatus {
    /// Under way.
    Running,
    /// Not run.
    Skipped,
    /// Ended well.
    Completed,
    /// Ended badly.
    Failed,
}

impl StepStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Running, Self::Skipped, Self::Completed, Self::Failed];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Skipped => "skipped",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// One attempt at one step of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedStep {
    /// Its 0-based position in the definition, when known.
    pub step_index: Option<u32>,
    /// Its name.
    pub step_name: String,
    /// The action type, when known.
    pub action: Option<String>,
    /// Who or what did it.
    pub actor: Option<String>,
    /// How far it is.
    pub status: StepStatus,
    /// What came of it, such as `approved`.
    pub outcome: Option<String>,
    /// From 1.
    pub attempt: u32,
    /// When it began, if that was recorded.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error_message: Option<String>,
}

impl RecordedStep {
    /// How long it took; `None` unless both ends were recorded.
    #[must_use]
    pub fn duration(&self) -> Option<TimeDelta> {
        Some(self.completed_at? - self.started_at?)
    }
}

/// A recorded execution.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The workflow that ran.
    pub workflow: WorkflowId,
    /// That workflow's name.
    pub workflow_name: String,
    /// That workflow's type, by its name on the wire.
    pub workflow_type: String,
    /// The version of the workflow that ran.
    pub workflow_version: i64,
    /// The engine's own id of the run, unique within the workflow.
    pub external_id: Option<String>,
    /// How far it is.
    pub status: ExecutionStatus,
    /// The input that it ran on.
    pub input_data: Map<String, Value>,
    /// What came of it, such as `approved`.
    pub outcome: Option<String>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// Since when it is paused, while it is.
    pub paused_at: Option<DateTime<Utc>>,
    /// How long it was paused in all, not counting a pause that still lasts, in milliseconds.
    pub paused_millis: i64,
    /// Who or what started it.
    pub triggered_by: Option<String>,
    /// The attempts at its steps, by time.
    pub steps: Vec<RecordedStep>,
    /// When it was first reported.
    pub created_at: DateTime<Utc>,
    /// When it was last reported with news.
    pub updated_at: DateTime<Utc>,
    /// Counts the reports that changed it, from 1.
    pub revision: i64,
}

impl Execution {
    /// How long it ran, without the time it was paused, in milliseconds; `None` until it ends.
    #[must_use]
    pub fn duration_millis(&self) -> Option<i64> {
        let wall = (self.completed_at? - self.started_at).num_milliseconds();
        Some((wall - self.paused_millis).max(0))
    }

    /// How long it has been running at `now`, without the time it was paused, in milliseconds.
    #[must_use]
    pub fn elapsed_millis(&self, now: DateTime<Utc>) -> i64 {
        let until = self.completed_at.or(self.paused_at).unwrap_or(now);
        ((until - self.started_at).num_milliseconds() - self.paused_millis).max(0)
    }
}
