//! Changes while others change the same.

use super::OURS;
use crate::testing::{MemorySuggestions, actor, block_on, suggested};
use crate::{
    NewSuggestion, Suggestion, SuggestionError, SuggestionFilter, SuggestionId, SuggestionOrder,
    SuggestionService, SuggestionStore,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::testing::MemoryLog;
use kernel::testing::ManualClock;
use kernel::{
    Actor, Answer, IdempotencyKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering as Atomic};
use workflow_registry::{NewWorkflow, Workflow};

/// A store where somebody else is faster a number of times; it renders receipts.
struct Contended {
    inner: MemorySuggestions,
    faster: AtomicU32,
}

impl Contended {
    fn contend<T>(&self) -> Result<Option<T>, StoreError> {
        let left = self
            .faster
            .fetch_update(Atomic::SeqCst, Atomic::SeqCst, |n| n.checked_sub(1));
        if left.is_ok() {
            Err(StoreError::StaleVersion)
        } else {
            Ok(None)
        }
    }
}

#[async_trait]
impl SuggestionStore for Contended {
    async fn insert(
        &self,
        actor: &Actor,
        new: Vec<NewSuggestion>,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Vec<Suggestion>>>,
    ) -> Result<Option<Vec<Suggestion>>, StoreError> {
        let kept = self.inner.insert(actor, new, now, None).await?;
        if let (Some(receipt), Some(kept)) = (receipt, &kept) {
            assert_eq!((receipt.render)(kept).body, "Ask less");
        }
        Ok(kept)
    }
    async fn get(
        &self,
        tenant: TenantId,
        id: SuggestionId,
    ) -> Result<Option<Suggestion>, StoreError> {
        self.inner.get(tenant, id).await
    }
    async fn by_fingerprints(
        &self,
        tenant: TenantId,
        fingerprints: &[String],
    ) -> Result<Vec<Suggestion>, StoreError> {
        self.inner.by_fingerprints(tenant, fingerprints).await
    }
    async fn list(
        &self,
        tenant: TenantId,
        filter: &SuggestionFilter,
        ordering: &Ordering<SuggestionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Suggestion>, StoreError> {
        self.inner.list(tenant, filter, ordering, page).await
    }
    async fn replace(
        &self,
        suggestion: &Suggestion,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, StoreError> {
        self.contend::<()>()?;
        assert_eq!((receipt.unwrap().render)(suggestion).body, "Ask less");
        self.inner.replace(suggestion, None).await
    }
    async fn implement(
        &self,
        actor: &Actor,
        suggestion: &Suggestion,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Suggestion>>,
    ) -> Result<(Suggestion, Workflow), StoreError> {
        self.contend::<()>()?;
        self.inner
            .implement(actor, suggestion, draft, now, None)
            .await
    }
    async fn delete(
        &self,
        tenant: TenantId,
        id: SuggestionId,
        expected: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.inner.delete(tenant, id, expected).await
    }
}

fn receipt() -> Receipt<Suggestion> {
    Receipt {
        key: IdempotencyKey {
            tenant: OURS,
            principal: "token".to_owned(),
            operation: "POST".to_owned(),
            key: "k".to_owned(),
            fingerprint: "f".to_owned(),
            used_at_millis: 0,
        },
        render: Box::new(|suggestion| Answer {
            status: 200,
            body: suggestion.content.title.clone(),
            location: None,
            etag: None,
        }),
    }
}

#[test]
fn when_others_are_faster_it_tries_again_unless_a_revision_is_meant() {
    for (faster, if_match, fits) in [
        (4, None, true),
        (5, None, false),
        (1, Some(1), false),
        (0, Some(1), true),
    ] {
        let inner = MemorySuggestions::default();
        let store = Arc::new(Contended {
            inner,
            faster: AtomicU32::new(faster),
        });
        let log = Arc::new(MemoryLog::default());
        let directory = Arc::new(MemorySuggestions::default());
        let clock = Arc::new(ManualClock::fixed());
        let service = SuggestionService::new(store, log, directory, clock);
        let us = actor(OURS);
        let new = suggested("Ask less");
        let made = block_on(service.create(&us, new, Some(receipt()))).unwrap();
        let done = block_on(service.accept(&us, made.id, String::new(), if_match, Some(receipt())));
        match done {
            Ok(done) => assert!(fits && done.revision == 2, "{faster} {if_match:?}"),
            Err(SuggestionError::Stale) => assert!(!fits, "{faster} {if_match:?}"),
            Err(other) => panic!("{other}"),
        }
    }
}
