//! PostgreSQL: its dialect, and how closures run on it.
//!
//! Pure Rust: `tokio-postgres` and `rustls` under Diesel's synchronous interface, so that no system
//! library is needed and a deadline really ends a job, also behind a proxy that has gone silent.

mod connection;
mod marks;
mod tls;
mod url;

#[path = "migrate.rs"]
mod migrate;
#[path = "queries/mod.rs"]
mod queries;
#[path = "stores/mod.rs"]
mod stores;

use crate::threads::{Kind, Link, Pool, Work};
use crate::{DatabaseOptions, DbError};
pub(crate) use connection::{Conn, Settings, open_alone};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use kernel::TenantId;
use marks::Marks;
use std::time::Duration;

/// The backend, for boxed queries.
pub(crate) type Db = diesel::pg::Pg;
/// Rows of one multi-row `INSERT`. 1,000 rows of 32 columns stay below the protocol's 65,535
/// parameters.
pub(crate) const INSERT_CHUNK: usize = 1000;
/// The same versions as SQLite's.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
/// Counts 1 when Diesel's table of applied migrations exists.
pub(crate) const HAS_MIGRATIONS_TABLE: &str = "SELECT COUNT(*) AS n FROM (SELECT to_regclass('__diesel_schema_migrations') AS t) AS x \
     WHERE t IS NOT NULL";

/// Held while migrating: "wfi migr" in ASCII.
const MIGRATION_LOCK: i64 = 0x7766_6920_6d69_6772;

/// Begins a migration: one process at a time. Each migration is a transaction of its own, so that
/// one may say `run_in_transaction = false` and create an index concurrently. The lock ends with
/// the connection at the latest.
pub(crate) fn migrating<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<T, String>,
) -> Result<T, String> {
    let mut run = |sql: String| conn.batch_execute(&sql).map_err(|error| error.to_string());
    run(format!(
        "SET statement_timeout = 0; SELECT pg_advisory_lock({MIGRATION_LOCK})"
    ))?;
    let outcome = body(conn);
    let unlocked = conn.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"));
    outcome.and_then(|value| unlocked.map(|()| value).map_err(|error| error.to_string()))
}

// ---- dialect: everything from here to the executor exists under the same name in sqlite.rs ----

#[diesel::declare_sql_function]
extern "SQL" {
    /// 1-based place of the first `needle` in `haystack`, 0 when there is none. No wildcards.
    #[sql_name = "strpos"]
    fn position_of(haystack: Text, needle: Text) -> Integer;
}

/// Adds what keeps two transactions from selecting the same rows for update, and lets the second
/// skip them.
macro_rules! skip_locked {
    ($query:expr) => {
        $query.for_update().skip_locked()
    };
}
pub(crate) use skip_locked;

/// Adds what keeps the selected rows as they are until the end of the transaction.
macro_rules! locked {
    ($query:expr) => {
        $query.for_update()
    };
}
pub(crate) use locked;

/// Loads rows that stay as they are until the end of the transaction; without `wait`, a row that
/// another transaction has locked is an error at once.
macro_rules! load_locked {
    ($query:expr, $conn:expr, $wait:expr) => {
        if $wait {
            $query.for_update().load($conn)
        } else {
            $query.for_update().no_wait().load($conn)
        }
    };
}
pub(crate) use load_locked;

/// Adds what keeps the selected rows from being deleted until the end of the transaction.
macro_rules! kept {
    ($query:expr) => {
        $query.for_key_share()
    };
}
pub(crate) use kept;

/// Ids for so many new executions, ascending.
pub(crate) fn execution_ids(conn: &mut Conn, count: usize) -> QueryResult<Vec<i64>> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mut ids: Vec<i64> = diesel::dsl::sql::<BigInt>(
        "SELECT nextval(pg_get_serial_sequence('execution', 'id')) FROM generate_series(1, ",
    )
    .bind::<BigInt, _>(count)
    .sql(")")
    .get_results(conn)?;
    ids.sort_unstable();
    Ok(ids)
}

/// Takes the lock `key` until the end of the transaction, if it is free.
pub(crate) fn try_projection_lock(conn: &mut Conn, key: i64) -> QueryResult<bool> {
    diesel::select(
        diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock(")
            .bind::<BigInt, _>(key)
            .sql(")"),
    )
    .get_result(conn)
}

/// Takes the lock `key` until the end of the transaction, waiting for it.
pub(crate) fn wait_projection_lock(conn: &mut Conn, key: i64) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<BigInt, _>(key)
        .execute(conn)
        .map(drop)
}

/// Takes the lock `key` until the end of the transaction, together with others that share it,
/// waiting for one who has it alone.
pub(crate) fn share_projection_lock(conn: &mut Conn, key: i64) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)")
        .bind::<BigInt, _>(key)
        .execute(conn)
        .map(drop)
}

// ---- executor ----

