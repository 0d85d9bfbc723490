//! What this crate needs of others.

mod history;
mod workers;

pub use history::{HistorySource, HistoryWindow, TargetSource};
pub use workers::{Job, Workers};

use crate::{
    Facts, NewSimulation, Simulation, SimulationEnd, SimulationId, SimulationStatus, StepPercentile,
};
use async_trait::async_trait;
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use workflow_model::{Definition, WorkflowId};

/// Which simulations; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimulationFilter {
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Of this status.
    pub status: Option<SimulationStatus>,
    /// Made by this user.
    pub created_by: Option<String>,
}

/// What simulations can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulationOrder {
    /// By when it began.
    StartedAt,
    /// By when it ended.
    CompletedAt,
}

/// Keeps simulations. Every method is one atomic step.
#[async_trait]
pub trait SimulationStore: Send + Sync {
    /// Keeps a simulation.
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSimulation,
        receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, StoreError>;

    /// `None` when the tenant has no such simulation.
    async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Option<Simulation>, StoreError>;

    /// A page of simulations; counts are bounded by [`kernel::COUNT_LIMIT`].
    async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        page: &PageRequest,
    ) -> Result<Page<Simulation>, StoreError>;

    /// Ends a simulation that is [`SimulationStatus::Running`]. `None`, and nothing is written,
    /// when there is none, or when it ended before.
    async fn end(
        &self,
        tenant: TenantId,
        id: SimulationId,
        end: SimulationEnd,
    ) -> Result<Option<Simulation>, StoreError>;

    /// Deletes; `false` when there is none.
    async fn delete(&self, tenant: TenantId, id: SimulationId) -> Result<bool, StoreError>;
}

/// A definition that can be simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundDefinition {
    /// The workflow's name.
    pub name: String,
    /// The version.
    pub version: i64,
    /// What it consists of.
    pub definition: Definition,
}

/// Where definitions come from; bridged to the registry.
#[async_trait]
pub trait DefinitionSource: Send + Sync {
    /// The current definition of a workflow; `None` when the tenant has no such workflow.
    async fn definition(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Option<FoundDefinition>, StoreError>;

    /// The workflow that a step runs, by id or by name.
    async fn find(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<FoundDefinition>, StoreError>;
}

/// Where facts come from; bridged to the catalogue.
#[async_trait]
pub trait FactSource: Send + Sync {
    /// What is known of the given action types, and of the steps of `workflow`.
    async fn facts(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        action_types: &[String],
    ) -> Result<Facts, StoreError>;

    /// How long nearly every attempt at the steps of `workflow` took.
    async fn percentiles(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<StepPercentile>, StoreError>;
}
