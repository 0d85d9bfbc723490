//! The composition root: the only crate that knows both REST and SQL.
//!
//! * [`config`]: configuration, the only place that reads the environment.
//! * [`wiring`]: every service on its stores; [`bridges`]: where one feature needs another.
//! * [`background`]: projections, deadlines, deliveries, tidying up.
//! * [`telemetry`]: logs and metrics.
//! * [`cli`] and [`commands`]: the `wfi` binary.
//! * [`sample`]: a seeded generator of a tenant to look at.

pub mod background;
pub mod bridges;
pub mod cli;
pub mod commands;
pub mod config;
pub mod randomness;
pub mod sample;
pub mod telemetry;
pub mod wiring;
pub mod workers;
