//! REST over the domain services: routes, wire types, one error table, the OpenAPI document.
//!
//! Knows HTTP and JSON; knows no database.
//!
//! # How a request is answered
//!
//! Every path is one `endpoint::Endpoint` with its operations; one table of them mounts the
//! routes *and* makes the OpenAPI document, so the two cannot differ. `dispatch` does what every
//! request needs, in the contract's order: 406, 401, 403, 429, 405. Then the operation's handler
//! gets a `call::Call` and does three things: parse (`query::Query`, `read_…` of the domain
//! crates), call one service, render a `reply::Reply`. Errors of every service become HTTP in
//! `error/table.rs`, exhaustively.
//!
//! A `GET` that is marked `remembered` is answered from memory while nothing was committed:
//! `remembered`.
//!
//! A `POST` goes through `call::Call::once`, so that any of them takes an `Idempotency-Key`.
//!
//! # To add an endpoint
//!
//! 1. A wire type (`…Body`) and a handler `async fn(Call) -> Result<Reply, ApiError>` in
//!    `routes/<resource>.rs`.
//! 2. A line in that file's `endpoints()`, with its `doc::Doc`: summary, parameters, request
//!    and response schema (in `schemas()` of the same file), an example.
//! 3. A variant of a service's error, if there is a new one, in `error/table.rs`: the compiler
//!    asks for it.
//! 4. An HTTP test in `tests/<resource>.rs`, and the OpenAPI document anew: `make openapi`.

mod call;
mod dispatch;
mod doc;
mod docs;
mod endpoint;
mod error;
mod health;
mod idempotency;
mod limit;
mod openapi;
mod page;
mod query;
mod remembered;
mod reply;
mod routes;
mod services;
mod wire;

pub use error::ApiError;
pub use openapi::document as openapi_document;
pub use remembered::Remembered;
pub use routes::configure;
pub use services::{
    ApiOptions, Changes, Freshness, Mark, MetricsPage, Randomness, Readiness, Services,
};

/// Where every documented path begins.
pub const PREFIX: &str = "/api/v1/workflow";
