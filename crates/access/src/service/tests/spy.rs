//! A store that is watched.

use crate::testing::MemoryTokens;
use crate::{TokenRecord, TokenStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{StoreError, TenantId};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Counts the look-ups, fails on demand, and can let something happen in the middle of one.
#[derive(Default)]
pub(super) struct Spy {
    pub(super) inner: MemoryTokens,
    pub(super) lookups: AtomicUsize,
    pub(super) away: AtomicBool,
    pub(super) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

#[async_trait]
impl TokenStore for Spy {
    async fn ensure_tenant(&self, name: &str, now: DateTime<Utc>) -> Result<TenantId, StoreError> {
        self.inner.ensure_tenant(name, now).await
    }
    async fn tenant(&self, name: &str) -> Result<Option<TenantId>, StoreError> {
        self.inner.tenant(name).await
    }
    async fn tenants(&self) -> Result<Vec<(TenantId, String)>, StoreError> {
        self.inner.tenants().await
    }
    async fn insert(&self, token: TokenRecord) -> Result<TokenRecord, StoreError> {
        self.inner.insert(token).await
    }
    async fn by_prefix(&self, prefix: &str) -> Result<Option<TokenRecord>, StoreError> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("away".into()));
        }
        let found = self.inner.by_prefix(prefix).await;
        if let Some(happen) = self.meanwhile.lock().unwrap().take() {
            happen();
        }
        found
    }
    async fn list(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, StoreError> {
        self.inner.list(tenant).await
    }
    async fn revoke(
        &self,
        tenant: TenantId,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.inner.revoke(tenant, prefix, now).await
    }
}
