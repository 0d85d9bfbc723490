//! Every store port on Diesel, for SQLite and PostgreSQL, and the embedded migrations.
//!
//! Knows SQL and the domain types; knows no HTTP, no environment, no clock (a caller passes the
//! time), and decides nothing: a store stores.
//!
//! # Design
//!
//! ```text
//! Arc<dyn SlaStore> ─ Database ┬ sqlite::Exec ──┬ 2 reading threads (query_only, mmap)
//!                              │                └ 1 writing thread: group commit
//!                              └ postgres::Exec ┬ 16 threads, a connection each
//!                                               └ 4 group writers: shared flushes for hot inserts
//! ```
//!
//! Queries and port implementations are **written once and compiled twice**: the modules
//! `sqlite` and `postgres` include the same files (`queries/`, `stores/`,
//! `migrate.rs`) by `#[path]`, and each supplies under the same names what differs: `Conn`, `Db`,
//! `INSERT_CHUNK`, `position_of`, `skip_locked!`, `try_projection_lock`, `wait_projection_lock`,
//! and the executor `Exec`. A query is a plain function on `&mut Conn`; no generics, and all that
//! Diesel has for both databases (`returning`, `on_conflict`, multi-row inserts).
//!
//! Closures run on dedicated **database threads**, never on the caller's: a request that is
//! dropped cannot leave a transaction half open. What `Exec` offers:
//!
//! | method | for | SQLite | PostgreSQL |
//! | --- | --- | --- | --- |
//! | `read(f)` | queries | reader, cannot write | no transaction |
//! | `read_snapshot(f)` | several queries that must agree | deferred transaction | repeatable read |
//! | `write(f)` | any change | joins the writer's group | a transaction |
//! | `write_snapshot(lock, f)` | making a projection anew | joins the group | repeatable read, behind a lock |
//! | `write_one(f)` | one statement | joins the group | autocommit: saves two round trips |
//! | `write_grouped(f)` | short, hot, locking only its own rows | joins the group | group of up to 64, savepoint each |
//!
//! `f` returns `Result<T, E>` where `E` is Diesel's error, a `StoreError` or a [`DbError`]; `Err`
//! rolls back all that `f` did. All answer after the commit. A job that finds the queue full, the
//! server away or its deadline passed fails with [`DbError::Unavailable`].
//!
//! `Exec::mark` tells whether anything was committed since, by any process: what callers remember
//! stands while it is the same (`marks`, one for each database).
//!
//! # To add a store
//!
//! 1. A migration in `migrations/sqlite` and `migrations/postgres`, folders of the same name.
//! 2. Tables in `schema.rs`; rows in `rows/<aggregate>.rs` with
//!    `#[diesel(check_for_backend(Sqlite, Pg))]` and `TryFrom` into the domain type
//!    (`StoreError::Corrupt` when it does not parse).
//! 3. Queries in `queries/<aggregate>.rs`: functions on `&mut super::super::Conn`. What only one
//!    database has goes behind a function of the same name in `sqlite.rs` and `postgres.rs`. Do
//!    not swallow a failed statement inside a transaction: PostgreSQL has aborted it.
//! 4. The port in `stores/<aggregate>.rs`: `impl SlaStore for super::super::Exec { … }`, each
//!    method one call: `self.read(move |conn| queries::slas::get(conn, &tenant, id)).await?`.
//!    `?` maps [`DbError`] to `StoreError`; [`DbError::named`] says which key was taken.
//! 5. One line `sla_store: sla::SlaStore;` in `stores! { … }` of `database.rs` makes
//!    `database.sla_store()`.
//! 6. The port's contract tests, on both databases.
//!
//! `sqlite.rs` and `postgres.rs` include the two trees with
//! `#[path = "queries/mod.rs"] mod queries;` and `#[path = "stores/mod.rs"] mod stores;`.
//!
//! # Metrics
//!
//! `db_job_duration_seconds{kind}` (from call to answer), `db_queue_depth{queue}`,
//! `db_group_commit_size`, `db_unavailable_total`.

#[cfg(test)]
mod contracts;
mod database;
mod error;
mod lock;
mod options;
#[expect(
    clippy::duplicate_mod,
    reason = "compiled once for each database on purpose"
)]
mod postgres;
mod rows;
mod schema;
mod sqlite;
#[cfg(test)]
mod testdb;
mod threads;

pub use database::{Database, Engine, MigrateError, OpenError};
pub use error::DbError;
pub use lock::projection_key;
pub use options::DatabaseOptions;
