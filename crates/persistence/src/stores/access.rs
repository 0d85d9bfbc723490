//! Tokens, rate limits and kept answers.

use super::super::{Exec, queries};
use access::{AnswerStore, Decision, Limit, RateLimitStore, StoredAnswer, TokenRecord, TokenStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Answer, IdempotencyKey, StoreError, TenantId, to_millis};
use queries::{answers, rate_calls, tokens};

#[async_trait]
impl TokenStore for Exec {
    async fn ensure_tenant(&self, name: &str, now: DateTime<Utc>) -> Result<TenantId, StoreError> {
        let name = name.to_owned();
        let made = self.write(move |conn| tokens::ensure_tenant(conn, &name, to_millis(now)));
        Ok(TenantId(made.await?))
    }

    async fn tenant(&self, name: &str) -> Result<Option<TenantId>, StoreError> {
        let name = name.to_owned();
        let found = self.read(move |conn| tokens::tenant(conn, &name)).await?;
        Ok(found.map(TenantId))
    }

    async fn tenants(&self) -> Result<Vec<(TenantId, String)>, StoreError> {
        let all = self.read(tokens::tenants).await?;
        Ok(all
            .into_iter()
            .map(|(id, name)| (TenantId(id), name))
            .collect())
    }

    async fn insert(&self, token: TokenRecord) -> Result<TokenRecord, StoreError> {
        let row = self
            .write_one(move |conn| tokens::insert(conn, &token.into()))
            .await;
        row.map_err(|error| error.named("token prefix"))?.try_into()
    }

    async fn by_prefix(&self, prefix: &str) -> Result<Option<TokenRecord>, StoreError> {
        let prefix = prefix.to_owned();
        let row = self
            .read(move |conn| tokens::by_prefix(conn, &prefix))
            .await?;
        row.map(TokenRecord::try_from).transpose()
    }

    async fn list(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, StoreError> {
        let rows = self.read(move |conn| tokens::list(conn, tenant)).await?;
        rows.into_iter().map(TokenRecord::try_from).collect()
    }

    async fn revoke(
        &self,
        tenant: TenantId,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let prefix = prefix.to_owned();
        let revoked =
            self.write_one(move |conn| tokens::revoke(conn, tenant, &prefix, to_millis(now)));
        Ok(revoked.await? > 0)
    }
}

#[async_trait]
impl RateLimitStore for Exec {
    async fn admit(
        &self,
        tenant: TenantId,
        subject: &str,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> Result<Decision, StoreError> {
        let subject = subject.to_owned();
        let decided = self.write(move |conn| rate_calls::admit(conn, tenant, &subject, limit, now));
        Ok(decided.await?)
    }
}

#[async_trait]
impl AnswerStore for Exec {
    async fn find(
        &self,
        key: &IdempotencyKey,
        not_before: DateTime<Utc>,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        let key = key.clone();
        let row = self
            .read(move |conn| answers::find(conn, &key, to_millis(not_before)))
            .await?;
        row.map(StoredAnswer::try_from).transpose()
    }

    async fn keep(&self, key: &IdempotencyKey, answer: &Answer) -> Result<(), StoreError> {
        let (key, answer) = (key.clone(), answer.clone());
        Ok(self
            .write(move |conn| answers::keep(conn, &key, &answer))
            .await?)
    }

    async fn forget(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let forgotten = self
            .write_one(move |conn| answers::forget(conn, tenant, to_millis(before)))
            .await?;
        Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
    }
}
