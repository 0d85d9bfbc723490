//! Stores that count what they keep, for the metrics.

use crate::telemetry::events;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use suggestions::{
    NewSuggestion, Suggestion, SuggestionFilter, SuggestionId, SuggestionOrder, SuggestionStore,
};
use workflow_registry::{NewWorkflow, Workflow};
use workflow_sim::{
    NewSimulation, Simulation, SimulationEnd, SimulationFilter, SimulationId, SimulationOrder,
    SimulationStore,
};

/// Simulations, counted.
pub struct CountedSimulations(pub Arc<dyn SimulationStore>);

#[async_trait]
impl SimulationStore for CountedSimulations {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSimulation,
        receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, StoreError> {
        let made = self.0.insert(actor, new, receipt).await?;
        if made.content.completed_at.is_some() {
            events::simulation(&made);
        }
        Ok(made)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Option<Simulation>, StoreError> {
        self.0.get(tenant, id).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        page: &PageRequest,
    ) -> Result<Page<Simulation>, StoreError> {
        self.0.list(tenant, filter, ordering, page).await
    }

    async fn end(
        &self,
        tenant: TenantId,
        id: SimulationId,
        end: SimulationEnd,
    ) -> Result<Option<Simulation>, StoreError> {
        let ended = self.0.end(tenant, id, end).await?;
        if let Some(ended) = &ended {
            events::simulation(ended);
        }
        Ok(ended)
    }

    async fn delete(&self, tenant: TenantId, id: SimulationId) -> Result<bool, StoreError> {
        self.0.delete(tenant, id).await
    }
}

/// Suggestions, counted when they are made and whenever their status changes.
pub struct CountedSuggestions(pub Arc<dyn SuggestionStore>);

#[async_trait]
impl SuggestionStore for CountedSuggestions {
    async fn insert(
        &self,
        actor: &Actor,
        new: Vec<NewSuggestion>,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Vec<Suggestion>>>,
    ) -> Result<Option<Vec<Suggestion>>, StoreError> {
        let made = self.0.insert(actor, new, now, receipt).await?;
        for suggestion in made.iter().flatten() {
            events::suggestion_made(suggestion);
        }
        Ok(made)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SuggestionId,
    ) -> Result<Option<Suggestion>, StoreError> {
        self.0.get(tenant, id).await
    }

    async fn by_fingerprints(
        &self,
        tenant: TenantId,
        fingerprints: &[String],
    ) -> Result<Vec<Suggestion>, StoreError> {
        self.0.by_fingerprints(tenant, fingerprints).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SuggestionFilter,
        ordering: &Ordering<SuggestionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Suggestion>, StoreError> {
        self.0.list(tenant, filter, ordering, page).await
    }

    async fn replace(
        &self,
        suggestion: &Suggestion,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, StoreError> {
        let before = self.0.get(suggestion.tenant, suggestion.id).await?;
        let stored = self.0.replace(suggestion, receipt).await?;
        if before.is_some_and(|before| before.status != stored.status) {
            events::suggestion_status(&stored);
        }
        Ok(stored)
    }

    async fn implement(
        &self,
        actor: &Actor,
        suggestion: &Suggestion,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<(Suggestion, Workflow), StoreError> {
        let (stored, workflow) = self
            .0
            .implement(actor, suggestion, draft, now, receipt)
            .await?;
        events::suggestion_status(&stored);
        Ok((stored, workflow))
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SuggestionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.0.delete(tenant, id, expected_revision).await
    }
}
