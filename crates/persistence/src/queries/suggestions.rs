//! Suggestions.

use super::super::{Conn, Db, kept, wait_projection_lock};
use super::answers::settle;
use super::paging::{self, Extent, Seek, Window, beyond, count_of, ordered, tie_direction};
use super::search::search;
use super::workflows;
use crate::rows::{NewSuggestionRow, NewWorkflowRow, SuggestionContentRow, SuggestionRow};
use crate::schema::{suggestion, workflow};
use crate::{DbError, projection_key};
use diesel::prelude::*;
use kernel::{
    Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId,
};
use std::collections::BTreeSet;
use suggestions::{Suggestion, SuggestionFilter, SuggestionId, SuggestionOrder};
use workflow_model::WorkflowId;
use workflow_registry::Workflow;

/// Keeps new suggestions that say something new, if the tenant has their workflows.
pub(crate) fn insert(
    conn: &mut Conn,
    tenant: TenantId,
    new: &[NewSuggestionRow],
    about: &BTreeSet<WorkflowId>,
    receipt: Option<&Receipt<Vec<Suggestion>>>,
) -> Result<Option<Vec<Suggestion>>, DbError> {
    if !workflows_stay(conn, tenant, about)? {
        return Ok(None);
    }
    if new.iter().any(|row| row.fingerprint().is_some()) {
        // Two miners at once would otherwise not see what the other one is about to keep.
        let lock = projection_key("suggestion", &tenant.to_string());
        wait_projection_lock(conn, lock)?;
    }
    let mut kept = Vec::with_capacity(new.len());
    for row in new {
        if is_known(conn, tenant, row)? {
            continue;
        }
        let row: SuggestionRow = diesel::insert_into(suggestion::table)
            .values(row)
            .returning(SuggestionRow::as_returning())
            .get_result(conn)?;
        kept.push(Suggestion::try_from(row)?);
    }
    settle(conn, receipt, &kept)?;
    Ok(Some(kept))
}

/// Whether the tenant has all these workflows; if so, until the end of the transaction.
fn workflows_stay(
    conn: &mut Conn,
    tenant: TenantId,
    about: &BTreeSet<WorkflowId>,
) -> QueryResult<bool> {
    let ids: Vec<i64> = about.iter().map(|id| id.0).collect();
    let ours = workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .filter(workflow::id.eq_any(&ids))
        .order(workflow::id)
        .select(workflow::id);
    let known: Vec<i64> = kept!(ours).load(conn)?;
    Ok(known == ids)
}

/// Whether the newest suggestion of its fingerprint says the same.
fn is_known(conn: &mut Conn, tenant: TenantId, new: &NewSuggestionRow) -> QueryResult<bool> {
    let Some(fingerprint) = new.fingerprint() else {
        return Ok(false);
    };
    let newest: Option<(f64, i64)> = suggestion::table
        .filter(suggestion::tenant_id.eq(tenant.0))
        .filter(suggestion::fingerprint.eq(fingerprint))
        .order(suggestion::id.desc())
        .select((suggestion::confidence, suggestion::pattern_frequency))
        .first(conn)
        .optional()?;
    Ok(newest.is_some_and(|(confidence, frequency)| new.says_the_same(confidence, frequency)))
}

/// The suggestion of that id.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: SuggestionId,
) -> QueryResult<Option<SuggestionRow>> {
    suggestion::table
        .filter(suggestion::tenant_id.eq(tenant.0))
        .filter(suggestion::id.eq(id.0))
        .select(SuggestionRow::as_select())
        .first(conn)
        .optional()
}

/// The newest suggestion of each fingerprint.
pub(crate) fn by_fingerprints(
    conn: &mut Conn,
    tenant: TenantId,
    fingerprints: &[String],
) -> QueryResult<Vec<SuggestionRow>> {
    let rows: Vec<SuggestionRow> = suggestion::table
        .filter(suggestion::tenant_id.eq(tenant.0))
        .filter(suggestion::fingerprint.eq_any(fingerprints))
        .order(suggestion::id.desc())
        .select(SuggestionRow::as_select())
        .load(conn)?;
    let mut seen = BTreeSet::new();
    Ok(rows
        .into_iter()
        .filter(|row| seen.insert(row.fingerprint.clone()))
        .collect())
}

