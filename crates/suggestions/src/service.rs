//! The use cases.

mod attempt;
mod generate;
mod implement;

use crate::{
    NewSuggestion, Suggestion, SuggestionChange, SuggestionFilter, SuggestionId, SuggestionOrder,
    SuggestionStatus, SuggestionStore, WorkflowDirectory,
};
use attempt::{SharedReceipt, first_of_list, retry_or, stale};
use document::Problem;
use execution_log::ExecutionLog;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;

/// Why a request about suggestions was not done.
#[derive(Debug, thiserror::Error)]
pub enum SuggestionError {
    /// The tenant has no such suggestion.
    #[error("Suggestion not found")]
    NotFound,
    /// The tenant has no such workflow.
    #[error("Workflow not found")]
    UnknownWorkflow,
    /// It changed since the client read it.
    #[error("The suggestion changed since it was read")]
    Stale,
    /// The request contradicts what is stored: every problem under its path.
    #[error("Invalid input data")]
    Invalid(Vec<Problem>),
    /// A suggestion cannot go from here to there.
    #[error(
        "A suggestion that is {} cannot become {}: only pending ones are accepted or rejected, \
         and only accepted ones are implemented",
        from.as_str(), to.as_str()
    )]
    WrongState {
        /// Where it stands.
        from: SuggestionStatus,
        /// Where it was to go.
        to: SuggestionStatus,
    },
    /// What was decided on is not changed any more.
    #[error("A suggestion that is {} cannot be changed; only pending ones can", .0.as_str())]
    Decided(SuggestionStatus),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of suggestions.
#[derive(Clone)]
pub struct SuggestionService {
    store: Arc<dyn SuggestionStore>,
    log: Arc<dyn ExecutionLog>,
    workflows: Arc<dyn WorkflowDirectory>,
    clock: Arc<dyn Clock>,
}

impl SuggestionService {
    /// The service over its ports.
    #[must_use]
    pub fn new(
        store: Arc<dyn SuggestionStore>,
        log: Arc<dyn ExecutionLog>,
        workflows: Arc<dyn WorkflowDirectory>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            log,
            workflows,
            clock,
        }
    }

    /// Keeps a user's suggestion.
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewSuggestion,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, SuggestionError> {
        let receipt = receipt.map(first_of_list);
        let kept = self
            .store
            .insert(actor, vec![new], self.clock.now(), receipt)
            .await?;
        kept.and_then(|list| list.into_iter().next())
            .ok_or(SuggestionError::UnknownWorkflow)
    }

    /// One suggestion.
    pub async fn get(
        &self,
        tenant: TenantId,
        id: SuggestionId,
    ) -> Result<Suggestion, SuggestionError> {
        self.store
            .get(tenant, id)
            .await?
            .ok_or(SuggestionError::NotFound)
    }

    /// A page of suggestions.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &SuggestionFilter,
        ordering: &Ordering<SuggestionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Suggestion>, SuggestionError> {
        Ok(self.store.list(tenant, filter, ordering, page).await?)
    }

    /// Changes what a pending suggestion says.
    pub async fn update(
        &self,
        actor: &Actor,
        id: SuggestionId,
        change: SuggestionChange,
        if_match: Option<i64>,
    ) -> Result<Suggestion, SuggestionError> {
        self.change(actor, id, if_match, None, |suggestion| {
            if suggestion.status != SuggestionStatus::Pending {
                return Err(SuggestionError::Decided(suggestion.status));
            }
            let content = &mut suggestion.content;
            if let Some(title) = &change.title {
                content.title.clone_from(title);
            }
            if let Some(description) = &change.description {
                content.description.clone_from(description);
            }
            if let Some(template) = &change.workflow_template {
                content.workflow_template.clone_from(template);
            }
            Ok(())
        })
        .await
    }

    /// Forgets a suggestion. Mining may find its pattern again.
    pub async fn delete(
        &self,
        actor: &Actor,
        id: SuggestionId,
        if_match: Option<i64>,
    ) -> Result<(), SuggestionError> {
        match self.store.delete(actor.tenant, id, if_match).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SuggestionError::NotFound),
            Err(error) => Err(stale(error)),
        }
    }

    /// Decides for a suggestion.
    pub async fn accept(
        &self,
        actor: &Actor,
        id: SuggestionId,
        notes: String,
        if_match: Option<i64>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, SuggestionError> {
        self.decide(
            actor,
            id,
            SuggestionStatus::Accepted,
            &notes,
            if_match,
            receipt,
        )
        .await
    }

    /// Decides against a suggestion.
    pub async fn reject(
        &self,
        actor: &Actor,
        id: SuggestionId,
        notes: String,
        if_match: Option<i64>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, SuggestionError> {
        self.decide(
            actor,
            id,
            SuggestionStatus::Rejected,
            &notes,
            if_match,
            receipt,
        )
        .await
    }

    async fn decide(
        &self,
        actor: &Actor,
        id: SuggestionId,
        to: SuggestionStatus,
        notes: &str,
        if_match: Option<i64>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, SuggestionError> {
        let now = self.clock.now();
        self.change(actor, id, if_match, receipt, |suggestion| {
            step(suggestion, to)?;
            suggestion.reviewed_by = Some(actor.user.clone());
            suggestion.reviewed_at = Some(now);
            notes.clone_into(&mut suggestion.review_notes);
            Ok(())
        })
        .await
    }

    /// Reads, changes and writes; again when somebody else was faster, unless the client said
    /// which revision it means.
    async fn change(
        &self,
        actor: &Actor,
        id: SuggestionId,
        if_match: Option<i64>,
        receipt: Option<Receipt<Suggestion>>,
        apply: impl Fn(&mut Suggestion) -> Result<(), SuggestionError> + Send + Sync,
    ) -> Result<Suggestion, SuggestionError> {
        let receipt = receipt.map(SharedReceipt::new);
        let mut attempt = 1;
        loop {
            let mut suggestion = self.matching(actor.tenant, id, if_match).await?;
            apply(&mut suggestion)?;
            suggestion.revision += 1;
            suggestion.updated_at = self.clock.now();
            let once = receipt.as_ref().map(SharedReceipt::once);
            match self.store.replace(&suggestion, once).await {
                Ok(stored) => return Ok(stored),
                Err(error) => retry_or(error, if_match, &mut attempt)?,
            }
        }
    }

    async fn matching(
        &self,
        tenant: TenantId,
        id: SuggestionId,
        if_match: Option<i64>,
    ) -> Result<Suggestion, SuggestionError> {
        let suggestion = self.get(tenant, id).await?;
        if if_match.is_some_and(|revision| revision != suggestion.revision) {
            return Err(SuggestionError::Stale);
        }
        Ok(suggestion)
    }
}

/// Takes the next state, if the life of a suggestion has that step.
fn step(suggestion: &mut Suggestion, to: SuggestionStatus) -> Result<(), SuggestionError> {
    if !suggestion.status.may_become(to) {
        return Err(SuggestionError::WrongState {
            from: suggestion.status,
            to,
        });
    }
    suggestion.status = to;
    Ok(())
}

#[cfg(test)]
mod tests;
