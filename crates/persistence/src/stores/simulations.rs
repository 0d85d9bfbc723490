//! Simulations.

use super::super::{Exec, queries};
use crate::rows::{NewSimulationRow, json_text};
use async_trait::async_trait;
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use queries::simulations;
use workflow_sim::{
    NewSimulation, Simulation, SimulationEnd, SimulationFilter, SimulationId, SimulationOrder,
    SimulationStore,
};

#[async_trait]
impl SimulationStore for Exec {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSimulation,
        receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, StoreError> {
        let row = NewSimulationRow::new(actor, &new)?;
        let kept = self.write(move |conn| simulations::insert(conn, &row, receipt.as_ref()));
        Ok(kept.await?)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Option<Simulation>, StoreError> {
        let row = self
            .read(move |conn| simulations::get(conn, tenant, id))
            .await?;
        row.map(Simulation::try_from).transpose()
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        page: &PageRequest,
    ) -> Result<Page<Simulation>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let rows = self
            .read_snapshot(move |conn| simulations::list(conn, tenant, &filter, &ordering, &page));
        rows.await?.try_map(Simulation::try_from)
    }

    async fn end(
        &self,
        tenant: TenantId,
        id: SimulationId,
        end: SimulationEnd,
    ) -> Result<Option<Simulation>, StoreError> {
        let result = json_text(&end.result)?;
        let row = self
            .write_one(move |conn| simulations::end(conn, tenant, id, &end, &result))
            .await?;
        row.map(Simulation::try_from).transpose()
    }

    async fn delete(&self, tenant: TenantId, id: SimulationId) -> Result<bool, StoreError> {
        Ok(self
            .write_one(move |conn| simulations::delete(conn, tenant, id))
            .await?)
    }
}
