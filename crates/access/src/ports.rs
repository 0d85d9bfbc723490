//! What this crate needs kept.

use crate::{Decision, Limit, TokenRecord};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Answer, IdempotencyKey, StoreError, TenantId};

/// Keeps tenants and tokens. Every method is one atomic step.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The tenant of that name, made if there is none.
    async fn ensure_tenant(&self, name: &str, now: DateTime<Utc>) -> Result<TenantId, StoreError>;

    /// The tenant of that name.
    async fn tenant(&self, name: &str) -> Result<Option<TenantId>, StoreError>;

    /// Every tenant, by id.
    async fn tenants(&self) -> Result<Vec<(TenantId, String)>, StoreError>;

    /// Keeps a token; its id is given by the store. [`StoreError::Duplicate`] when the prefix
    /// is taken.
    async fn insert(&self, token: TokenRecord) -> Result<TokenRecord, StoreError>;

    /// The token of that public prefix, revoked and expired ones too.
    async fn by_prefix(&self, prefix: &str) -> Result<Option<TokenRecord>, StoreError>;

    /// The tokens of a tenant, by id.
    async fn list(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, StoreError>;

    /// Revokes a token; `false` when the tenant has no such token or it is revoked already.
    async fn revoke(
        &self,
        tenant: TenantId,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
}

/// Counts calls exactly, across replicas and restarts.
#[async_trait]
pub trait RateLimitStore: Send + Sync {
    /// Counts a call of `subject` at `now` unless that would make more than `limit.calls` in the
    /// window that ends now. Refused calls are not counted.
    async fn admit(
        &self,
        tenant: TenantId,
        subject: &str,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> Result<Decision, StoreError>;
}

/// An answer with the fingerprint of the request it was given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Of the body and the query.
    pub fingerprint: String,
    /// What was answered.
    pub answer: Answer,
}

/// Reads answers that were kept by [`kernel::Receipt`]s.
#[async_trait]
pub trait AnswerStore: Send + Sync {
    /// The answer kept under that key's scope, whatever its fingerprint, unless it was kept
    /// before `not_before`.
    async fn find(
        &self,
        key: &IdempotencyKey,
        not_before: DateTime<Utc>,
    ) -> Result<Option<StoredAnswer>, StoreError>;

    /// Keeps an answer by itself, for effects of many transactions (a streamed bulk), or of none.
    /// [`StoreError::AnswerExists`] when one is kept.
    async fn keep(&self, key: &IdempotencyKey, answer: &Answer) -> Result<(), StoreError>;

    /// Forgets the tenant's answers kept before `before`; answers how many.
    async fn forget(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<u64, StoreError>;
}