/// Runs closures on PostgreSQL.
pub(crate) struct Exec {
    single: Pool<Conn>,
    grouped: Pool<Conn>,
    marks: Marks,
    settings: Settings,
}

/// Jobs that share one commit, at most: PostgreSQL keeps 64 savepoints of a transaction at hand.
const GROUP: usize = 64;
/// A [`Exec::ping`] that takes longer has failed.
const PING: Duration = Duration::from_secs(1);

impl Exec {
    /// Starts the threads; they connect when they are first used, so this succeeds also while
    /// the server is away.
    pub(crate) fn open(url: &str, options: &DatabaseOptions) -> Result<Self, String> {
        let settings = Settings::parse(url, options)?;
        let link = Link::new(settings.clone());
        let limits = options.limits();
        let threads = |error: std::io::Error| format!("cannot start a database thread: {error}");
        let (many, few) = (options.postgres_connections, options.postgres_group_writers);
        let single = Pool::spawn("pg", many, Work::Single, &link, limits);
        let grouped = Pool::spawn("pg-group", few, Work::Grouped(GROUP), &link, limits);
        Ok(Self {
            single: single.map_err(threads)?,
            grouped: grouped.map_err(threads)?,
            marks: Marks::new(link),
            settings,
        })
    }

    /// What is committed now, as a number; `None` while changes of this tenant wait to be
    /// projected.
    pub(crate) async fn mark(&self, tenant: TenantId) -> Result<Option<u64>, DbError> {
        self.marks.now(&self.single, tenant).await
    }

    /// Runs `body` without a transaction. Each statement sees what was committed before it.
    pub(crate) async fn read<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.single.run(Kind::Read, body).await
    }

    /// Like [`Exec::read`], but all statements see the same moment.
    pub(crate) async fn read_snapshot<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.single
            .run(Kind::Read, move |conn| {
                connection::transaction(conn, BEGIN, body)
            })
            .await
    }

    /// Runs `body` in a transaction; returns after the flush. `Err` from `body` rolls it back.
    pub(crate) async fn write<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.single
            .run(Kind::Write, move |conn| {
                connection::transaction(conn, "BEGIN", body)
            })
            .await
    }

    /// Like [`Exec::write`], but all statements see one moment, after the advisory lock `lock` was
    /// gained. What another transaction changes meanwhile cannot be changed: the query fails with
    /// `SerializationFailure`, and the caller may try again.
    ///
    /// The lock is the session's, because the first statement of a transaction fixes its moment, be
    /// it one that waits for a lock. It excludes who holds the same key for a transaction.
    pub(crate) async fn write_snapshot<T, E>(
        &self,
        lock: i64,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
        self.single
            .run(Kind::Write, move |conn| {
                conn.batch_execute(&format!("SELECT pg_advisory_lock({lock})"))?;
                let outcome = connection::transaction(conn, BEGIN, body);
                let unlocked = conn.batch_execute(&format!("SELECT pg_advisory_unlock({lock})"));
                outcome.and_then(|value| unlocked.map(|()| value).map_err(DbError::from))
            })
            .await
    }

    /// For a `body` of a single statement, which commits by itself: saves two round trips.
    pub(crate) async fn write_one<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.single.run(Kind::Write, body).await
    }

    /// For short writes that many callers make at once: like [`Exec::write`], but the jobs that
    /// wait share one transaction, each in a savepoint.
    ///
    /// A group keeps its locks until its commit, and groups of different writers may lock in
    /// different orders: `body` may lock only rows that no other such job locks (its own inserts),
    /// never a shared counter, else the server ends a deadlock by failing one of the jobs.
    pub(crate) async fn write_grouped<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.grouped.run(Kind::Write, body).await
    }

    /// One round trip.
    pub(crate) async fn ping(&self) -> Result<(), DbError> {
        let trip = self.read(|conn| conn.batch_execute("SELECT 1"));
        tokio::time::timeout(PING, trip)
            .await
            .unwrap_or_else(|_elapsed| {
                Err(DbError::Unavailable(format!("no answer within {PING:?}")))
            })
    }

    /// A connection of its own for `body`, on a thread of its own: the calling one may belong to
    /// an async runtime. Blocks.
    pub(crate) fn alone<T: Send>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, String> + Send,
    ) -> Result<T, String> {
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| body(&mut open_alone(&self.settings)?));
            thread
                .join()
                .unwrap_or_else(|_panic| Err("the database thread panicked".to_owned()))
        })
    }

    /// Finishes what waits. Blocks.
    pub(crate) fn close(&self) {
        self.single.close();
        self.grouped.close();
    }
}

#[cfg(test)]
fn fresh(options: &DatabaseOptions) -> Exec {
    Exec::open(&crate::testdb::postgres_url(), options).unwrap()
}

#[cfg(test)]
#[path = "tests/executor.rs"]
mod executor_tests;
#[cfg(test)]
mod tests;
