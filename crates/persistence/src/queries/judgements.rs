//! Judgements: what follows for SLAs from the change feed, and from the passing of time.

mod batch;
mod sums;

pub(crate) use sums::window;

use super::super::Conn;
use super::changes;
use super::executions::{in_chunks, rows_by_id};
use super::slas::{self, FirstWindow};
use crate::DbError;
use crate::rows::JudgementRow;
use crate::schema::{execution, sla_breach, sla_judgement};
use batch::Batch;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel::prelude::*;
use execution_log::{Change, Consumer};
use kernel::{StoreError, TenantId, to_millis};
use sla::{
    AlertPolicy, Judgement, Projected, Severity, Sla, SlaId, coalesce, judge_change, judge_running,
    window_change,
};
use std::collections::HashMap;
use workflow_model::{Execution, ExecutionId, ExecutionStatus};

/// Executions of the log that are judged at a time when everything is judged anew.
const REBUILD_CHUNK: u32 = 500;

/// Judges first windows and changes.
pub(crate) fn project(
    conn: &mut Conn,
    tenant: TenantId,
    now: DateTime<Utc>,
    policy: &AlertPolicy,
    limit: u32,
) -> Result<Projected, DbError> {
    let now = now.trunc_subsecs(3);
    let mut done = Projected::default();
    if !changes::try_lock(conn, tenant, Consumer::Sla)? {
        return Ok(done);
    }
    let slas = slas::all(conn, tenant)?;
    for (sla, place) in &slas {
        if let Some(place) = place.filter(|_| sla.is_active) {
            done.taken += judge_first_window(conn, sla, place, (policy, now), limit, &mut done)?;
        }
    }
    let taken = changes::take(conn, tenant, Consumer::Sla, limit)?;
    done.taken += taken.len();
    let slas: Vec<Sla> = slas.into_iter().map(|(sla, _)| sla).collect();
    judge_changes(
        conn,
        tenant,
        &slas,
        &coalesce(taken),
        (policy, now),
        &mut done,
    )?;
    Ok(done)
}

/// Judges some executions that an SLA covers from before its making; answers how many it looked
/// at.
fn judge_first_window(
    conn: &mut Conn,
    sla: &Sla,
    place: FirstWindow,
    judged: (&AlertPolicy, DateTime<Utc>),
    limit: u32,
    done: &mut Projected,
) -> Result<usize, DbError> {
    let mut ids = Vec::new();
    let mut reached = None;
    if !place.of_running() {
        let found = ended_within(conn, sla, place, limit)?;
        reached = found.last().copied();
        ids = found.into_iter().map(|(_, id)| id).collect();
    }
    if ids.is_empty() {
        let after = if place.of_running() { place.after } else { 0 };
        ids = running_after(conn, sla, after, limit)?;
        reached = ids.last().map(|last| FirstWindow::running_after(*last));
    }
    slas::set_first_window(conn, sla.tenant, sla.id, reached)?;
    let changes: Vec<Change> = rows_by_id(conn, sla.tenant, &ids)?
        .into_iter()
        .filter(|execution| sla.covers_at_making(execution))
        .map(|execution| window_change(sla, execution))
        .collect();
    judge_changes(
        conn,
        sla.tenant,
        std::slice::from_ref(sla),
        &changes,
        judged,
        done,
    )?;
    Ok(ids.len())
}

/// Some executions that ended within the window before the SLA was made, or while it was: when,
/// and their ids.
fn ended_within(
    conn: &mut Conn,
    sla: &Sla,
    place: FirstWindow,
    limit: u32,
) -> QueryResult<Vec<(i64, i64)>> {
    let until = place.until.max(to_millis(sla.settled_at()));
    execution::table
        .filter(execution::tenant_id.eq(sla.tenant.0))
        .filter(execution::workflow_id.eq(sla.workflow.0))
        .filter(execution::completed_at.assume_not_null().ge(place.from))
        .filter(execution::completed_at.assume_not_null().le(until))
        .filter(
            execution::completed_at
                .assume_not_null()
                .gt(place.from)
                .or(execution::id.gt(place.after)),
        )
        .order((execution::completed_at.asc(), execution::id.asc()))
        .limit(i64::from(limit))
        .select((execution::completed_at.assume_not_null(), execution::id))
        .load(conn)
}

