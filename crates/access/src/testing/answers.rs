//! Answers in memory, and the contract of [`AnswerStore`].

use crate::{AnswerStore, StoredAnswer};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Answer, IdempotencyKey, StoreError, TenantId, to_millis};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Answers in a list.
#[derive(Debug, Default)]
pub struct MemoryAnswers(Mutex<Vec<(IdempotencyKey, Answer)>>);

impl MemoryAnswers {
    fn kept(&self) -> MutexGuard<'_, Vec<(IdempotencyKey, Answer)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same_scope(a: &IdempotencyKey, b: &IdempotencyKey) -> bool {
    (a.tenant, &a.principal, &a.operation, &a.key) == (b.tenant, &b.principal, &b.operation, &b.key)
}

#[async_trait]
impl AnswerStore for MemoryAnswers {
    async fn find(
        &self,
        key: &IdempotencyKey,
        not_before: DateTime<Utc>,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        let kept = self.kept();
        let found = kept
            .iter()
            .find(|(k, _)| same_scope(k, key) && k.used_at_millis >= to_millis(not_before));
        Ok(found.map(|(k, answer)| StoredAnswer {
            fingerprint: k.fingerprint.clone(),
            answer: answer.clone(),
        }))
    }

    async fn keep(&self, key: &IdempotencyKey, answer: &Answer) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if kept.iter().any(|(k, _)| same_scope(k, key)) {
            return Err(StoreError::AnswerExists);
        }
        kept.push((key.clone(), answer.clone()));
        Ok(())
    }

    async fn forget(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut kept = self.kept();
        let all = kept.len();
        kept.retain(|(k, _)| k.tenant != tenant || k.used_at_millis >= to_millis(before));
        Ok(u64::try_from(all - kept.len()).unwrap_or(u64::MAX))
    }
}

/// A key for tests, used at [`super::at`] 0.
#[must_use]
pub fn idempotency_key(tenant: TenantId, key: &str) -> IdempotencyKey {
    IdempotencyKey {
        tenant,
        principal: "wfi_pat_00000001".to_owned(),
        operation: "POST /things/".to_owned(),
        key: key.to_owned(),
        fingerprint: "0123456789abcdef".repeat(4),
        used_at_millis: to_millis(super::at(0)),
    }
}

/// An answer for tests.
#[must_use]
pub fn answer(status: u16) -> Answer {
    Answer {
        status,
        body: format!("{{\"id\": {status}, \"name\": \"Zoë \\\"quoted\\\" \u{1F600}\"}}"),
        location: Some(format!("/things/{status}/")),
        etag: Some(format!("\"{status}\"")),
    }
}

/// The promises of [`AnswerStore`], each checked against an empty store and a store of tokens
/// that makes the tenants.
#[expect(clippy::unwrap_used, reason = "test suite")]
pub mod answer_contract {
    use super::{answer, idempotency_key};
    use crate::testing::at;
    use crate::{AnswerStore, StoredAnswer, TokenStore};
    use kernel::{Answer, IdempotencyKey, StoreError, TenantId, to_millis};

    async fn tenant(tokens: &impl TokenStore, name: &str) -> TenantId {
        tokens.ensure_tenant(name, at(0)).await.unwrap()
    }

    /// An answer is found as it was kept, with the fingerprint of the request that it was given
    /// to, also for a request with another one.
    pub async fn an_answer_is_kept_whole<A, T>((answers, tokens): &(A, T))
    where
        A: AnswerStore,
        T: TokenStore,
    {
        let key = idempotency_key(tenant(tokens, "a").await, "k");
        let bare = Answer {
            body: String::new(),
            location: None,
            etag: None,
            ..answer(204)
        };
        let other = IdempotencyKey {
            key: "bare".to_owned(),
            ..key.clone()
        };
        assert_eq!(answers.find(&key, at(0)).await.unwrap(), None);
        answers.keep(&key, &answer(201)).await.unwrap();
        answers.keep(&other, &bare).await.unwrap();
        let fingerprint = key.fingerprint.clone();
        let kept = StoredAnswer {
            fingerprint: fingerprint.clone(),
            answer: answer(201),
        };
        assert_eq!(answers.find(&key, at(0)).await.unwrap(), Some(kept.clone()));
        let changed = IdempotencyKey {
            fingerprint: "f".to_owned(),
            ..key
        };
        assert_eq!(answers.find(&changed, at(0)).await.unwrap(), Some(kept));
        let kept = StoredAnswer {
            fingerprint,
            answer: bare,
        };
        assert_eq!(answers.find(&other, at(0)).await.unwrap(), Some(kept));
    }

