//! The answer of a prediction, as it goes to the client. Times are in seconds.

use super::Distribution;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What would happen to many cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// The name of the workflow.
    pub workflow_name: String,
    /// Where the random numbers began.
    pub seed: u64,
    /// When the first case could arrive.
    pub start_at: DateTime<Utc>,
    /// How many replications were made.
    pub replications: u32,
    /// How many cases each of them followed.
    pub cases_per_replication: u64,
    /// How many cases were removed from the beginning of each, on average.
    pub warm_up_cases: f64,
    /// The probability with which each interval holds the true value.
    pub confidence: f64,
    /// Whether the interval of the mean cycle time is as tight as was asked for.
    pub precision_reached: bool,
    /// What every case goes through together.
    #[serde(flatten)]
    pub totals: Totals,
    /// Each resource.
    pub resources: Vec<ResourceReport>,
    /// Each step.
    pub steps: Vec<StepReport>,
    /// How cases end.
    pub outcomes: Vec<OutcomeShare>,
    /// The probability of breaching each SLA.
    pub slas: Vec<SlaRisk>,
    /// The resource whose work cannot be done, if there is one: then queues grow without end, and
    /// times depend on how many cases are followed.
    pub unstable: Option<Overload>,
    /// The variants that were asked for, each compared with the workflow as it is.
    pub variants: Vec<VariantReport>,
    /// Where every number that went in came from.
    pub assumptions: Vec<Assumption>,
    /// What to look at.
    pub warnings: Vec<String>,
}

/// What cases go through.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Totals {
    /// From a case's arrival to its end.
    pub cycle_time: Spread,
    /// The part of it in which nobody worked on the case: what was measured of waiting, and
    /// waiting for resources.
    pub waiting_time: Spread,
    /// Time worked on the case; steps side by side count each.
    pub processing_time: Spread,
    /// What a case costs: time of resources, and fixed costs of steps.
    pub cost: Spread,
    /// How many cases end in an hour.
    pub throughput_per_hour: Interval,
}

/// A value with the interval that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// A value that is known exactly.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self {
            value,
            low: value,
            high: value,
        }
    }
}

/// A distribution by its mean and quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: Interval,
    /// Half are below.
    pub p50: Interval,
    /// Nine in ten are below.
    pub p90: Interval,
    /// Ninety-nine in a hundred are below.
    pub p99: Interval,
}

/// One resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceReport {
    /// Its name.
    pub resource: String,
    /// How many there are.
    pub amount: u32,
    /// The share of its working time in which it works.
    pub utilisation: Interval,
    /// How long its units work in a replication, in hours, all together.
    pub busy_hours: Interval,
    /// What that costs.
    pub cost: Interval,
    /// How many wait for it on average.
    pub mean_queue: Interval,
    /// The most that waited at one time.
    pub max_queue: u64,
    /// How long work waits for it.
    pub waiting_time: Interval,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepReport {
    /// Its index.
    pub step_index: usize,
    /// Its name; of a recorded activity that the definition does not know, that one's.
    pub step_name: String,
    /// How often a case comes there, on average.
    pub runs_per_case: f64,
    /// How long it waits, on average.
    pub waiting_time: f64,
    /// How long it is worked on, on average.
    pub processing_time: f64,
    /// The share of attempts that fail.
    pub failure_rate: f64,
    /// How many attempts are repetitions, in each case.
    pub retries_per_case: f64,
}

/// A way to end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeShare {
    /// What it is called.
    pub outcome: String,
    /// The share of cases.
    pub share: Interval,
}

/// How likely a case breaches an SLA.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlaRisk {
    /// The SLA's name.
    pub sla: String,
    /// Longer than this is a breach.
    pub target_seconds: f64,
    /// The probability.
    pub breach_probability: Interval,
}

/// A resource that has more to do than it can.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overload {
    /// Its name.
    pub resource: String,
    /// Hours of work that arrive in an hour.
    pub demand: f64,
    /// Hours of work that it can do in an hour, with its calendar and its absences.
    pub capacity: f64,
    /// The same in words.
    pub message: String,
}

/// A what-if variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantReport {
    /// Its name.
    pub name: String,
    /// What cases go through with it.
    #[serde(flatten)]
    pub totals: Totals,
    /// Each resource with it.
    pub resources: Vec<ResourceReport>,
    /// The probability of breaching each SLA with it.
    pub slas: Vec<SlaRisk>,
    /// The resource whose work cannot be done with it.
    pub unstable: Option<Overload>,
    /// The variant less the workflow as it is, from the same random numbers.
    pub differences: Differences,
}

/// Differences to the workflow as it is: below 0 where the variant is faster or cheaper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Differences {
    /// Of the mean cycle time.
    pub cycle_time: Interval,
    /// Of the mean waiting time.
    pub waiting_time: Interval,
    /// Of the mean cost.
    pub cost: Interval,
    /// Of the probability of breaching each SLA.
    pub slas: Vec<SlaDifference>,
}

/// How much likelier a breach is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlaDifference {
    /// The SLA's name.
    pub sla: String,
    /// The difference of the probabilities.
    pub breach_probability: Interval,
}

/// Where a number that went in came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The request.
    Given,
    /// The definition.
    Definition,
    /// Recorded executions.
    History,
    /// What the catalogue measured, or the dry run of a workflow that a step runs.
    Catalogue,
    /// A convention: nothing is known.
    Convention,
}

/// Something that was taken to hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assumption {
    /// What it is about: `arrivals`, `steps.2.duration`, `steps.2.branches`.
    pub about: String,
    /// Where it came from.
    pub source: Source,
    /// How many observations it rests on; 0 when on none.
    pub observations: u64,
    /// In words.
    pub text: String,
    /// The distribution, where it is one. Of an empirical one at most 11 quantiles are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
}
