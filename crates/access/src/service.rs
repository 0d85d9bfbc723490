//! Who is calling: issues, checks and revokes tokens.

mod cache;
#[cfg(test)]
mod tests;

use crate::{Secret, TokenPrefix, TokenRecord, TokenStore};
use cache::Cache;
use chrono::{DateTime, Utc};
use kernel::{Actor, Clock, Role, StoreError, TenantId};
use std::sync::Arc;

/// Characters that a tenant's or a user's name may have.
const MAX_NAME_CHARS: usize = 200;

/// Why a caller is not let in, or a token not issued.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The text is no token: wrong shape or checksum. No store was asked.
    #[error("The token is malformed: a token is \"wfi_pat_\" and 36 letters and digits")]
    Malformed,
    /// There is no such token.
    #[error("The token is not known")]
    Unknown,
    /// The token ended.
    #[error("The token has expired")]
    Expired,
    /// The token was revoked.
    #[error("The token was revoked")]
    Revoked,
    /// A request for a token cannot be met: field, sentence.
    #[error("{}", sentences(.0))]
    Invalid(Vec<(String, String)>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn sentences(problems: &[(String, String)]) -> String {
    let one = |(field, sentence): &(String, String)| format!("{field}: {sentence}");
    problems.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// A caller who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Who, and for whom.
    pub actor: Actor,
    /// What the caller may do.
    pub role: Role,
    /// The public part of the token: what rate limits and idempotency keys are counted by.
    pub token_prefix: String,
    /// Whether rate limits apply.
    pub limited: bool,
}

/// A token to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTokenRequest {
    /// The tenant's name; made if there is none. 1 to 200 characters after trimming.
    pub tenant: String,
    /// The user's name. 1 to 200 characters after trimming.
    pub user: String,
    /// What the token may do.
    pub role: Role,
    /// When it ends, in the future; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether rate limits apply to it.
    pub limited: bool,
}

/// A token that was issued.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// The secret, which is not kept: show it now or never.
    pub secret: Secret,
    /// What is kept.
    pub record: TokenRecord,
}

/// Issues, checks and revokes tokens. Clones share one cache.
#[derive(Clone)]
pub struct AccessService {
    tokens: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    cache: Arc<Cache>,
}

impl AccessService {
    /// A service with an empty cache.
    #[must_use]
    pub fn new(tokens: Arc<dyn TokenStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            tokens,
            clock,
            cache: Arc::default(),
        }
    }

    /// Who calls with this token. A token that was good within the last five seconds is taken
    /// from memory: one that another process revoked is refused at most that much later.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, AccessError> {
        // The reason is not passed on: it says no more than the variant's own sentence.
        let Ok(secret) = Secret::parse(token) else {
            return Err(AccessError::Malformed);
        };
        let now = self.clock.now();
        let digest = secret.digest();
        if let Some(caller) = self.cache.get(&digest, now) {
            return Ok(caller);
        }
        let epoch = self.cache.epoch();
        let record = self.tokens.by_prefix(secret.prefix()).await?;
        let record = record
            .filter(|r| secret.matches(&r.hash))
            .ok_or(AccessError::Unknown)?;
        if record.revoked_at.is_some() {
            return Err(AccessError::Revoked);
        }
        if record.is_expired(now) {
            return Err(AccessError::Expired);
        }
        let caller = Authenticated {
            actor: Actor {
                tenant: record.tenant,
                user: record.user,
            },
            role: record.role,
            token_prefix: record.prefix,
            limited: record.limited,
        };
        self.cache
            .put(digest, caller.clone(), record.expires_at, now, epoch);
        Ok(caller)
    }

    /// Issues a token, from 32 bytes of a cryptographic random source. The tenant is made if
    /// there is none of that name. [`StoreError::Duplicate`] when the public part is taken (one
    /// in 2^47): draw again.
    pub async fn issue(
        &self,
        request: NewTokenRequest,
        random: [u8; 32],
    ) -> Result<IssuedToken, AccessError> {
        let now = self.clock.now();
        let (tenant, _) = checked(&request, now)?;
        let tenant = self.tokens.ensure_tenant(tenant, now).await?;
        self.issue_for(tenant, &request, random).await
    }

    /// Issues a token for a tenant that is there already; the request's tenant name is not read.
    pub async fn issue_for(
        &self,
        tenant: TenantId,
        request: &NewTokenRequest,
        random: [u8; 32],
    ) -> Result<IssuedToken, AccessError> {
        let now = self.clock.now();
        let (_, user) = checked(request, now)?;
        let secret = Secret::mint(&random);
        let record = TokenRecord {
            id: 0,
            tenant,
            user: user.to_owned(),
            role: request.role,
            prefix: secret.prefix().to_owned(),
            hash: secret.hash(),
            limited: request.limited,
            created_at: now,
            expires_at: request.expires_at,
            revoked_at: None,
        };
        let record = self.tokens.insert(record).await?;
        Ok(IssuedToken { secret, record })
    }

    /// The tokens of a tenant, by id, with revoked and expired ones.
    pub async fn list(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, AccessError> {
        Ok(self.tokens.list(tenant).await?)
    }

    /// Revokes a token by its prefix (or by the whole token, of which only the prefix is used).
    /// Effective at once in this process. [`AccessError::Unknown`] when the tenant has none such
    /// that is not revoked already; [`AccessError::Malformed`] when the text is no prefix.
    pub async fn revoke(&self, tenant: TenantId, prefix: &str) -> Result<(), AccessError> {
        let Ok(prefix) = TokenPrefix::parse(prefix) else {
            return Err(AccessError::Malformed);
        };
        let revoked = self
            .tokens
            .revoke(tenant, prefix.as_str(), self.clock.now())
            .await;
        // Also after a failure: it may have been the answer only that was lost.
        self.cache.clear();
        if revoked? {
            Ok(())
        } else {
            Err(AccessError::Unknown)
        }
    }

    /// The tenant of that name.
    pub async fn tenant(&self, name: &str) -> Result<Option<TenantId>, AccessError> {
        Ok(self.tokens.tenant(name.trim()).await?)
    }

    /// Every tenant with its name, by id.
    pub async fn tenants(&self) -> Result<Vec<(TenantId, String)>, AccessError> {
        Ok(self.tokens.tenants().await?)
    }
}

/// The trimmed names of tenant and user, or all problems.
fn checked(request: &NewTokenRequest, now: DateTime<Utc>) -> Result<(&str, &str), AccessError> {
    let (tenant, user) = (request.tenant.trim(), request.user.trim());
    let mut problems = Vec::new();
    for (field, name) in [("tenant", tenant), ("user", user)] {
        if name.is_empty() {
            problems.push((field.to_owned(), "This field may not be blank.".to_owned()));
        } else if name.chars().count() > MAX_NAME_CHARS {
            let sentence =
                format!("Ensure this field has no more than {MAX_NAME_CHARS} characters.");
            problems.push((field.to_owned(), sentence));
        } else if name.chars().any(char::is_control) {
            let sentence = "Ensure this field has no control characters.".to_owned();
            problems.push((field.to_owned(), sentence));
        }
    }
    if request.expires_at.is_some_and(|end| end <= now) {
        let sentence = "Ensure this time is in the future.".to_owned();
        problems.push(("expires_at".to_owned(), sentence));
    }
    if problems.is_empty() {
        Ok((tenant, user))
    } else {
        Err(AccessError::Invalid(problems))
    }
}
