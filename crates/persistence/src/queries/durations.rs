//! Counted durations of steps.

use super::super::{Conn, INSERT_CHUNK};
use super::executions::in_chunks;
use crate::rows::DurationRow;
use crate::schema::step_duration;
use catalog::{DurationChange, DurationCounts, StepKey};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use kernel::TenantId;
use std::collections::{BTreeMap, HashMap};
use workflow_model::WorkflowId;

/// Adds corrections.
pub(crate) fn add(conn: &mut Conn, tenant: TenantId, deltas: &[DurationChange]) -> QueryResult<()> {
    use step_duration::{action_type, count, from_ms, step_name, tenant_id, workflow_id};
    for chunk in deltas.chunks(INSERT_CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|delta| DurationRow::new(tenant, delta))
            .collect();
        diesel::insert_into(step_duration::table)
            .values(&rows)
            .on_conflict((tenant_id, workflow_id, step_name, action_type, from_ms))
            .do_update()
            .set(count.eq(count + excluded(count)))
            .execute(conn)?;
    }
    Ok(())
}

/// Forgets all of a tenant.
pub(crate) fn clear(conn: &mut Conn, tenant: TenantId) -> QueryResult<()> {
    let old = step_duration::table.filter(step_duration::tenant_id.eq(tenant.0));
    diesel::delete(old).execute(conn).map(drop)
}

/// The counts by workflow and step, by key.
pub(crate) fn of_steps(
    conn: &mut Conn,
    tenant: TenantId,
    workflow: Option<WorkflowId>,
) -> QueryResult<Vec<(StepKey, DurationCounts)>> {
    let mut query = step_duration::table
        .filter(step_duration::tenant_id.eq(tenant.0))
        .filter(step_duration::count.ne(0))
        .select(DurationRow::as_select())
        .into_boxed();
    if let Some(workflow) = workflow {
        query = query.filter(step_duration::workflow_id.eq(workflow.0));
    }
    let rows: Vec<DurationRow> = query.load(conn)?;
    let mut found: BTreeMap<StepKey, DurationCounts> = BTreeMap::new();
    for row in rows {
        found
            .entry(row.key())
            .or_default()
            .add(row.from_ms, row.count);
    }
    Ok(found.into_iter().collect())
}

/// The counts by step name, over all workflows, of each type.
pub(crate) fn by_type(
    conn: &mut Conn,
    tenant: TenantId,
    types: &[String],
) -> QueryResult<HashMap<String, BTreeMap<StepKey, DurationCounts>>> {
    type Sum = (String, String, i64, i64);
    let rows: Vec<Sum> = in_chunks(types, |chunk| {
        step_duration::table
            .filter(step_duration::tenant_id.eq(tenant.0))
            .filter(step_duration::action_type.eq_any(chunk))
            .group_by((
                step_duration::action_type,
                step_duration::step_name,
                step_duration::from_ms,
            ))
            .select((
                step_duration::action_type,
                step_duration::step_name,
                step_duration::from_ms,
                // SUM of whole numbers is NUMERIC in PostgreSQL: cast it back.
                sql::<BigInt>("CAST(SUM(count) AS BIGINT)"),
            ))
            .load(conn)
    })?;
    let mut found: HashMap<String, BTreeMap<StepKey, DurationCounts>> = HashMap::new();
    for (action_type, step_name, from_ms, count) in rows {
        let key = StepKey {
            workflow: WorkflowId(0), // counts over all of them
            step_name,
            action_type: action_type.clone(),
        };
        let counts = found
            .entry(action_type)
            .or_default()
            .entry(key)
            .or_default();
        counts.add(from_ms, count);
    }
    Ok(found)
}
