//! Sums over recorded steps, and what follows from them for actions.

use super::super::{Conn, INSERT_CHUNK};
use super::executions::{in_chunks, scan};
use super::{changes, durations};
use crate::DbError;
use crate::rows::{MeasurementRow, StatisticsRow};
use crate::schema::{action, action_measurement, step_statistics};
use catalog::{
    DurationCounts, Measurement, StatisticsChange, StepKey, StepStatistics, belongs_to,
    duration_changes, statistics_changes,
};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use execution_log::{Change, Consumer, ExecutionFilter};
use kernel::TenantId;
use std::collections::{BTreeSet, HashMap};
use workflow_model::WorkflowId;

/// Executions that a rebuild holds in memory at a time.
const REBUILD_CHUNK: u32 = 500;

/// Takes changes off the queue, adds what follows from them, and measures the actions that moved.
pub(crate) fn project(
    conn: &mut Conn,
    tenant: TenantId,
    limit: u32,
) -> Result<Vec<Change>, DbError> {
    changes::share_global_actions(conn)?;
    if !changes::try_lock(conn, tenant, Consumer::Statistics)? {
        return Ok(Vec::new());
    }
    let taken = changes::take(conn, tenant, Consumer::Statistics, limit)?;
    let deltas = statistics_changes(&taken);
    add(conn, tenant, &deltas)?;
    let spread = duration_changes(&taken);
    durations::add(conn, tenant, &spread)?;
    let moved: BTreeSet<String> = deltas
        .into_iter()
        .map(|delta| delta.key)
        .chain(spread.into_iter().map(|delta| delta.key))
        .map(|key| key.action_type)
        .collect();
    renew(conn, tenant, &Vec::from_iter(moved))?;
    Ok(taken)
}

