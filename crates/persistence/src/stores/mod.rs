//! The ports, implemented once and compiled once for each database: each method is one call of the
//! executor, whose closure calls the queries.

mod access;
mod actions;
mod executions;
mod simulations;
mod slas;
mod suggestions;
mod templates;
mod workflows;

use crate::DbError;

/// How often a transaction is tried that other ones got in the way of.
const ATTEMPTS: usize = 4;

/// Tries again when the database refused a statement: another transaction made the same record at
/// the same time, or changed what this one was about to.
async fn retried<T, F>(attempt: impl Fn() -> F) -> Result<T, DbError>
where
    F: Future<Output = Result<T, DbError>>,
{
    let mut outcome = attempt().await;
    for _ in 1..ATTEMPTS {
        if !matches!(outcome, Err(DbError::Query(_))) {
            break;
        }
        outcome = attempt().await;
    }
    outcome
}
