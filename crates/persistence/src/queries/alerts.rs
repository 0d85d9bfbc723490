//! Alerts to deliver, across all tenants.

use super::super::{Conn, skip_locked};
use crate::DbError;
use crate::rows::AlertRow;
use crate::schema::{alert, sla_breach};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::to_millis;
use sla::{Alert, AlertOutcome, AlertState, MAX_ATTEMPTS};

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
) -> QueryResult<()> {
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
    if settled == 0 || state != AlertState::Sent {
        return Ok(());
    }
    let unsent: i64 = alert::table
        .filter(alert::tenant_id.eq(delivered.tenant.0))
        .filter(alert::breach_id.eq(delivered.breach.0))
        .filter(alert::state.ne(AlertState::Sent.as_str()))
        .count()
        .get_result(conn)?;
    if unsent == 0 {
        let breach = sla_breach::table
            .filter(sla_breach::tenant_id.eq(delivered.tenant.0))
            .filter(sla_breach::id.eq(delivered.breach.0));
        diesel::update(breach)
            .set((
                sla_breach::alert_sent_at.eq(to_millis(now)),
                sla_breach::revision.eq(sla_breach::revision + 1),
            ))
            .execute(conn)?;
    }
    Ok(())
}
