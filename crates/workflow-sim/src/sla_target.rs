//! The promise that a duration is held against.

use chrono::TimeDelta;

/// A promise about how long an execution takes, as far as simulation needs it.
///
/// An execution breaches when its duration, without the time it was paused, is strictly over
/// `target`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaTarget {
    /// The SLA's name, as answers call it.
    pub name: String,
    /// The longest duration that keeps the promise.
    pub target: TimeDelta,
}

impl SlaTarget {
    /// Whether a duration in milliseconds breaks the promise.
    #[must_use]
    pub fn is_breached_by(&self, duration_millis: i64) -> bool {
        duration_millis > self.target.num_milliseconds()
    }
}
