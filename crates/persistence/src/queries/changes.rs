//! The change feed: a queue of changes for each consumer.

use super::super::{
    Conn, INSERT_CHUNK, share_projection_lock, try_projection_lock, wait_projection_lock,
};
use super::executions::{Ids, in_chunks, rows_by_id};
use crate::rows::{ChangeRow, NewChangeRow, Stored, read_before, write_before};
use crate::schema::execution_change;
use crate::{DbError, projection_key};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use execution_log::{Change, Consumer};
use kernel::{TenantId, to_millis};
use std::collections::HashMap;
use workflow_model::Execution;

/// The most that a backlog is counted up to.
const BACKLOG_LIMIT: i64 = 10_000;

/// The advisory lock of a consumer's projection.
pub(crate) fn lock_key(tenant: TenantId, consumer: Consumer) -> i64 {
    let projection = match consumer {
        Consumer::Tally => "tally",
        Consumer::Sla => "sla",
        Consumer::Statistics => "statistics",
    };
    projection_key(projection, &tenant.to_string())
}

/// Makes the caller the only one at work on a consumer's projection until the end of its
/// transaction; `false` when another is at it.
pub(crate) fn try_lock(conn: &mut Conn, tenant: TenantId, consumer: Consumer) -> QueryResult<bool> {
    try_projection_lock(conn, lock_key(tenant, consumer))
}

/// Waits until the caller is the only one at work on a consumer's projection.
pub(crate) fn wait_lock(conn: &mut Conn, tenant: TenantId, consumer: Consumer) -> QueryResult<()> {
    wait_projection_lock(conn, lock_key(tenant, consumer))
}

/// What a change of global actions has alone, and every projection of statistics shares: else a
/// tenant whose first steps of a type are being measured would miss an action of that type that is
/// being made, and neither would see the other. Taken before the lock of any tenant.
fn global_actions() -> i64 {
    projection_key("global actions", "")
}

/// Waits until no statistics are being projected, and keeps it so.
pub(crate) fn lock_global_actions(conn: &mut Conn) -> QueryResult<()> {
    wait_projection_lock(conn, global_actions())
}

/// Waits until no global action is being changed, and keeps it so.
pub(crate) fn share_global_actions(conn: &mut Conn) -> QueryResult<()> {
    share_projection_lock(conn, global_actions())
}

/// The rows that queue a change for every consumer.
pub(crate) fn queued(
    before: Option<&Execution>,
    after: Option<&Execution>,
    now: DateTime<Utc>,
) -> Result<Vec<NewChangeRow>, DbError> {
    let Some(execution) = after.or(before) else {
        return Ok(Vec::new());
    };
    let text = before.map(write_before).transpose()?;
    let row = |consumer: Consumer| NewChangeRow {
        tenant_id: execution.tenant.0,
        consumer: consumer.number(),
        execution_id: execution.id.0,
        revision: execution.revision,
        before: text.clone(),
        deleted: after.is_none(),
        recorded_at: to_millis(now),
    };
    Ok(Consumer::ALL.into_iter().map(row).collect())
}

/// Queues changes, in this order.
pub(crate) fn queue(conn: &mut Conn, changes: &[NewChangeRow]) -> QueryResult<()> {
    for chunk in changes.chunks(INSERT_CHUNK) {
        diesel::insert_into(execution_change::table)
            .values(chunk)
            .execute(conn)?;
    }
    Ok(())
}

/// Takes up to `limit` changes off a queue, in order. The caller holds the projection's lock.
///
/// What is after a change is what is before the execution's next one in the same queue, else the
/// execution as it is now, else nothing.
pub(crate) fn take(
    conn: &mut Conn,
    tenant: TenantId,
    consumer: Consumer,
    limit: u32,
) -> Result<Vec<Change>, DbError> {
    let rows: Vec<ChangeRow> = execution_change::table
        .filter(execution_change::consumer.eq(consumer.number()))
        .filter(execution_change::tenant_id.eq(tenant.0))
        .order(execution_change::sequence.asc())
        .limit(i64::from(limit))
        .select(ChangeRow::as_select())
        .load(conn)?;
    let sequences: Vec<i64> = rows.iter().map(|row| row.sequence).collect();
    let mut following = after_the_last(conn, tenant, consumer, &rows)?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows.into_iter().rev() {
        let stored = Stored {
            entity: "change",
            id: row.sequence,
        };
        let text = row.before.as_deref();
        let before = text
            .map(|text| read_before(row.sequence, text))
            .transpose()?;
        let next = following.remove(&row.execution_id);
        if let Some(before) = &before {
            following.insert(row.execution_id, before.clone());
        }
        changes.push(Change {
            sequence: row.sequence,
            before,
            after: next.filter(|_| !row.deleted),
            recorded_at: stored.instant(row.recorded_at)?,
        });
    }
    changes.reverse();
    remove(conn, tenant, consumer, &sequences)?;
    Ok(changes)
}

