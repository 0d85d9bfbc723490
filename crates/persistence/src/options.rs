//! How a database is opened.

use std::time::Duration;

/// How a database is opened. The defaults suit a service on one machine.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// Reading connections on SQLite, each on its own thread.
    pub sqlite_readers: usize,
    /// Connections to PostgreSQL for reads and ordinary writes, each on its own thread.
    pub postgres_connections: usize,
    /// Further connections to PostgreSQL whose writes share commits. One alone is limited by round
    /// trips, not by flushes: four measured 12,000 short writes per second, one 3,300, and ordinary
    /// transactions 6,500 (64 callers, Unix socket).
    pub postgres_group_writers: usize,
    /// Jobs that may wait for a connection, per kind of work.
    pub queue: usize,
    /// How long a caller waits for a place in a full queue before it is told that the database is
    /// unavailable.
    pub queue_wait: Duration,
    /// How long a job may take, waiting included.
    pub job_timeout: Duration,
    /// How long one attempt to connect to PostgreSQL may take.
    pub connect_timeout: Duration,
    /// How long SQLite waits for another process's write transaction.
    pub busy_timeout: Duration,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            sqlite_readers: 2,
            postgres_connections: 16,
            postgres_group_writers: 4,
            queue: 1024,
            queue_wait: Duration::from_secs(1),
            job_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(2),
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl DatabaseOptions {
    pub(crate) fn limits(&self) -> crate::threads::Limits {
        crate::threads::Limits {
            queue: self.queue,
            queue_wait: self.queue_wait,
            job: self.job_timeout,
        }
    }
}
