//! The built binary as a process: killed, stopped, cut off from its database, attacked.
//!
//! Each test starts `wfi serve` on a database of its own, as `make test` has built it, and talks
//! to it over sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "test helpers live outside #[test] functions"
)]

mod alerts;
mod away;
mod binary;
mod crash;
mod database;
mod hostile;
mod http;
mod metrics;
mod shutdown;
mod smtp;
mod wait;
