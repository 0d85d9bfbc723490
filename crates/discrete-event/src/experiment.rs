//! How often and how long a model is run, and who may stop it.

use std::ops::ControlFlow;

/// How often and how long a model is run.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// The same seed gives the same result, bit for bit, on any number of threads.
    pub seed: u64,
    /// What is measured in one replication, after the warm-up.
    pub length: Length,
    /// What is not measured because the system was still filling.
    pub warm_up: WarmUp,
    /// Independent repetitions; the intervals come from the differences between them.
    pub replications: Replications,
    /// Of every interval in the result, between zero and one (0.95).
    pub confidence: f64,
    /// Cycle times, in seconds, whose probability of being exceeded is wanted.
    pub thresholds: Vec<f64>,
    /// At least one. Does not change the result.
    pub threads: usize,
    /// What may be spent.
    pub budget: Budget,
}

impl Default for Experiment {
    /// 2,000 measured cases after an automatic warm-up, ten to 200 replications until the mean
    /// cycle time is known to 2 %, 95 % intervals, one thread.
    fn default() -> Self {
        Self {
            seed: 0,
            length: Length::Cases(2_000),
            warm_up: WarmUp::Auto,
            replications: Replications::Precision {
                goal: Goal::CycleTime,
                relative_half_width: 0.02,
                min: 10,
                max: 200,
            },
            confidence: 0.95,
            thresholds: Vec::new(),
            threads: 1,
            budget: Budget::default(),
        }
    }
}

/// What is measured in one replication, after the warm-up. Cases go on arriving while measured ones
/// are in progress (at most as many again), so that the last do not find an emptying system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// So many cases; fewer when the model's arrivals end before.
    Cases(u64),
    /// The cases that come up to this many seconds after the origin.
    Until(f64),
}

/// What is not measured because the system was still filling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUp {
    /// Nothing is left out: the question is about a system that starts empty.
    None,
    /// The first cases of each replication.
    Cases(u64),
    /// As many of the first cases as MSER-5 finds in pilot runs. Nothing when all arrivals are
    /// listed ([`crate::Times::At`]): such a run has no steady state to wait for.
    Auto,
}

/// How many replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Replications {
    /// Exactly so many; at least two.
    Fixed(u32),
    /// As many as it takes until the interval of the goal is this narrow.
    Precision {
        /// What is to be known precisely.
        goal: Goal,
        /// Half the width of the interval, relative to the value (0.02 for ±2 %).
        relative_half_width: f64,
        /// At least two.
        min: u32,
        /// Not less than `min`. The result says whether the precision was reached.
        max: u32,
    },
}

/// What is to be known precisely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The mean time from arrival to end.
    CycleTime,
    /// The mean time in tasks during which nobody works on the case.
    WaitingTime,
    /// The mean cost of a case.
    Cost,
}

/// What may be spent on a run. Going beyond is an error, never a result from less than was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Attempts at tasks over all replications and pilots.
    pub max_tasks: u64,
    /// Nodes that a single case may pass (a loop whose data never let it out).
    pub max_steps_per_case: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            max_tasks: 50_000_000,
            max_steps_per_case: 100_000,
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Replications that are done.
    pub replications_done: u32,
    /// Replications planned as far as is known; grows while a precision is not reached.
    pub replications_planned: u32,
    /// Cases that have ended, in all replications.
    pub cases: u64,
    /// Attempts at tasks, in all replications.
    pub tasks: u64,
}

/// Why a run should stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Nobody wants the answer any more.
    Cancelled,
    /// The caller's time is used up.
    OutOfTime,
}

/// Asked every few thousand events from every thread: tells progress, and may stop the run. The
/// clock is the caller's.
pub type Control<'a> = dyn Fn(Progress) -> ControlFlow<Stop> + Sync + 'a;
