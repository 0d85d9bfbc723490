//! Tokens: how one is made, recognised and kept.

mod secret;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use kernel::{Role, TenantId};
use std::fmt;

pub use secret::Secret;

/// What every token begins with: the kind is `pat`, a personal access token.
pub(crate) const LEAD: &str = "wfi_pat_";
/// Random characters after [`LEAD`]: 30 × log2(62) is 178 bits.
const RANDOM_CHARS: usize = 30;
/// Characters of the checksum: the fewest that hold 32 bits in base 62.
const CHECKSUM_CHARS: usize = 6;
/// Characters of the public part: [`LEAD`] and the first 8 random ones (47 bits), which leaves
/// 22 (131 bits) secret.
const PREFIX_CHARS: usize = 16;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Why a text is not a token. Says nothing of whether a well-formed one is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It has another length, other characters or another beginning.
    #[error("a token is \"wfi_pat_\" and 36 letters and digits")]
    Shape,
    /// It looks like a token, but characters are wrong or missing: most likely mistyped or cut.
    #[error("the token's checksum does not match: it was mistyped or cut")]
    Checksum,
}

/// The public part of a token, which it is listed and revoked by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenPrefix(String);

impl TokenPrefix {
    /// Reads a prefix. A whole token is taken too, for who pastes one: its prefix is kept and the
    /// rest forgotten.
    ///
    /// # Errors
    /// [`TokenError::Shape`] when it is neither; [`TokenError::Checksum`] for a damaged token.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix(LEAD)
            && text.len() == PREFIX_CHARS
            && is_base62(rest)
        {
            return Ok(Self(text.to_owned()));
        }
        Secret::parse(text).map(|secret| Self(secret.prefix().to_owned()))
    }

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is kept of a token: never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its id; 0 until it is kept.
    pub id: i64,
    /// Whose data it opens.
    pub tenant: TenantId,
    /// Who uses it.
    pub user: String,
    /// What it may do.
    pub role: Role,
    /// The public part, to recognise it by: the first 16 characters.
    pub prefix: String,
    /// SHA-256 of the whole token, in hexadecimal.
    pub hash: String,
    /// Whether rate limits apply to it.
    pub limited: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl TokenRecord {
    /// Whether it has ended at `now`; its last instant is the one before `expires_at`.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
