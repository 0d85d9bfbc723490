//! Simulations as use cases.

mod background;
mod backtest;
mod history;
mod prediction;
mod run;
mod subject;
#[cfg(test)]
mod tests;
mod watch;

pub use watch::Watch;

use crate::{
    DefinitionSource, FactSource, Fault, HistorySource, NewSimulation, Simulation,
    SimulationFilter, SimulationId, SimulationOrder, SimulationRequest, SimulationStatus,
    SimulationStore, TargetSource, Workers, validate,
};
use background::Running;
use chrono::TimeDelta;
use document::Problem;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use run::Run;
use serde_json::{Map, Value};
use std::sync::Arc;
use workflow_model::{Definition, WorkflowId};

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The tenant has no such workflow.
    #[error("Workflow not found")]
    WorkflowNotFound,
    /// The tenant has no such simulation.
    #[error("Simulation not found")]
    NotFound,
    /// The request cannot be met, or not within its budget.
    #[error("Invalid input data")]
    Invalid(Vec<Problem>),
    /// Somebody asked for it to be stopped.
    #[error("The simulation was cancelled")]
    Cancelled,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Everything that simulations need.
#[derive(Clone)]
pub struct SimulationPorts {
    /// Keeps the answers.
    pub store: Arc<dyn SimulationStore>,
    /// What is simulated.
    pub definitions: Arc<dyn DefinitionSource>,
    /// What the catalogue declares, and what was measured.
    pub facts: Arc<dyn FactSource>,
    /// What ran.
    pub history: Arc<dyn HistorySource>,
    /// What is promised.
    pub targets: Arc<dyn TargetSource>,
    /// Where long computations run.
    pub workers: Arc<dyn Workers>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// The longest that one simulation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulationLimits {
    /// While somebody waits for the answer.
    pub waiting: TimeDelta,
    /// In the background.
    pub background: TimeDelta,
}

impl Default for SimulationLimits {
    /// A minute, and ten.
    fn default() -> Self {
        Self {
            waiting: TimeDelta::minutes(1),
            background: TimeDelta::minutes(10),
        }
    }
}

/// Simulates and keeps the answers. Cheap to clone; clones know of each other's simulations that
/// still run.
#[derive(Clone)]
pub struct SimulationService {
    ports: SimulationPorts,
    limits: SimulationLimits,
    running: Arc<Running>,
}

impl SimulationService {
    /// A service on these ports.
    #[must_use]
    pub fn new(ports: SimulationPorts, limits: SimulationLimits) -> Self {
        Self {
            ports,
            limits,
            running: Arc::default(),
        }
    }

    /// Simulates, and keeps the answer. Nothing else is written. A request for the background is
    /// answered at once, with a simulation that runs.
    pub async fn simulate(
        &self,
        actor: &Actor,
        request: SimulationRequest,
        receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, SimulationError> {
        let started_at = self.ports.clock.now();
        let background = request.background;
        let input_data = request.input_data.clone();
        let limit = if background {
            self.limits.background
        } else {
            self.limits.waiting
        };
        let run = self.prepare(actor.tenant, request, limit).await?;
        let mut new = NewSimulation {
            workflow: run.workflow,
            workflow_name: run.subject.name.clone(),
            workflow_version: run.subject.version,
            mode: run.mode.as_str().to_owned(),
            input_data,
            status: SimulationStatus::Running,
            result: run.opening(),
            started_at,
            completed_at: None,
        };
        if background {
            let begun = self.ports.store.insert(actor, new, receipt).await?;
            self.start(&begun, run);
            return Ok(begun);
        }
        new.result = self.answer(run, &Arc::default()).await?;
        new.status = SimulationStatus::Completed;
        new.completed_at = Some(self.ports.clock.now());
        Ok(self.ports.store.insert(actor, new, receipt).await?)
    }

    /// Simulates, and keeps nothing: the result's own fields. It may take as long as the request
    /// allows; whoever has the watch sees how far it is, and may stop it.
    pub async fn preview(
        &self,
        actor: &Actor,
        request: SimulationRequest,
        watch: &Arc<Watch>,
    ) -> Result<Map<String, Value>, SimulationError> {
        let run = self
            .prepare(actor.tenant, request, TimeDelta::days(1))
            .await?;
        self.answer(run, watch).await
    }

    async fn prepare(
        &self,
        tenant: TenantId,
        request: SimulationRequest,
        limit: TimeDelta,
    ) -> Result<Run, SimulationError> {
        let (workflow, subject) = self.subject(tenant, request.subject).await?;
        Ok(Run {
            tenant,
            workflow,
            subject,
            input: request.input_data,
            mode: request.mode,
            parameters: request.parameters,
            limit,
        })
    }

    /// Every fault of a definition, with the catalogue and the workflows that its steps run.
    pub async fn faults(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        definition: &Definition,
    ) -> Result<Vec<Fault>, SimulationError> {
        let facts = self.facts(tenant, workflow, definition).await?;
        Ok(validate(definition, &facts))
    }

    /// One simulation.
    pub async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Simulation, SimulationError> {
        let found = self.ports.store.get(tenant, id).await?;
        let found = found.ok_or(SimulationError::NotFound)?;
        self.settle_if_lost(found).await
    }

    /// A page of simulations.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        page: &PageRequest,
    ) -> Result<Page<Simulation>, SimulationError> {
        let store = &self.ports.store;
        Ok(store.list(tenant, filter, ordering, page).await?)
    }

    /// Deletes a simulation; one that runs is stopped.
    pub async fn delete(&self, actor: &Actor, id: SimulationId) -> Result<(), SimulationError> {
        if self.ports.store.delete(actor.tenant, id).await? {
            self.running.cancel(id);
            Ok(())
        } else {
            Err(SimulationError::NotFound)
        }
    }

    /// How far a simulation is that runs in this process.
    #[must_use]
    pub fn watch(&self, id: SimulationId) -> Option<Arc<Watch>> {
        self.running.find(id)
    }

    /// Asks every simulation that runs in the background to stop; each is then kept as failed.
    pub fn cancel_all(&self) {
        self.running.cancel_all();
    }

    /// How many simulations run in the background, in this process.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running.count()
    }
}
