//! What this crate needs of others.

use crate::{NewWorkflow, Workflow, WorkflowStatus, WorkflowType};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use workflow_model::{Definition, WorkflowId};

/// Which workflows; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkflowFilter {
    /// Of this type.
    pub workflow_type: Option<WorkflowType>,
    /// Of this status.
    pub status: Option<WorkflowStatus>,
    /// Whether the status is [`WorkflowStatus::Active`].
    pub is_active: Option<bool>,
    /// Each of these, in lower case, occurs in the name or the description.
    pub search: Vec<String>,
}

/// What workflows can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkflowOrder {
    /// By name.
    Name,
    /// By when it was made.
    CreatedAt,
    /// By number of executions.
    ExecutionCount,
}

/// What became of a request to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone, with its versions.
    Gone,
    /// There was none.
    NotFound,
    /// It stays, because other records name it: executions, SLAs or simulations.
    InUse,
}

/// Keeps workflows. Every method is one atomic step.
#[async_trait]
pub trait WorkflowStore: Send + Sync {
    /// Keeps a new workflow as version 1, revision 1.
    async fn insert(
        &self,
        actor: &Actor,
        new: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError>;

    /// `None` when the tenant has no such workflow.
    async fn get(&self, tenant: TenantId, id: WorkflowId) -> Result<Option<Workflow>, StoreError>;

    /// The workflow of that exact name with the smallest id.
    async fn find_by_name(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<Option<Workflow>, StoreError>;

    /// The definition that a version had.
    async fn version(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        version: i64,
    ) -> Result<Option<Definition>, StoreError>;

    /// A page of workflows.
    async fn list(
        &self,
        tenant: TenantId,
        filter: &WorkflowFilter,
        ordering: &Ordering<WorkflowOrder>,
        page: &PageRequest,
    ) -> Result<Page<Workflow>, StoreError>;

    /// Writes the workflow if the stored revision is `workflow.revision - 1`, else
    /// [`StoreError::StaleVersion`]; keeps the definition under `workflow.version`. Counters are
    /// not written: they are measured. Answers what is stored now.
    async fn replace(
        &self,
        workflow: &Workflow,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError>;

    /// Deletes a workflow that nothing names. [`StoreError::StaleVersion`] when its revision is
    /// not the expected one.
    async fn delete(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        expected_revision: Option<i64>,
    ) -> Result<Deleted, StoreError>;
}

/// Judges definitions; bridged to the simulator's static validation.
#[async_trait]
pub trait DefinitionCheck: Send + Sync {
    /// Every fault that keeps a definition from being used: sentences that name their path.
    /// Empty when it can be used.
    async fn faults(
        &self,
        tenant: TenantId,
        definition: &Definition,
    ) -> Result<Vec<String>, StoreError>;
}
