//! What this crate needs kept.

use crate::{Action, ActionId, DurationCounts, LatencyClass, NewAction, StepKey, StepStatistics};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::Change;
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use workflow_model::WorkflowId;

/// Which actions; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActionFilter {
    /// Of this type.
    pub action_type: Option<String>,
    /// Whether it can be repeated.
    pub is_idempotent: Option<bool>,
    /// Of this declared class.
    pub latency_class: Option<LatencyClass>,
    /// Whether it may be used.
    pub is_active: Option<bool>,
    /// Whether all tenants may read it.
    pub is_global: Option<bool>,
    /// Each of these, in lower case, occurs in the name or the description.
    pub search: Vec<String>,
}

/// What actions can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionOrder {
    /// By name.
    Name,
    /// By when it was made.
    CreatedAt,
    /// By number of measured steps.
    ExecutionCount,
    /// By success rate; unmeasured ones last.
    SuccessRate,
    /// By mean duration; unmeasured ones last.
    AverageMillis,
}

/// Keeps actions. Every method is one atomic step. A tenant sees its own actions and the global
/// ones of others, each with what was measured in its own executions; it writes its own only.
#[async_trait]
pub trait ActionStore: Send + Sync {
    /// Keeps a new action, with what was measured of it already. Steps that bear its name stop
    /// counting for the tenant's other actions of that type, as [`crate::belongs_to`] says.
    async fn insert(
        &self,
        actor: &Actor,
        new: NewAction,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError>;

    /// Keeps those of the given actions whose (type, name) the tenant does not have yet;
    /// answers how many.
    async fn insert_missing(
        &self,
        actor: &Actor,
        new: Vec<NewAction>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError>;

    /// `None` when the tenant cannot see such an action.
    async fn get(&self, tenant: TenantId, id: ActionId) -> Result<Option<Action>, StoreError>;

    /// A page of the actions that the tenant can see.
    async fn list(
        &self,
        tenant: TenantId,
        filter: &ActionFilter,
        ordering: &Ordering<ActionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Action>, StoreError>;

    /// The actions that the tenant can see of the given types, by id.
    async fn of_types(&self, tenant: TenantId, types: &[String])
    -> Result<Vec<Action>, StoreError>;

    /// Writes if the stored revision is `action.revision - 1`, else
    /// [`StoreError::StaleVersion`]. What is measured is not written, but taken anew when name
    /// or type changed, for the tenant's other actions of either type too. Owner, maker and time
    /// of making stay.
    async fn replace(
        &self,
        action: &Action,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError>;

    /// Deletes an action of the tenant's own; `false` when there is none,
    /// [`StoreError::StaleVersion`] when its revision is another one. Steps that bore its name
    /// count for the tenant's other actions of that type again.
    async fn delete(
        &self,
        tenant: TenantId,
        id: ActionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError>;
}

/// Keeps the sums over recorded steps.
#[async_trait]
pub trait StatisticsStore: Send + Sync {
    /// Takes up to `limit` changes off the queue of [`execution_log::Consumer::Statistics`], adds
    /// what [`crate::statistics_changes`] and [`crate::duration_changes`] make of them, and renews
    /// the measurement of every action that moved, in one transaction. Answers the changes that were taken. One caller at
    /// a time for a tenant.
    async fn project(&self, tenant: TenantId, limit: u32) -> Result<Vec<Change>, StoreError>;

    /// The rows of one workflow, or of all when `None`, by key. Rows of nothing but zeros are left
    /// out.
    async fn steps(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, StepStatistics)>, StoreError>;

    /// The counted durations of one workflow, or of all when `None`, by key. Rows without any are
    /// left out.
    async fn durations(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, DurationCounts)>, StoreError>;

    /// Forgets all sums and counts of the tenant and takes them from its log again, in one transaction. Changes that
    /// wait in the queue are in the log already and leave the queue.
    async fn rebuild(&self, tenant: TenantId) -> Result<(), StoreError>;
}
