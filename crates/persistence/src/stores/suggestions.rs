//! Suggestions.

use super::super::{Exec, queries};
use crate::rows::{NewSuggestionRow, NewWorkflowRow};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::collections::BTreeSet;
use suggestions::{
    NewSuggestion, Suggestion, SuggestionFilter, SuggestionId, SuggestionOrder, SuggestionStore,
};
use workflow_model::WorkflowId;
use workflow_registry::{NewWorkflow, Workflow};

#[async_trait]
impl SuggestionStore for Exec {
    async fn insert(
        &self,
        actor: &Actor,
        new: Vec<NewSuggestion>,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Vec<Suggestion>>>,
    ) -> Result<Option<Vec<Suggestion>>, StoreError> {
        let tenant = actor.tenant;
        let about: BTreeSet<WorkflowId> = new.iter().filter_map(|new| new.workflow).collect();
        let rows: Vec<NewSuggestionRow> = new
            .iter()
            .map(|new| NewSuggestionRow::new(actor, new, now))
            .collect::<Result<_, _>>()?;
        let kept = self.write(move |conn| {
            queries::suggestions::insert(conn, tenant, &rows, &about, receipt.as_ref())
        });
        Ok(kept.await?)
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SuggestionId,
    ) -> Result<Option<Suggestion>, StoreError> {
        let row = self
            .read(move |conn| queries::suggestions::get(conn, tenant, id))
            .await?;
        row.map(Suggestion::try_from).transpose()
    }

    async fn by_fingerprints(
        &self,
        tenant: TenantId,
        fingerprints: &[String],
    ) -> Result<Vec<Suggestion>, StoreError> {
        let fingerprints = fingerprints.to_vec();
        let rows = self
            .read(move |conn| queries::suggestions::by_fingerprints(conn, tenant, &fingerprints));
        rows.await?.into_iter().map(Suggestion::try_from).collect()
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SuggestionFilter,
        ordering: &Ordering<SuggestionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Suggestion>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let rows = self.read_snapshot(move |conn| {
            queries::suggestions::list(conn, tenant, &filter, &ordering, &page)
        });
        rows.await?.try_map(Suggestion::try_from)
    }

    async fn replace(
        &self,
        suggestion: &Suggestion,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<Suggestion, StoreError> {
        let suggestion = suggestion.clone();
        let kept = self
            .write(move |conn| queries::suggestions::replace(conn, &suggestion, receipt.as_ref()));
        Ok(kept.await?)
    }

    async fn implement(
        &self,
        actor: &Actor,
        suggestion: &Suggestion,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<(Suggestion, Workflow), StoreError> {
        let suggestion = suggestion.clone();
        let row = NewWorkflowRow::new(actor, draft, now)?;
        let kept = self.write(move |conn| {
            queries::suggestions::implement(conn, &suggestion, &row, receipt.as_ref())
        });
        Ok(kept.await?)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SuggestionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        let gone = self
            .write(move |conn| queries::suggestions::delete(conn, tenant, id, expected_revision));
        Ok(gone.await?)
    }
}
