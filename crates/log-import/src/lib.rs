//! Reads event logs into recorded executions.
//!
//! ```text
//! file ─ open ─┬─ xes ── raw cases ─┐
//!              └─ csv ── raw cases ─┴─ assemble ── ImportedLog ── to_reports ── definition, reports
//! ```
//!
//! * [`open`] reads a file (`.xes`, `.csv`, each also gzipped) into an [`ImportedLog`]: cases
//!   with typed attributes and events in order of time. It takes files as other tools wrote
//!   them: columns are found by their names, the form of dates, the delimiter and the encoding
//!   by looking; every guess is told in [`ImportedLog::notes`] and can be overruled in
//!   [`ImportOptions`]. A row that cannot be used is told in [`ImportedLog::rejected`].
//! * [`to_reports`] turns the log into the definition of the workflow that it shows and one
//!   report of an execution for each case; [`discovered_actions`] names its actions.
//! * [`ReportLines`] reads a file of reports, one JSON object in a line, as the API takes them.
//!
//! Decompression is bounded ([`ImportOptions::max_bytes`]). A log is held in memory as a whole:
//! types of attributes and the order of events are known only at its end. XES is read trace by
//! trace through `process_mining`, whose reader is shielded from what it does not survive.
//!
//! Knows no store and no HTTP; the only input is the file that it is given.

mod assemble;
mod csv;
mod dates;
mod error;
mod model;
mod ndjson;
mod open;
mod options;
mod raw;
mod reports;
#[cfg(test)]
mod tests;
mod typed;
mod watch;
mod xes;

pub use error::ImportError;
pub use model::{ActivitySummary, ImportedCase, ImportedEvent, ImportedLog, Rejected};
pub use ndjson::{ReportLine, ReportLines, holds_reports};
pub use open::open;
pub use options::{Columns, DateOrder, ImportMapping, ImportOptions};
pub use reports::{DiscoveredAction, discovered_actions, to_reports};
