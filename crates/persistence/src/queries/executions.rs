//! Reading executions.

use super::super::{Conn, Db, load_locked};
use super::paging::{
    self, Extent, Seek, Window, beyond, count_of, ordered, ordered_nulls_last, tie_direction,
};
use super::tallies;
use crate::DbError;
use crate::rows::{ExecutionRow, Labels};
use crate::schema::{execution, workflow};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use execution_log::{ExecutionFilter, ExecutionOrder};
use kernel::{Count, Cursor, CursorKey, Ordering, Page, PageRequest, TenantId, to_millis};
use std::collections::{BTreeSet, HashMap};
use workflow_model::{Execution, ExecutionId};

/// Ids to look up.
pub(crate) type Ids = Vec<i64>;

/// Values of one `IN`: far below SQLite's 32,766 bind variables.
const IN_CHUNK: usize = 5_000;

/// Loads by values, so many at a time.
pub(crate) fn in_chunks<V, T>(
    values: &[V],
    mut load: impl FnMut(&[V]) -> QueryResult<Vec<T>>,
) -> QueryResult<Vec<T>> {
    let mut all = Vec::new();
    for chunk in values.chunks(IN_CHUNK) {
        all.extend(load(chunk)?);
    }
    Ok(all)
}

/// The names and types of these workflows.
fn labels(
    conn: &mut Conn,
    tenant: TenantId,
    rows: &[ExecutionRow],
) -> QueryResult<HashMap<i64, Labels>> {
    let ids: BTreeSet<i64> = rows.iter().map(|row| row.workflow_id).collect();
    let found = in_chunks(&Vec::from_iter(ids), |chunk| {
        workflow::table
            .filter(workflow::tenant_id.eq(tenant.0))
            .filter(workflow::id.eq_any(chunk))
            .select((workflow::id, workflow::name, workflow::workflow_type))
            .load::<(i64, String, String)>(conn)
    })?;
    let label = |(id, workflow_name, workflow_type)| {
        (
            id,
            Labels {
                workflow_name,
                workflow_type,
            },
        )
    };
    Ok(found.into_iter().map(label).collect())
}

/// The executions of rows, with the names of their workflows. A workflow with executions is never
/// deleted: where one is gone, so is the execution by now, and it is left out.
fn read_all(
    conn: &mut Conn,
    tenant: TenantId,
    rows: Vec<ExecutionRow>,
) -> Result<Vec<Execution>, DbError> {
    let labels = labels(conn, tenant, &rows)?;
    let read = |row: ExecutionRow| labels.get(&row.workflow_id).cloned().map(|l| row.read(l));
    let executions: Result<_, _> = rows.into_iter().filter_map(read).collect();
    Ok(executions?)
}

/// The execution of that id.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: ExecutionId,
) -> Result<Option<Execution>, DbError> {
    let found: Option<(ExecutionRow, String, String)> = execution::table
        .inner_join(workflow::table.on(workflow::id.eq(execution::workflow_id)))
        .filter(execution::tenant_id.eq(tenant.0))
        .filter(execution::id.eq(id.0))
        .select((
            ExecutionRow::as_select(),
            workflow::name,
            workflow::workflow_type,
        ))
        .first(conn)
        .optional()?;
    let read = |(row, workflow_name, workflow_type): (ExecutionRow, _, _)| {
        row.read(Labels {
            workflow_name,
            workflow_type,
        })
    };
    Ok(found.map(read).transpose()?)
}

/// The executions of these ids, in any order; ids that the tenant does not have are left out.
pub(crate) fn rows_by_id(
    conn: &mut Conn,
    tenant: TenantId,
    ids: &Ids,
) -> Result<Vec<Execution>, DbError> {
    let rows = in_chunks(ids, |chunk| {
        execution::table
            .filter(execution::tenant_id.eq(tenant.0))
            .filter(execution::id.eq_any(chunk))
            .select(ExecutionRow::as_select())
            .load(conn)
    })?;
    read_all(conn, tenant, rows)
}

/// The rows of these ids, locked in the order of their ids. With `wait` false, a row that another
/// transaction has locked is an error at once.
pub(crate) fn lock(
    conn: &mut Conn,
    tenant: TenantId,
    ids: &Ids,
    wait: bool,
) -> QueryResult<Vec<ExecutionRow>> {
    in_chunks(ids, |chunk| {
        let query = execution::table
            .filter(execution::tenant_id.eq(tenant.0))
            .filter(execution::id.eq_any(chunk))
            .order(execution::id.asc())
            .select(ExecutionRow::as_select());
        load_locked!(query, conn, wait)
    })
}

