//! What a database job may fail with, and the one place where that becomes a [`StoreError`].

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use kernel::StoreError;

/// Why a database job gave no result. In every case nothing of the job was stored, except where
/// the connection was lost between `COMMIT` and its answer (the message says so).
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database refused a statement, or a query found nothing where it must find something.
    #[error("query failed: {0}")]
    Query(#[source] DieselError),
    /// The database is away, too busy, or was closed. Trying again later may help.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The job itself gave up, for a reason that the port knows ([`StoreError::StaleVersion`], a
    /// row that no longer parses). Its transaction was rolled back.
    #[error(transparent)]
    Store(StoreError),
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        Self::Query(error)
    }
}

impl From<StoreError> for DbError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Texts of errors that pass by themselves. Diesel does not hand out SQLSTATE or SQLite's result
/// codes for these, so they are known by their (untranslated) text.
const PASSING: &[&str] = &[
    "database is locked",
    "database table is locked",
    "disk I/O error",
    "database or disk is full",
    "terminating connection",
    "the database system is",
    "canceling statement due to",
    "deadlock detected",
    "too many clients",
    "remaining connection slots",
    "idle-in-transaction",
];

impl DbError {
    /// Whether the unique key of a record was taken. Use it where a port has more than one
    /// unique key and must tell them apart; else [`DbError::named`].
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(
            self,
            Self::Query(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation,
                _
            ))
        )
    }

    /// The same mapping as `StoreError::from`, but a taken key is called `key` ("workflow name").
    #[must_use]
    pub fn named(self, key: &'static str) -> StoreError {
        if self.is_duplicate() {
            StoreError::Duplicate { what: key }
        } else {
            self.into()
        }
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Store(StoreError::Unavailable(_)) => true,
            Self::Store(_) => false,
            Self::Query(error) => passes_by_itself(error),
        }
    }
}

fn passes_by_itself(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction,
            _,
        )
        | DieselError::BrokenTransactionManager
        | DieselError::RollbackErrorOnCommit { .. } => true,
        DieselError::DatabaseError(_, information) => PASSING
            .iter()
            .any(|text| information.message().contains(text)),
        _ => false,
    }
}

/// `Unavailable` stays, a taken key becomes `Duplicate`, and any other refusal of one of our own
/// statements is a fault of this crate or of what is stored: `Corrupt`.
impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        let (unavailable, duplicate) = (error.is_unavailable(), error.is_duplicate());
        match error {
            DbError::Store(inner) => inner,
            DbError::Unavailable(_) => Self::Unavailable(Box::new(error)),
            DbError::Query(_) if duplicate => Self::Duplicate {
                what: "a record with this key",
            },
            DbError::Query(_) if unavailable => Self::Unavailable(Box::new(error)),
            DbError::Query(inner) => {
                tracing::error!(error = %inner, "the database refused a statement");
                Self::Corrupt {
                    entity: "statement",
                    id: String::new(),
                    source: Box::new(inner),
                }
            }
        }
    }
}
