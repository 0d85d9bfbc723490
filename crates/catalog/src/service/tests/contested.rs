//! A store with rivals.

use crate::testing::MemoryActions;
use crate::{Action, ActionFilter, ActionId, ActionOrder, ActionStore, NewAction};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::atomic::{AtomicU32, Ordering as Memory};
use std::sync::{Arc, Mutex};

/// Lets another writer in before the next so many replacements.
pub(super) struct Contested {
    pub(super) inner: Arc<MemoryActions>,
    pub(super) rivals: AtomicU32,
    pub(super) deleted: Mutex<Option<ActionId>>,
}

#[async_trait]
impl ActionStore for Contested {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewAction,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError> {
        self.inner.insert(actor, new, now, receipt).await
    }
    async fn insert_missing(
        &self,
        actor: &Actor,
        new: Vec<NewAction>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.inner.insert_missing(actor, new, now).await
    }
    async fn get(&self, tenant: TenantId, id: ActionId) -> Result<Option<Action>, StoreError> {
        self.inner.get(tenant, id).await
    }
    async fn list(
        &self,
        tenant: TenantId,
        filter: &ActionFilter,
        ordering: &Ordering<ActionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Action>, StoreError> {
        self.inner.list(tenant, filter, ordering, page).await
    }
    async fn of_types(
        &self,
        tenant: TenantId,
        types: &[String],
    ) -> Result<Vec<Action>, StoreError> {
        self.inner.of_types(tenant, types).await
    }
    async fn replace(
        &self,
        action: &Action,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError> {
        let left = self.rivals.load(Memory::SeqCst);
        if left > 0 {
            self.rivals.store(left - 1, Memory::SeqCst);
            let mut rival = self.inner.get(action.owner, action.id).await?.unwrap();
            rival.declared.description.push('!');
            rival.revision += 1;
            self.inner.replace(&rival, None).await?;
        }
        let deleted = self.deleted.lock().unwrap().take();
        if let Some(id) = deleted {
            self.inner.delete(action.owner, id, None).await?;
        }
        self.inner.replace(action, receipt).await
    }
    async fn delete(
        &self,
        tenant: TenantId,
        id: ActionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.inner.delete(tenant, id, expected_revision).await
    }
}
