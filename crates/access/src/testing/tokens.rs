//! Tokens in memory, and the contract of [`TokenStore`].

use crate::{Secret, TokenRecord, TokenStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Role, StoreError, TenantId};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tenants and tokens in two lists.
#[derive(Debug, Default)]
pub struct MemoryTokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    tenants: Vec<String>,
    tokens: Vec<TokenRecord>,
}

impl State {
    /// Tenants are numbered from 1.
    fn tenant(&self, name: &str) -> Option<TenantId> {
        let index = self.tenants.iter().position(|known| known == name)?;
        Some(id_of(index))
    }
}

fn id_of(index: usize) -> TenantId {
    TenantId(i64::try_from(index).unwrap_or(i64::MAX - 1) + 1)
}

impl MemoryTokens {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenStore for MemoryTokens {
    async fn ensure_tenant(&self, name: &str, _now: DateTime<Utc>) -> Result<TenantId, StoreError> {
        let mut state = self.state();
        if let Some(known) = state.tenant(name) {
            return Ok(known);
        }
        state.tenants.push(name.to_owned());
        Ok(id_of(state.tenants.len() - 1))
    }

    async fn tenant(&self, name: &str) -> Result<Option<TenantId>, StoreError> {
        Ok(self.state().tenant(name))
    }

    async fn tenants(&self) -> Result<Vec<(TenantId, String)>, StoreError> {
        let state = self.state();
        Ok(state
            .tenants
            .iter()
            .enumerate()
            .map(|(i, name)| (id_of(i), name.clone()))
            .collect())
    }

    async fn insert(&self, mut token: TokenRecord) -> Result<TokenRecord, StoreError> {
        let mut state = self.state();
        if state
            .tokens
            .iter()
            .any(|known| known.prefix == token.prefix)
        {
            return Err(StoreError::Duplicate {
                what: "token prefix",
            });
        }
        token.id = id_of(state.tokens.len()).0;
        state.tokens.push(token.clone());
        Ok(token)
    }

    async fn by_prefix(&self, prefix: &str) -> Result<Option<TokenRecord>, StoreError> {
        Ok(self
            .state()
            .tokens
            .iter()
            .find(|token| token.prefix == prefix)
            .cloned())
    }

    async fn list(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, StoreError> {
        let state = self.state();
        Ok(state
            .tokens
            .iter()
            .filter(|token| token.tenant == tenant)
            .cloned()
            .collect())
    }

    async fn revoke(
        &self,
        tenant: TenantId,
        prefix: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let open = state.tokens.iter_mut().find(|token| {
            token.tenant == tenant && token.prefix == prefix && token.revoked_at.is_none()
        });
        Ok(open.map(|token| token.revoked_at = Some(now)).is_some())
    }
}

/// A token of `tenant` for tests; `n` makes it another one.
#[must_use]
pub fn token_record(tenant: TenantId, n: u8) -> TokenRecord {
    let secret = Secret::mint(&[n; 32]);
    TokenRecord {
        id: 0,
        tenant,
        user: format!("user {n}"),
        role: Role::Editor,
        prefix: secret.prefix().to_owned(),
        hash: secret.hash(),
        limited: true,
        created_at: super::at(i64::from(n)),
        expires_at: None,
        revoked_at: None,
    }
}

/// The promises of [`TokenStore`], each checked against an empty store.
#[expect(clippy::unwrap_used, reason = "test suite")]
pub mod token_contract {
    use super::token_record;
    use crate::testing::at;
    use crate::{TokenRecord, TokenStore};
    use kernel::{Role, StoreError, TenantId};

    /// A tenant is made once and found again under its exact name.
    pub async fn a_tenant_is_made_once(store: &impl TokenStore) {
        assert_eq!(store.tenant("acme").await.unwrap(), None);
        let acme = store.ensure_tenant("acme", at(0)).await.unwrap();
        assert_eq!(store.ensure_tenant("acme", at(1)).await.unwrap(), acme);
        let other = store.ensure_tenant("Acme", at(2)).await.unwrap();
        assert_ne!(other, acme);
        assert_eq!(store.tenant("acme").await.unwrap(), Some(acme));
        assert_eq!(store.tenant("Acme").await.unwrap(), Some(other));
        assert_eq!(store.tenant("acm_").await.unwrap(), None);
        let mut all = vec![(acme, "acme".to_owned()), (other, "Acme".to_owned())];
        all.sort();
        assert_eq!(store.tenants().await.unwrap(), all);
    }