fn filtered(tenant: TenantId, filter: &ExecutionFilter) -> execution::BoxedQuery<'_, Db> {
    let mut query = execution::table
        .filter(execution::tenant_id.eq(tenant.0))
        .into_boxed();
    if let Some(workflow) = filter.workflow {
        query = query.filter(execution::workflow_id.eq(workflow.0));
    }
    if let Some(status) = filter.status {
        query = query.filter(execution::status.eq(status.as_str()));
    }
    if let Some(outcome) = &filter.outcome {
        query = query.filter(execution::outcome.eq(outcome));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(execution::external_id.eq(external_id));
    }
    if let Some(after) = filter.started_after {
        query = query.filter(execution::started_at.ge(to_millis(after)));
    }
    if let Some(before) = filter.started_before {
        query = query.filter(execution::started_at.le(to_millis(before)));
    }
    query
}

/// A page of executions.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &ExecutionFilter,
    ordering: &Ordering<ExecutionOrder>,
    request: &PageRequest,
) -> Result<Page<Execution>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        ExecutionOrder::StartedAt => Seek::Integer,
        ExecutionOrder::CompletedAt | ExecutionOrder::Duration => Seek::MaybeInteger,
    });
    let count = |conn: &mut Conn, extent| count(conn, tenant, filter, ordering, extent);
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<ExecutionRow>, DbError> {
        let mut query = filtered(tenant, filter);
        if filter.external_id.is_some() {
            // The same for all of them. Without it SQLite, which does not know how few they are,
            // walks all executions in the order that is asked for.
            query = query.then_order_by(sql::<Text>(SAME_EXTERNAL_ID).asc());
        }
        for sort in ordering {
            let direction = sort.direction;
            query = match sort.by {
                ExecutionOrder::StartedAt => ordered!(query, direction, execution::started_at),
                ExecutionOrder::CompletedAt => {
                    ordered_nulls_last!(query, window, direction, execution::completed_at)
                }
                ExecutionOrder::Duration => {
                    ordered_nulls_last!(query, window, direction, execution::duration_ms)
                }
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, execution::id);
        if let Some(cursor) = window.after {
            let columns = (key_column(ordering), "execution.id");
            query = query.filter(beyond(columns, direction, cursor));
        }
        let query = query.select(ExecutionRow::as_select());
        Ok(query.offset(window.offset).limit(window.limit).load(conn)?)
    };
    let position = |row: &ExecutionRow| position(ordering, row);
    let page = paging::page(conn, request, seek, count, fetch, position)?;
    let Page {
        items,
        count,
        number,
        has_next,
        next,
    } = page;
    let items = read_all(conn, tenant, items)?;
    Ok(Page {
        items,
        count,
        number,
        has_next,
        next,
    })
}

fn count(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &ExecutionFilter,
    ordering: &Ordering<ExecutionOrder>,
    extent: Extent,
) -> Result<Count, DbError> {
    let mut query = filtered(tenant, filter);
    if extent == Extent::WithKey {
        query = match ordering.first().map(|sort| sort.by) {
            None | Some(ExecutionOrder::StartedAt) => query,
            Some(ExecutionOrder::CompletedAt) => {
                query.filter(execution::completed_at.is_not_null())
            }
            Some(ExecutionOrder::Duration) => query.filter(execution::duration_ms.is_not_null()),
        };
    } else if extent == Extent::Bounded && filter.is_tallied() {
        let tallied = tallies::total(conn, tenant, filter.workflow, filter.status)?;
        return Ok(Count::Exact(tallied));
    }
    Ok(count_of(conn, query.select(execution::id), extent)?)
}

/// An expression that no index is ordered by.
const SAME_EXTERNAL_ID: &str = "execution.external_id || ''";

/// The column of the first key.
fn key_column(ordering: &Ordering<ExecutionOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "execution.id",
        Some(ExecutionOrder::StartedAt) => "execution.started_at",
        Some(ExecutionOrder::CompletedAt) => "execution.completed_at",
        Some(ExecutionOrder::Duration) => "execution.duration_ms",
    }
}

fn position(ordering: &Ordering<ExecutionOrder>, row: &ExecutionRow) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        None => {
            return Cursor {
                key: CursorKey::None,
                id: row.id,
            };
        }
        Some(ExecutionOrder::StartedAt) => Some(row.started_at),
        Some(ExecutionOrder::CompletedAt) => row.completed_at,
        Some(ExecutionOrder::Duration) => row.duration_ms,
    };
    Cursor {
        key: key.map_or(CursorKey::Null, CursorKey::Integer),
        id: row.id,
    }
}

/// Executions with ids over `after`, by id.
pub(crate) fn scan(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &ExecutionFilter,
    after: Option<ExecutionId>,
    limit: u32,
) -> Result<Vec<Execution>, DbError> {
    let mut query = filtered(tenant, filter).order(execution::id.asc());
    if let Some(after) = after {
        query = query.filter(execution::id.gt(after.0));
    }
    let rows = query
        .limit(i64::from(limit))
        .select(ExecutionRow::as_select())
        .load(conn)?;
    read_all(conn, tenant, rows)
}
