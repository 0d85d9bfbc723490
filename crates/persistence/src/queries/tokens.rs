//! Tenants and tokens.

use super::super::Conn;
use crate::rows::{NewTokenRow, TokenRow};
use crate::schema::{tenant, token};
use diesel::prelude::*;
use kernel::TenantId;

/// The tenant of that name, made if there is none.
pub(crate) fn ensure_tenant(conn: &mut Conn, name: &str, now: i64) -> QueryResult<i64> {
    diesel::insert_into(tenant::table)
        .values((tenant::name.eq(name), tenant::created_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(conn)?;
    tenant::table
        .filter(tenant::name.eq(name))
        .select(tenant::id)
        .first(conn)
}

/// The tenant of that name.
pub(crate) fn tenant(conn: &mut Conn, name: &str) -> QueryResult<Option<i64>> {
    tenant::table
        .filter(tenant::name.eq(name))
        .select(tenant::id)
        .first(conn)
        .optional()
}

/// Every tenant, by id.
pub(crate) fn tenants(conn: &mut Conn) -> QueryResult<Vec<(i64, String)>> {
    tenant::table
        .order(tenant::id.asc())
        .select((tenant::id, tenant::name))
        .load(conn)
}

/// Keeps a token.
pub(crate) fn insert(conn: &mut Conn, new: &NewTokenRow) -> QueryResult<TokenRow> {
    diesel::insert_into(token::table)
        .values(new)
        .returning(TokenRow::as_returning())
        .get_result(conn)
}

/// The token of that prefix. This is how a tenant is found, so none is named.
pub(crate) fn by_prefix(conn: &mut Conn, prefix: &str) -> QueryResult<Option<TokenRow>> {
    token::table
        .filter(token::prefix.eq(prefix))
        .select(TokenRow::as_select())
        .first(conn)
        .optional()
}

/// The tokens of a tenant, by id.
pub(crate) fn list(conn: &mut Conn, tenant: TenantId) -> QueryResult<Vec<TokenRow>> {
    token::table
        .filter(token::tenant_id.eq(tenant.0))
        .order(token::id.asc())
        .select(TokenRow::as_select())
        .load(conn)
}

/// Revokes the token of that prefix that is not revoked; how many there were.
pub(crate) fn revoke(
    conn: &mut Conn,
    tenant: TenantId,
    prefix: &str,
    now: i64,
) -> QueryResult<usize> {
    let valid = token::table
        .filter(token::tenant_id.eq(tenant.0))
        .filter(token::prefix.eq(prefix))
        .filter(token::revoked_at.is_null());
    diesel::update(valid)
        .set(token::revoked_at.eq(now))
        .execute(conn)
}
