//! What lets a `POST` be retried safely.

use crate::TenantId;
use std::fmt;

/// The scope and content of one use of an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Whose key.
    pub tenant: TenantId,
    /// The token that used it, by its public id.
    pub principal: String,
    /// Method and path.
    pub operation: String,
    /// The key as sent, 1 to 255 visible characters.
    pub key: String,
    /// SHA-256 of the body and the query, in hexadecimal.
    pub fingerprint: String,
    /// When it was used, in milliseconds since 1970.
    pub used_at_millis: i64,
}

/// An answer as it went to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body, JSON text; empty for none.
    pub body: String,
    /// The `Location` header.
    pub location: Option<String>,
    /// The `ETag` header.
    pub etag: Option<String>,
}

/// Given to a port method that writes: the store renders the answer to its result and keeps it
/// **in the same transaction**, so that a retry after a crash finds either both or neither.
///
/// A store fails with [`crate::StoreError::AnswerExists`], and stores nothing, when an answer is
/// kept under the key already. Stores in memory, which lose everything together, may ignore it.
pub struct Receipt<T> {
    /// What it is kept under.
    pub key: IdempotencyKey,
    /// Renders the answer.
    pub render: Box<dyn Fn(&T) -> Answer + Send + Sync>,
}

impl<T> fmt::Debug for Receipt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl<T: 'static> Receipt<T> {
    /// A receipt for a result that contains a `T`.
    #[must_use]
    pub fn contramap<U>(self, project: impl Fn(&U) -> &T + Send + Sync + 'static) -> Receipt<U> {
        let render = self.render;
        Receipt {
            key: self.key,
            render: Box::new(move |value| render(project(value))),
        }
    }
}
