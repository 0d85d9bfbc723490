//! A catalogue in memory.

mod state;

use super::CatalogFixture;
use super::paging::page;
use crate::{
    Action, ActionFilter, ActionId, ActionOrder, ActionStore, DurationCounts, NewAction,
    StatisticsStore, StepKey, StepStatistics,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::testing::{LogFixture, MemoryLog};
use execution_log::{Change, Consumer, ExecutionFilter, ExecutionLog};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use state::{State, matches};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use workflow_model::WorkflowId;

/// Actions and statistics in memory, over the queue of a log in memory. What is measured of an
/// action is summed anew at every read.
#[derive(Debug, Default)]
pub struct MemoryActions {
    log: Arc<MemoryLog>,
    state: Mutex<State>,
}

impl MemoryActions {
    /// An empty catalogue that follows `log`.
    #[must_use]
    pub fn new(log: Arc<MemoryLog>) -> Self {
        Self {
            log,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ActionStore for MemoryActions {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewAction,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError> {
        Ok(self.state().insert(actor, new, now))
    }

    async fn insert_missing(
        &self,
        actor: &Actor,
        new: Vec<NewAction>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut state = self.state();
        let mut kept = 0;
        for action in new {
            let known = state.actions.values().any(|a| {
                a.owner == actor.tenant
                    && a.declared.action_type == action.action_type
                    && a.declared.name == action.name
            });
            if !known {
                state.insert(actor, action, now);
                kept += 1;
            }
        }
        Ok(kept)
    }

    async fn get(&self, tenant: TenantId, id: ActionId) -> Result<Option<Action>, StoreError> {
        Ok(self.state().visible(tenant).find(|action| action.id == id))
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &ActionFilter,
        ordering: &Ordering<ActionOrder>,
        request: &PageRequest,
    ) -> Result<Page<Action>, StoreError> {
        let state = self.state();
        let found = state
            .visible(tenant)
            .filter(|action| matches(action, filter))
            .collect();
        Ok(page(found, ordering, request))
    }

    async fn of_types(
        &self,
        tenant: TenantId,
        types: &[String],
    ) -> Result<Vec<Action>, StoreError> {
        let state = self.state();
        Ok(state
            .visible(tenant)
            .filter(|a| types.contains(&a.declared.action_type))
            .collect())
    }

    async fn replace(
        &self,
        action: &Action,
        _receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError> {
        let mut state = self.state();
        let kept = state
            .actions
            .get_mut(&action.id)
            .filter(|kept| kept.owner == action.owner && kept.revision + 1 == action.revision)
            .ok_or(StoreError::StaleVersion)?;
        kept.declared = action.declared.clone();
        kept.updated_at = action.updated_at;
        kept.revision = action.revision;
        let kept = kept.clone();
        Ok(state.seen_by(action.owner, &kept))
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: ActionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let found = state
            .actions
            .get(&id)
            .filter(|action| action.owner == tenant);
        match found.map(|action| action.revision) {
            None => Ok(false),
            Some(found) if expected_revision.is_some_and(|expected| expected != found) => {
                Err(StoreError::StaleVersion)
            }
            Some(_) => Ok(state.actions.remove(&id).is_some()),
        }
    }
}

#[async_trait]
impl StatisticsStore for MemoryActions {
    async fn project(&self, tenant: TenantId, limit: u32) -> Result<Vec<Change>, StoreError> {
        let mut state = self.state();
        let changes = self.log.take_changes(tenant, Consumer::Statistics, limit);
        state.add(tenant, &changes);
        Ok(changes)
    }

    async fn steps(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, StepStatistics)>, StoreError> {
        let state = self.state();
        let wanted = |(owner, key): &(TenantId, StepKey)| {
            *owner == tenant && workflow.is_none_or(|workflow| workflow == key.workflow)
        };
        let rows = state.rows.iter().filter(|(key, _)| wanted(key));
        Ok(rows.map(|((_, key), sums)| (key.clone(), *sums)).collect())
    }

    async fn durations(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, DurationCounts)>, StoreError> {
        let state = self.state();
        let wanted = |(owner, key): &(TenantId, StepKey)| {
            *owner == tenant && workflow.is_none_or(|workflow| workflow == key.workflow)
        };
        let rows = state.durations.iter().filter(|(key, _)| wanted(key));
        Ok(rows
            .map(|((_, key), counts)| (key.clone(), counts.clone()))
            .collect())
    }

    async fn rebuild(&self, tenant: TenantId) -> Result<(), StoreError> {
        let filter = ExecutionFilter::default();
        let all = self.log.scan(tenant, &filter, None, u32::MAX).await?;
        let created: Vec<Change> = all
            .into_iter()
            .map(|execution| Change {
                sequence: 0,
                recorded_at: execution.updated_at,
                before: None,
                after: Some(execution),
            })
            .collect();
        let mut state = self.state();
        drop(
            self.log
                .take_changes(tenant, Consumer::Statistics, u32::MAX),
        );
        state.rows.retain(|(owner, _), _| *owner != tenant);
        state.durations.retain(|(owner, _), _| *owner != tenant);
        state.add(tenant, &created);
        Ok(())
    }
}

#[async_trait]
impl CatalogFixture for MemoryActions {
    fn actions(&self) -> &dyn ActionStore {
        self
    }

    fn statistics(&self) -> &dyn StatisticsStore {
        self
    }

    fn log(&self) -> &dyn LogFixture {
        self.log.as_ref()
    }

    async fn tenant(&self, name: &str) -> TenantId {
        let mut state = self.state();
        let known = state.tenants.iter().position(|tenant| tenant == name);
        let index = known.unwrap_or_else(|| {
            state.tenants.push(name.to_owned());
            state.tenants.len() - 1
        });
        TenantId(i64::try_from(index).unwrap_or(i64::MAX - 1) + 1)
    }
}
