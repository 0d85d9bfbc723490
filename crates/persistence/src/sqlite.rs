//! SQLite: its dialect, and how closures run on it.
//!
//! One writer thread with group commit, and reading connections beside it that cannot write. WAL,
//! so that readers and the writer do not wait for each other; `synchronous=FULL`, so that what
//! was committed survives power loss.

mod connection;
mod marks;

#[path = "migrate.rs"]
mod migrate;
#[path = "queries/mod.rs"]
mod queries;
#[path = "stores/mod.rs"]
mod stores;

use crate::threads::{Kind, Link, Pool, Work};
use crate::{DatabaseOptions, DbError};
use connection::Access;
pub(crate) use connection::{Conn, Location, open_alone};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use kernel::TenantId;
use marks::Marks;

/// The backend, for boxed queries.
pub(crate) type Db = diesel::sqlite::Sqlite;
/// Rows of one multi-row `INSERT`: the best measured size. 100 rows of 32 columns stay far below
/// SQLite's 32,766 bind variables.
pub(crate) const INSERT_CHUNK: usize = 100;
/// The same versions as PostgreSQL's.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
/// Counts 1 when Diesel's table of applied migrations exists.
pub(crate) const HAS_MIGRATIONS_TABLE: &str =
    "SELECT COUNT(*) AS n FROM sqlite_schema WHERE name = '__diesel_schema_migrations'";

/// Begins a migration: one process at a time, all pending migrations or none.
pub(crate) fn migrating<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<T, String>,
) -> Result<T, String> {
    let mut failure = None;
    let outcome = conn.immediate_transaction(|conn| {
        body(conn).map_err(|message| {
            failure = Some(message);
            diesel::result::Error::RollbackTransaction
        })
    });
    outcome.map_err(|error| failure.unwrap_or_else(|| error.to_string()))
}

// ---- dialect: everything from here to the executor exists under the same name in postgres.rs ----

#[diesel::declare_sql_function]
extern "SQL" {
    /// 1-based place of the first `needle` in `haystack`, 0 when there is none. No wildcards.
    #[sql_name = "instr"]
    fn position_of(haystack: Text, needle: Text) -> Integer;
}

/// Adds what keeps two transactions from selecting the same rows for update, and lets the second
/// skip them. There is one writer: nothing to add.
macro_rules! skip_locked {
    ($query:expr) => {
        $query
    };
}
pub(crate) use skip_locked;

/// Adds what keeps the selected rows as they are until the end of the transaction. There is one
/// writer: nothing to add.
macro_rules! locked {
    ($query:expr) => {
        $query
    };
}
pub(crate) use locked;

/// Loads rows that stay as they are until the end of the transaction; without `wait`, a row that
/// another transaction has locked is an error at once. There is one writer: nothing to wait for.
macro_rules! load_locked {
    ($query:expr, $conn:expr, $wait:expr) => {{
        let _: bool = $wait;
        $query.load($conn)
    }};
}
pub(crate) use load_locked;

/// Adds what keeps the selected rows from being deleted until the end of the transaction. There is
/// one writer: nothing to add.
macro_rules! kept {
    ($query:expr) => {
        $query
    };
}
pub(crate) use kept;

/// Ids for so many new executions, ascending.
pub(crate) fn execution_ids(conn: &mut Conn, count: usize) -> QueryResult<Vec<i64>> {
    let last: Option<i64> =
        diesel::dsl::sql::<BigInt>("SELECT seq FROM sqlite_sequence WHERE name = 'execution'")
            .get_result(conn)
            .optional()?;
    Ok((last.unwrap_or(0) + 1..).take(count).collect())
}

/// Takes the lock `key` until the end of the transaction, if it is free. There is one writer:
/// always.
#[expect(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
pub(crate) fn try_projection_lock(_conn: &mut Conn, _key: i64) -> QueryResult<bool> {
    Ok(true)
}

/// Takes the lock `key` until the end of the transaction, waiting for it. There is one writer:
/// at once.
#[expect(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
pub(crate) fn wait_projection_lock(_conn: &mut Conn, _key: i64) -> QueryResult<()> {
    Ok(())
}

