//! SLAs.

use super::super::{Conn, Db};
use super::answers::settle;
use super::executions::in_chunks;
use super::paging::{self, Extent, Seek, Window, beyond, count_of, ordered, tie_direction};
use super::search::search;
use crate::DbError;
use crate::rows::{NewSlaRow, SlaContentRow, SlaRow};
use crate::schema::{
    alert, execution, sla as slas, sla_breach, sla_bucket, sla_judgement, workflow,
};
use diesel::prelude::*;
use kernel::{
    Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, Sort, StoreError, TenantId,
};
use sla::{Sla, SlaFilter, SlaId, SlaOrder};
use std::collections::{BTreeSet, HashMap};
use workflow_model::ExecutionStatus;

/// The names of these workflows.
pub(crate) fn workflow_names(
    conn: &mut Conn,
    tenant: TenantId,
    ids: impl Iterator<Item = i64>,
) -> QueryResult<HashMap<i64, String>> {
    let ids: BTreeSet<i64> = ids.collect();
    let found = in_chunks(&Vec::from_iter(ids), |chunk| {
        workflow::table
            .filter(workflow::tenant_id.eq(tenant.0))
            .filter(workflow::id.eq_any(chunk))
            .select((workflow::id, workflow::name))
            .load::<(i64, String)>(conn)
    })?;
    Ok(found.into_iter().collect())
}

fn read(conn: &mut Conn, tenant: TenantId, rows: Vec<SlaRow>) -> Result<Vec<Sla>, DbError> {
    let names = workflow_names(conn, tenant, rows.iter().map(|row| row.workflow_id))?;
    let name = |row: &SlaRow| names.get(&row.workflow_id).cloned().unwrap_or_default();
    let slas: Result<Vec<Sla>, StoreError> = rows
        .into_iter()
        .map(|row| {
            let name = name(&row);
            row.read(name)
        })
        .collect();
    Ok(slas?)
}

fn read_one(conn: &mut Conn, tenant: TenantId, row: SlaRow) -> Result<Sla, DbError> {
    let names = workflow_names(conn, tenant, std::iter::once(row.workflow_id))?;
    let name = names.into_values().next().unwrap_or_default();
    Ok(row.read(name)?)
}

/// Keeps a new SLA, if the tenant has its workflow.
pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewSlaRow,
    receipt: Option<&Receipt<Sla>>,
) -> Result<Option<Sla>, DbError> {
    let tenant = TenantId(new.tenant_id);
    let known: Option<i64> = workflow::table
        .filter(workflow::tenant_id.eq(new.tenant_id))
        .filter(workflow::id.eq(new.workflow_id))
        .select(workflow::id)
        .first(conn)
        .optional()?;
    if known.is_none() {
        return Ok(None);
    }
    let row: SlaRow = diesel::insert_into(slas::table)
        .values(new)
        .returning(SlaRow::as_returning())
        .get_result(conn)?;
    let made = read_one(conn, tenant, row)?;
    settle(conn, receipt, &made)?;
    Ok(Some(made))
}

/// The SLA of that id.
pub(crate) fn get(conn: &mut Conn, tenant: TenantId, id: SlaId) -> Result<Option<Sla>, DbError> {
    let row: Option<SlaRow> = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .filter(slas::id.eq(id.0))
        .select(SlaRow::as_select())
        .first(conn)
        .optional()?;
    row.map(|row| read_one(conn, tenant, row)).transpose()
}

/// How far the judgement of what was there before an SLA is. First what ended within its first
/// window, or while it was made: after the execution of the id `after` that ended at `from`. Then
/// what runs, by id: `from` is [`FirstWindow::RUNNING`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstWindow {
    pub(crate) from: i64,
    pub(crate) after: i64,
    pub(crate) until: i64,
}

impl FirstWindow {
    const RUNNING: i64 = i64::MAX;

    /// Whether only what runs is left.
    pub(crate) fn of_running(&self) -> bool {
        self.from == Self::RUNNING
    }

