use super::Stores;
use access::{AnswerStore, Decision, Limit, RateLimitStore, StoredAnswer, TokenRecord, TokenStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Answer, IdempotencyKey, StoreError, TenantId};

#[async_trait]
impl TokenStore for Stores {
    async fn ensure_tenant(&self, name: &str, now: DateTime<Utc>) -> Result<TenantId, StoreError> {
        self.0.token_store().ensure_tenant(name, now).await
    }
    async fn tenant(&self, name: &str) -> Result<Option<TenantId>, StoreError> {
        self.0.token_store().tenant(name).await
    }
    async fn tenants(&self) -> Result<Vec<(TenantId, String)>, StoreError> {
        self.0.token_store().tenants().await
    }
    async fn insert(&self, token: TokenRecord) -> Result<TokenRecord, StoreError> {
        self.0.token_store().insert(token).await
    }
    async fn by_prefix(&self, prefix: &str) -> Result<Option<TokenRecord>, StoreError> {
        self.0.token_store().by_prefix(prefix).await
    }
    async fn list(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, StoreError> {
        self.0.token_store().list(tenant).await
    }
    async fn revoke(
        &self,
        tenant: TenantId,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.0.token_store().revoke(tenant, prefix, now).await
    }
}

#[async_trait]
impl RateLimitStore for Stores {
    async fn admit(
        &self,
        tenant: TenantId,
        subject: &str,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> Result<Decision, StoreError> {
        self.0
            .rate_limit_store()
            .admit(tenant, subject, limit, now)
            .await
    }
}

#[async_trait]
impl AnswerStore for Stores {
    async fn find(
        &self,
        key: &IdempotencyKey,
        not_before: DateTime<Utc>,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        self.0.answer_store().find(key, not_before).await
    }
    async fn keep(&self, key: &IdempotencyKey, answer: &Answer) -> Result<(), StoreError> {
        self.0.answer_store().keep(key, answer).await
    }
    async fn forget(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<u64, StoreError> {
        self.0.answer_store().forget(tenant, before).await
    }
}

/// Two values of one database.
fn pair(database: crate::Database) -> (Stores, Stores) {
    (Stores(database.clone()), Stores(database))
}

mod tokens {
    use super::*;
    use crate::testdb;
    mod sqlite {
        use super::*;
        access::token_store_contract!(tokio::test, Stores(testdb::sqlite().await));
    }
    mod postgres {
        use super::*;
        access::token_store_contract!(tokio::test, Stores(testdb::postgres().await));
    }
}

mod rate_limits {
    use super::*;
    use crate::testdb;
    mod sqlite {
        use super::*;
        access::rate_limit_store_contract!(tokio::test, pair(testdb::sqlite().await));
    }
    mod postgres {
        use super::*;
        access::rate_limit_store_contract!(tokio::test, pair(testdb::postgres().await));
    }
}

mod answers {
    use super::*;
    use crate::testdb;
    mod sqlite {
        use super::*;
        access::answer_store_contract!(tokio::test, pair(testdb::sqlite().await));
    }
    mod postgres {
        use super::*;
        access::answer_store_contract!(tokio::test, pair(testdb::postgres().await));
    }
}

/// However many ask at once, no more are admitted than the limit says.
async fn concurrent_calls_are_admitted_exactly(database: crate::Database) {
    let tenant = database
        .token_store()
        .ensure_tenant("a", access::testing::at(0))
        .await
        .unwrap();
    let limit = Limit {
        class: access::LimitClass::Simulation,
        calls: 7,
        window: chrono::TimeDelta::minutes(1),
    };
    let calls: Vec<_> = (0..40)
        .map(|millis| {
            let store = database.rate_limit_store();
            let now = access::testing::at(millis);
            tokio::spawn(async move { store.admit(tenant, "t", limit, now).await.unwrap() })
        })
        .collect();
    let mut admitted = 0;
    for call in calls {
        admitted += usize::from(call.await.unwrap().admitted);
    }
    assert_eq!(admitted, 7);
}

#[tokio::test]
async fn sqlite_admits_exactly() {
    concurrent_calls_are_admitted_exactly(crate::testdb::sqlite().await).await;
}

#[tokio::test]
async fn postgres_admits_exactly() {
    concurrent_calls_are_admitted_exactly(crate::testdb::postgres().await).await;
}