    /// The first answer stays, whatever a later one says.
    pub async fn the_first_answer_stays<A, T>((answers, tokens): &(A, T))
    where
        A: AnswerStore,
        T: TokenStore,
    {
        let key = idempotency_key(tenant(tokens, "a").await, "k");
        answers.keep(&key, &answer(201)).await.unwrap();
        let later = IdempotencyKey {
            fingerprint: "f".to_owned(),
            used_at_millis: key.used_at_millis + 1,
            ..key.clone()
        };
        for again in [&key, &later] {
            let refused = answers.keep(again, &answer(500)).await;
            assert!(
                matches!(refused, Err(StoreError::AnswerExists)),
                "{refused:?}"
            );
        }
        let kept = answers.find(&key, at(0)).await.unwrap().unwrap();
        assert_eq!(
            (kept.fingerprint, kept.answer),
            (key.fingerprint, answer(201))
        );
    }

    /// Tenant, principal, operation and key together are the scope.
    pub async fn scopes_are_apart<A, T>((answers, tokens): &(A, T))
    where
        A: AnswerStore,
        T: TokenStore,
    {
        let (a, b) = (tenant(tokens, "a").await, tenant(tokens, "b").await);
        let key = idempotency_key(a, "k");
        answers.keep(&key, &answer(201)).await.unwrap();
        let others = [
            IdempotencyKey {
                tenant: b,
                ..key.clone()
            },
            IdempotencyKey {
                principal: "wfi_pat_00000002".to_owned(),
                ..key.clone()
            },
            IdempotencyKey {
                operation: "POST /others/".to_owned(),
                ..key.clone()
            },
            IdempotencyKey {
                key: "K".to_owned(),
                ..key.clone()
            },
        ];
        for other in &others {
            assert_eq!(answers.find(other, at(0)).await.unwrap(), None, "{other:?}");
        }
        for (other, status) in others.iter().zip(400..) {
            answers.keep(other, &answer(status)).await.unwrap();
        }
        for (other, status) in others.iter().zip(400..) {
            let kept = answers.find(other, at(0)).await.unwrap().unwrap();
            assert_eq!(kept.answer, answer(status));
        }
    }

    /// An answer kept before `not_before` is not found; one kept at it is.
    pub async fn old_answers_are_not_found<A, T>((answers, tokens): &(A, T))
    where
        A: AnswerStore,
        T: TokenStore,
    {
        let key = idempotency_key(tenant(tokens, "a").await, "k");
        answers.keep(&key, &answer(201)).await.unwrap();
        assert!(answers.find(&key, at(-1)).await.unwrap().is_some());
        assert!(answers.find(&key, at(0)).await.unwrap().is_some());
        assert!(answers.find(&key, at(1)).await.unwrap().is_none());
    }

    /// Forgets what one tenant kept before an instant, says how many, and makes room.
    pub async fn forgets_the_tenant_s_old_answers<A, T>((answers, tokens): &(A, T))
    where
        A: AnswerStore,
        T: TokenStore,
    {
        let (a, b) = (tenant(tokens, "a").await, tenant(tokens, "b").await);
        for tenant in [a, b] {
            for (name, millis) in [("0", 0), ("1", 1), ("2", 2), ("3", 3)] {
                let used_at_millis = to_millis(at(millis));
                let key = IdempotencyKey {
                    used_at_millis,
                    ..idempotency_key(tenant, name)
                };
                answers.keep(&key, &answer(201)).await.unwrap();
            }
        }
        assert_eq!(answers.forget(a, at(2)).await.unwrap(), 2);
        assert_eq!(answers.forget(a, at(2)).await.unwrap(), 0);
        for (name, ours) in [("0", false), ("1", false), ("2", true), ("3", true)] {
            let found = answers
                .find(&idempotency_key(a, name), at(0))
                .await
                .unwrap();
            assert_eq!(found.is_some(), ours, "{name}");
            let found = answers
                .find(&idempotency_key(b, name), at(0))
                .await
                .unwrap();
            assert!(found.is_some(), "{name} of the other tenant");
        }
        answers
            .keep(&idempotency_key(a, "0"), &answer(202))
            .await
            .unwrap();
    }
}

/// Runs the contract of [`AnswerStore`]: one test for each promise, each on a new, empty pair
/// `(answers, tokens)` that the expression makes. Stores that need a runtime name their test
/// attribute first.
#[macro_export]
macro_rules! answer_store_contract {
    ($($make:tt)+) => {
        $crate::each_promise! { ($($make)+) answer_contract:
            an_answer_is_kept_whole, the_first_answer_stays, scopes_are_apart,
            old_answers_are_not_found, forgets_the_tenant_s_old_answers
        }
    };
}
