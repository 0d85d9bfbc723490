//! Breaches.

use super::super::{Conn, Db};
use super::alerts;
use super::answers::settle;
use super::paging::{self, Seek, Window, beyond, count_of, ordered, tie_direction};
use super::slas::workflow_names;
use crate::DbError;
use crate::rows::BreachRow;
use crate::schema::{sla as slas, sla_breach};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::{
    Actor, Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId,
    to_millis,
};
use sla::{Breach, BreachFilter, BreachId, BreachOrder};
use std::collections::{BTreeSet, HashMap};

/// Breaches of rows, with the names of their SLAs and workflows.
pub(crate) fn read(
    conn: &mut Conn,
    tenant: TenantId,
    rows: Vec<BreachRow>,
) -> Result<Vec<Breach>, DbError> {
    let ids: BTreeSet<i64> = rows.iter().map(|row| row.sla_id).collect();
    let sla_names: HashMap<i64, String> = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .filter(slas::id.eq_any(ids))
        .select((slas::id, slas::name))
        .load::<(i64, String)>(conn)?
        .into_iter()
        .collect();
    let workflows = workflow_names(conn, tenant, rows.iter().map(|row| row.workflow_id))?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut failed = alerts::failed_recipients(conn, tenant, &ids)?;
    let mut breaches = Vec::with_capacity(rows.len());
    for row in rows {
        let failed = failed.remove(&row.id).unwrap_or_default();
        let names = (
            sla_names.get(&row.sla_id).cloned().unwrap_or_default(),
            workflows.get(&row.workflow_id).cloned().unwrap_or_default(),
        );
        breaches.push(row.read(names, failed)?);
    }
    Ok(breaches)
}

/// The breach of that id.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: BreachId,
) -> Result<Option<Breach>, DbError> {
    let rows: Vec<BreachRow> = sla_breach::table
        .filter(sla_breach::tenant_id.eq(tenant.0))
        .filter(sla_breach::id.eq(id.0))
        .select(BreachRow::as_select())
        .load(conn)?;
    Ok(read(conn, tenant, rows)?.pop())
}

fn filtered<'a>(tenant: TenantId, filter: &BreachFilter) -> sla_breach::BoxedQuery<'a, Db> {
    let mut query = sla_breach::table
        .filter(sla_breach::tenant_id.eq(tenant.0))
        .into_boxed();
    if let Some(sla) = filter.sla {
        query = query.filter(sla_breach::sla_id.eq(sla.0));
    }
    if let Some(workflow) = filter.workflow {
        query = query.filter(sla_breach::workflow_id.eq(workflow.0));
    }
    if let Some(severity) = filter.severity {
        query = query.filter(sla_breach::severity.eq(severity.as_str()));
    }
    query = match filter.acknowledged {
        None => query,
        Some(true) => query.filter(sla_breach::acknowledged_at.is_not_null()),
        Some(false) => query.filter(sla_breach::acknowledged_at.is_null()),
    };
    query = match filter.alert_sent {
        None => query,
        Some(true) => query.filter(sla_breach::alert_sent_at.is_not_null()),
        Some(false) => query.filter(sla_breach::alert_sent_at.is_null()),
    };
    if let Some(after) = filter.detected_after {
        query = query.filter(sla_breach::detected_at.ge(to_millis(after)));
    }
    if let Some(before) = filter.detected_before {
        query = query.filter(sla_breach::detected_at.le(to_millis(before)));
    }
    query
}

/// A page of breaches.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &BreachFilter,
    ordering: &Ordering<BreachOrder>,
    request: &PageRequest,
) -> Result<Page<Breach>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        BreachOrder::DetectedAt | BreachOrder::Margin => Seek::Integer,
    });
    let count = |conn: &mut Conn, extent| -> Result<Count, DbError> {
        Ok(count_of(
            conn,
            filtered(tenant, filter).select(sla_breach::id),
            extent,
        )?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<BreachRow>, DbError> {
        let mut query = filtered(tenant, filter);
        for sort in ordering {
            query = match sort.by {
                BreachOrder::DetectedAt => ordered!(query, sort.direction, sla_breach::detected_at),
                BreachOrder::Margin => ordered!(query, sort.direction, sla_breach::margin_ms),
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, sla_breach::id);
        if let Some(cursor) = window.after {
            let columns = (key_column(ordering), "sla_breach.id");
            query = query.filter(beyond(columns, direction, cursor));
        }
        let query = query.select(BreachRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    let page = paging::page(conn, request, seek, count, fetch, |row| {
        position(ordering, row)
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
fn key_column(ordering: &Ordering<BreachOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "sla_breach.id",
        Some(BreachOrder::DetectedAt) => "sla_breach.detected_at",
        Some(BreachOrder::Margin) => "sla_breach.margin_ms",
    }
}

fn position(ordering: &Ordering<BreachOrder>, row: &BreachRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None => CursorKey::None,
        Some(BreachOrder::DetectedAt) => CursorKey::Integer(row.detected_at),
        Some(BreachOrder::Margin) => CursorKey::Integer(row.margin_ms),
    };
    Cursor { key, id: row.id }
}

/// Acknowledges a breach.
pub(crate) fn acknowledge(
    conn: &mut Conn,
    actor: &Actor,
    id: BreachId,
    notes: &str,
    expected: Option<i64>,
    now: DateTime<Utc>,
    receipt: Option<&Receipt<Breach>>,
) -> Result<Option<Breach>, DbError> {
    let tenant = actor.tenant;
    let Some(known) = get(conn, tenant, id)? else {
        return Ok(None);
    };
    if expected.is_some_and(|expected| expected != known.revision) {
        return Err(StoreError::StaleVersion.into());
    }
    let open = sla_breach::table
        .filter(sla_breach::tenant_id.eq(tenant.0))
        .filter(sla_breach::id.eq(id.0))
        .filter(sla_breach::acknowledged_at.is_null());
    let acknowledged = diesel::update(open)
        .set((
            sla_breach::acknowledged_by.eq(&actor.user),
            sla_breach::acknowledged_at.eq(to_millis(now)),
            sla_breach::resolution_notes.eq(notes),
            sla_breach::revision.eq(sla_breach::revision + 1),
        ))
        .execute(conn)?;
    if acknowledged == 0 {
        return Err(StoreError::Duplicate {
            what: "acknowledgement",
        }
        .into());
    }
    let breach = get(conn, tenant, id)?;
    if let Some(breach) = &breach {
        settle(conn, receipt, breach)?;
    }
    Ok(breach)
}
