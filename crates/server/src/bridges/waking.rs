//! Stores that tell the projector of what was written.

use crate::background::Projector;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::{
    Consumer, ExecutionFilter, ExecutionLog, ExecutionOrder, RecordError, RecordOptions,
    RecordReceipt, Recorded, Report,
};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use sla::{NewSla, Sla, SlaFilter, SlaId, SlaOrder, SlaStore};
use std::sync::Arc;
use workflow_model::{Execution, ExecutionId};

/// A log that wakes the projector.
pub struct WakingLog {
    /// Where executions are kept.
    pub inner: Arc<dyn ExecutionLog>,
    /// Whom to wake.
    pub projector: Arc<Projector>,
}

#[async_trait]
impl ExecutionLog for WakingLog {
    async fn record(
        &self,
        actor: &Actor,
        reports: Vec<Report>,
        options: RecordOptions,
        receipt: Option<RecordReceipt>,
    ) -> Result<Vec<Result<Recorded, RecordError>>, StoreError> {
        let answers = self.inner.record(actor, reports, options, receipt).await?;
        self.projector.wake();
        Ok(answers)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: ExecutionId,
    ) -> Result<Option<Execution>, StoreError> {
        self.inner.get(tenant, id).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        ordering: &Ordering<ExecutionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Execution>, StoreError> {
        self.inner.list(tenant, filter, ordering, page).await
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: ExecutionId,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let deleted = self
            .inner
            .delete(tenant, id, expected_revision, now)
            .await?;
        self.projector.wake();
        Ok(deleted)
    }

    async fn scan(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        self.inner.scan(tenant, filter, after, limit).await
    }

    async fn backlog(&self, tenant: TenantId, consumer: Consumer) -> Result<i64, StoreError> {
        self.inner.backlog(tenant, consumer).await
    }

    async fn tenants_waiting(&self, consumer: Consumer) -> Result<Vec<TenantId>, StoreError> {
        self.inner.tenants_waiting(consumer).await
    }
}

/// SLAs whose making has their window judged at once.
pub struct WakingSlas {
    /// Where SLAs are kept.
    pub inner: Arc<dyn SlaStore>,
    /// Whom to wake.
    pub projector: Arc<Projector>,
}

#[async_trait]
impl SlaStore for WakingSlas {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSla,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Sla>>,
    ) -> Result<Option<Sla>, StoreError> {
        let made = self.inner.insert(actor, new, now, receipt).await?;
        self.projector.sla_made(actor.tenant);
        Ok(made)
    }

    async fn get(&self, tenant: TenantId, id: SlaId) -> Result<Option<Sla>, StoreError> {
        self.inner.get(tenant, id).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<Sla>, StoreError> {
        self.inner.list(tenant, filter, ordering, page).await
    }

    async fn replace(&self, sla: &Sla, receipt: Option<Receipt<Sla>>) -> Result<Sla, StoreError> {
        self.inner.replace(sla, receipt).await
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SlaId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.inner.delete(tenant, id, expected_revision).await
    }
}
