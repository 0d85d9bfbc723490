//! What any store may fail with.

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What any store may fail with. "Not found" is not among them: a lookup returns `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken.
    #[error("{what} already exists")]
    Duplicate {
        /// Which key, in the words of the domain ("workflow name").
        what: &'static str,
    },
    /// The record changed since it was read.
    #[error("the record changed since it was read")]
    StaleVersion,
    /// Another request with the same idempotency key was committed first; nothing was stored.
    #[error("the idempotency key was used by a request that ended first")]
    AnswerExists,
    /// The database is away or too busy; nothing was stored; try again later.
    #[error("store unavailable")]
    Unavailable(#[source] Source),
    /// A stored value no longer parses, or the database refused a statement of ours.
    #[error("corrupt {entity} {id}")]
    Corrupt {
        /// Which kind of record.
        entity: &'static str,
        /// Which one.
        id: String,
        /// Why.
        #[source]
        source: Source,
    },
}
