//! Group commit: many jobs, one transaction, one flush.
//!
//! Each job runs in a savepoint, so a job that fails (or panics) undoes only itself. When the
//! transaction as a whole cannot be finished (connection lost, `COMMIT` refused, deadline), every
//! caller in it is told so, and the thread goes on with a new connection. No caller hears of
//! success before `COMMIT` has returned.

use super::link::{self, Slot};
use super::task::Job;
use super::{DeadlinePassed, Session};
use crate::DbError;
use diesel::QueryResult;
use diesel::connection::{TransactionDepthChange, TransactionManager};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// A job of the group, and what its caller is told if that is not the job's own result.
struct Member<C> {
    job: Job<C>,
    failure: Option<DbError>,
}

/// How far a group got before it failed.
enum Failure {
    /// There is no connection to run it on.
    NoConnection(DbError),
    /// The transaction could not begin: nothing happened.
    Begin(diesel::result::Error),
    /// A savepoint or the commit failed.
    Middle(diesel::result::Error),
    /// The deadline passed.
    Unwound(Box<dyn Any + Send>),
}

/// Runs `batch` in one transaction and answers every caller in it.
pub(super) fn run<C: Session>(slot: &mut Slot<C>, batch: Vec<Job<C>>) {
    let now = Instant::now();
    let (batch, late): (Vec<_>, Vec<_>) = batch.into_iter().partition(|job| job.deadline > now);
    for job in late {
        job.task.finish(Err(link::too_late()));
    }
    let Some(deadline) = batch.iter().map(|job| job.deadline).min() else {
        return;
    };
    let mut group: Vec<_> = batch
        .into_iter()
        .map(|job| Member { job, failure: None })
        .collect();
    let size = u32::try_from(group.len()).unwrap_or(u32::MAX);
    metrics::histogram!("db_group_commit_size").record(size);
    C::set_deadline(Some(deadline));
    let outcome = slot.get().map_err(Failure::NoConnection).and_then(|conn| {
        catch_unwind(AssertUnwindSafe(|| transact(conn, &mut group)))
            .unwrap_or_else(|payload| Err(Failure::Unwound(payload)))
    });
    C::set_deadline(None);
    match outcome {
        Ok(()) => {
            for Member { job, failure } in group {
                job.task.finish(failure.map_or(Ok(()), Err));
            }
            slot.settle(true);
        }
        Err(Failure::NoConnection(error)) => finish_all(group, &error.to_string()),
        Err(Failure::Begin(error)) => {
            slot.settle(false);
            finish_all(group, &format!("cannot begin: {error}"));
        }
        Err(Failure::Middle(error)) => {
            tracing::error!(%error, size, "a group of writes could not be committed");
            slot.settle(false); // tells the other threads when the server is gone
            slot.discard();
            finish_all(group, &format!("commit not confirmed: {error}"));
        }
        Err(Failure::Unwound(payload)) => {
            slot.discard();
            finish_all(group, &link::unwound(payload.as_ref()).to_string());
        }
    }
}

fn finish_all<C>(group: Vec<Member<C>>, message: &str) {
    for member in group {
        member
            .job
            .task
            .finish(Err(DbError::Unavailable(message.to_owned())));
    }
}

fn transact<C: Session>(conn: &mut C, group: &mut [Member<C>]) -> Result<(), Failure> {
    conn.batch_execute(C::BEGIN).map_err(Failure::Begin)?;
    change_depth(conn, TransactionDepthChange::IncreaseDepth).map_err(Failure::Middle)?;
    // Alone it needs no savepoint of its own: rolling back everything is rolling back the job.
    if let [member] = group {
        return transact_alone(conn, member);
    }
    conn.batch_execute("SAVEPOINT job")
        .map_err(Failure::Middle)?;
    for member in group {
        if !run_isolated(conn, member)? {
            conn.batch_execute("ROLLBACK TO SAVEPOINT job")
                .map_err(Failure::Middle)?;
        }
    }
    conn.batch_execute(C::COMMIT).map_err(Failure::Middle)?;
    change_depth(conn, TransactionDepthChange::DecreaseDepth).map_err(Failure::Middle)
}

fn transact_alone<C: Session>(conn: &mut C, member: &mut Member<C>) -> Result<(), Failure> {
    let kept = run_caught(conn, member)?;
    conn.batch_execute(if kept { C::COMMIT } else { "ROLLBACK" })
        .map_err(Failure::Middle)?;
    change_depth(conn, TransactionDepthChange::DecreaseDepth).map_err(Failure::Middle)
}

/// Whether the job's effects are kept; else the caller must roll back to the savepoint.
fn run_isolated<C: Session>(conn: &mut C, member: &mut Member<C>) -> Result<bool, Failure> {
    if !run_caught(conn, member)? {
        return Ok(false);
    }
    // One round trip for both. The release fails where the job hid an error that had aborted the
    // transaction (PostgreSQL): nothing of it is stored, so its caller must not hear of success.
    match conn.batch_execute("RELEASE SAVEPOINT job; SAVEPOINT job") {
        Ok(()) => Ok(true),
        Err(error) => {
            member.failure = Some(DbError::Query(error));
            Ok(false)
        }
    }
}

/// Runs the job; a panic in it becomes its failure, the deadline that of the group.
fn run_caught<C: Session>(conn: &mut C, member: &mut Member<C>) -> Result<bool, Failure> {
    let ran = catch_unwind(AssertUnwindSafe(|| member.job.task.run(conn)));
    // A panic may have left nested transactions open; the savepoint's rollback ends them.
    while depth(conn).map_err(Failure::Middle)? > 1 {
        change_depth(conn, TransactionDepthChange::DecreaseDepth).map_err(Failure::Middle)?;
    }
    match ran {
        Ok(succeeded) => Ok(succeeded),
        Err(payload) if payload.is::<DeadlinePassed>() => Err(Failure::Unwound(payload)),
        Err(payload) => {
            member.failure = Some(link::unwound(payload.as_ref()));
            Ok(false)
        }
    }
}

fn depth<C: Session>(conn: &mut C) -> QueryResult<u32> {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    Ok(status
        .transaction_depth()?
        .map_or(0, std::num::NonZero::get))
}

/// Keeps Diesel's count of nested transactions true to what this module sends by itself.
fn change_depth<C: Session>(conn: &mut C, change: TransactionDepthChange) -> QueryResult<()> {
    let status = C::TransactionManager::transaction_manager_status_mut(conn);
    status.transaction_state()?.change_transaction_depth(change)
}
