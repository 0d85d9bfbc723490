//! Logs and metrics. Only this crate installs an exporter; the others count through the
//! `metrics` facade.

pub mod events;
mod gauges;
mod log;
mod page;
mod zero;

pub use gauges::GaugeSources;
pub use log::install_log;
pub use page::{PrometheusPage, install_metrics};
