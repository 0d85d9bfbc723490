//! A private throw-away PostgreSQL for tests.
//!
//! * [`Server::shared`] is the one server of a test process: a template database, migrated once,
//!   of which [`Server::fresh_database`] clones one per test in about 25 ms. It is the server
//!   named by `TEST_POSTGRES_URL` if that is set (then many processes share it and its template),
//!   else a private one.
//! * [`Instance`] is a server of one test's own, which can be stopped, killed and started again.
//! * The program `with-postgres COMMAND…` starts a server, sets `TEST_POSTGRES_URL` and runs the
//!   command: for test runners that give each test a process of its own.
//!
//! A private server listens on a Unix socket, runs as an unprivileged user even when the tests run
//! as root (PostgreSQL refuses root), does not flush, and lives in memory where there is room
//! (`PRIVATE_POSTGRES_DIR` names another place): nothing in it must outlive the test. A watchdog
//! process stops it and removes its files when the test process ends, however it ends.
//!
//! Where the programs come from: `$PG_BIN`, `$PATH`, the usual places; else `apt-get install`
//! when this is root on Debian; else an error that says what to do. Never a silent skip.
//!
//! Knows nothing of the service: what a migrated database is, its caller says.

mod binaries;
mod instance;
mod server;
mod sql;
#[cfg(test)]
mod tests;

pub use instance::{Instance, InstanceOptions};
pub use server::Server;
pub use sql::execute;

/// The environment, read in one place: this is a test tool and has no configuration of its own.
#[expect(
    clippy::disallowed_methods,
    reason = "a test tool, configured by the environment alone"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
