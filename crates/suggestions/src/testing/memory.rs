//! Suggestions in memory.

mod state;

use super::SuggestionFixture;
use super::page::page;
use crate::{
    NewSuggestion, Suggestion, SuggestionFilter, SuggestionId, SuggestionOrder, SuggestionStore,
    WorkflowDirectory,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use state::{State, fits};
use std::sync::{Mutex, MutexGuard, PoisonError};
use workflow_model::{Definition, WorkflowId};
use workflow_registry::{NewWorkflow, Workflow, WorkflowStatus, WorkflowType};

/// Suggestions in memory, and the workflows that they are about.
#[derive(Debug, Default)]
pub struct MemorySuggestions {
    state: Mutex<State>,
}

impl MemorySuggestions {
    /// Keeps a workflow that suggestions may be about.
    pub fn add_workflow(&self, actor: &Actor, new: NewWorkflow, now: DateTime<Utc>) -> WorkflowId {
        self.state().add_workflow(actor, new, now).id
    }

    /// The workflows of a tenant, by id.
    pub fn workflows(&self, tenant: TenantId) -> Vec<Workflow> {
        self.state()
            .workflows
            .iter()
            .filter(|w| w.tenant == tenant)
            .cloned()
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SuggestionStore for MemorySuggestions {
    async fn insert(
        &self,
        actor: &Actor,
        new: Vec<NewSuggestion>,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Vec<Suggestion>>>,
    ) -> Result<Option<Vec<Suggestion>>, StoreError> {
        let mut state = self.state();
        if !new
            .iter()
            .all(|new| state.knows(actor.tenant, new.workflow))
        {
            return Ok(None);
        }
        let mut kept = Vec::new();
        for new in new {
            if !state.says_the_same(actor.tenant, &new) {
                kept.push(state.add(actor, new, now));
            }
        }
        Ok(Some(kept))
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SuggestionId,
    ) -> Result<Option<Suggestion>, StoreError> {
        let state = self.state();
        Ok(state
            .suggestions
            .iter()
            .find(|s| s.tenant == tenant && s.id == id)
            .cloned())
    }

    async fn by_fingerprints(
        &self,
        tenant: TenantId,
        fingerprints: &[String],
    ) -> Result<Vec<Suggestion>, StoreError> {
        let state = self.state();
        let mut found: Vec<_> = fingerprints
            .iter()
            .filter_map(|f| state.newest(tenant, f))
            .cloned()
            .collect();
        found.sort_by_key(|suggestion| suggestion.id);
        found.dedup_by_key(|suggestion| suggestion.id);
        Ok(found)
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SuggestionFilter,
        ordering: &Ordering<SuggestionOrder>,
        request: &PageRequest,
    ) -> Result<Page<Suggestion>, StoreError> {
        let state = self.state();
        let items = state
            .suggestions
            .iter()
            .filter(|s| s.tenant == tenant && fits(s, filter));
        Ok(page(items.cloned().collect(), ordering, request))
    }

    async fn replace(
        &self,
        suggestion: &Suggestion,
        _receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, StoreError> {
        self.state().overwrite(suggestion)?;
        Ok(suggestion.clone())
    }

    async fn implement(
        &self,
        actor: &Actor,
        suggestion: &Suggestion,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Suggestion>>,
    ) -> Result<(Suggestion, Workflow), StoreError> {
        let mut state = self.state();
        // Checks the revision before the draft is kept.
        state.overwrite(suggestion)?;
        let workflow = state.add_workflow(actor, draft, now);
        let stored = Suggestion {
            implemented_as: Some(workflow.id),
            ..suggestion.clone()
        };
        if let Some(kept) = state
            .suggestions
            .iter_mut()
            .find(|kept| kept.id == stored.id)
        {
            *kept = stored.clone();
        }
        Ok((stored, workflow))
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SuggestionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let place = state
            .suggestions
            .iter()
            .position(|s| s.tenant == tenant && s.id == id);
        let Some(place) = place else { return Ok(false) };
        let revision = state.suggestions[place].revision;
        if expected_revision.is_some_and(|expected| expected != revision) {
            return Err(StoreError::StaleVersion);
        }
        state.suggestions.remove(place);
        Ok(true)
    }
}

#[async_trait]
impl WorkflowDirectory for MemorySuggestions {
    async fn workflow(
        &self,
        tenant: TenantId,
        id: WorkflowId,
    ) -> Result<Option<Workflow>, StoreError> {
        let state = self.state();
        Ok(state
            .workflows
            .iter()
            .find(|w| w.id == id && w.tenant == tenant)
            .cloned())
    }
}

#[async_trait]
impl SuggestionFixture for MemorySuggestions {
    fn store(&self) -> &dyn SuggestionStore {
        self
    }

    async fn workflow(&self, tenant: TenantId, name: &str) -> WorkflowId {
        let new = NewWorkflow {
            name: name.to_owned(),
            description: String::new(),
            workflow_type: WorkflowType::Approval,
            status: WorkflowStatus::Active,
            definition: Definition::empty(),
        };
        self.add_workflow(&super::actor(tenant), new, super::at(0))
    }

    async fn workflow_names(&self, tenant: TenantId) -> Vec<String> {
        self.workflows(tenant)
            .into_iter()
            .map(|workflow| workflow.name)
            .collect()
    }
}
