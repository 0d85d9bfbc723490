//! Black-box tests over HTTP, on `SQLite` and PostgreSQL, and of the shape of the workspace.
#![expect(
    clippy::unwrap_used,
    reason = "test helpers live outside #[test] functions"
)]

mod app;
mod architecture;
mod bad_input;
mod conventions;
mod documented;
mod executions;
mod openapi;
mod replicas;
mod simulations;
mod tenants;