fn filtered(tenant: TenantId, filter: &SuggestionFilter) -> suggestion::BoxedQuery<'_, Db> {
    let mut query = suggestion::table
        .filter(suggestion::tenant_id.eq(tenant.0))
        .into_boxed();
    if let Some(source) = filter.source {
        query = query.filter(suggestion::source.eq(source.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(suggestion::status.eq(status.as_str()));
    }
    if let Some(workflow) = filter.workflow {
        query = query.filter(suggestion::workflow_id.eq(workflow.0));
    }
    search!(query, suggestion::search_text, &filter.search)
}

/// A page of suggestions.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &SuggestionFilter,
    ordering: &Ordering<SuggestionOrder>,
    request: &PageRequest,
) -> Result<Page<SuggestionRow>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        SuggestionOrder::CreatedAt | SuggestionOrder::Frequency => Seek::Integer,
        SuggestionOrder::Confidence => Seek::Never,
    });
    let count = |conn: &mut Conn, _extent| -> Result<Count, DbError> {
        Ok(count_of(
            conn,
            filtered(tenant, filter).select(suggestion::id),
            Extent::All,
        )?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<SuggestionRow>, DbError> {
        let mut query = filtered(tenant, filter);
        for sort in ordering {
            let direction = sort.direction;
            query = match sort.by {
                SuggestionOrder::Confidence => ordered!(query, direction, suggestion::confidence),
                SuggestionOrder::CreatedAt => ordered!(query, direction, suggestion::created_at),
                SuggestionOrder::Frequency => {
                    ordered!(query, direction, suggestion::pattern_frequency)
                }
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, suggestion::id);
        if let Some(cursor) = window.after {
            let columns = (key_column(ordering), "suggestion.id");
            query = query.filter(beyond(columns, direction, cursor));
        }
        let query = query.select(SuggestionRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    paging::page(conn, request, seek, count, fetch, |row| {
        position(ordering, row)
    })
}

/// The column of the first key.
fn key_column(ordering: &Ordering<SuggestionOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "suggestion.id",
        Some(SuggestionOrder::Confidence) => "suggestion.confidence",
        Some(SuggestionOrder::CreatedAt) => "suggestion.created_at",
        Some(SuggestionOrder::Frequency) => "suggestion.pattern_frequency",
    }
}

fn position(ordering: &Ordering<SuggestionOrder>, row: &SuggestionRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None | Some(SuggestionOrder::Confidence) => CursorKey::None,
        Some(SuggestionOrder::CreatedAt) => CursorKey::Integer(row.created_at),
        Some(SuggestionOrder::Frequency) => CursorKey::Integer(row.pattern_frequency),
    };
    Cursor { key, id: row.id }
}

fn write(
    conn: &mut Conn,
    changed: &Suggestion,
    content: &SuggestionContentRow,
) -> Result<Suggestion, DbError> {
    let before = suggestion::table
        .filter(suggestion::tenant_id.eq(changed.tenant.0))
        .filter(suggestion::id.eq(changed.id.0))
        .filter(suggestion::revision.eq(changed.revision - 1));
    let row: SuggestionRow = diesel::update(before)
        .set(content)
        .returning(SuggestionRow::as_returning())
        .get_result(conn)
        .optional()?
        .ok_or(StoreError::StaleVersion)?;
    Ok(row.try_into()?)
}

/// Writes a suggestion.
pub(crate) fn replace(
    conn: &mut Conn,
    changed: &Suggestion,
    receipt: Option<&Receipt<Suggestion>>,
) -> Result<Suggestion, DbError> {
    let stored = write(conn, changed, &SuggestionContentRow::changed(changed)?)?;
    settle(conn, receipt, &stored)?;
    Ok(stored)
}

/// Keeps the draft made of a suggestion, and the suggestion.
pub(crate) fn implement(
    conn: &mut Conn,
    changed: &Suggestion,
    draft: &NewWorkflowRow,
    receipt: Option<&Receipt<Suggestion>>,
) -> Result<(Suggestion, Workflow), DbError> {
    let workflow = workflows::insert(conn, draft)?;
    let content = SuggestionContentRow::changed(changed)?.implemented_as(workflow.id);
    let stored = write(conn, changed, &content)?;
    settle(conn, receipt, &stored)?;
    Ok((stored, workflow))
}

/// Deletes a suggestion.
pub(crate) fn delete(
    conn: &mut Conn,
    tenant: TenantId,
    id: SuggestionId,
    expected: Option<i64>,
) -> Result<bool, DbError> {
    let this = suggestion::table
        .filter(suggestion::tenant_id.eq(tenant.0))
        .filter(suggestion::id.eq(id.0));
    let known: Option<i64> = this.select(suggestion::revision).first(conn).optional()?;
    let Some(revision) = known else {
        return Ok(false);
    };
    if expected.is_some_and(|expected| expected != revision) {
        return Err(StoreError::StaleVersion.into());
    }
    Ok(diesel::delete(this).execute(conn)? > 0)
}
