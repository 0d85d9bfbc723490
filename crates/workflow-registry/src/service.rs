//! The use cases.

#[cfg(test)]
mod tests;

use crate::{
    DefinitionCheck, Deleted, NewWorkflow, Workflow, WorkflowChange, WorkflowFilter, WorkflowOrder,
    WorkflowStatus, WorkflowStore,
};
use chrono::{DateTime, SubsecRound, Utc};
use document::Problem;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use workflow_model::{Definition, WorkflowId};

/// How often a change that names no revision is applied anew to what another writer left.
const ATTEMPTS: usize = 5;

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// The tenant has no such workflow.
    #[error("Workflow not found")]
    NotFound,
    /// The workflow changed since the revision that the caller named.
    #[error("The workflow changed since it was read")]
    Stale,
    /// The change is wrong.
    #[error("Invalid request data")]
    Invalid(Vec<Problem>),
    /// The definition has these faults, so the workflow cannot be active.
    #[error("The workflow cannot be activated: {}", .0.join(" "))]
    NotActivatable(Vec<String>),
    /// Executions, SLAs or simulations name the workflow.
    #[error(
        "The workflow has executions, SLAs or simulations; set its status to \"archived\" instead"
    )]
    InUse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps workflows.
#[derive(Clone)]
pub struct WorkflowService {
    store: Arc<dyn WorkflowStore>,
    check: Arc<dyn DefinitionCheck>,
    clock: Arc<dyn Clock>,
}

impl WorkflowService {
    /// A service on this store.
    #[must_use]
    pub fn new(
        store: Arc<dyn WorkflowStore>,
        check: Arc<dyn DefinitionCheck>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            check,
            clock,
        }
    }

    /// Keeps a new workflow. One that is to be active must have a sound definition.
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewWorkflow,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, WorkflowError> {
        if new.status == WorkflowStatus::Active {
            self.check(actor.tenant, &new.definition).await?;
        }
        Ok(self.store.insert(actor, new, self.now(), receipt).await?)
    }

    /// One workflow.
    pub async fn get(&self, tenant: TenantId, id: WorkflowId) -> Result<Workflow, WorkflowError> {
        self.store
            .get(tenant, id)
            .await?
            .ok_or(WorkflowError::NotFound)
    }

    /// The workflow of that exact name with the smallest id, if there is one.
    pub async fn find_by_name(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<Option<Workflow>, WorkflowError> {
        Ok(self.store.find_by_name(tenant, name).await?)
    }

    /// The definition that a version of a workflow had.
    pub async fn version(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        version: i64,
    ) -> Result<Definition, WorkflowError> {
        self.store
            .version(tenant, id, version)
            .await?
            .ok_or(WorkflowError::NotFound)
    }

    /// A page of workflows.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &WorkflowFilter,
        ordering: &Ordering<WorkflowOrder>,
        page: &PageRequest,
    ) -> Result<Page<Workflow>, WorkflowError> {
        Ok(self.store.list(tenant, filter, ordering, page).await?)
    }

    /// Changes a workflow, in the revision `if_match` if one is named. New steps make a new
    /// version. One that is, or is to be, active must have a sound definition.
    pub async fn update(
        &self,
        actor: &Actor,
        id: WorkflowId,
        change: WorkflowChange,
        if_match: Option<i64>,
    ) -> Result<Workflow, WorkflowError> {
        self.write(actor.tenant, id, change, if_match, None).await
    }

    /// Makes a workflow active, if its definition is sound; an archived one too.
    pub async fn activate(
        &self,
        actor: &Actor,
        id: WorkflowId,
        if_match: Option<i64>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, WorkflowError> {
        let change = WorkflowChange {
            status: Some(WorkflowStatus::Active),
            ..WorkflowChange::default()
        };
        self.write(actor.tenant, id, change, if_match, receipt)
            .await
    }

    /// Deletes a workflow that nothing names, in the revision `if_match` if one is named.
    pub async fn delete(
        &self,
        actor: &Actor,
        id: WorkflowId,
        if_match: Option<i64>,
    ) -> Result<(), WorkflowError> {
        match self
            .store
            .delete(actor.tenant, id, if_match)
            .await
            .map_err(stale)?
        {
            Deleted::Gone => Ok(()),
            Deleted::NotFound => Err(WorkflowError::NotFound),
            Deleted::InUse => Err(WorkflowError::InUse),
        }
    }

    async fn write(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        change: WorkflowChange,
        if_match: Option<i64>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, WorkflowError> {
        let receipt = receipt.map(|receipt| (receipt.key, Arc::new(receipt.render)));
        for _ in 0..ATTEMPTS {
            let changed = self.changed(tenant, id, change.clone(), if_match).await?;
            // A store keeps the receipt it is given, so each attempt has one of its own.
            let receipt = receipt.as_ref().map(|(key, render)| {
                let render = Arc::clone(render);
                Receipt {
                    key: key.clone(),
                    render: Box::new(move |workflow| render(workflow)),
                }
            });
            match self.store.replace(&changed, receipt).await {
                // Another writer was faster: its change stays, ours is applied to it.
                Err(StoreError::StaleVersion) if if_match.is_none() => {}
                other => return other.map_err(stale),
            }
        }
        Err(WorkflowError::Stale)
    }

    /// The workflow as it would be after the change.
    async fn changed(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        change: WorkflowChange,
        if_match: Option<i64>,
    ) -> Result<Workflow, WorkflowError> {
        let workflow = self.get(tenant, id).await?;
        if if_match.is_some_and(|revision| revision != workflow.revision) {
            return Err(WorkflowError::Stale);
        }
        let redefined = change.steps.is_some()
            || change.trigger.is_some()
            || change.variables.is_some()
            || change.graph.is_some();
        let activated = change.status == Some(WorkflowStatus::Active)
            && workflow.status != WorkflowStatus::Active;
        let changed = apply(workflow, change, self.now());
        if changed.status == WorkflowStatus::Active && (redefined || activated) {
            self.check(tenant, &changed.definition).await?;
        }
        Ok(changed)
    }

    async fn check(&self, tenant: TenantId, definition: &Definition) -> Result<(), WorkflowError> {
        let faults = self.check.faults(tenant, definition).await?;
        if faults.is_empty() {
            Ok(())
        } else {
            Err(WorkflowError::NotActivatable(faults))
        }
    }

    /// To the millisecond, as stores keep it.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(3)
    }
}

fn stale(error: StoreError) -> WorkflowError {
    match error {
        StoreError::StaleVersion => WorkflowError::Stale,
        other => other.into(),
    }
}

/// Applies a change. The next revision; also the next version when the steps differ as written.
fn apply(mut workflow: Workflow, change: WorkflowChange, now: DateTime<Utc>) -> Workflow {
    fn set<T>(slot: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *slot = value;
        }
    }
    let definition = &mut workflow.definition;
    let steps = definition.steps_json();
    set(&mut definition.steps, change.steps);
    if definition.steps_json() != steps {
        workflow.version += 1;
    }
    set(&mut definition.trigger, change.trigger);
    set(&mut definition.variables, change.variables);
    set(&mut definition.settings, change.settings);
    set(&mut definition.graph, change.graph);
    set(&mut workflow.name, change.name);
    set(&mut workflow.description, change.description);
    set(&mut workflow.workflow_type, change.workflow_type);
    set(&mut workflow.status, change.status);
    workflow.updated_at = now;
    workflow.revision += 1;
    workflow
}
