//! The simulator from outside: closed forms, exact cases, what holds for every network.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "helpers of tests, what they found, and numbers that are small"
)]

#[path = "it/behaviour.rs"]
mod behaviour;
#[path = "support/claims.rs"]
mod claims;
#[path = "it/closed_forms.rs"]
mod closed_forms;
#[path = "support/networks.rs"]
mod networks;
#[path = "it/properties.rs"]
mod properties;
