//! Dedicated database threads, each owning one connection, fed by one bounded queue.
//!
//! A closure runs on a thread that owns its connection, never on the caller's: a request that is
//! dropped half-way cannot leave a transaction open. Two ways of working:
//!
//! * [`Work::Single`]: each job by itself (reads, and PostgreSQL's ordinary writes);
//! * [`Work::Grouped`]: whatever queued up while the last transaction was flushed goes into the
//!   next one, each job in a savepoint (SQLite's only writer, PostgreSQL's hot inserts).
//!
//! Files: `queue` bounded queue · `task` one job and its caller · `link` connecting,
//! failing fast, learning of a restart · `group` group commit.

mod group;
mod link;
mod queue;
mod task;

use crate::DbError;
pub(crate) use link::Link;
use link::Slot;
use queue::Queue;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
pub(crate) use task::Kind;
use task::{Call, Job};

/// A synchronous Diesel connection as the database threads need it.
pub(crate) trait Session: diesel::Connection + 'static {
    /// What is needed to connect; shared by all threads.
    type Settings: Send + Sync + 'static;
    /// Begins a transaction that will write.
    const BEGIN: &'static str;
    /// Commits, and fails rather than succeeds when the transaction was aborted before.
    const COMMIT: &'static str;

    /// Opens a connection on the calling thread, which owns it from then on.
    fn open(settings: &Self::Settings) -> Result<Self, String>;

    /// Whether the other end is gone. Must not wait.
    fn is_lost(&mut self) -> bool;

    /// Connecting on the calling thread fails at this moment, and a job is abandoned at it, by
    /// unwinding with [`DeadlinePassed`]. `None`: whenever it ends.
    fn set_deadline(deadline: Option<Instant>);

    /// Last act on a connection when the database is closed in order.
    fn retire(&mut self) {}
}

/// Payload of the unwinding that ends a job at its deadline.
pub(crate) struct DeadlinePassed;

/// How much may wait, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Jobs that may wait for a thread.
    pub(crate) queue: usize,
    /// How long a caller waits for a place in a full queue.
    pub(crate) queue_wait: Duration,
    /// From the call to its end, waiting included.
    pub(crate) job: Duration,
}

/// How the threads of a [`Pool`] work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// One job at a time, in whatever transaction it makes itself.
    Single,
    /// At most this many jobs in one transaction.
    Grouped(usize),
}

/// Threads on one database that share a queue.
pub(crate) struct Pool<C> {
    queue: Arc<Queue<Job<C>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    limits: Limits,
}

impl<C: Session> Pool<C> {
    /// Starts `count` threads. They connect when they get their first job.
    pub(crate) fn spawn(
        name: &'static str,
        count: usize,
        work: Work,
        link: &Arc<Link<C>>,
        limits: Limits,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new(name, limits.queue));
        let pool = Self {
            queue,
            threads: Mutex::default(),
            limits,
        };
        for number in 0..count.max(1) {
            let (queue, link) = (Arc::clone(&pool.queue), Arc::clone(link));
            let thread = std::thread::Builder::new()
                .name(format!("db-{name}-{number}"))
                .spawn(move || serve(&queue, Slot::new(link), work))?;
            pool.lock_threads().push(thread);
        }
        Ok(pool)
    }

    /// Runs `body` on one of the threads and returns its result; for a grouped pool only after
    /// the commit. Dropping the future does not stop a write that is queued.
    pub(crate) async fn run<T, E>(
        &self,
        kind: Kind,
        body: impl FnOnce(&mut C) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        let began = Instant::now();
        let deadline = began + self.limits.job;
        let (task, reply) =
            Call::with_reply(kind, move |conn: &mut C| body(conn).map_err(Into::into));
        let answer = match self
            .queue
            .push(Job { task, deadline }, self.limits.queue_wait)
            .await
        {
            Ok(()) => reply.await.unwrap_or_else(|_dropped| Err(stopped())),
            Err(error) => Err(error),
        };
        metrics::histogram!("db_job_duration_seconds", "kind" => kind.label())
            .record(began.elapsed().as_secs_f64());
        if answer.as_ref().is_err_and(DbError::is_unavailable) {
            metrics::counter!("db_unavailable_total").increment(1);
        }
        answer
    }

    /// Takes no more jobs, lets the threads finish those that wait, and joins them. Blocks.
    pub(crate) fn close(&self) {
        self.queue.close();
        let threads = std::mem::take(&mut *self.lock_threads());
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a database thread ended by a panic");
            }
        }
    }

    fn lock_threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Threads of a pool that nobody closed finish what waits and end by themselves.
impl<C> Drop for Pool<C> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn stopped() -> DbError {
    DbError::Unavailable("the database was closed".to_owned())
}

/// What one thread does until its queue is closed and empty.
fn serve<C: Session>(queue: &Queue<Job<C>>, mut slot: Slot<C>, work: Work) {
    while let Some(job) = queue.pop() {
        match work {
            Work::Single => link::run_single(&mut slot, job),
            Work::Grouped(limit) => {
                let mut batch = vec![job];
                queue.drain_into(&mut batch, limit);
                group::run(&mut slot, batch);
            }
        }
    }
    slot.retire();
}
