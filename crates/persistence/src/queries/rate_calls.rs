//! The sliding log of admitted calls.

use super::super::{Conn, wait_projection_lock};
use crate::projection_key;
use crate::schema::rate_call;
use access::{Decision, Limit};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::{TenantId, to_millis};

/// Counts a call of `subject` in its budget, unless that would make too many.
///
/// Calls that share no window with this one are forgotten first: those that left it and, after the
/// clock was set back, those a whole window ahead.
pub(crate) fn admit(
    conn: &mut Conn,
    tenant: TenantId,
    subject: &str,
    limit: Limit,
    now: DateTime<Utc>,
) -> Result<Decision, crate::DbError> {
    let subject = format!("{}:{subject}", limit.class.as_str());
    let lock = projection_key("rate_call", &format!("{tenant}:{subject}"));
    wait_projection_lock(conn, lock)?;
    let (at, window) = (to_millis(now), limit.window.num_milliseconds().max(0));
    let (past, ahead) = (at.saturating_sub(window), at.saturating_add(window));
    let ours = || {
        rate_call::table
            .filter(rate_call::tenant_id.eq(tenant.0))
            .filter(rate_call::subject.eq(&subject))
    };
    diesel::delete(ours().filter(rate_call::at.le(past).or(rate_call::at.ge(ahead))))
        .execute(conn)?;
    let counted: i64 = ours().count().get_result(conn)?;
    let counted = u32::try_from(counted).unwrap_or(u32::MAX);
    let admitted = counted < limit.calls;
    if admitted {
        diesel::insert_into(rate_call::table)
            .values((
                rate_call::tenant_id.eq(tenant.0),
                rate_call::subject.eq(&subject),
                rate_call::at.eq(at),
            ))
            .execute(conn)?;
    }
    // After an admission the oldest; after a refusal the one that has to leave first.
    let stands = counted.saturating_add(u32::from(admitted));
    let leaving: Option<i64> = ours()
        .order((rate_call::at.asc(), rate_call::id.asc()))
        .offset(i64::from(stands.saturating_sub(limit.calls)))
        .select(rate_call::at)
        .first(conn)
        .optional()?;
    let leaving = leaving.and_then(kernel::from_millis);
    Ok(Decision::of(limit, counted, leaving, now))
}