/// Takes the lock `key` until the end of the transaction, together with others that share it.
/// There is one writer: at once.
#[expect(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
pub(crate) fn share_projection_lock(_conn: &mut Conn, _key: i64) -> QueryResult<()> {
    Ok(())
}

// ---- executor ----

/// Runs closures on SQLite.
pub(crate) struct Exec {
    readers: Pool<Conn>,
    writer: Pool<Conn>,
    marks: Marks,
    location: Location,
    options: DatabaseOptions,
}

/// Jobs that share one commit, at most. More gains nothing, and one slow job holds up the others.
const GROUP: usize = 256;

impl Exec {
    /// Starts the threads. The file is created when it does not exist.
    pub(crate) fn open(location: Location, options: &DatabaseOptions) -> Result<Self, String> {
        // Fails early with a clear message, and creates the file before a reader looks for it.
        drop(open_alone(&location, options)?);
        let link = |access| Link::new(location.settings(access, options));
        let limits = options.limits();
        let threads = |error: std::io::Error| format!("cannot start a database thread: {error}");
        let count = options.sqlite_readers;
        let readers = Pool::spawn("read", count, Work::Single, &link(Access::Read), limits);
        let writer = Pool::spawn(
            "write",
            1,
            Work::Grouped(GROUP),
            &link(Access::Write),
            limits,
        );
        Ok(Self {
            readers: readers.map_err(threads)?,
            writer: writer.map_err(threads)?,
            marks: Marks::open(&location, options)?,
            location,
            options: options.clone(),
        })
    }

    /// Runs `body` on a connection that cannot write. Each statement sees what was committed
    /// before it.
    pub(crate) async fn read<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.readers.run(Kind::Read, body).await
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
        let body = move |conn: &mut Conn| conn.transaction(|conn| body(conn).map_err(Into::into));
        self.readers.run::<T, DbError>(Kind::Read, body).await
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
        self.writer.run(Kind::Write, body).await
    }

    /// Like [`Exec::write`], but all statements see one moment, after the lock was gained. There is
    /// one writer: they always do.
    pub(crate) async fn write_snapshot<T, E>(
        &self,
        _lock: i64,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.write(body).await
    }

    /// For a `body` of a single statement. Every write joins a group here.
    pub(crate) async fn write_one<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.writer.run(Kind::Write, body).await
    }

    /// For short writes that many callers make at once. Every write joins a group here.
    pub(crate) async fn write_grouped<T, E>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, DbError>
    where
        T: Send + 'static,
        E: Into<DbError>,
    {
        self.writer.run(Kind::Write, body).await
    }

    /// What is committed now, as a number; `None` while changes of this tenant wait to be
    /// projected, or when it cannot be told at once.
    #[expect(clippy::unused_async, reason = "PostgreSQL has to be asked")]
    pub(crate) async fn mark(&self, tenant: TenantId) -> Result<Option<u64>, DbError> {
        Ok(self.marks.now(tenant))
    }

    /// One look into the file.
    pub(crate) async fn ping(&self) -> Result<(), DbError> {
        self.read(|conn| {
            diesel::dsl::sql::<BigInt>("SELECT COUNT(*) FROM sqlite_schema")
                .get_result::<i64>(conn)
                .map(drop)
        })
        .await
    }

    /// A connection of its own for `body`, on the calling thread. Blocks.
    pub(crate) fn alone<T>(
        &self,
        body: impl FnOnce(&mut Conn) -> Result<T, String>,
    ) -> Result<T, String> {
        body(&mut open_alone(&self.location, &self.options)?)
    }

    /// Finishes what waits, then writes the log back into the file. Blocks.
    pub(crate) fn close(&self) {
        // The writer last: a checkpoint cannot truncate what a reader still uses.
        self.marks.close();
        self.readers.close();
        self.writer.close();
    }
}

#[cfg(test)]
fn fresh(options: &DatabaseOptions) -> Exec {
    Exec::open(Location::parse(":memory:").unwrap(), options).unwrap()
}

#[cfg(test)]
#[path = "tests/executor.rs"]
mod executor_tests;
#[cfg(test)]
mod tests;
