//! Recorded history, and what is promised about it.

use crate::SlaTarget;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{StoreError, TenantId};
use workflow_model::{Execution, ExecutionId, WorkflowId};

/// A stretch of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryWindow {
    /// Executions that started at or after.
    pub from: DateTime<Utc>,
    /// Executions that started at or before.
    pub until: DateTime<Utc>,
}

/// Where recorded executions come from; bridged to the execution log.
#[async_trait]
pub trait HistorySource: Send + Sync {
    /// Up to `limit` executions of a workflow that started within the window, with ids over
    /// `after`, by id. Fewer than `limit` are the last ones.
    async fn executions(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        window: &HistoryWindow,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError>;
}

/// Where the promises about a workflow come from; bridged to the SLAs.
#[async_trait]
pub trait TargetSource: Send + Sync {
    /// The targets of the workflow's active SLAs, by name.
    async fn targets(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<SlaTarget>, StoreError>;
}