    /// Every field of a token is kept, and the store gives ids that are not 0 and differ.
    pub async fn a_token_is_kept_whole(store: &impl TokenStore) {
        let tenant = store.ensure_tenant("acme", at(0)).await.unwrap();
        let plain = store.insert(token_record(tenant, 1)).await.unwrap();
        assert_ne!(plain.id, 0);
        assert_eq!(
            plain,
            TokenRecord {
                id: plain.id,
                ..token_record(tenant, 1)
            }
        );
        for (n, role) in (2..).zip(Role::ALL) {
            let given = TokenRecord {
                role,
                user: "Zoë 'quoted' %_ \u{1F600}".to_owned(),
                limited: false,
                expires_at: Some(at(86_400_123)),
                ..token_record(tenant, n)
            };
            let kept = store.insert(given.clone()).await.unwrap();
            assert_ne!(kept.id, plain.id);
            let given = TokenRecord {
                id: kept.id,
                ..given
            };
            assert_eq!(kept, given);
            assert_eq!(store.by_prefix(&given.prefix).await.unwrap(), Some(given));
        }
    }

    /// A prefix is one token's, whichever tenant asks for it.
    pub async fn a_prefix_is_taken_once(store: &impl TokenStore) {
        let a = store.ensure_tenant("a", at(0)).await.unwrap();
        let b = store.ensure_tenant("b", at(0)).await.unwrap();
        let first = store.insert(token_record(a, 1)).await.unwrap();
        for tenant in [a, b] {
            let twin = store.insert(token_record(tenant, 1)).await;
            assert!(
                matches!(twin, Err(StoreError::Duplicate { .. })),
                "{twin:?}"
            );
        }
        assert_eq!(store.list(a).await.unwrap(), vec![first]);
        assert_eq!(store.list(b).await.unwrap(), vec![]);
    }

    /// A token is found by its exact prefix only.
    pub async fn an_unknown_prefix_finds_nothing(store: &impl TokenStore) {
        let tenant = store.ensure_tenant("a", at(0)).await.unwrap();
        let token = store.insert(token_record(tenant, 1)).await.unwrap();
        for prefix in [
            "",
            "wfi_pat_",
            "wfi_pat_%",
            &token.prefix[..15],
            &token.hash,
        ] {
            assert_eq!(store.by_prefix(prefix).await.unwrap(), None, "{prefix}");
        }
    }

    /// A tenant's list has its own tokens only, by id, revoked and expired ones too.
    pub async fn a_list_is_the_tenant_s_own(store: &impl TokenStore) {
        let a = store.ensure_tenant("a", at(0)).await.unwrap();
        let b = store.ensure_tenant("b", at(0)).await.unwrap();
        let mut ours = Vec::new();
        for n in 1..=6 {
            let tenant = if n % 2 == 0 { b } else { a };
            let given = TokenRecord {
                expires_at: Some(at(1)),
                ..token_record(tenant, n)
            };
            let kept = store.insert(given).await.unwrap();
            if tenant == a {
                ours.push(kept);
            }
        }
        assert!(store.revoke(a, &ours[1].prefix, at(5)).await.unwrap());
        ours[1].revoked_at = Some(at(5));
        ours.sort_by_key(|token| token.id);
        assert_eq!(store.list(a).await.unwrap(), ours);
        assert_eq!(
            store.list(TenantId(a.0.max(b.0) + 1_000)).await.unwrap(),
            vec![]
        );
    }

    /// A token is revoked once, at the time given, and stays so.
    pub async fn a_token_is_revoked_once(store: &impl TokenStore) {
        let tenant = store.ensure_tenant("a", at(0)).await.unwrap();
        let token = store.insert(token_record(tenant, 1)).await.unwrap();
        let other = store.insert(token_record(tenant, 2)).await.unwrap();
        assert!(store.revoke(tenant, &token.prefix, at(7)).await.unwrap());
        assert!(!store.revoke(tenant, &token.prefix, at(9)).await.unwrap());
        let kept = store.by_prefix(&token.prefix).await.unwrap().unwrap();
        assert_eq!(kept.revoked_at, Some(at(7)));
        let untouched = store.by_prefix(&other.prefix).await.unwrap().unwrap();
        assert_eq!(untouched.revoked_at, None);
    }

    /// A tenant cannot revoke another tenant's token, nor one that does not exist.
    pub async fn revoking_stays_in_its_tenant(store: &impl TokenStore) {
        let a = store.ensure_tenant("a", at(0)).await.unwrap();
        let b = store.ensure_tenant("b", at(0)).await.unwrap();
        let token = store.insert(token_record(a, 1)).await.unwrap();
        assert!(!store.revoke(b, &token.prefix, at(1)).await.unwrap());
        assert!(!store.revoke(a, "wfi_pat_nothing1", at(1)).await.unwrap());
        let kept = store.by_prefix(&token.prefix).await.unwrap().unwrap();
        assert_eq!(kept.revoked_at, None);
    }
}

/// Runs the contract of [`TokenStore`]: one test for each promise, each on a new, empty store
/// that the expression makes. A store that needs a runtime names its test attribute first.
#[macro_export]
macro_rules! token_store_contract {
    ($($make:tt)+) => {
        $crate::each_promise! { ($($make)+) token_contract:
            a_tenant_is_made_once, a_token_is_kept_whole, a_prefix_is_taken_once,
            an_unknown_prefix_finds_nothing, a_list_is_the_tenant_s_own,
            a_token_is_revoked_once, revoking_stays_in_its_tenant
        }
    };
}
