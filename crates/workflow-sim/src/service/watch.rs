//! How far a long simulation is, and whether it may go on.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Clock;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::Stop;

/// Looked at by whoever waits for a long simulation; may be asked to stop it.
#[derive(Debug, Default)]
pub struct Watch {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Watch {
    /// Asks the simulation to stop; it does within a few thousand steps.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// How much is done, of how much as far as is known; the unit is the mode's own: executions
    /// read, then replications run. A total of 0 is not known yet.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }
}

/// A watch and a deadline: what a long computation asks now and then.
#[derive(Clone)]
pub(super) struct Leash {
    pub(super) watch: Arc<Watch>,
    clock: Arc<dyn Clock>,
    deadline: DateTime<Utc>,
    limit: TimeDelta,
}

impl Leash {
    pub(super) fn new(watch: &Arc<Watch>, clock: &Arc<dyn Clock>, limit: TimeDelta) -> Self {
        Self {
            watch: watch.clone(),
            clock: clock.clone(),
            deadline: clock.now() + limit,
            limit,
        }
    }

    /// What to say when the time is over.
    pub(super) fn out_of_time(&self) -> String {
        let (done, total) = self.watch.progress();
        format!(
            "It was stopped after {} s, with {done} of {total} parts done. Ask for less (fewer \
             cases, a shorter window, less precision), for more seconds, or for an answer in the \
             background (\"background\": true).",
            self.limit.num_seconds()
        )
    }

    /// Whether it may go on.
    pub(super) fn check(&self) -> ControlFlow<Stop> {
        if self.watch.is_cancelled() {
            ControlFlow::Break(Stop::Cancelled)
        } else if self.clock.now() >= self.deadline {
            ControlFlow::Break(Stop::OutOfTime)
        } else {
            ControlFlow::Continue(())
        }
    }
}
