//! A simulation, as it is kept.

use chrono::{DateTime, Utc};
use kernel::TenantId;
use serde_json::{Map, Value};
use std::fmt;
use workflow_model::WorkflowId;

/// Identifies a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SimulationId(pub i64);

impl fmt::Display for SimulationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a simulation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SimulationStatus {
    /// Not begun.
    Pending,
    /// Under way.
    Running,
    /// Ended; faults of the definition are part of the result.
    Completed,
    /// Could not be ended, such as over its budget.
    Failed,
}

impl SimulationStatus {
    /// Every status with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 4] = [
        ("pending", Self::Pending),
        ("running", Self::Running),
        ("completed", Self::Completed),
        ("failed", Self::Failed),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }
}

/// A simulation to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSimulation {
    /// Of this workflow; `None` for an inline definition.
    pub workflow: Option<WorkflowId>,
    /// Its name; empty for an inline definition without one.
    pub workflow_name: String,
    /// The version that was simulated; 0 for an inline definition.
    pub workflow_version: i64,
    /// `dry_run` and the modes to come.
    pub mode: String,
    /// The input.
    pub input_data: Map<String, Value>,
    /// How far it is.
    pub status: SimulationStatus,
    /// The result's own fields, as they go to the client (`execution_path`, …).
    pub result: Map<String, Value>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
}

/// How a simulation that ran for a while ended.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationEnd {
    /// [`SimulationStatus::Completed`] or [`SimulationStatus::Failed`].
    pub status: SimulationStatus,
    /// The result's own fields, as they go to the client.
    pub result: Map<String, Value>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A simulation. Immutable once it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Its id.
    pub id: SimulationId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What was simulated, and the result.
    pub content: NewSimulation,
    /// By whom it was made.
    pub created_by: String,
}
