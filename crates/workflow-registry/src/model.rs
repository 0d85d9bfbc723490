//! A workflow.

use chrono::{DateTime, Utc};
use kernel::TenantId;
use workflow_model::{Definition, WorkflowId};

/// What kind of work a workflow does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkflowType {
    /// People decide.
    Approval,
    /// People are told.
    Notification,
    /// Machines work.
    Automation,
    /// Something is passed upwards.
    Escalation,
    /// Anything else.
    Custom,
}

impl WorkflowType {
    /// Every type with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 5] = [
        ("approval", Self::Approval),
        ("notification", Self::Notification),
        ("automation", Self::Automation),
        ("escalation", Self::Escalation),
        ("custom", Self::Custom),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Notification => "notification",
            Self::Automation => "automation",
            Self::Escalation => "escalation",
            Self::Custom => "custom",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }
}

/// Where a workflow stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkflowStatus {
    /// Being written.
    Draft,
    /// In use.
    Active,
    /// Out of use for now.
    Inactive,
    /// Out of use for good; kept for its history.
    Archived,
}

impl WorkflowStatus {
    /// Every status with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 4] = [
        ("draft", Self::Draft),
        ("active", Self::Active),
        ("inactive", Self::Inactive),
        ("archived", Self::Archived),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
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

/// A workflow to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWorkflow {
    /// 1 to 200 characters.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What kind of work.
    pub workflow_type: WorkflowType,
    /// [`WorkflowStatus::Draft`] unless the client says otherwise.
    pub status: WorkflowStatus,
    /// What it consists of.
    pub definition: Definition,
}

/// Changes to a workflow; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkflowChange {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New type.
    pub workflow_type: Option<WorkflowType>,
    /// New status.
    pub status: Option<WorkflowStatus>,
    /// New parts of the definition: trigger, steps, variables, settings, drawing.
    pub trigger: Option<workflow_model::Guard>,
    /// New steps: makes a new version when they differ.
    pub steps: Option<Vec<workflow_model::Step>>,
    /// New variables.
    pub variables: Option<Vec<workflow_model::Variable>>,
    /// New settings.
    pub settings: Option<serde_json::Map<String, serde_json::Value>>,
    /// New drawing, or none.
    pub graph: Option<Option<workflow_model::GraphSpec>>,
}

/// A workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What kind of work.
    pub workflow_type: WorkflowType,
    /// Where it stands; `is_active` on the wire says whether that is [`WorkflowStatus::Active`].
    pub status: WorkflowStatus,
    /// Counts the changes of its steps, from 1.
    pub version: i64,
    /// What it consists of.
    pub definition: Definition,
    /// By whom it was made.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed by a client.
    pub updated_at: DateTime<Utc>,
    /// How many executions were recorded of it.
    pub execution_count: i64,
    /// When the latest of them started.
    pub last_executed_at: Option<DateTime<Utc>>,
    /// Counts the changes by clients, from 1.
    pub revision: i64,
}
