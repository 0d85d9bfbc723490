//! What this crate needs kept.

use crate::{NewSuggestion, Suggestion, SuggestionId, SuggestionSource, SuggestionStatus};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use workflow_model::WorkflowId;
use workflow_registry::{NewWorkflow, Workflow, WorkflowStore};

/// Which suggestions; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuggestionFilter {
    /// From this source.
    pub source: Option<SuggestionSource>,
    /// Of this status.
    pub status: Option<SuggestionStatus>,
    /// About this workflow.
    pub workflow: Option<WorkflowId>,
    /// Each of these, in lower case, occurs in the title or the description.
    pub search: Vec<String>,
}

/// What suggestions can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionOrder {
    /// By confidence.
    Confidence,
    /// By when it was made.
    CreatedAt,
    /// By how many executions show it.
    Frequency,
}

/// Keeps suggestions. Every method is one atomic step.
#[async_trait]
pub trait SuggestionStore: Send + Sync {
    /// Keeps new suggestions, pending, in the given order; a suggestion whose `workflow` the
    /// tenant does not have is refused as `None`, and then none is kept. The newest suggestion
    /// of a fingerprint stands for it in [`SuggestionStore::by_fingerprints`].
    ///
    /// A new suggestion is left out, and the others kept, when the newest one of its fingerprint
    /// has the same `confidence_score` and the same `pattern_frequency`: of two requests that
    /// mine the same history at the same time, only the first is heard. The answer has what was
    /// kept; it may be empty.
    async fn insert(
        &self,
        actor: &Actor,
        new: Vec<NewSuggestion>,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Vec<Suggestion>>>,
    ) -> Result<Option<Vec<Suggestion>>, StoreError>;

    /// `None` when the tenant has no such suggestion.
    async fn get(
        &self,
        tenant: TenantId,
        id: SuggestionId,
    ) -> Result<Option<Suggestion>, StoreError>;

    /// The newest suggestion of each of the fingerprints.
    async fn by_fingerprints(
        &self,
        tenant: TenantId,
        fingerprints: &[String],
    ) -> Result<Vec<Suggestion>, StoreError>;

    /// A page of suggestions.
    async fn list(
        &self,
        tenant: TenantId,
        filter: &SuggestionFilter,
        ordering: &Ordering<SuggestionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Suggestion>, StoreError>;

    /// Writes if the stored revision is `suggestion.revision - 1`, else
    /// [`StoreError::StaleVersion`].
    async fn replace(
        &self,
        suggestion: &Suggestion,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, StoreError>;

    /// Keeps the draft and the suggestion, now implemented as that draft, together; same rule on
    /// revisions as [`SuggestionStore::replace`]. The draft is always a workflow of its own: one
    /// that is in use does not change because somebody clicked.
    async fn implement(
        &self,
        actor: &Actor,
        suggestion: &Suggestion,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<(Suggestion, Workflow), StoreError>;

    /// Deletes; `false` when there is none.
    async fn delete(
        &self,
        tenant: TenantId,
        id: SuggestionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError>;
}

/// What this crate asks about workflows.
#[async_trait]
pub trait WorkflowDirectory: Send + Sync {
    /// `None` when the tenant has no such workflow.
    async fn workflow(
        &self,
        tenant: TenantId,
        id: WorkflowId,
    ) -> Result<Option<Workflow>, StoreError>;
}

/// A [`WorkflowDirectory`] over the store of workflows.
#[derive(Clone)]
pub struct RegistryDirectory(pub Arc<dyn WorkflowStore>);

#[async_trait]
impl WorkflowDirectory for RegistryDirectory {
    async fn workflow(
        &self,
        tenant: TenantId,
        id: WorkflowId,
    ) -> Result<Option<Workflow>, StoreError> {
        self.0.get(tenant, id).await
    }
}