fn add(conn: &mut Conn, tenant: TenantId, deltas: &[StatisticsChange]) -> QueryResult<()> {
    use step_statistics::{action_type, completed, failed, step_name, tenant_id, timed, total_ms};
    for chunk in deltas.chunks(INSERT_CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|delta| StatisticsRow::new(tenant, delta))
            .collect();
        diesel::insert_into(step_statistics::table)
            .values(&rows)
            .on_conflict((
                tenant_id,
                step_statistics::workflow_id,
                step_name,
                action_type,
            ))
            .do_update()
            .set((
                completed.eq(completed + excluded(completed)),
                failed.eq(failed + excluded(failed)),
                timed.eq(timed + excluded(timed)),
                total_ms.eq(total_ms + excluded(total_ms)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The sums by workflow and step that are not all zero, by key.
pub(crate) fn steps(
    conn: &mut Conn,
    tenant: TenantId,
    workflow: Option<WorkflowId>,
) -> QueryResult<Vec<(StepKey, StepStatistics)>> {
    let mut query = step_statistics::table
        .filter(step_statistics::tenant_id.eq(tenant.0))
        .filter(
            step_statistics::completed
                .ne(0)
                .or(step_statistics::failed.ne(0)),
        )
        .select(StatisticsRow::as_select())
        .into_boxed();
    if let Some(workflow) = workflow {
        query = query.filter(step_statistics::workflow_id.eq(workflow.0));
    }
    let rows: Vec<StatisticsRow> = query.load(conn)?;
    let mut rows: Vec<(StepKey, StepStatistics)> = rows.into_iter().map(Into::into).collect();
    rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(rows)
}

/// Sums the log again. What waits in the queue is in the log already,
/// as both are seen at one moment: that of [`super::super::Exec::write_snapshot`].
pub(crate) fn rebuild(conn: &mut Conn, tenant: TenantId) -> Result<(), DbError> {
    changes::clear(conn, tenant, Consumer::Statistics)?;
    let old = step_statistics::table.filter(step_statistics::tenant_id.eq(tenant.0));
    diesel::delete(old).execute(conn)?;
    durations::clear(conn, tenant)?;
    let old = action_measurement::table.filter(action_measurement::tenant_id.eq(tenant.0));
    diesel::delete(old).execute(conn)?;
    let filter = ExecutionFilter::default();
    let mut after = None;
    loop {
        let chunk = scan(conn, tenant, &filter, after, REBUILD_CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = Some(last.id);
        let created: Vec<Change> = chunk.into_iter().map(created).collect();
        add(conn, tenant, &statistics_changes(&created))?;
        durations::add(conn, tenant, &duration_changes(&created))?;
    }
    let types: Vec<String> = step_statistics::table
        .filter(step_statistics::tenant_id.eq(tenant.0))
        .select(step_statistics::action_type)
        .distinct()
        .load(conn)?;
    renew(conn, tenant, &types)
}

fn created(execution: workflow_model::Execution) -> Change {
    Change {
        sequence: 0,
        recorded_at: execution.updated_at,
        before: None,
        after: Some(execution),
    }
}

/// Locks the statistics of the tenants whose measurements a change of actions of these types
/// moves, and answers them: the owner, and for a global action every tenant with such steps. Always
/// in the order of their ids, so that no two wait for each other.
pub(crate) fn lock_readers(
    conn: &mut Conn,
    owner: TenantId,
    global: bool,
    types: &[String],
) -> Result<Vec<TenantId>, DbError> {
    let mut readers = BTreeSet::from([owner]);
    if global {
        changes::lock_global_actions(conn)?;
        // The one statement here that looks at all tenants: their numbers follow from the action.
        let others: Vec<i64> = in_chunks(types, |chunk| {
            step_statistics::table
                .filter(step_statistics::action_type.eq_any(chunk))
                .select(step_statistics::tenant_id)
                .distinct()
                .load(conn)
        })?;
        readers.extend(others.into_iter().map(TenantId));
    }
    for reader in &readers {
        changes::wait_lock(conn, *reader, Consumer::Statistics)?;
    }
    Ok(Vec::from_iter(readers))
}

/// Measures the actions of these types anew, for each of these tenants.
pub(crate) fn renew_all(
    conn: &mut Conn,
    readers: &[TenantId],
    types: &[String],
) -> Result<(), DbError> {
    readers
        .iter()
        .try_for_each(|reader| renew(conn, *reader, types))
}

/// An action to be measured: id, owner, name, type.
type Measured = (i64, i64, String, String);

/// Measures anew what the tenant can see of these types.
fn renew(conn: &mut Conn, tenant: TenantId, types: &[String]) -> Result<(), DbError> {
    let actions: Vec<Measured> = in_chunks(types, |chunk| {
        action::table
            .filter(
                action::tenant_id
                    .eq(tenant.0)
                    .or(action::is_global.eq(true)),
            )
            .filter(action::action_type.eq_any(chunk))
            .select((
                action::id,
                action::tenant_id,
                action::name,
                action::action_type,
            ))
            .load(conn)
    })?;
    if actions.is_empty() {
        return Ok(());
    }
    let sums = by_type(conn, tenant, types)?;
    let spread = durations::by_type(conn, tenant, types)?;
    let mut names: HashMap<&str, Vec<String>> = HashMap::new();
    for (_, owner, name, action_type) in &actions {
        if *owner == tenant.0 {
            names.entry(action_type).or_default().push(name.clone());
        }
    }
    let mut rows = Vec::with_capacity(actions.len());
    for (id, _, name, action_type) in &actions {
        let names = names
            .get(action_type.as_str())
            .map_or(&[][..], Vec::as_slice);
        let mut measured = Measurement::default();
        for (key, sums) in sums.get(action_type).into_iter().flatten() {
            if belongs_to(key, action_type, name, names) {
                measured.add(sums);
            }
        }
        let mut counts = DurationCounts::default();
        for (key, durations) in spread.get(action_type).into_iter().flatten() {
            if belongs_to(key, action_type, name, names) {
                counts.merge(durations);
            }
        }
        rows.push(MeasurementRow::new(tenant, *id, &measured, &counts));
    }
    // A type that was asked for twice must not write its actions twice in one statement.
    rows.sort_unstable_by_key(|row| row.action_id);
    rows.dedup_by_key(|row| row.action_id);
    Ok(overwrite(conn, &rows)?)
}

/// The sums by step name, over all workflows, of each type.
fn by_type(
    conn: &mut Conn,
    tenant: TenantId,
    types: &[String],
) -> QueryResult<HashMap<String, Vec<(StepKey, StepStatistics)>>> {
    type Sums = (String, String, i64, i64, i64, i64);
    // SUM of whole numbers is NUMERIC in PostgreSQL: cast it back.
    let sum = |column: &str| sql::<BigInt>(&format!("CAST(SUM({column}) AS BIGINT)"));
    let rows: Vec<Sums> = in_chunks(types, |chunk| {
        step_statistics::table
            .filter(step_statistics::tenant_id.eq(tenant.0))
            .filter(step_statistics::action_type.eq_any(chunk))
            .group_by((step_statistics::action_type, step_statistics::step_name))
            .select((
                step_statistics::action_type,
                step_statistics::step_name,
                sum("completed"),
                sum("failed"),
                sum("timed"),
                sum("total_ms"),
            ))
            .load(conn)
    })?;
    let mut sums: HashMap<String, Vec<(StepKey, StepStatistics)>> = HashMap::new();
    for (action_type, step_name, completed, failed, timed, total_millis) in rows {
        let workflow = WorkflowId(0); // sums over all of them
        let key = StepKey {
            workflow,
            step_name,
            action_type: action_type.clone(),
        };
        let statistics = StepStatistics {
            completed,
            failed,
            timed,
            total_millis,
        };
        sums.entry(action_type).or_default().push((key, statistics));
    }
    Ok(sums)
}

fn overwrite(conn: &mut Conn, rows: &[MeasurementRow]) -> QueryResult<()> {
    use action_measurement as m;
    for chunk in rows.chunks(INSERT_CHUNK) {
        diesel::insert_into(m::table)
            .values(chunk)
            .on_conflict((m::tenant_id, m::action_id))
            .do_update()
            .set((
                m::completed.eq(excluded(m::completed)),
                m::failed.eq(excluded(m::failed)),
                m::timed.eq(excluded(m::timed)),
                m::total_ms.eq(excluded(m::total_ms)),
                m::execution_count.eq(excluded(m::execution_count)),
                m::success_rate.eq(excluded(m::success_rate)),
                m::average_ms.eq(excluded(m::average_ms)),
                m::p50_ms.eq(excluded(m::p50_ms)),
                m::p95_ms.eq(excluded(m::p95_ms)),
            ))
            .execute(conn)?;
    }
    Ok(())
}
