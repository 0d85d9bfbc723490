//! Counts of executions.

use super::super::{Conn, INSERT_CHUNK};
use super::{changes, workflows};
use crate::DbError;
use crate::rows::Stored;
use crate::schema::{execution, execution_tally, workflow};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel::upsert::excluded;
use execution_log::{Change, Consumer, Tally, tally_changes};
use kernel::TenantId;
use std::collections::BTreeSet;
use workflow_model::{ExecutionStatus, WorkflowId};

/// SUM of whole numbers is NUMERIC in PostgreSQL: cast it back.
fn sum_of_counts() -> diesel::expression::SqlLiteral<Nullable<BigInt>> {
    diesel::dsl::sql("CAST(SUM(execution_tally.count) AS BIGINT)")
}

/// How many executions there are of that workflow and status, of all when `None`.
pub(crate) fn total(
    conn: &mut Conn,
    tenant: TenantId,
    workflow: Option<WorkflowId>,
    status: Option<ExecutionStatus>,
) -> QueryResult<i64> {
    let mut query = execution_tally::table
        .filter(execution_tally::tenant_id.eq(tenant.0))
        .select(sum_of_counts())
        .into_boxed::<super::super::Db>();
    if let Some(workflow) = workflow {
        query = query.filter(execution_tally::workflow_id.eq(workflow.0));
    }
    if let Some(status) = status {
        query = query.filter(execution_tally::status.eq(status.as_str()));
    }
    Ok(query.get_result::<Option<i64>>(conn)?.unwrap_or(0))
}

/// Every count that is not 0, by workflow and status.
pub(crate) fn list(
    conn: &mut Conn,
    tenant: TenantId,
    workflow: Option<WorkflowId>,
) -> Result<Vec<Tally>, DbError> {
    let mut query = execution_tally::table
        .filter(execution_tally::tenant_id.eq(tenant.0))
        .filter(execution_tally::count.ne(0))
        .select((
            execution_tally::workflow_id,
            execution_tally::status,
            execution_tally::count,
        ))
        .into_boxed();
    if let Some(workflow) = workflow {
        query = query.filter(execution_tally::workflow_id.eq(workflow.0));
    }
    let rows: Vec<(i64, String, i64)> = query.load(conn)?;
    let mut tallies = Vec::with_capacity(rows.len());
    for (workflow, status, count) in rows {
        let stored = Stored {
            entity: "tally of workflow",
            id: workflow,
        };
        let status = stored.choice(&status, ExecutionStatus::parse)?;
        tallies.push(Tally {
            workflow: WorkflowId(workflow),
            status,
            count,
        });
    }
    tallies.sort_by_key(|tally| (tally.workflow, tally.status));
    Ok(tallies)
}

type Delta = (i64, i64, &'static str, i64);

fn add(conn: &mut Conn, deltas: &[Delta]) -> QueryResult<()> {
    for chunk in deltas.chunks(INSERT_CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(tenant, workflow, status, delta)| {
                (
                    execution_tally::tenant_id.eq(*tenant),
                    execution_tally::workflow_id.eq(*workflow),
                    execution_tally::status.eq(*status),
                    execution_tally::count.eq(*delta),
                )
            })
            .collect();
        let sum = execution_tally::count + excluded(execution_tally::count);
        diesel::insert_into(execution_tally::table)
            .values(rows)
            .on_conflict((
                execution_tally::tenant_id,
                execution_tally::workflow_id,
                execution_tally::status,
            ))
            .do_update()
            .set(execution_tally::count.eq(sum))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes changes off the queue and counts them.
pub(crate) fn project(
    conn: &mut Conn,
    tenant: TenantId,
    limit: u32,
) -> Result<Vec<Change>, DbError> {
    if !changes::try_lock(conn, tenant, Consumer::Tally)? {
        return Ok(Vec::new());
    }
    let taken = changes::take(conn, tenant, Consumer::Tally, limit)?;
    let deltas: Vec<Delta> = tally_changes(&taken)
        .iter()
        .map(|change| {
            (
                tenant.0,
                change.workflow.0,
                change.status.as_str(),
                change.delta,
            )
        })
        .collect();
    add(conn, &deltas)?;
    let said = taken
        .iter()
        .flat_map(|change| [&change.before, &change.after])
        .flatten();
    let touched: BTreeSet<WorkflowId> = said.map(|execution| execution.workflow).collect();
    for workflow in touched {
        count_workflow(conn, tenant, workflow)?;
    }
    Ok(taken)
}

/// Keeps the counters of one workflow.
fn count_workflow(conn: &mut Conn, tenant: TenantId, id: WorkflowId) -> QueryResult<()> {
    let count = total(conn, tenant, Some(id), None)?;
    let last: Option<i64> = execution::table
        .filter(execution::tenant_id.eq(tenant.0))
        .filter(execution::workflow_id.eq(id.0))
        .select(max(execution::started_at))
        .get_result(conn)?;
    workflows::set_counters(conn, tenant, id, count, last).map(drop)
}

/// Counts the log again. What waits in the queue is in the log already,
/// as both are seen at one moment: that of [`super::super::Exec::write_snapshot`].
pub(crate) fn rebuild(conn: &mut Conn, tenant: TenantId) -> Result<(), DbError> {
    changes::clear(conn, tenant, Consumer::Tally)?;
    let old = execution_tally::table.filter(execution_tally::tenant_id.eq(tenant.0));
    diesel::delete(old).execute(conn)?;
    let counted: Vec<(i64, String, i64)> = execution::table
        .filter(execution::tenant_id.eq(tenant.0))
        .group_by((execution::workflow_id, execution::status))
        .select((execution::workflow_id, execution::status, count_star()))
        .load(conn)?;
    let mut deltas: Vec<Delta> = Vec::with_capacity(counted.len());
    for (workflow, status, count) in counted {
        let stored = Stored {
            entity: "executions of workflow",
            id: workflow,
        };
        let status = stored.choice(&status, ExecutionStatus::parse)?;
        deltas.push((tenant.0, workflow, status.as_str(), count));
    }
    add(conn, &deltas)?;
    let ids: Vec<i64> = workflow::table
        .filter(workflow::tenant_id.eq(tenant.0))
        .select(workflow::id)
        .load(conn)?;
    for id in ids {
        count_workflow(conn, tenant, WorkflowId(id))?;
    }
    Ok(())
}
