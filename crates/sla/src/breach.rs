//! A promise that was broken, or nearly.

use crate::SlaId;
use chrono::{DateTime, Utc};
use kernel::TenantId;
use std::fmt;
use workflow_model::{ExecutionId, WorkflowId};

/// Identifies a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BreachId(pub i64);

impl fmt::Display for BreachId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How bad it is. Only rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Over the warning threshold.
    Warning,
    /// Over the critical threshold.
    Critical,
}

impl Severity {
    /// Every severity with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 2] =
        [("warning", Self::Warning), ("critical", Self::Critical)];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The severity of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }
}

/// One record for each (SLA, execution).
#[derive(Debug, Clone, PartialEq)]
pub struct Breach {
    /// Its id.
    pub id: BreachId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Of which SLA.
    pub sla: SlaId,
    /// That SLA's name.
    pub sla_name: String,
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// That workflow's name.
    pub workflow_name: String,
    /// By which execution.
    pub execution: ExecutionId,
    /// How bad.
    pub severity: Severity,
    /// How long it took, or had taken when it was found, in milliseconds.
    pub actual_millis: i64,
    /// The target at that time, in milliseconds.
    pub target_millis: i64,
    /// When every recipient had been sent the alert.
    pub alert_sent_at: Option<DateTime<Utc>>,
    /// Who is to be told.
    pub alert_recipients: Vec<String>,
    /// Those among them whose alert was given up, in their order: refused, or tried
    /// [`crate::MAX_ATTEMPTS`] times.
    pub alert_failed_recipients: Vec<String>,
    /// Who has seen to it.
    pub acknowledged_by: Option<String>,
    /// When.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What was done.
    pub resolution_notes: String,
    /// When it was found.
    pub detected_at: DateTime<Utc>,
    /// Counts its changes, from 1.
    pub revision: i64,
}

impl Breach {
    /// Actual minus target in milliseconds; negative on a warning under the target.
    #[must_use]
    pub fn margin_millis(&self) -> i64 {
        self.actual_millis - self.target_millis
    }
}
