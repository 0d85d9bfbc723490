//! What a client says of a run.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use workflow_model::{ExecutionId, ExecutionStatus, RecordedStep, WorkflowId};

/// Which workflow a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkflowKey {
    /// By id.
    Id(WorkflowId),
    /// By name, in bulk files.
    Name(String),
}

/// Which execution a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// A new one, or the one of that `external_id`.
    ByExternalId,
    /// The one of this id, in that revision when one is given.
    ById(ExecutionId, Option<i64>),
}

/// What a client says of a run. An absent field says nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which execution.
    pub known: Known,
    /// Which workflow; needed unless the execution is named by id.
    pub workflow: Option<WorkflowKey>,
    /// The version that ran; the current one when absent.
    pub workflow_version: Option<i64>,
    /// The engine's own id of the run.
    pub external_id: Option<String>,
    /// How far it is; [`ExecutionStatus::Completed`] when absent and `completed_at` is given,
    /// else [`ExecutionStatus::Running`].
    pub status: Option<ExecutionStatus>,
    /// The input.
    pub input_data: Option<Map<String, Value>>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// When it began; for a new execution the time of the report when absent.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// Who or what started it.
    pub triggered_by: Option<String>,
    /// Steps, all or only those with news.
    pub steps: Vec<RecordedStep>,
    /// When the engine said so, for engines whose reports may arrive out of order.
    pub reported_at: Option<DateTime<Utc>>,
}
