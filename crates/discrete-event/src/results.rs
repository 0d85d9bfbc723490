//! What a run answers. Times are seconds.

use serde::Serialize;

/// What a run answers. Times are seconds; every [`Estimate`] has an interval at
/// [`Results::confidence`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    /// Of every interval here.
    pub confidence: f64,
    /// Replications that the intervals rest on.
    pub replications: u32,
    /// Cases that were measured, in all replications.
    pub cases: u64,
    /// Attempts at tasks in all replications, with the warm-up.
    pub simulated_tasks: u64,
    /// What was left out at the beginning of each replication.
    pub warm_up: WarmUpRemoved,
    /// Whether the wanted precision was reached; nothing when none was wanted.
    pub precision: Option<PrecisionReached>,
    /// From arrival to end.
    pub cycle_time: Measure,
    /// Time in tasks during which nobody works on the case: queues, closed hours, suspended work,
    /// filling batches, waiting for a retry. Ways that run side by side add up.
    pub waiting_time: Measure,
    /// Time that is worked on the case. Ways that run side by side add up; a batch's time counts
    /// for each of its cases.
    pub processing_time: Measure,
    /// Hours of resources and fixed costs.
    pub cost: Measure,
    /// Cases that end, for each hour of the measured time.
    pub throughput_per_hour: Estimate,
    /// Cases in progress, on average over the measured time.
    pub in_progress: Estimate,
    /// Shares of the cases, in the order of the model's end nodes; they sum to one.
    pub outcomes: Vec<OutcomeShare>,
    /// Shares of the cases that took longer, in the order of the experiment's thresholds.
    pub thresholds: Vec<ThresholdExceeded>,
    /// In the order of the model.
    pub resources: Vec<ResourceResult>,
    /// In the order of the model's task nodes.
    pub tasks: Vec<TaskResult>,
    /// Demand exceeds what a resource can do: the queue grows without bound, and the times above
    /// tell only how far it had grown.
    pub unstable: Option<Unstable>,
    /// What came, ended and was left, in all replications with warm-up and what came after the
    /// measured cases.
    pub flow: Flow,
}

/// A value with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The best guess.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// Whether the interval holds `value`.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Half the width of the interval.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// The distribution of something that every case has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// Exact but for the sample.
    pub mean: Estimate,
    /// Half of the cases have no more. Quantiles are read from a histogram whose buckets are at
    /// most 0.4 % wide.
    pub p50: Estimate,
    /// Nine of ten cases have no more.
    pub p90: Estimate,
    /// 99 of 100 cases have no more.
    pub p99: Estimate,
    /// The largest that was seen.
    pub max: f64,
}

/// What was left out at the beginning of each replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WarmUpRemoved {
    /// Cases, in each replication.
    pub cases: u64,
    /// Whether the pilot runs settled. If not, the run is too short to tell its steady state.
    pub settled: bool,
}

/// How precisely the goal is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PrecisionReached {
    /// What was wanted, as a share of the value.
    pub wanted: f64,
    /// What was reached: half the width of the interval as a share of the value.
    pub relative_half_width: f64,
    /// Whether that is enough.
    pub reached: bool,
}

/// The share of the cases that ended so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeShare {
    /// [`crate::NodeKind::End`]'s outcome.
    pub outcome: String,
    /// From zero to one.
    pub share: Estimate,
}

/// The share of the cases that took longer than a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ThresholdExceeded {
    /// The threshold.
    pub seconds: f64,
    /// From zero to one.
    pub share: Estimate,
}

/// A resource over the measured time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceResult {
    /// [`crate::Resource::name`].
    pub name: String,
    /// Worked time as a share of the time that its units were there.
    pub utilisation: Estimate,
    /// Hours worked in one replication, all units together.
    pub busy_hours: Estimate,
    /// Hours that its units were there in one replication, all units together.
    pub available_hours: Estimate,
    /// Cost of the hours worked in one replication.
    pub cost: Estimate,
    /// Cases that wait for it, on average over time; one that waits for any of several resources
    /// counts at each.
    pub queue_length: Estimate,
    /// Most cases that waited for it at one time, in any replication.
    pub longest_queue: u64,
    /// Seconds from when a case could be worked on to when this resource took it up.
    pub waiting_time: Estimate,
}

/// A task over the measured cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskResult {
    /// [`crate::Node::name`].
    pub name: String,
    /// How often a case came here.
    pub visits_per_case: Estimate,
    /// Seconds of a visit during which nobody works on the case. Zero when it was never visited.
    pub waiting_time: Estimate,
    /// Seconds of a visit that are worked, with all attempts. Zero when it was never visited.
    pub processing_time: Estimate,
    /// Failed attempts for each case.
    pub failures_per_case: Estimate,
    /// Repeated attempts for each case.
    pub retries_per_case: Estimate,
    /// Visits that ended by timeout, for each case.
    pub timeouts_per_case: Estimate,
    /// Share of the visits that were turned away because the task was full.
    pub blocked: Estimate,
    /// Batches for each case; zero without batching.
    pub batches_per_case: Estimate,
    /// Cases in a batch; zero without batching.
    pub batch_size: Estimate,
}

/// More work comes than a resource can do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unstable {
    /// [`crate::Resource::name`] of the most overloaded one.
    pub resource: String,
    /// Unit-hours of work that come in an hour.
    pub demand_per_hour: f64,
    /// Unit-hours of work that its units do in an hour, closed hours included.
    pub capacity_per_hour: f64,
    /// How it was found.
    pub evidence: Evidence,
}

/// How an overload was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// By the traffic equations: arrival rate × visits × mean work against capacity.
    Traffic,
    /// Cases in progress kept growing in the run.
    Growth,
}

/// What came, ended and was left: `arrived = ended + in_progress`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Cases that came.
    pub arrived: u64,
    /// Cases that ended.
    pub ended: u64,
    /// Cases that were in progress when the last measured case had ended.
    pub in_progress: u64,
}

/// A base model and variants, run with common random numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The base.
    pub base: Results,
    /// In the order they were given.
    pub variants: Vec<VariantResults>,
}

/// A variant and how it differs from the base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantResults {
    /// The variant alone.
    pub results: Results,
    /// Variant minus base.
    pub difference: Difference,
}

/// Variant minus base, paired by replication: the intervals are tight because both met the same
/// cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// From arrival to end.
    pub cycle_time: MeasureDifference,
    /// Time in tasks during which nobody works on the case.
    pub waiting_time: MeasureDifference,
    /// Time that is worked on the case.
    pub processing_time: MeasureDifference,
    /// Hours of resources and fixed costs.
    pub cost: MeasureDifference,
    /// Cases that end for each hour.
    pub throughput_per_hour: Estimate,
    /// Change of the share that takes longer, in the order of the thresholds.
    pub thresholds: Vec<ThresholdExceeded>,
}

/// How the distribution of a measure differs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeasureDifference {
    /// Of the means.
    pub mean: Estimate,
    /// Of the medians.
    pub p50: Estimate,
    /// Of the ninetieth percentiles.
    pub p90: Estimate,
    /// Of the 99th percentiles.
    pub p99: Estimate,
}