    /// The place after the running execution of that id.
    pub(crate) fn running_after(id: i64) -> (i64, i64) {
        (Self::RUNNING, id)
    }
}

/// Every SLA of the tenant, with what is left of its first window.
pub(crate) fn all(
    conn: &mut Conn,
    tenant: TenantId,
) -> Result<Vec<(Sla, Option<FirstWindow>)>, DbError> {
    let rows: Vec<SlaRow> = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .order(slas::id.asc())
        .select(SlaRow::as_select())
        .load(conn)?;
    let windows: Vec<Option<FirstWindow>> = rows
        .iter()
        .map(|row| {
            let (from, until) = (row.backfill_from?, row.backfill_until?);
            Some(FirstWindow {
                from,
                after: row.backfill_cursor.unwrap_or(i64::MAX),
                until,
            })
        })
        .collect();
    Ok(read(conn, tenant, rows)?.into_iter().zip(windows).collect())
}

/// Keeps how far the judgement of a first window is; `None` when it is done.
pub(crate) fn set_first_window(
    conn: &mut Conn,
    tenant: TenantId,
    id: SlaId,
    place: Option<(i64, i64)>,
) -> QueryResult<usize> {
    let this = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .filter(slas::id.eq(id.0));
    diesel::update(this)
        .set((
            slas::backfill_from.eq(place.map(|(from, _)| from)),
            slas::backfill_cursor.eq(place.map(|(_, after)| after)),
        ))
        .execute(conn)
}

fn filtered(tenant: TenantId, filter: &SlaFilter) -> slas::BoxedQuery<'_, Db> {
    let mut query = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .into_boxed();
    if let Some(workflow) = filter.workflow {
        query = query.filter(slas::workflow_id.eq(workflow.0));
    }
    if let Some(active) = filter.is_active {
        query = query.filter(slas::is_active.eq(active));
    }
    search!(query, slas::search_text, &filter.search)
}

