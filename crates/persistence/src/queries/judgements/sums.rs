//! Sums of judgements by minute and by hour.

use super::super::super::{Conn, INSERT_CHUNK};
use crate::DbError;
use crate::rows::JudgementRow;
use crate::schema::{sla_bucket, sla_judgement};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel::upsert::excluded;
use kernel::{TenantId, to_millis};
use sla::{Judgement, Part, SlaId, WindowCounts, WindowPart};
use std::collections::BTreeMap;

const MINUTE_MILLIS: i64 = 60_000;
/// Minutes of each kind of bucket.
const LEVELS: [i32; 2] = [1, 60];

/// Corrections by (SLA, minutes of the bucket, its start).
pub(super) type Sums = BTreeMap<(SlaId, i32, i64), WindowCounts>;

pub(super) fn add_counts(sum: &mut WindowCounts, counts: WindowCounts, sign: i64) {
    sum.total += sign * counts.total;
    sum.breached += sign * counts.breached;
    sum.breaches += sign * counts.breaches;
    sum.critical += sign * counts.critical;
    sum.warning += sign * counts.warning;
}

/// Adds a judgement to its buckets, or takes it away.
pub(super) fn add_buckets(sums: &mut Sums, judgement: &Judgement, sign: i64) {
    let at = to_millis(judgement.at);
    for level in LEVELS {
        let length = i64::from(level) * MINUTE_MILLIS;
        let start = at.div_euclid(length) * length;
        let sum = sums.entry((judgement.sla, level, start)).or_default();
        add_counts(sum, judgement.counts(), sign);
    }
}

/// Adds corrections to the stored sums.
pub(super) fn write(conn: &mut Conn, tenant: TenantId, sums: &Sums) -> QueryResult<()> {
    let rows: Vec<_> = sums
        .iter()
        .filter(|(_, counts)| **counts != WindowCounts::default())
        .map(|((sla, level, start), counts)| {
            (
                sla_bucket::tenant_id.eq(tenant.0),
                sla_bucket::sla_id.eq(sla.0),
                sla_bucket::level.eq(*level),
                sla_bucket::start.eq(*start),
                sla_bucket::total.eq(counts.total),
                sla_bucket::breached.eq(counts.breached),
                sla_bucket::breaches.eq(counts.breaches),
                sla_bucket::critical.eq(counts.critical),
                sla_bucket::warning.eq(counts.warning),
            )
        })
        .collect();
    for chunk in rows.chunks(INSERT_CHUNK) {
        diesel::insert_into(sla_bucket::table)
            .values(chunk.to_vec())
            .on_conflict((sla_bucket::sla_id, sla_bucket::level, sla_bucket::start))
            .do_update()
            .set((
                sla_bucket::total.eq(sla_bucket::total + excluded(sla_bucket::total)),
                sla_bucket::breached.eq(sla_bucket::breached + excluded(sla_bucket::breached)),
                sla_bucket::breaches.eq(sla_bucket::breaches + excluded(sla_bucket::breaches)),
                sla_bucket::critical.eq(sla_bucket::critical + excluded(sla_bucket::critical)),
                sla_bucket::warning.eq(sla_bucket::warning + excluded(sla_bucket::warning)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The sums over the parts of a window.
pub(crate) fn window(
    conn: &mut Conn,
    tenant: TenantId,
    sla: SlaId,
    parts: &[WindowPart],
) -> Result<WindowCounts, DbError> {
    let mut sum = WindowCounts::default();
    for part in parts {
        match part.part {
            Part::Hours => add_counts(&mut sum, buckets(conn, tenant, sla, 60, part)?, 1),
            Part::Minutes => add_counts(&mut sum, buckets(conn, tenant, sla, 1, part)?, 1),
            Part::Rest => add_rest(conn, tenant, sla, part, &mut sum)?,
        }
    }
    Ok(sum)
}

/// SUM of whole numbers is NUMERIC in PostgreSQL: cast it back.
fn sum_of(column: &str) -> diesel::expression::SqlLiteral<Nullable<BigInt>> {
    diesel::dsl::sql(&format!("CAST(SUM(sla_bucket.{column}) AS BIGINT)"))
}

/// Five sums; none when there is no bucket.
type SumRow = (
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

fn buckets(
    conn: &mut Conn,
    tenant: TenantId,
    sla: SlaId,
    level: i32,
    part: &WindowPart,
) -> QueryResult<WindowCounts> {
    let sums: SumRow = sla_bucket::table
        .filter(sla_bucket::tenant_id.eq(tenant.0))
        .filter(sla_bucket::sla_id.eq(sla.0))
        .filter(sla_bucket::level.eq(level))
        .filter(sla_bucket::start.ge(part.from_millis))
        .filter(sla_bucket::start.lt(part.until_millis))
        .select((
            sum_of("total"),
            sum_of("breached"),
            sum_of("breaches"),
            sum_of("critical"),
            sum_of("warning"),
        ))
        .get_result(conn)?;
    Ok(WindowCounts {
        total: sums.0.unwrap_or(0),
        breached: sums.1.unwrap_or(0),
        breaches: sums.2.unwrap_or(0),
        critical: sums.3.unwrap_or(0),
        warning: sums.4.unwrap_or(0),
    })
}

/// Less than a minute: the judgements themselves.
fn add_rest(
    conn: &mut Conn,
    tenant: TenantId,
    sla: SlaId,
    part: &WindowPart,
    sum: &mut WindowCounts,
) -> Result<(), DbError> {
    let rows: Vec<JudgementRow> = sla_judgement::table
        .filter(sla_judgement::tenant_id.eq(tenant.0))
        .filter(sla_judgement::sla_id.eq(sla.0))
        .filter(sla_judgement::at.ge(part.from_millis))
        .filter(sla_judgement::at.lt(part.until_millis))
        .select(JudgementRow::as_select())
        .load(conn)?;
    for row in rows {
        add_counts(sum, Judgement::try_from(row)?.counts(), 1);
    }
    Ok(())
}
