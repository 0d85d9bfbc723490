//! How far a prediction is, whether it may go on, and how it can fail.

use document::Problem;
use std::ops::ControlFlow;
use thiserror::Error;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Tasks done, in all replications and variants.
    pub tasks: u64,
    /// Replications that are complete, over all variants.
    pub replications: u32,
    /// The most of them that there can be.
    pub max_replications: u32,
}

/// Why it must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Somebody asked for it.
    Cancelled,
    /// The time of [`super::Budget`] is over.
    OutOfTime,
}

/// Asked every few thousand tasks, from any of the threads; the caller owns the clock.
pub type Control<'a> = &'a (dyn Fn(Progress) -> ControlFlow<Stop> + Sync);

/// Lets everything run to its end.
pub fn unhindered(_progress: Progress) -> ControlFlow<Stop> {
    ControlFlow::Continue(())
}

/// Why there is no prediction.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PredictionError {
    /// The request and the definition do not fit together: every problem under its path in the
    /// request.
    #[error("the request does not fit the workflow")]
    Invalid(Vec<Problem>),
    /// It was cancelled.
    #[error("the prediction was cancelled")]
    Cancelled,
    /// It would cost more than the budget.
    #[error(
        "the budget was used up after {tasks} tasks in {replications} replications; ask for fewer \
         cases, less precision or a larger budget"
    )]
    OverBudget {
        /// Tasks that were done.
        tasks: u64,
        /// Replications that were complete.
        replications: u32,
    },
    /// The engine refused what was compiled: a fault of this crate.
    #[error("the compiled model is not valid: {0}")]
    Model(String),
}
