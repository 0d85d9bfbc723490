//! The catalogue's use cases.

#[cfg(test)]
mod tests;

use crate::{
    Action, ActionChange, ActionFilter, ActionId, ActionOrder, ActionStore, MAX_NAME_CHARS,
    MAX_TYPE_CHARS, NewAction, StatisticsStore, StepKey, StepStatistics,
};
use document::{Problem, Problems};
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use workflow_model::WorkflowId;

/// Changes that are projected in one transaction.
const BATCH: u32 = 500;
/// Attempts at an update that names no revision, when others write the same action meanwhile.
const ATTEMPTS: u32 = 5;

/// Why something in the catalogue could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The tenant cannot see such an action.
    #[error("Action not found")]
    NotFound,
    /// The action is another tenant's, for all to read and only for that one to write.
    #[error("The action belongs to another tenant, which alone may change it")]
    NotOwner,
    /// The action changed since the caller read it.
    #[error("The action changed since it was read")]
    Stale,
    /// What is to be kept breaks a rule of the catalogue.
    #[error("The action is not valid")]
    Invalid(Vec<Problem>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Actions and what was measured of them.
///
/// Reads first take what waits in the statistics' queue, so that a client sees what it has just
/// recorded; on an empty queue that is one cheap question to the store.
#[derive(Clone)]
pub struct CatalogService {
    actions: Arc<dyn ActionStore>,
    statistics: Arc<dyn StatisticsStore>,
    clock: Arc<dyn Clock>,
    catches_up: bool,
}

impl CatalogService {
    /// A service that catches up before it reads.
    #[must_use]
    pub fn new(
        actions: Arc<dyn ActionStore>,
        statistics: Arc<dyn StatisticsStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            actions,
            statistics,
            clock,
            catches_up: true,
        }
    }

    /// The same service for a host that sees to catching up by itself: reads do not project.
    #[must_use]
    pub fn projected_by_host(self) -> Self {
        Self {
            catches_up: false,
            ..self
        }
    }

    /// Keeps a new action.
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewAction,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, ActionError> {
        Ok(self
            .actions
            .insert(actor, new, self.clock.now(), receipt)
            .await?)
    }

    /// Keeps those of the given actions whose (type, name) the tenant does not have yet, such as
    /// those found in an imported log; answers how many. [`ActionError::Invalid`] when a name or
    /// type is blank or too long: then none is kept.
    pub async fn ensure(&self, actor: &Actor, new: Vec<NewAction>) -> Result<u64, ActionError> {
        let problems = Problems::default();
        for (i, action) in new.iter().enumerate() {
            check_length(&problems, format!("{i}.name"), &action.name, MAX_NAME_CHARS);
            check_length(
                &problems,
                format!("{i}.action_type"),
                &action.action_type,
                MAX_TYPE_CHARS,
            );
        }
        if !problems.is_empty() {
            return Err(ActionError::Invalid(problems.into_list()));
        }
        Ok(self
            .actions
            .insert_missing(actor, new, self.clock.now())
            .await?)
    }

    /// One action that the tenant can see.
    pub async fn get(&self, tenant: TenantId, id: ActionId) -> Result<Action, ActionError> {
        self.before_read(tenant).await?;
        self.actions
            .get(tenant, id)
            .await?
            .ok_or(ActionError::NotFound)
    }

    /// A page of the actions that the tenant can see.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &ActionFilter,
        ordering: &Ordering<ActionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Action>, ActionError> {
        self.before_read(tenant).await?;
        Ok(self.actions.list(tenant, filter, ordering, page).await?)
    }

    /// The actions that the tenant can see of the given types, by id.
    pub async fn of_types(
        &self,
        tenant: TenantId,
        types: &[String],
    ) -> Result<Vec<Action>, ActionError> {
        self.before_read(tenant).await?;
        Ok(self.actions.of_types(tenant, types).await?)
    }

    /// Changes an action of the actor's tenant; with `if_match` only that revision of it.
    pub async fn update(
        &self,
        actor: &Actor,
        id: ActionId,
        change: ActionChange,
        if_match: Option<i64>,
    ) -> Result<Action, ActionError> {
        self.before_read(actor.tenant).await?;
        for _ in 0..ATTEMPTS {
            let mut action = self.writable(actor, id, if_match).await?;
            change.clone().apply(&mut action.declared);
            action.revision += 1;
            action.updated_at = self.clock.now();
            match self.actions.replace(&action, None).await {
                // Someone else wrote in between: see what it is now.
                Err(StoreError::StaleVersion) => {}
                other => return Ok(other?),
            }
        }
        Err(ActionError::Stale)
    }

    /// Deletes an action of the actor's tenant; with `if_match` only that revision of it.
    pub async fn delete(
        &self,
        actor: &Actor,
        id: ActionId,
        if_match: Option<i64>,
    ) -> Result<(), ActionError> {
        self.writable(actor, id, if_match).await?;
        match self.actions.delete(actor.tenant, id, if_match).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ActionError::NotFound),
            Err(StoreError::StaleVersion) => Err(ActionError::Stale),
            Err(other) => Err(other.into()),
        }
    }

    /// The measured rows of one workflow, or of all when `None`, by key.
    pub async fn steps(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, StepStatistics)>, ActionError> {
        self.before_read(tenant).await?;
        Ok(self.statistics.steps(tenant, workflow).await?)
    }

    /// Takes what waits in the statistics' queue, unless another is at it; answers how many
    /// changes were taken.
    pub async fn catch_up(&self, tenant: TenantId) -> Result<u64, ActionError> {
        let mut taken = 0;
        loop {
            let batch = self.statistics.project(tenant, BATCH).await?.len();
            taken += u64::try_from(batch).unwrap_or(u64::MAX);
            if batch < BATCH as usize {
                return Ok(taken);
            }
        }
    }

    async fn before_read(&self, tenant: TenantId) -> Result<(), ActionError> {
        if self.catches_up {
            self.catch_up(tenant).await?;
        }
        Ok(())
    }

    /// The action as it is, if the actor may write that revision of it.
    async fn writable(
        &self,
        actor: &Actor,
        id: ActionId,
        if_match: Option<i64>,
    ) -> Result<Action, ActionError> {
        let action = self
            .actions
            .get(actor.tenant, id)
            .await?
            .ok_or(ActionError::NotFound)?;
        if action.owner != actor.tenant {
            return Err(ActionError::NotOwner);
        }
        if if_match.is_some_and(|revision| revision != action.revision) {
            return Err(ActionError::Stale);
        }
        Ok(action)
    }
}

fn check_length(problems: &Problems, path: String, text: &str, max_chars: usize) {
    if text.trim().is_empty() {
        problems.add(path, "This field may not be blank.");
    } else if text.chars().count() > max_chars {
        let message = format!("Ensure this field has no more than {max_chars} characters.");
        problems.add(path, message);
    }
}