/// Some executions of the SLA's workflow that run, by id.
fn running_after(conn: &mut Conn, sla: &Sla, after: i64, limit: u32) -> QueryResult<Vec<i64>> {
    execution::table
        .filter(execution::tenant_id.eq(sla.tenant.0))
        .filter(execution::workflow_id.eq(sla.workflow.0))
        .filter(execution::status.eq(ExecutionStatus::Running.as_str()))
        .filter(execution::id.gt(after))
        .order(execution::id.asc())
        .limit(i64::from(limit))
        .select(execution::id)
        .load(conn)
}

/// Judges changes, at most one of each execution, under every SLA of their workflows.
fn judge_changes(
    conn: &mut Conn,
    tenant: TenantId,
    slas: &[Sla],
    changes: &[Change],
    (policy, now): (&AlertPolicy, DateTime<Utc>),
    done: &mut Projected,
) -> Result<(), DbError> {
    let mut batch = Batch::new(tenant, now);
    for sla in slas {
        let concerned: Vec<(&Change, &Execution)> = changes
            .iter()
            .filter_map(|change| Some((change, change.after.as_ref().or(change.before.as_ref())?)))
            .filter(|(_, execution)| execution.workflow == sla.workflow)
            .collect();
        let ids: Vec<i64> = concerned
            .iter()
            .map(|(_, execution)| execution.id.0)
            .collect();
        let known = kept(conn, tenant, sla.id, &ids)?;
        for (change, execution) in concerned {
            let before = known.get(&execution.id).copied();
            let effects = judge_change(sla, change, before, policy, now);
            batch.add(sla, execution.id, effects);
        }
    }
    batch.write(conn, done)
}

/// The judgements that are kept of these executions under an SLA.
fn kept(
    conn: &mut Conn,
    tenant: TenantId,
    sla: SlaId,
    executions: &[i64],
) -> Result<HashMap<ExecutionId, Judgement>, DbError> {
    let rows = in_chunks(executions, |chunk| {
        sla_judgement::table
            .filter(sla_judgement::tenant_id.eq(tenant.0))
            .filter(sla_judgement::sla_id.eq(sla.0))
            .filter(sla_judgement::execution_id.eq_any(chunk))
            .select(JudgementRow::as_select())
            .load::<JudgementRow>(conn)
    })?;
    let judgements: Result<Vec<Judgement>, StoreError> =
        rows.into_iter().map(Judgement::try_from).collect();
    Ok(judgements?
        .into_iter()
        .map(|judgement| (judgement.execution, judgement))
        .collect())
}

/// Judges executions whose deadline has come.
pub(crate) fn sweep(
    conn: &mut Conn,
    tenant: TenantId,
    now: DateTime<Utc>,
    policy: &AlertPolicy,
    limit: u32,
) -> Result<Projected, DbError> {
    let now = now.trunc_subsecs(3);
    let mut done = Projected::default();
    if !changes::try_lock(conn, tenant, Consumer::Sla)? {
        return Ok(done);
    }
    let rows: Vec<JudgementRow> = sla_judgement::table
        .filter(sla_judgement::tenant_id.eq(tenant.0))
        .filter(sla_judgement::next_deadline.is_not_null())
        .filter(
            sla_judgement::next_deadline
                .assume_not_null()
                .le(to_millis(now)),
        )
        .order((
            sla_judgement::next_deadline.asc(),
            sla_judgement::execution_id.asc(),
        ))
        .limit(i64::from(limit))
        .select(JudgementRow::as_select())
        .load(conn)?;
    done.taken = rows.len();
    let ids: Vec<i64> = rows.iter().map(|row| row.execution_id).collect();
    let executions: HashMap<ExecutionId, Execution> = rows_by_id(conn, tenant, &ids)?
        .into_iter()
        .map(|execution| (execution.id, execution))
        .collect();
    let slas: HashMap<SlaId, Sla> = slas::all(conn, tenant)?
        .into_iter()
        .map(|(sla, _)| (sla.id, sla))
        .collect();
    let mut batch = Batch::new(tenant, now);
    for row in rows {
        let before = Judgement::try_from(row)?;
        match (slas.get(&before.sla), executions.get(&before.execution)) {
            (Some(sla), Some(execution)) => {
                let effects = judge_running(sla, execution, before, policy, now);
                batch.add(sla, execution.id, effects);
            }
            // Its deletion waits in the queue.
            _ => forget_deadline(conn, tenant, &before)?,
        }
    }
    batch.write(conn, &mut done)?;
    Ok(done)
}

fn forget_deadline(conn: &mut Conn, tenant: TenantId, of: &Judgement) -> QueryResult<()> {
    let this = sla_judgement::table
        .filter(sla_judgement::tenant_id.eq(tenant.0))
        .filter(sla_judgement::sla_id.eq(of.sla.0))
        .filter(sla_judgement::execution_id.eq(of.execution.0));
    diesel::update(this)
        .set(sla_judgement::next_deadline.eq(None::<i64>))
        .execute(conn)
        .map(drop)
}

