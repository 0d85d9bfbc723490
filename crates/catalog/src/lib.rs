//! Actions: what they declare (idempotent, latency class, side effects, schemas) and how they
//! behave in fact (measured from recorded steps).
//!
//! * An [`Action`] is declared by a client. Its [`Measurement`] never is: it is a projection of
//!   the execution log ([`StatisticsStore::project`]).
//! * Statistics are kept for each (workflow, step name, action type) as integer sums
//!   ([`StepStatistics`]); an action's measurement is the sum over the rows that are its own
//!   ([`belongs_to`]), so every number can be recounted from the log.
//! * Beside the sums, durations are counted in fixed buckets ([`DurationCounts`]): percentiles
//!   within 5 % that can be recounted too.
//! * The same rows give the simulator its measured durations ([`StatisticsStore::steps`]).
//!
//! Knows no database, no clock and no HTTP.

mod durations;
mod measure;
mod model;
mod ports;
mod read;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use durations::{DurationChange, DurationCounts, duration_bucket, duration_changes};
pub use json_schema::{
    MAX_SCHEMA_BYTES, MAX_SCHEMA_PATTERNS, check_schema, schema_problems, validate_config,
};
pub use measure::{
    Measurement, StatisticsChange, StepKey, StepStatistics, belongs_to, measure,
    statistics_changes, step_key,
};
pub use model::{Action, ActionChange, ActionId, LatencyClass, NewAction, Percentiles};
pub use ports::{ActionFilter, ActionOrder, ActionStore, StatisticsStore};
pub use read::{
    MAX_NAME_CHARS, MAX_TYPE_CHARS, read_action_change, read_action_replacement, read_new_action,
};
pub use service::{ActionError, CatalogService};
