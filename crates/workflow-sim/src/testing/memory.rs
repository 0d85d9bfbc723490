//! A store in memory.

use super::{Fixture, page};
use crate::{
    NewSimulation, Simulation, SimulationEnd, SimulationFilter, SimulationId, SimulationOrder,
    SimulationStatus, SimulationStore,
};
use async_trait::async_trait;
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use workflow_model::WorkflowId;

/// Simulations in a map.
#[derive(Debug, Default)]
pub struct MemorySimulations(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    rows: BTreeMap<SimulationId, Simulation>,
    /// The last id given, of whatever kind.
    last_id: i64,
}

impl State {
    fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }
}

impl MemorySimulations {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimulationFilter {
    fn admits(&self, simulation: &Simulation) -> bool {
        let content = &simulation.content;
        self.workflow
            .is_none_or(|workflow| content.workflow == Some(workflow))
            && self.status.is_none_or(|status| content.status == status)
            && self
                .created_by
                .as_ref()
                .is_none_or(|user| simulation.created_by == *user)
    }
}

#[async_trait]
impl SimulationStore for MemorySimulations {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSimulation,
        _receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, StoreError> {
        let mut state = self.state();
        let simulation = Simulation {
            id: SimulationId(state.next_id()),
            tenant: actor.tenant,
            content: new,
            created_by: actor.user.clone(),
        };
        state.rows.insert(simulation.id, simulation.clone());
        Ok(simulation)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Option<Simulation>, StoreError> {
        Ok(self
            .state()
            .rows
            .get(&id)
            .filter(|row| row.tenant == tenant)
            .cloned())
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        request: &PageRequest,
    ) -> Result<Page<Simulation>, StoreError> {
        let state = self.state();
        let own = state
            .rows
            .values()
            .filter(|row| row.tenant == tenant && filter.admits(row));
        Ok(page::page(own.cloned().collect(), ordering, request))
    }

    async fn end(
        &self,
        tenant: TenantId,
        id: SimulationId,
        end: SimulationEnd,
    ) -> Result<Option<Simulation>, StoreError> {
        let mut state = self.state();
        let running = state
            .rows
            .get_mut(&id)
            .filter(|row| row.tenant == tenant && row.content.status == SimulationStatus::Running);
        Ok(running.map(|row| {
            row.content.status = end.status;
            row.content.result = end.result;
            row.content.completed_at = Some(end.at);
            row.clone()
        }))
    }

    async fn delete(&self, tenant: TenantId, id: SimulationId) -> Result<bool, StoreError> {
        let mut state = self.state();
        let own = state.rows.get(&id).is_some_and(|row| row.tenant == tenant);
        Ok(own && state.rows.remove(&id).is_some())
    }
}

#[async_trait]
impl Fixture for MemorySimulations {
    fn simulations(&self) -> &dyn SimulationStore {
        self
    }

    async fn tenant(&self) -> TenantId {
        TenantId(self.state().next_id())
    }

    async fn workflow(&self, _tenant: TenantId) -> WorkflowId {
        WorkflowId(self.state().next_id())
    }
}
