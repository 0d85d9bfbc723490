//! Workflows in memory.

use super::WorkflowFixture;
use super::paging::page;
use crate::{
    Deleted, NewWorkflow, Workflow, WorkflowFilter, WorkflowOrder, WorkflowStatus, WorkflowStore,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{
    Actor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId, to_millis,
};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use workflow_model::{Definition, WorkflowId};

#[derive(Debug, Default)]
struct State {
    workflows: BTreeMap<WorkflowId, Workflow>,
    versions: BTreeMap<(WorkflowId, i64), Definition>,
    last_id: i64,
}

impl State {
    fn get(&self, tenant: TenantId, id: WorkflowId) -> Option<&Workflow> {
        self.workflows
            .get(&id)
            .filter(|workflow| workflow.tenant == tenant)
    }
}

/// Workflows in memory.
#[derive(Debug, Default)]
pub struct MemoryWorkflows(Mutex<State>);

impl MemoryWorkflows {
    /// Notes an execution of the workflow that started then: it counts, and the workflow is in
    /// use from now on.
    pub fn note_execution(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        started_at: DateTime<Utc>,
    ) {
        let mut state = self.state();
        if let Some(found) = state
            .workflows
            .get_mut(&workflow)
            .filter(|w| w.tenant == tenant)
        {
            found.execution_count += 1;
            found.last_executed_at = found.last_executed_at.max(Some(started_at));
        }
    }

    /// A panic in another test thread leaves nothing half done that matters here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl WorkflowStore for MemoryWorkflows {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewWorkflow,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError> {
        let mut state = self.state();
        state.last_id += 1;
        let workflow = Workflow {
            id: WorkflowId(state.last_id),
            tenant: actor.tenant,
            name: new.name,
            description: new.description,
            workflow_type: new.workflow_type,
            status: new.status,
            version: 1,
            definition: new.definition,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            execution_count: 0,
            last_executed_at: None,
            revision: 1,
        };
        state
            .versions
            .insert((workflow.id, 1), workflow.definition.clone());
        state.workflows.insert(workflow.id, workflow.clone());
        Ok(workflow)
    }

    async fn get(&self, tenant: TenantId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        Ok(self.state().get(tenant, id).cloned())
    }

    async fn find_by_name(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<Option<Workflow>, StoreError> {
        let state = self.state();
        let mut all = state.workflows.values();
        Ok(all
            .find(|workflow| workflow.tenant == tenant && workflow.name == name)
            .cloned())
    }

    async fn version(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        version: i64,
    ) -> Result<Option<Definition>, StoreError> {
        let state = self.state();
        let ours = state.get(tenant, id);
        Ok(ours
            .and_then(|_| state.versions.get(&(id, version)))
            .cloned())
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &WorkflowFilter,
        ordering: &Ordering<WorkflowOrder>,
        request: &PageRequest,
    ) -> Result<Page<Workflow>, StoreError> {
        let state = self.state();
        let ours = state
            .workflows
            .values()
            .filter(|workflow| workflow.tenant == tenant);
        let found = ours
            .filter(|workflow| passes(filter, workflow))
            .cloned()
            .collect();
        Ok(page(found, ordering, request, order_key, |workflow| {
            workflow.id.0
        }))
    }

    async fn replace(
        &self,
        workflow: &Workflow,
        _receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError> {
        let mut state = self.state();
        let stored = state.get(workflow.tenant, workflow.id).cloned();
        let stored = stored.filter(|stored| stored.revision + 1 == workflow.revision);
        let stored = stored.ok_or(StoreError::StaleVersion)?;
        let workflow = Workflow {
            execution_count: stored.execution_count,
            last_executed_at: stored.last_executed_at,
            created_by: stored.created_by,
            created_at: stored.created_at,
            ..workflow.clone()
        };
        let version = (workflow.id, workflow.version);
        state.versions.insert(version, workflow.definition.clone());
        state.workflows.insert(workflow.id, workflow.clone());
        Ok(workflow)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        expected_revision: Option<i64>,
    ) -> Result<Deleted, StoreError> {
        let mut state = self.state();
        let Some(found) = state.get(tenant, id) else {
            return Ok(Deleted::NotFound);
        };
        if expected_revision.is_some_and(|expected| expected != found.revision) {
            return Err(StoreError::StaleVersion);
        }
        if found.execution_count > 0 {
            return Ok(Deleted::InUse);
        }
        state.workflows.remove(&id);
        state.versions.retain(|(of, _), _| *of != id);
        Ok(Deleted::Gone)
    }
}

fn passes(filter: &WorkflowFilter, workflow: &Workflow) -> bool {
    let text = format!("{}\n{}", workflow.name, workflow.description).to_lowercase();
    let is_active = workflow.status == WorkflowStatus::Active;
    filter
        .workflow_type
        .is_none_or(|wanted| wanted == workflow.workflow_type)
        && filter.status.is_none_or(|wanted| wanted == workflow.status)
        && filter.is_active.is_none_or(|wanted| wanted == is_active)
        && filter
            .search
            .iter()
            .all(|term| text.contains(term.as_str()))
}

fn order_key(workflow: &Workflow, by: WorkflowOrder) -> CursorKey {
    match by {
        WorkflowOrder::Name => CursorKey::Text(workflow.name.clone()),
        WorkflowOrder::CreatedAt => CursorKey::Integer(to_millis(workflow.created_at)),
        WorkflowOrder::ExecutionCount => CursorKey::Integer(workflow.execution_count),
    }
}

#[async_trait]
impl WorkflowFixture for MemoryWorkflows {
    fn store(&self) -> &dyn WorkflowStore {
        self
    }

    async fn execute(&self, tenant: TenantId, workflow: WorkflowId, started_at: DateTime<Utc>) {
        self.note_execution(tenant, workflow, started_at);
    }
}
