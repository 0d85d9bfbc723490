//! A store in which others are faster.

use crate::testing::MemorySla;
use crate::{NewSla, Sla, SlaFilter, SlaId, SlaOrder, SlaStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// Before each of the first `others` writes, somebody else adds a `!` to the name.
pub(super) struct Contended {
    store: Arc<MemorySla>,
    others: AtomicU32,
}

impl Contended {
    pub(super) fn new(store: Arc<MemorySla>, others: u32) -> Self {
        Self {
            store,
            others: AtomicU32::new(others),
        }
    }
}

#[async_trait]
impl SlaStore for Contended {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSla,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Sla>>,
    ) -> Result<Option<Sla>, StoreError> {
        self.store.insert(actor, new, now, receipt).await
    }

    async fn get(&self, tenant: TenantId, id: SlaId) -> Result<Option<Sla>, StoreError> {
        SlaStore::get(&*self.store, tenant, id).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<Sla>, StoreError> {
        SlaStore::list(&*self.store, tenant, filter, ordering, page).await
    }

    async fn replace(&self, sla: &Sla, receipt: Option<Receipt<Sla>>) -> Result<Sla, StoreError> {
        if self.others.load(SeqCst) > 0 {
            self.others.fetch_sub(1, SeqCst);
            let known = self.get(sla.tenant, sla.id).await?.unwrap();
            let name = format!("{}!", known.name);
            let edited = Sla {
                name,
                revision: known.revision + 1,
                ..known
            };
            self.store.replace(&edited, None).await?;
        }
        self.store.replace(sla, receipt).await
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SlaId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        SlaStore::delete(&*self.store, tenant, id, expected_revision).await
    }
}