/// A page of SLAs.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &SlaFilter,
    ordering: &Ordering<SlaOrder>,
    request: &PageRequest,
) -> Result<Page<Sla>, DbError> {
    // The percentage depends on the time; the service sorts by it.
    let is_kept = |sort: &&Sort<SlaOrder>| match sort.by {
        SlaOrder::Name | SlaOrder::CreatedAt => true,
        SlaOrder::CurrentPercentage => false,
    };
    let ordering: Ordering<SlaOrder> = ordering.iter().filter(is_kept).copied().collect();
    let seek = Seek::of(&ordering, |by| match by {
        SlaOrder::Name => Seek::Text,
        SlaOrder::CreatedAt => Seek::Integer,
        SlaOrder::CurrentPercentage => Seek::Never,
    });
    let count = |conn: &mut Conn, _extent| -> Result<Count, DbError> {
        Ok(count_of(
            conn,
            filtered(tenant, filter).select(slas::id),
            Extent::All,
        )?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<SlaRow>, DbError> {
        let mut query = filtered(tenant, filter);
        for sort in &ordering {
            query = match sort.by {
                SlaOrder::Name => ordered!(query, sort.direction, slas::name),
                SlaOrder::CreatedAt => ordered!(query, sort.direction, slas::created_at),
                SlaOrder::CurrentPercentage => query,
            };
        }
        let direction = tie_direction(&ordering);
        query = ordered!(query, direction, slas::id);
        if let Some(cursor) = window.after {
            query = query.filter(beyond((key_column(&ordering), "sla.id"), direction, cursor));
        }
        let query = query.select(SlaRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    let page = paging::page(conn, request, seek, count, fetch, |row| {
        position(&ordering, row)
    })?;
    let Page {
        items,
        count,
        number,
        has_next,
        next,
    } = page;
    let items = read(conn, tenant, items)?;
    Ok(Page {
        items,
        count,
        number,
        has_next,
        next,
    })
}

/// The column of the first key.
fn key_column(ordering: &Ordering<SlaOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None | Some(SlaOrder::CurrentPercentage) => "sla.id",
        Some(SlaOrder::Name) => "sla.name",
        Some(SlaOrder::CreatedAt) => "sla.created_at",
    }
}

fn position(ordering: &Ordering<SlaOrder>, row: &SlaRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None | Some(SlaOrder::CurrentPercentage) => CursorKey::None,
        Some(SlaOrder::Name) => CursorKey::Text(row.name.clone()),
        Some(SlaOrder::CreatedAt) => CursorKey::Integer(row.created_at),
    };
    Cursor { key, id: row.id }
}

/// Writes an SLA, and gives the executions that run their deadlines anew.
pub(crate) fn replace(
    conn: &mut Conn,
    changed: &Sla,
    receipt: Option<&Receipt<Sla>>,
) -> Result<Sla, DbError> {
    let content = SlaContentRow::changed(changed)?;
    let before = slas::table
        .filter(slas::tenant_id.eq(changed.tenant.0))
        .filter(slas::id.eq(changed.id.0))
        .filter(slas::revision.eq(changed.revision - 1));
    let row: SlaRow = diesel::update(before)
        .set(&content)
        .returning(SlaRow::as_returning())
        .get_result(conn)
        .optional()?
        .ok_or(StoreError::StaleVersion)?;
    let deadline = row.is_active.then_some(row.updated_at);
    let running = execution::table
        .filter(execution::tenant_id.eq(changed.tenant.0))
        .filter(execution::workflow_id.eq(row.workflow_id))
        .filter(execution::status.eq(ExecutionStatus::Running.as_str()))
        .select(execution::id);
    let judged = sla_judgement::table
        .filter(sla_judgement::tenant_id.eq(changed.tenant.0))
        .filter(sla_judgement::sla_id.eq(changed.id.0))
        .filter(sla_judgement::execution_id.eq_any(running));
    diesel::update(judged)
        .set(sla_judgement::next_deadline.eq(deadline))
        .execute(conn)?;
    let stored = read_one(conn, changed.tenant, row)?;
    settle(conn, receipt, &stored)?;
    Ok(stored)
}

/// Deletes an SLA with all that was judged under it.
pub(crate) fn delete(
    conn: &mut Conn,
    tenant: TenantId,
    id: SlaId,
    expected: Option<i64>,
) -> Result<bool, DbError> {
    let this = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .filter(slas::id.eq(id.0));
    let known: Option<i64> = this.select(slas::revision).first(conn).optional()?;
    let Some(revision) = known else {
        return Ok(false);
    };
    if expected.is_some_and(|expected| expected != revision) {
        return Err(StoreError::StaleVersion.into());
    }
    let breaches = sla_breach::table
        .filter(sla_breach::tenant_id.eq(tenant.0))
        .filter(sla_breach::sla_id.eq(id.0));
    let alerts = alert::table
        .filter(alert::tenant_id.eq(tenant.0))
        .filter(alert::breach_id.eq_any(breaches.select(sla_breach::id)));
    diesel::delete(alerts).execute(conn)?;
    diesel::delete(breaches).execute(conn)?;
    forget_judgements(conn, tenant, id)?;
    diesel::delete(this).execute(conn)?;
    Ok(true)
}

/// Deletes the judgements of an SLA and their sums.
pub(crate) fn forget_judgements(conn: &mut Conn, tenant: TenantId, id: SlaId) -> QueryResult<()> {
    let judgements = sla_judgement::table
        .filter(sla_judgement::tenant_id.eq(tenant.0))
        .filter(sla_judgement::sla_id.eq(id.0));
    diesel::delete(judgements).execute(conn)?;
    let buckets = sla_bucket::table
        .filter(sla_bucket::tenant_id.eq(tenant.0))
        .filter(sla_bucket::sla_id.eq(id.0));
    diesel::delete(buckets).execute(conn).map(drop)
}
