//! Executions, their change feed and their counts.

use super::super::{Exec, queries};
use crate::DbError;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::{
    Change, Consumer, ExecutionFilter, ExecutionLog, ExecutionOrder, RecordError, RecordOptions,
    RecordReceipt, Recorded, Report, Tally, TallyStore,
};
use kernel::{Actor, Ordering, Page, PageRequest, StoreError, TenantId};
use queries::{changes, executions, record, tallies};
use std::sync::Arc;
use workflow_model::{Execution, ExecutionId, WorkflowId};

#[async_trait]
impl ExecutionLog for Exec {
    async fn record(
        &self,
        actor: &Actor,
        reports: Vec<Report>,
        options: RecordOptions,
        receipt: Option<RecordReceipt>,
    ) -> Result<Vec<Result<Recorded, RecordError>>, StoreError> {
        let tenant = actor.tenant;
        let call = Arc::new((reports, receipt));
        let job = |wait| {
            let call = Arc::clone(&call);
            move |conn: &mut super::super::Conn| {
                let (reports, receipt) = &*call;
                record::record(conn, tenant, reports, options, receipt.as_ref(), wait)
            }
        };
        // A single report joins a group, where it must not wait for a row that another group has
        // locked. When it would have to, or two calls make the same execution at once, it is
        // recorded again in a transaction of its own.
        if call.0.len() == 1 {
            match self.write_grouped(job(false)).await {
                Err(DbError::Query(_)) => {}
                outcome => return Ok(outcome?),
            }
        }
        Ok(super::retried(|| self.write(job(true))).await?)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: ExecutionId,
    ) -> Result<Option<Execution>, StoreError> {
        Ok(self
            .read(move |conn| executions::get(conn, tenant, id))
            .await?)
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        ordering: &Ordering<ExecutionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Execution>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let found = self
            .read_snapshot(move |conn| executions::list(conn, tenant, &filter, &ordering, &page));
        Ok(found.await?)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: ExecutionId,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let gone = self.write(move |conn| record::delete(conn, tenant, id, expected_revision, now));
        Ok(gone.await?)
    }

    async fn scan(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        let filter = filter.clone();
        let found =
            self.read_snapshot(move |conn| executions::scan(conn, tenant, &filter, after, limit));
        Ok(found.await?)
    }

    async fn backlog(&self, tenant: TenantId, consumer: Consumer) -> Result<i64, StoreError> {
        Ok(self
            .read(move |conn| changes::backlog(conn, tenant, consumer))
            .await?)
    }

    async fn tenants_waiting(&self, consumer: Consumer) -> Result<Vec<TenantId>, StoreError> {
        Ok(self
            .read(move |conn| changes::tenants_waiting(conn, consumer))
            .await?)
    }
}

#[async_trait]
impl TallyStore for Exec {
    async fn project(&self, tenant: TenantId, limit: u32) -> Result<Vec<Change>, StoreError> {
        Ok(self
            .write(move |conn| tallies::project(conn, tenant, limit))
            .await?)
    }

    async fn rebuild(&self, tenant: TenantId) -> Result<(), StoreError> {
        let lock = changes::lock_key(tenant, Consumer::Tally);
        let rebuilt = super::retried(|| {
            self.write_snapshot(lock, move |conn| tallies::rebuild(conn, tenant))
        });
        Ok(rebuilt.await?)
    }

    async fn tally(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<Tally>, StoreError> {
        Ok(self
            .read_snapshot(move |conn| tallies::list(conn, tenant, workflow))
            .await?)
    }
}

#[cfg(test)]
impl Exec {
    /// Takes changes off a queue, as the projection of that consumer does.
    pub(crate) async fn take_changes(
        &self,
        tenant: TenantId,
        consumer: Consumer,
        limit: u32,
    ) -> Result<Vec<Change>, StoreError> {
        let taken = self.write(move |conn| {
            assert!(changes::try_lock(conn, tenant, consumer)?);
            changes::take(conn, tenant, consumer, limit)
        });
        Ok(taken.await?)
    }
}