/// The tenants with a deadline that has come.
pub(crate) fn tenants_due(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<Vec<TenantId>> {
    let mut tenants: Vec<i64> = sla_judgement::table
        .filter(sla_judgement::next_deadline.is_not_null())
        .filter(
            sla_judgement::next_deadline
                .assume_not_null()
                .le(to_millis(now)),
        )
        .select(sla_judgement::tenant_id)
        .distinct()
        .load(conn)?;
    tenants.sort_unstable();
    Ok(tenants.into_iter().map(TenantId).collect())
}

/// The earliest deadline of all.
pub(crate) fn next_deadline(conn: &mut Conn) -> QueryResult<Option<i64>> {
    sla_judgement::table
        .filter(sla_judgement::next_deadline.is_not_null())
        .order(sla_judgement::next_deadline.asc())
        .select(sla_judgement::next_deadline.assume_not_null())
        .first(conn)
        .optional()
}

/// Judges what waits, and then the log again under every active SLA. All is seen at one moment:
/// that of [`super::super::Exec::write_snapshot`].
pub(crate) fn rebuild(
    conn: &mut Conn,
    tenant: TenantId,
    now: DateTime<Utc>,
    policy: &AlertPolicy,
) -> Result<(), DbError> {
    let now = now.trunc_subsecs(3);
    while project(conn, tenant, now, policy, REBUILD_CHUNK)?.taken > 0 {}
    for (sla, _) in slas::all(conn, tenant)? {
        if !sla.is_active {
            continue;
        }
        slas::forget_judgements(conn, tenant, sla.id)?;
        slas::set_first_window(conn, tenant, sla.id, None)?;
        batch::reset_counters(conn, tenant, sla.id)?;
        let severities = recorded_severities(conn, tenant, sla.id)?;
        let mut after = 0;
        loop {
            let ids: Vec<i64> = execution::table
                .filter(execution::tenant_id.eq(tenant.0))
                .filter(execution::workflow_id.eq(sla.workflow.0))
                .filter(execution::id.gt(after))
                .order(execution::id.asc())
                .limit(i64::from(REBUILD_CHUNK))
                .select(execution::id)
                .load(conn)?;
            let Some(last) = ids.last() else { break };
            after = *last;
            rejudge(conn, &sla, &ids, &severities, now)?;
        }
    }
    Ok(())
}

/// Judges executions from scratch: a judgement keeps the severity of its record, and nobody is
/// told.
fn rejudge(
    conn: &mut Conn,
    sla: &Sla,
    ids: &[i64],
    severities: &HashMap<ExecutionId, Severity>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let silent = AlertPolicy {
        default_recipients: Vec::new(),
        history_after: TimeDelta::zero(),
    };
    let mut batch = Batch::new(sla.tenant, now);
    for execution in rows_by_id(conn, sla.tenant, &ids.to_vec())? {
        if !sla.covers(&execution) {
            continue;
        }
        let id = execution.id;
        let known = severities.get(&id).copied();
        let mut effects = judge_change(sla, &window_change(sla, execution), None, &silent, now);
        if let Some(after) = effects
            .judgement
            .as_mut()
            .and_then(|write| write.after.as_mut())
        {
            after.severity = after.severity.max(known);
        }
        effects.breach = effects.breach.filter(|_| known.is_none()).map(|mut write| {
            write.alerts.clear();
            write
        });
        batch.add(sla, id, effects);
    }
    batch.write(conn, &mut Projected::default())
}

fn recorded_severities(
    conn: &mut Conn,
    tenant: TenantId,
    sla: SlaId,
) -> Result<HashMap<ExecutionId, Severity>, DbError> {
    let rows: Vec<(i64, i64, String)> = sla_breach::table
        .filter(sla_breach::tenant_id.eq(tenant.0))
        .filter(sla_breach::sla_id.eq(sla.0))
        .select((
            sla_breach::id,
            sla_breach::execution_id,
            sla_breach::severity,
        ))
        .load(conn)?;
    let mut severities = HashMap::with_capacity(rows.len());
    for (id, execution, name) in rows {
        let stored = crate::rows::Stored {
            entity: "breach",
            id,
        };
        severities.insert(
            ExecutionId(execution),
            stored.choice(&name, Severity::parse)?,
        );
    }
    Ok(severities)
}
