//! Tokens and kept answers.

use super::Stored;
use crate::schema::{answer, token};
use access::{StoredAnswer, TokenRecord};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Answer, IdempotencyKey, Role, StoreError, TenantId, to_millis};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = token, check_for_backend(Sqlite, Pg))]
pub(crate) struct TokenRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) user_name: String,
    pub(crate) role: String,
    pub(crate) prefix: String,
    pub(crate) hash: String,
    pub(crate) limited: bool,
    pub(crate) created_at: i64,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = token)]
pub(crate) struct NewTokenRow {
    tenant_id: i64,
    user_name: String,
    role: &'static str,
    prefix: String,
    hash: String,
    limited: bool,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl From<TokenRecord> for NewTokenRow {
    fn from(token: TokenRecord) -> Self {
        Self {
            tenant_id: token.tenant.0,
            user_name: token.user,
            role: token.role.as_str(),
            prefix: token.prefix,
            hash: token.hash,
            limited: token.limited,
            created_at: to_millis(token.created_at),
            expires_at: token.expires_at.map(to_millis),
            revoked_at: token.revoked_at.map(to_millis),
        }
    }
}

impl TryFrom<TokenRow> for TokenRecord {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "token",
            id: row.id,
        };
        Ok(Self {
            id: row.id,
            tenant: TenantId(row.tenant_id),
            role: stored.choice(&row.role, Role::parse)?,
            created_at: stored.instant(row.created_at)?,
            expires_at: stored.maybe_instant(row.expires_at)?,
            revoked_at: stored.maybe_instant(row.revoked_at)?,
            user: row.user_name,
            prefix: row.prefix,
            hash: row.hash,
            limited: row.limited,
        })
    }
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = answer, check_for_backend(Sqlite, Pg))]
pub(crate) struct AnswerRow {
    tenant_id: i64,
    principal: String,
    operation: String,
    key: String,
    fingerprint: String,
    status: i64,
    body: String,
    location: Option<String>,
    etag: Option<String>,
    created_at: i64,
}

impl AnswerRow {
    /// The row of an answer to the request with that key.
    pub(crate) fn new(key: &IdempotencyKey, answer: &Answer) -> Self {
        Self {
            tenant_id: key.tenant.0,
            principal: key.principal.clone(),
            operation: key.operation.clone(),
            key: key.key.clone(),
            fingerprint: key.fingerprint.clone(),
            status: i64::from(answer.status),
            body: answer.body.clone(),
            location: answer.location.clone(),
            etag: answer.etag.clone(),
            created_at: key.used_at_millis,
        }
    }
}

impl TryFrom<AnswerRow> for StoredAnswer {
    type Error = StoreError;

    fn try_from(row: AnswerRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "answer of tenant",
            id: row.tenant_id,
        };
        Ok(Self {
            fingerprint: row.fingerprint,
            answer: Answer {
                status: u16::try_from(row.status).map_err(|error| stored.corrupt(error))?,
                body: row.body,
                location: row.location,
                etag: row.etag,
            },
        })
    }
}
