//! What would happen to many cases: a definition and its history, as a queueing network.
//!
//! ```text
//! executions ─ History ─► Fit        counts and bounded samples, whatever the order
//! request    ─ read_prediction ─► PredictionRequest
//!                    Setting ─ compile ─► Model ─ discrete-event ─► Results ─ report ─► Prediction
//!                       └ varied, for each what-if variant: the same nodes have the same numbers
//! ```
//!
//! * **Order of steps.** As the definition says, with the token semantics of the dry run: data
//!   decide on the input of a recorded execution (a *profile*), which each case draws; what they
//!   leave open is drawn as recorded. When fewer than half of the recorded executions ran as the
//!   definition says, each case goes the way of a recorded one instead, as a tree of recorded ways.
//! * **Joins** wait for what can still come. Where ways run side by side, cases whose data decide
//!   alike share a network without the ways that their data rule out (`compile::groups`).
//! * **Times** are fitted (`fitting`), else estimated as the dry run does. Measured waiting is a
//!   pause before a step, unless a resource does the step: then waiting follows from the queue.
//! * **Failures** are drawn for each attempt as recorded. A timeout is that of all attempts
//!   together. A case that fails for good withdraws what runs beside.
//! * **Assumptions.** Everything that goes in is told in the answer with its source.
//!
//! Pure and seeded: no clock, no randomness of its own; the caller gives the number of threads and
//! may stop it through [`Control`].

mod answer;
mod calibrate;
mod compile;
mod control;
mod decisions;
mod distribution;
mod fit;
mod fitting;
mod history;
mod hours;
mod names;
mod net;
mod network;
mod predict;
mod read;
mod report;
mod request;
mod sample;
mod setting;
mod shares;
mod staff;
#[cfg(test)]
mod tests;
mod times;

pub use answer::{
    Assumption, Differences, Interval, OutcomeShare, Overload, Prediction, ResourceReport,
    SlaDifference, SlaRisk, Source, Spread, StepReport, Totals, VariantReport,
};
pub use calibrate::{Baseline, Calibration, Calibrator, QuantileError, split_point};
pub use control::{Control, PredictionError, Progress, Stop, unhindered};
pub use distribution::Distribution;
pub use fit::Fit;
pub use history::{History, HistoryOptions};
pub use predict::predict;
pub use read::read_prediction;
pub use request::{
    Amount, Arrivals, Batching, Budget, Calendar, Change, Failure, Flow, Precision,
    PredictionRequest, PriorityRule, Resource, Resources, Variant, WarmUp,
};
