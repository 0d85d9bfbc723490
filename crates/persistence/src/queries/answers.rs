//! Answers kept under idempotency keys.

use super::super::Conn;
use crate::DbError;
use crate::rows::AnswerRow;
use crate::schema::answer;
use diesel::prelude::*;
use kernel::{Answer, IdempotencyKey, Receipt, StoreError, TenantId};

/// How long an answer stands, in milliseconds: an older one under the same key is replaced.
const KEPT_FOR_MILLIS: i64 = access::KEPT_FOR.num_milliseconds();

/// Keeps the answer to `value` in the transaction of its effect. Call it last, and let its error
/// roll the effect back: [`StoreError::AnswerExists`] when the key was used.
pub(crate) fn settle<T>(
    conn: &mut Conn,
    receipt: Option<&Receipt<T>>,
    value: &T,
) -> Result<(), DbError> {
    let Some(receipt) = receipt else {
        return Ok(());
    };
    keep(conn, &receipt.key, &(receipt.render)(value))
}

/// Keeps an answer; [`StoreError::AnswerExists`] when one that is not too old is kept.
pub(crate) fn keep(conn: &mut Conn, key: &IdempotencyKey, kept: &Answer) -> Result<(), DbError> {
    let row = AnswerRow::new(key, kept);
    if insert(conn, &row)? {
        return Ok(());
    }
    let old = under(key).filter(answer::created_at.lt(key.used_at_millis - KEPT_FOR_MILLIS));
    if diesel::delete(old).execute(conn)? > 0 && insert(conn, &row)? {
        return Ok(());
    }
    Err(StoreError::AnswerExists.into())
}

fn insert(conn: &mut Conn, row: &AnswerRow) -> QueryResult<bool> {
    let inserted = diesel::insert_into(answer::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted > 0)
}

#[diesel::dsl::auto_type]
fn under<'a>(key: &'a IdempotencyKey) -> _ {
    let tenant: i64 = key.tenant.0;
    let principal: &'a str = &key.principal;
    let operation: &'a str = &key.operation;
    let name: &'a str = &key.key;
    answer::table
        .filter(answer::tenant_id.eq(tenant))
        .filter(answer::principal.eq(principal))
        .filter(answer::operation.eq(operation))
        .filter(answer::key.eq(name))
}

/// The answer kept under the key, unless it was kept before `not_before` (milliseconds).
pub(crate) fn find(
    conn: &mut Conn,
    key: &IdempotencyKey,
    not_before: i64,
) -> QueryResult<Option<AnswerRow>> {
    under(key)
        .filter(answer::created_at.ge(not_before))
        .select(AnswerRow::as_select())
        .first(conn)
        .optional()
}

/// Removes the tenant's answers kept before `before` (milliseconds).
pub(crate) fn forget(conn: &mut Conn, tenant: TenantId, before: i64) -> QueryResult<usize> {
    let old = answer::table
        .filter(answer::tenant_id.eq(tenant.0))
        .filter(answer::created_at.lt(before));
    diesel::delete(old).execute(conn)
}
