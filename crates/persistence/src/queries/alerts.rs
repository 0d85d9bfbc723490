//! Alerts to deliver, across all tenants.

use super::super::{Conn, locked, skip_locked};
use super::executions::in_chunks;
use crate::DbError;
use crate::rows::{AlertRow, Stored};
use crate::schema::{alert, sla_breach};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::{TenantId, to_millis};
use sla::{Alert, AlertOutcome, AlertState, Backlog, MAX_ATTEMPTS};
use std::collections::HashMap;

/// Leases alerts that are due, the longest due first.
pub(crate) fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Alert>, DbError> {
    let due = alert::table
        .filter(alert::state.eq(AlertState::Scheduled.as_str()))
        .filter(alert::due_at.le(to_millis(now)))
        .order((alert::due_at.asc(), alert::id.asc()))
        .limit(i64::from(limit))
        .select(AlertRow::as_select());
    let rows: Vec<AlertRow> = skip_locked!(due).load(conn)?;
    for row in &rows {
        let this = alert::table
            .filter(alert::tenant_id.eq(row.tenant_id))
            .filter(alert::id.eq(row.id));
        diesel::update(this)
            .set(alert::due_at.eq(to_millis(lease_until)))
            .execute(conn)?;
    }
    let alerts: Result<Vec<Alert>, _> = rows.into_iter().map(Alert::try_from).collect();
    Ok(alerts?)
}

/// Keeps what became of a delivery.
pub(crate) fn settle(
    conn: &mut Conn,
    delivered: &Alert,
    outcome: &AlertOutcome,
    now: DateTime<Utc>,
    retry_at: DateTime<Utc>,
) -> Result<Option<AlertState>, DbError> {
    let attempts = delivered.attempts + 1;
    let (state, error) = match outcome {
        AlertOutcome::Sent => (AlertState::Sent, None),
        AlertOutcome::Retry(why) if attempts < MAX_ATTEMPTS => (AlertState::Scheduled, Some(why)),
        AlertOutcome::Retry(why) | AlertOutcome::Refused(why) => (AlertState::Dead, Some(why)),
    };
    let this = alert::table
        .filter(alert::tenant_id.eq(delivered.tenant.0))
        .filter(alert::id.eq(delivered.id))
        .filter(alert::state.eq(AlertState::Scheduled.as_str()));
    let sent_at = (state == AlertState::Sent).then(|| to_millis(now));
    let settled = diesel::update(this)
        .set((
            alert::state.eq(state.as_str()),
            alert::attempts.eq(alert::attempts + 1),
            alert::due_at.eq(to_millis(retry_at)),
            alert::last_error.eq(error),
            alert::sent_at.eq(sent_at),
        ))
        .execute(conn)?;
    if settled == 0 {
        return reached(conn, delivered);
    }
    match state {
        AlertState::Scheduled => {}
        AlertState::Sent => note_sent(conn, delivered, now)?,
        AlertState::Dead => note_dead(conn, delivered)?,
    }
    Ok(Some(state))
}

/// Where an alert stands that was settled before.
fn reached(conn: &mut Conn, delivered: &Alert) -> Result<Option<AlertState>, DbError> {
    let state: Option<String> = alert::table
        .filter(alert::tenant_id.eq(delivered.tenant.0))
        .filter(alert::id.eq(delivered.id))
        .select(alert::state)
        .first(conn)
        .optional()?;
    let stored = Stored {
        entity: "alert",
        id: delivered.id,
    };
    let state = state.map(|name| stored.choice(&name, AlertState::parse));
    Ok(state.transpose()?)
}

/// A record that says whom the alert did not reach is another one than before.
fn note_dead(conn: &mut Conn, delivered: &Alert) -> QueryResult<()> {
    let breach = sla_breach::table
        .filter(sla_breach::tenant_id.eq(delivered.tenant.0))
        .filter(sla_breach::id.eq(delivered.breach.0));
    diesel::update(breach)
        .set(sla_breach::revision.eq(sla_breach::revision + 1))
        .execute(conn)
        .map(drop)
}

/// Notes that all were sent, if they were.
fn note_sent(conn: &mut Conn, delivered: &Alert, now: DateTime<Utc>) -> QueryResult<()> {
    let breach = sla_breach::table
        .filter(sla_breach::tenant_id.eq(delivered.tenant.0))
        .filter(sla_breach::id.eq(delivered.breach.0));
    // One delivery of a breach at a time: two that end together would each see the other's alert
    // as not sent yet, and neither would say that all were.
    let _known: Option<i64> = locked!(breach.select(sla_breach::id))
        .first(conn)
        .optional()?;
    let unsent: i64 = alert::table
        .filter(alert::tenant_id.eq(delivered.tenant.0))
        .filter(alert::breach_id.eq(delivered.breach.0))
        .filter(alert::state.ne(AlertState::Sent.as_str()))
        .count()
        .get_result(conn)?;
    if unsent == 0 {
        diesel::update(breach)
            .set((
                sla_breach::alert_sent_at.eq(to_millis(now)),
                sla_breach::revision.eq(sla_breach::revision + 1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What is not delivered, of all tenants.
pub(crate) fn backlog(conn: &mut Conn) -> QueryResult<Backlog> {
    let scheduled = alert::table
        .filter(alert::state.eq(AlertState::Scheduled.as_str()))
        .count()
        .get_result(conn)?;
    let dead = alert::table
        .inner_join(sla_breach::table.on(sla_breach::id.eq(alert::breach_id)))
        .filter(alert::state.eq(AlertState::Dead.as_str()))
        .filter(sla_breach::acknowledged_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(Backlog { scheduled, dead })
}

/// The recipients whose alerts were given up, for each of these breaches.
pub(crate) fn failed_recipients(
    conn: &mut Conn,
    tenant: TenantId,
    breaches: &[i64],
) -> QueryResult<HashMap<i64, Vec<String>>> {
    let mut failed: Vec<(i64, i64, String)> = in_chunks(breaches, |chunk| {
        alert::table
            .filter(alert::tenant_id.eq(tenant.0))
            .filter(alert::breach_id.eq_any(chunk))
            .filter(alert::state.eq(AlertState::Dead.as_str()))
            .select((alert::id, alert::breach_id, alert::recipient))
            .load(conn)
    })?;
    failed.sort_unstable();
    let mut of_breach: HashMap<i64, Vec<String>> = HashMap::new();
    for (_, breach, recipient) in failed {
        of_breach.entry(breach).or_default().push(recipient);
    }
    Ok(of_breach)
}
