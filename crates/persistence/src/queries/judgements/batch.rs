//! Writes what follows from judging, many at a time.

use super::super::super::{Conn, INSERT_CHUNK};
use super::super::breaches;
use super::super::executions::in_chunks;
use super::sums::{Sums, add_buckets, add_counts};
use crate::DbError;
use crate::rows::{BreachRow, JudgementRow, NewAlertRow, NewBreachRow};
use crate::schema::{alert, sla as slas, sla_breach, sla_judgement};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use kernel::{TenantId, to_millis};
use sla::{
    AlertState, BreachWrite, Judgement, JudgementWrite, Projected, Severity, Sla, SlaEffects,
    SlaId, WindowCounts,
};
use std::collections::BTreeMap;
use workflow_model::ExecutionId;

/// Effects on at most one judgement of each (SLA, execution).
pub(super) struct Batch {
    tenant: TenantId,
    now: DateTime<Utc>,
    judgements: Vec<JudgementRow>,
    gone: BTreeMap<SlaId, Vec<i64>>,
    sums: Sums,
    counters: BTreeMap<SlaId, WindowCounts>,
    touched: Vec<SlaId>,
    breaches: Vec<(Sla, ExecutionId, BreachWrite)>,
}

impl Batch {
    pub(super) fn new(tenant: TenantId, now: DateTime<Utc>) -> Self {
        Self {
            tenant,
            now,
            judgements: Vec::new(),
            gone: BTreeMap::new(),
            sums: Sums::new(),
            counters: BTreeMap::new(),
            touched: Vec::new(),
            breaches: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, sla: &Sla, execution: ExecutionId, effects: SlaEffects) {
        if let Some(write) = effects.judgement {
            self.add_judgement(sla.id, execution, write);
        }
        if let Some(write) = effects.breach {
            self.breaches.push((sla.clone(), execution, write));
        }
    }

    fn add_judgement(&mut self, sla: SlaId, execution: ExecutionId, write: JudgementWrite) {
        let place = |judgement: Option<Judgement>| {
            judgement
                .map(|j| (j.at, j.counts()))
                .filter(|(_, counts)| *counts != WindowCounts::default())
        };
        if place(write.before) != place(write.after) && !self.touched.contains(&sla) {
            self.touched.push(sla);
        }
        if let Some(before) = &write.before {
            self.count(before, -1);
        }
        if let Some(after) = &write.after {
            self.count(after, 1);
            self.judgements.push(JudgementRow::new(self.tenant, after));
        } else {
            self.gone.entry(sla).or_default().push(execution.0);
        }
    }

    fn count(&mut self, judgement: &Judgement, sign: i64) {
        let counts = judgement.counts();
        add_buckets(&mut self.sums, judgement, sign);
        add_counts(
            self.counters.entry(judgement.sla).or_default(),
            counts,
            sign,
        );
    }

    /// Writes everything.
    pub(super) fn write(self, conn: &mut Conn, done: &mut Projected) -> Result<(), DbError> {
        write_judgements(conn, &self.judgements)?;
        for (sla, executions) in &self.gone {
            remove(conn, self.tenant, *sla, executions)?;
        }
        super::sums::write(conn, self.tenant, &self.sums)?;
        for (sla, counts) in &self.counters {
            count_sla(conn, self.tenant, *sla, *counts)?;
        }
        for sla in self.touched {
            if !done.touched.contains(&sla) {
                done.touched.push(sla);
            }
        }
        let mut news = Vec::new();
        for (sla, execution, write) in &self.breaches {
            news.extend(write_breach(conn, sla, *execution, write, self.now)?);
        }
        for breach in breaches::read(conn, self.tenant, news)? {
            match done.breaches.iter_mut().find(|noted| noted.id == breach.id) {
                Some(noted) => *noted = breach,
                None => done.breaches.push(breach),
            }
        }
        Ok(())
    }
}

fn write_judgements(conn: &mut Conn, rows: &[JudgementRow]) -> QueryResult<()> {
    for chunk in rows.chunks(INSERT_CHUNK) {
        diesel::insert_into(sla_judgement::table)
            .values(chunk)
            .on_conflict((sla_judgement::sla_id, sla_judgement::execution_id))
            .do_update()
            .set((
                sla_judgement::counted.eq(excluded(sla_judgement::counted)),
                sla_judgement::at.eq(excluded(sla_judgement::at)),
                sla_judgement::duration_ms.eq(excluded(sla_judgement::duration_ms)),
                sla_judgement::breached.eq(excluded(sla_judgement::breached)),
                sla_judgement::severity.eq(excluded(sla_judgement::severity)),
                sla_judgement::next_deadline.eq(excluded(sla_judgement::next_deadline)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Removes the judgements of deleted executions, with their records and alerts.
fn remove(conn: &mut Conn, tenant: TenantId, sla: SlaId, executions: &[i64]) -> QueryResult<()> {
    in_chunks(executions, |chunk| {
        let judgements = sla_judgement::table
            .filter(sla_judgement::tenant_id.eq(tenant.0))
            .filter(sla_judgement::sla_id.eq(sla.0))
            .filter(sla_judgement::execution_id.eq_any(chunk));
        diesel::delete(judgements).execute(conn)?;
        let records = sla_breach::table
            .filter(sla_breach::tenant_id.eq(tenant.0))
            .filter(sla_breach::sla_id.eq(sla.0))
            .filter(sla_breach::execution_id.eq_any(chunk));
        let alerts = alert::table
            .filter(alert::tenant_id.eq(tenant.0))
            .filter(alert::breach_id.eq_any(records.clone().select(sla_breach::id)));
        diesel::delete(alerts).execute(conn)?;
        diesel::delete(records)
            .execute(conn)
            .map(|_removed| Vec::<()>::new())
    })
    .map(drop)
}

fn count_sla(
    conn: &mut Conn,
    tenant: TenantId,
    sla: SlaId,
    counts: WindowCounts,
) -> QueryResult<()> {
    if counts.total == 0 && counts.breached == 0 {
        return Ok(());
    }
    let this = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .filter(slas::id.eq(sla.0));
    diesel::update(this)
        .set((
            slas::total_executions.eq(slas::total_executions + counts.total),
            slas::breached_executions.eq(slas::breached_executions + counts.breached),
        ))
        .execute(conn)
        .map(drop)
}

/// Sets the counters of an SLA to nothing.
pub(super) fn reset_counters(conn: &mut Conn, tenant: TenantId, sla: SlaId) -> QueryResult<()> {
    let this = slas::table
        .filter(slas::tenant_id.eq(tenant.0))
        .filter(slas::id.eq(sla.0));
    diesel::update(this)
        .set((
            slas::total_executions.eq(0_i64),
            slas::breached_executions.eq(0_i64),
        ))
        .execute(conn)
        .map(drop)
}

/// Makes a record, or brings the known one up to date. Answers it when it was made or raised.
fn write_breach(
    conn: &mut Conn,
    sla: &Sla,
    execution: ExecutionId,
    write: &BreachWrite,
    now: DateTime<Utc>,
) -> Result<Option<BreachRow>, DbError> {
    let made: Option<BreachRow> = diesel::insert_into(sla_breach::table)
        .values(NewBreachRow::new(sla, execution, write)?)
        .on_conflict((sla_breach::sla_id, sla_breach::execution_id))
        .do_nothing()
        .returning(BreachRow::as_returning())
        .get_result(conn)
        .optional()?;
    if let Some(row) = made {
        write_alerts(conn, &row, write, now)?;
        return Ok(Some(row));
    }
    let this = sla_breach::table
        .filter(sla_breach::tenant_id.eq(sla.tenant.0))
        .filter(sla_breach::sla_id.eq(sla.id.0))
        .filter(sla_breach::execution_id.eq(execution.0));
    let known: String = this.select(sla_breach::severity).first(conn)?;
    let raised = Severity::parse(&known).is_some_and(|known| write.severity > known);
    let severity = if raised {
        write.severity.as_str()
    } else {
        &known
    };
    let row: BreachRow = diesel::update(this)
        .set((
            sla_breach::severity.eq(severity),
            sla_breach::actual_ms.eq(write.actual_millis),
            sla_breach::target_ms.eq(write.target_millis),
            sla_breach::margin_ms.eq(write.actual_millis - write.target_millis),
            sla_breach::revision.eq(sla_breach::revision + 1),
        ))
        .returning(BreachRow::as_returning())
        .get_result(conn)?;
    Ok(raised.then_some(row))
}

fn write_alerts(
    conn: &mut Conn,
    breach: &BreachRow,
    write: &BreachWrite,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let rows: Vec<NewAlertRow> = write
        .alerts
        .iter()
        .map(|alert| NewAlertRow {
            tenant_id: breach.tenant_id,
            breach_id: breach.id,
            severity: write.severity.as_str(),
            recipient: alert.recipient.clone(),
            subject: alert.subject.clone(),
            body: alert.body.clone(),
            state: AlertState::Scheduled.as_str(),
            attempts: 0,
            due_at: to_millis(write.detected_at),
            created_at: to_millis(now),
        })
        .collect();
    for chunk in rows.chunks(INSERT_CHUNK) {
        diesel::insert_into(alert::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(())
}
