//! The catalogue of actions. A tenant sees its own and the global ones of others, each with what
//! was measured in its own executions.

use super::super::{Conn, Db, locked};
use super::answers::settle;
use super::paging::{
    self, Seek, Window, beyond, count_of, ordered, ordered_nulls_last, tie_direction,
};
use super::search::search;
use super::statistics;
use crate::DbError;
use crate::rows::{ActionRow, DeclaredRow, MeasurementRow, NewActionRow};
use crate::schema::{action, action_measurement};
use catalog::{Action, ActionFilter, ActionId, ActionOrder, NewAction};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use kernel::TenantId;
use kernel::{Actor, Count, Cursor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError};

/// An action and what was measured of it.
type Row = (ActionRow, Option<MeasurementRow>);

/// An action that was not measured ran 0 times.
const EXECUTION_COUNT: &str = "COALESCE(action_measurement.execution_count, 0)";

/// The actions that a tenant can see, with its own measurements.
#[diesel::dsl::auto_type]
fn visible(tenant: i64) -> _ {
    let measured = action_measurement::action_id
        .eq(action::id)
        .and(action_measurement::tenant_id.eq(tenant));
    action::table
        .left_join(action_measurement::table.on(measured))
        .filter(action::tenant_id.eq(tenant).or(action::is_global.eq(true)))
}

fn read((row, measured): Row) -> Result<Action, DbError> {
    Ok(row.read(measured)?)
}

/// The action of that id.
pub(crate) fn get(
    conn: &mut Conn,
    tenant: TenantId,
    id: ActionId,
) -> Result<Option<Action>, DbError> {
    let found: Option<Row> = visible(tenant.0)
        .filter(action::id.eq(id.0))
        .select((
            ActionRow::as_select(),
            Option::<MeasurementRow>::as_select(),
        ))
        .first(conn)
        .optional()?;
    found.map(read).transpose()
}

/// The visible actions of these types, by id.
pub(crate) fn of_types(
    conn: &mut Conn,
    tenant: TenantId,
    types: &[String],
) -> Result<Vec<Action>, DbError> {
    let mut rows: Vec<Row> = super::executions::in_chunks(types, |chunk| {
        visible(tenant.0)
            .filter(action::action_type.eq_any(chunk))
            .select((
                ActionRow::as_select(),
                Option::<MeasurementRow>::as_select(),
            ))
            .load(conn)
    })?;
    rows.sort_by_key(|(row, _)| row.id);
    rows.dedup_by_key(|(row, _)| row.id); // a type that is asked for twice, in different chunks
    rows.into_iter().map(read).collect()
}

/// A boxed query of the visible actions that pass.
macro_rules! filtered {
    ($tenant:expr, $filter:expr) => {{
        let filter: &ActionFilter = $filter;
        let mut query = visible($tenant.0).into_boxed::<Db>();
        if let Some(wanted) = &filter.action_type {
            query = query.filter(action::action_type.eq(wanted));
        }
        if let Some(wanted) = filter.is_idempotent {
            query = query.filter(action::is_idempotent.eq(wanted));
        }
        if let Some(wanted) = filter.latency_class {
            query = query.filter(action::latency_class.eq(wanted.as_str()));
        }
        if let Some(wanted) = filter.is_active {
            query = query.filter(action::is_active.eq(wanted));
        }
        if let Some(wanted) = filter.is_global {
            query = query.filter(action::is_global.eq(wanted));
        }
        search!(query, action::search_text, &filter.search)
    }};
}

/// A page of the visible actions.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    filter: &ActionFilter,
    ordering: &Ordering<ActionOrder>,
    request: &PageRequest,
) -> Result<Page<Action>, DbError> {
    let seek = Seek::of(ordering, |by| match by {
        ActionOrder::Name => Seek::Text,
        ActionOrder::CreatedAt | ActionOrder::ExecutionCount => Seek::Integer,
        ActionOrder::SuccessRate | ActionOrder::AverageMillis => Seek::Never,
    });
    let count = |conn: &mut Conn, _extent| -> Result<Count, DbError> {
        let query = filtered!(tenant, filter).select(action::id);
        Ok(count_of(conn, query, paging::Extent::All)?)
    };
    let fetch = |conn: &mut Conn, window: &Window<'_>| -> Result<Vec<Row>, DbError> {
        let mut query = filtered!(tenant, filter);
        for sort in ordering {
            let by = sort.direction;
            query = match sort.by {
                ActionOrder::Name => ordered!(query, by, action::name),
                ActionOrder::CreatedAt => ordered!(query, by, action::created_at),
                ActionOrder::ExecutionCount => {
                    ordered!(query, by, diesel::dsl::sql::<BigInt>(EXECUTION_COUNT))
                }
                ActionOrder::SuccessRate => {
                    ordered_nulls_last!(query, window, by, action_measurement::success_rate)
                }
                ActionOrder::AverageMillis => {
                    ordered_nulls_last!(query, window, by, action_measurement::average_ms)
                }
            };
        }
        let direction = tie_direction(ordering);
        query = ordered!(query, direction, action::id);
        if let Some(cursor) = window.after {
            query = query.filter(beyond(
                (key_column(ordering), "action.id"),
                direction,
                cursor,
            ));
        }
        let columns = (
            ActionRow::as_select(),
            Option::<MeasurementRow>::as_select(),
        );
        Ok(query
            .select(columns)
            .offset(window.offset)
            .limit(window.limit)
            .load(conn)?)
    };
    let page = paging::page(conn, request, seek, count, fetch, |row| {
        position(ordering, row)
    })?;
    page.try_map(read)
}

