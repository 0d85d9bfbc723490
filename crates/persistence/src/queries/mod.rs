//! Queries, written once and compiled once for each database: plain functions on `&mut Conn`.
//!
//! The module above supplies the dialect. Every statement names the tenant.

pub(super) mod actions;
pub(super) mod alerts;
pub(super) mod answers;
pub(super) mod breaches;
pub(super) mod changes;
pub(super) mod durations;
pub(super) mod executions;
pub(super) mod judgements;
pub(super) mod paging;
pub(super) mod rate_calls;
pub(super) mod record;
pub(super) mod search;
pub(super) mod simulations;
pub(super) mod slas;
pub(super) mod statistics;
pub(super) mod suggestions;
pub(super) mod tallies;
pub(super) mod templates;
pub(super) mod tokens;
pub(super) mod workflows;
