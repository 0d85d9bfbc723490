//! What one replication leaves behind: sums whose size does not depend on its length.

/// Cycle time, waiting time, processing time, cost.
pub(crate) const MEASURES: usize = 4;

/// The quantiles that are reported.
pub(crate) const QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];

/// What one replication leaves behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Replication {
    /// Measured cases.
    pub(crate) cases: u64,
    pub(crate) sums: [f64; MEASURES],
    pub(crate) quantiles: [[f64; 3]; MEASURES],
    /// Measured cases by outcome.
    pub(crate) outcomes: Vec<u64>,
    /// Measured cases beyond each threshold.
    pub(crate) exceeded: Vec<u64>,
    /// Of measured cases.
    pub(crate) tasks: Vec<TaskRecord>,
    /// Over the measured time.
    pub(crate) pools: Vec<PoolRecord>,
    /// Length of the measured time.
    pub(crate) seconds: f64,
    /// Cases that ended in the measured time.
    pub(crate) ended_measured: u64,
    /// Cases in progress, integrated over the measured time.
    pub(crate) case_seconds: f64,
    /// Cases in progress at half and at the end of the measured time, and cases that came between.
    pub(crate) growth: Growth,
    pub(crate) arrived: u64,
    pub(crate) ended: u64,
    /// Attempts at tasks.
    pub(crate) attempts: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Growth {
    pub(crate) at_half: u64,
    pub(crate) arrived_at_half: u64,
    pub(crate) at_end: u64,
    pub(crate) arrived_at_end: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct TaskRecord {
    pub(crate) visits: u64,
    pub(crate) waited: f64,
    pub(crate) worked: f64,
    pub(crate) failures: u64,
    pub(crate) retries: u64,
    pub(crate) timeouts: u64,
    pub(crate) blocked: u64,
    pub(crate) batches: u64,
    pub(crate) batched: u64,
    pub(crate) attempts: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PoolRecord {
    /// Unit-seconds worked.
    pub(crate) busy: f64,
    /// Unit-seconds that the units were there.
    pub(crate) available: f64,
    /// Waiting cases, integrated over time.
    pub(crate) queue_seconds: f64,
    pub(crate) longest: u32,
    /// Taken up, and how long those had waited.
    pub(crate) started: u64,
    pub(crate) waited: f64,
}
