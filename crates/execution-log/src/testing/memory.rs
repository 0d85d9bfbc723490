//! A log in memory.

mod state;

use super::LogFixture;
use super::paging::page;
use crate::{
    Change, Consumer, ExecutionFilter, ExecutionLog, ExecutionOrder, RecordError, RecordOptions,
    RecordReceipt, Recorded, Report, Tally, TallyStore, WorkflowContext,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, CursorKey, Ordering, Page, PageRequest, StoreError, TenantId, to_millis};
use state::State;
use std::sync::{Mutex, MutexGuard, PoisonError};
use workflow_model::{Execution, ExecutionId, WorkflowId};

/// Executions, queues and counts in memory. Workflows are made by [`MemoryLog::add_workflow`].
#[derive(Debug, Default)]
pub struct MemoryLog(Mutex<State>);

impl MemoryLog {
    /// Makes a workflow known, or its next version. Its id and version are the context's.
    pub fn add_workflow(&self, tenant: TenantId, context: WorkflowContext) {
        self.state().add_workflow(tenant, context);
    }

    /// Takes up to `limit` changes off the queue of `consumer`, in order.
    #[must_use]
    pub fn take_changes(&self, tenant: TenantId, consumer: Consumer, limit: u32) -> Vec<Change> {
        self.state().take(tenant, consumer, limit)
    }

    /// The `execution_count` and `last_executed_at` of a workflow, as of the last projection.
    #[must_use]
    pub fn workflow_counters(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> (i64, Option<DateTime<Utc>>) {
        self.state().counters(tenant, workflow)
    }

    /// A panic in another test thread leaves nothing half done that matters here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ExecutionLog for MemoryLog {
    async fn record(
        &self,
        actor: &Actor,
        reports: Vec<Report>,
        options: RecordOptions,
        _receipt: Option<RecordReceipt>,
    ) -> Result<Vec<Result<Recorded, RecordError>>, StoreError> {
        let mut state = self.state();
        let before = options.atomic.then(|| state.clone());
        let answers: Vec<_> = reports
            .iter()
            .map(|report| state.record(actor.tenant, report, options.now))
            .collect();
        if let Some(before) = before
            && answers.iter().any(Result::is_err)
        {
            *state = before;
        }
        Ok(answers)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: ExecutionId,
    ) -> Result<Option<Execution>, StoreError> {
        Ok(self.state().get(tenant, id).cloned())
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        ordering: &Ordering<ExecutionOrder>,
        request: &PageRequest,
    ) -> Result<Page<Execution>, StoreError> {
        let found = self.state().executions(tenant, filter).cloned().collect();
        Ok(page(found, ordering, request, order_key, |execution| {
            execution.id.0
        }))
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: ExecutionId,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        match state.get(tenant, id).map(|execution| execution.revision) {
            None => Ok(false),
            Some(found) if expected_revision.is_some_and(|expected| expected != found) => {
                Err(StoreError::StaleVersion)
            }
            Some(_) => {
                state.remove(tenant, id, now);
                Ok(true)
            }
        }
    }

    async fn scan(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        let state = self.state();
        let found = state
            .executions(tenant, filter)
            .filter(|execution| Some(execution.id) > after);
        Ok(found.take(limit as usize).cloned().collect())
    }

    async fn backlog(&self, tenant: TenantId, consumer: Consumer) -> Result<i64, StoreError> {
        Ok(self.state().backlog(tenant, consumer))
    }

    async fn tenants_waiting(&self, consumer: Consumer) -> Result<Vec<TenantId>, StoreError> {
        Ok(self.state().tenants_waiting(consumer))
    }
}

fn order_key(execution: &Execution, by: ExecutionOrder) -> CursorKey {
    let key = match by {
        ExecutionOrder::StartedAt => Some(to_millis(execution.started_at)),
        ExecutionOrder::CompletedAt => execution.completed_at.map(to_millis),
        ExecutionOrder::Duration => execution.duration_millis(),
    };
    key.map_or(CursorKey::Null, CursorKey::Integer)
}

#[async_trait]
impl TallyStore for MemoryLog {
    async fn project(&self, tenant: TenantId, limit: u32) -> Result<Vec<Change>, StoreError> {
        Ok(self.state().project(tenant, limit))
    }

    async fn rebuild(&self, tenant: TenantId) -> Result<(), StoreError> {
        self.state().rebuild(tenant);
        Ok(())
    }

    async fn tally(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<Tally>, StoreError> {
        Ok(self.state().tally(tenant, workflow))
    }
}

#[async_trait]
impl LogFixture for MemoryLog {
    fn log(&self) -> &dyn ExecutionLog {
        self
    }

    fn tallies(&self) -> &dyn TallyStore {
        self
    }

    async fn workflow(
        &self,
        tenant: TenantId,
        name: &str,
        steps: &[(&str, Option<&str>)],
    ) -> WorkflowId {
        let mut state = self.state();
        let id = state.next_workflow();
        state.add_workflow(tenant, context(id, name, 1, steps));
        id
    }

    async fn next_version(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        steps: &[(&str, Option<&str>)],
    ) {
        let mut state = self.state();
        let Some(current) = state.current(tenant, workflow) else {
            return;
        };
        let next = context(workflow, &current.name, current.version + 1, steps);
        state.add_workflow(tenant, next);
    }

    async fn counters(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> (i64, Option<DateTime<Utc>>) {
        self.workflow_counters(tenant, workflow)
    }

    async fn take_changes(&self, tenant: TenantId, consumer: Consumer, limit: u32) -> Vec<Change> {
        MemoryLog::take_changes(self, tenant, consumer, limit)
    }
}

fn context(
    id: WorkflowId,
    name: &str,
    version: i64,
    steps: &[(&str, Option<&str>)],
) -> WorkflowContext {
    WorkflowContext {
        id,
        name: name.to_owned(),
        workflow_type: "approval".to_owned(),
        version,
        steps: steps
            .iter()
            .map(|(name, action)| ((*name).to_owned(), action.map(str::to_owned)))
            .collect(),
    }
}