/// The column of the first key.
fn key_column(ordering: &Ordering<ActionOrder>) -> &'static str {
    match ordering.first().map(|sort| sort.by) {
        None => "action.id",
        Some(ActionOrder::Name) => "action.name",
        Some(ActionOrder::CreatedAt) => "action.created_at",
        Some(ActionOrder::ExecutionCount) => EXECUTION_COUNT,
        Some(ActionOrder::SuccessRate) => "action_measurement.success_rate",
        Some(ActionOrder::AverageMillis) => "action_measurement.average_ms",
    }
}

fn position(ordering: &Ordering<ActionOrder>, (row, measured): &Row) -> Cursor {
    let key = match ordering.first().map(|sort| sort.by) {
        Some(ActionOrder::Name) => CursorKey::Text(row.name.clone()),
        Some(ActionOrder::CreatedAt) => CursorKey::Integer(row.created_at),
        Some(ActionOrder::ExecutionCount) => CursorKey::Integer(
            measured
                .as_ref()
                .map_or(0, |measured| measured.execution_count),
        ),
        // A list by a fraction has no cursor.
        None | Some(ActionOrder::SuccessRate | ActionOrder::AverageMillis) => CursorKey::None,
    };
    Cursor { key, id: row.id }
}

fn insert_row(
    conn: &mut Conn,
    actor: &Actor,
    new: &NewAction,
    now: DateTime<Utc>,
) -> Result<ActionId, DbError> {
    let row = NewActionRow::new(actor, new, now)?;
    let id = diesel::insert_into(action::table)
        .values(row)
        .returning(action::id)
        .get_result(conn)?;
    Ok(ActionId(id))
}

fn reread(conn: &mut Conn, tenant: TenantId, id: ActionId) -> Result<Action, DbError> {
    get(conn, tenant, id)?.ok_or(DbError::Query(diesel::result::Error::NotFound))
}

/// Keeps a new action, measured.
pub(crate) fn insert(
    conn: &mut Conn,
    actor: &Actor,
    new: &NewAction,
    now: DateTime<Utc>,
    receipt: Option<&Receipt<Action>>,
) -> Result<Action, DbError> {
    let types = vec![new.action_type.clone()];
    let readers = statistics::lock_readers(conn, actor.tenant, new.is_global, &types)?;
    let id = insert_row(conn, actor, new, now)?;
    statistics::renew_all(conn, &readers, &types)?;
    let kept = reread(conn, actor.tenant, id)?;
    settle(conn, receipt, &kept)?;
    Ok(kept)
}

/// Keeps the actions whose type and name the tenant does not have.
pub(crate) fn insert_missing(
    conn: &mut Conn,
    actor: &Actor,
    new: &[NewAction],
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let mut types: Vec<String> = new.iter().map(|new| new.action_type.clone()).collect();
    types.sort_unstable();
    types.dedup();
    let global = new.iter().any(|new| new.is_global);
    // The lock also keeps two calls from adding the same actions.
    let readers = statistics::lock_readers(conn, actor.tenant, global, &types)?;
    let mut kept = 0;
    for new in new {
        let known: i64 = action::table
            .filter(action::tenant_id.eq(actor.tenant.0))
            .filter(action::action_type.eq(&new.action_type))
            .filter(action::name.eq(&new.name))
            .count()
            .get_result(conn)?;
        if known == 0 {
            insert_row(conn, actor, new, now)?;
            kept += 1;
        }
    }
    if kept > 0 {
        statistics::renew_all(conn, &readers, &types)?;
    }
    Ok(kept)
}

/// Writes what is declared of an action, and measures anew what that moves.
pub(crate) fn replace(
    conn: &mut Conn,
    changed: &Action,
    receipt: Option<&Receipt<Action>>,
) -> Result<Action, DbError> {
    let (tenant, declared) = (changed.owner, &changed.declared);
    let this = action::table
        .filter(action::tenant_id.eq(tenant.0))
        .filter(action::id.eq(changed.id.0))
        .filter(action::revision.eq(changed.revision - 1));
    let names = this.select((action::name, action::action_type, action::is_global));
    let found: Option<(String, String, bool)> = names.first(conn).optional()?;
    let (name, action_type, is_global) = found.ok_or(StoreError::StaleVersion)?;
    let types = vec![action_type.clone(), declared.action_type.clone()];
    let moved = (&name, &action_type, is_global)
        != (&declared.name, &declared.action_type, declared.is_global);
    let readers = if moved {
        statistics::lock_readers(conn, tenant, declared.is_global, &types)?
    } else {
        Vec::new()
    };
    // The revision is looked at again: whoever held the lock may have changed the action.
    let row = DeclaredRow::new(declared, changed.updated_at, changed.revision)?;
    if diesel::update(this).set(&row).execute(conn)? == 0 {
        return Err(StoreError::StaleVersion.into());
    }
    statistics::renew_all(conn, &readers, &types)?;
    let kept = reread(conn, tenant, changed.id)?;
    settle(conn, receipt, &kept)?;
    Ok(kept)
}

/// Deletes an action of the tenant's own.
pub(crate) fn delete(
    conn: &mut Conn,
    tenant: TenantId,
    id: ActionId,
    expected: Option<i64>,
) -> Result<bool, DbError> {
    let readers = statistics::lock_readers(conn, tenant, false, &[])?;
    let this = action::table
        .filter(action::tenant_id.eq(tenant.0))
        .filter(action::id.eq(id.0));
    let found = locked!(this.select((action::revision, action::action_type)));
    let found: Option<(i64, String)> = found.first(conn).optional()?;
    let Some((revision, action_type)) = found else {
        return Ok(false);
    };
    if expected.is_some_and(|expected| expected != revision) {
        return Err(StoreError::StaleVersion.into());
    }
    diesel::delete(this).execute(conn)?;
    statistics::renew_all(conn, &readers, &[action_type])?;
    Ok(true)
}