/// For each execution the state after its last change among `rows`.
fn after_the_last(
    conn: &mut Conn,
    tenant: TenantId,
    consumer: Consumer,
    rows: &[ChangeRow],
) -> Result<HashMap<i64, Execution>, DbError> {
    let last: HashMap<i64, &ChangeRow> = rows.iter().map(|row| (row.execution_id, row)).collect();
    let ids: Ids = last
        .values()
        .filter(|row| !row.deleted)
        .map(|row| row.execution_id)
        .collect();
    let mut states: HashMap<i64, Execution> = HashMap::new();
    for execution in rows_by_id(conn, tenant, &ids)? {
        if last[&execution.id.0].revision == execution.revision {
            states.insert(execution.id.0, execution);
        }
    }
    // The others changed again, or are gone: their next change says what they were.
    let moved: Ids = ids
        .into_iter()
        .filter(|id| !states.contains_key(id))
        .collect();
    for row in next_changes(conn, tenant, consumer, &moved, &last)? {
        if let Some(text) = &row.before
            && !states.contains_key(&row.execution_id)
        {
            states.insert(row.execution_id, read_before(row.sequence, text)?);
        }
    }
    Ok(states)
}

/// The changes of these executions that come after the last ones taken, in order.
fn next_changes(
    conn: &mut Conn,
    tenant: TenantId,
    consumer: Consumer,
    executions: &Ids,
    last: &HashMap<i64, &ChangeRow>,
) -> QueryResult<Vec<ChangeRow>> {
    // Without the consumer, which would lure SQLite to walk that one's whole queue.
    let later: Vec<(ChangeRow, i32)> = in_chunks(executions, |chunk| {
        execution_change::table
            .filter(execution_change::tenant_id.eq(tenant.0))
            .filter(execution_change::execution_id.eq_any(chunk))
            .filter(execution_change::before.is_not_null())
            .order(execution_change::sequence.asc())
            .select((ChangeRow::as_select(), execution_change::consumer))
            .load(conn)
    })?;
    let is_later = |(row, of): &(ChangeRow, i32)| {
        *of == consumer.number()
            && last
                .get(&row.execution_id)
                .is_some_and(|last| row.sequence > last.sequence)
    };
    let later = later.into_iter().filter(is_later);
    Ok(later.map(|(row, _)| row).collect())
}

fn remove(
    conn: &mut Conn,
    tenant: TenantId,
    consumer: Consumer,
    sequences: &[i64],
) -> QueryResult<()> {
    in_chunks(sequences, |chunk| {
        let taken = execution_change::table
            .filter(execution_change::tenant_id.eq(tenant.0))
            .filter(execution_change::consumer.eq(consumer.number()))
            .filter(execution_change::sequence.eq_any(chunk));
        diesel::delete(taken)
            .execute(conn)
            .map(|_removed| Vec::<()>::new())
    })
    .map(drop)
}

/// Empties a queue, for a projection that is made anew from the log.
pub(crate) fn clear(conn: &mut Conn, tenant: TenantId, consumer: Consumer) -> QueryResult<usize> {
    let all = execution_change::table
        .filter(execution_change::tenant_id.eq(tenant.0))
        .filter(execution_change::consumer.eq(consumer.number()));
    diesel::delete(all).execute(conn)
}

/// How many changes wait, counted up to 10,000.
pub(crate) fn backlog(conn: &mut Conn, tenant: TenantId, consumer: Consumer) -> QueryResult<i64> {
    let waiting = execution_change::table
        .filter(execution_change::tenant_id.eq(tenant.0))
        .filter(execution_change::consumer.eq(consumer.number()))
        .select(execution_change::sequence);
    super::paging::counted(conn, waiting, BACKLOG_LIMIT)
}

/// Whether no change of a tenant waits, for any consumer.
#[diesel::dsl::auto_type]
pub(crate) fn settled(tenant: TenantId) -> _ {
    let tenant: i64 = tenant.0;
    let consumers: Vec<i32> = Consumer::ALL.map(Consumer::number).to_vec();
    let waiting = execution_change::table
        .filter(execution_change::consumer.eq_any(consumers))
        .filter(execution_change::tenant_id.eq(tenant));
    diesel::dsl::not(diesel::dsl::exists(waiting))
}

/// The tenants with changes waiting: looks for the next tenant's first change, again and again, so
/// that the cost is that of the tenants and not of the changes.
pub(crate) fn tenants_waiting(conn: &mut Conn, consumer: Consumer) -> QueryResult<Vec<TenantId>> {
    let mut tenants = Vec::new();
    let mut after = i64::MIN;
    loop {
        let next: Option<i64> = execution_change::table
            .filter(execution_change::consumer.eq(consumer.number()))
            .filter(execution_change::tenant_id.gt(after))
            .order((
                execution_change::tenant_id.asc(),
                execution_change::sequence.asc(),
            ))
            .select(execution_change::tenant_id)
            .first(conn)
            .optional()?;
        let Some(tenant) = next else {
            return Ok(tenants);
        };
        tenants.push(TenantId(tenant));
        after = tenant;
    }
}
