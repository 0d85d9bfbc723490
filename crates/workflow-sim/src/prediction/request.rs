//! What a prediction is asked for. Everything is optional: what is not given is taken from
//! history, else by a convention that the answer names.

use super::Distribution;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Map, Value};
use workflow_model::{Definition, Guard};

/// A request to predict many cases. Made by [`super::read_prediction`]; the default asks for
/// everything from history.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionRequest {
    /// Variables that every case has; the others are those of recorded cases.
    pub input: Map<String, Value>,
    /// How many cases each replication follows; by default 1000.
    pub cases: u32,
    /// Where the random numbers begin: the same seed gives the same answer.
    pub seed: u64,
    /// How many days of history count.
    pub window_days: u32,
    /// When the first case may arrive; by default where history ends.
    pub start_at: Option<DateTime<Utc>>,
    /// Where the order of steps comes from.
    pub flow: Flow,
    /// When cases arrive.
    pub arrivals: Arrivals,
    /// How long steps are worked on, by step name or action type.
    pub durations: Vec<(String, Distribution)>,
    /// How long steps wait before they are worked on, by step name or action type.
    pub waiting: Vec<(String, Distribution)>,
    /// Who or what does the work.
    pub resources: Resources,
    /// Which resources may do a step, in order of preference, by step name or action type.
    pub assignments: Vec<(String, Vec<String>)>,
    /// When resources work.
    pub calendars: Vec<Calendar>,
    /// How often a step goes on to another one (`end`: to none) where the data do not decide, by
    /// step name.
    pub branch_probabilities: Vec<(String, Vec<(String, f64)>)>,
    /// How steps fail, by step name or action type.
    pub failures: Vec<(String, Failure)>,
    /// Who goes first where several wait: the first rule that fits.
    pub priorities: Vec<PriorityRule>,
    /// Steps that are done for several cases together, by step name.
    pub batching: Vec<(String, Batching)>,
    /// What one run of a step costs apart from the time of those who do it, by step name or
    /// action type.
    pub costs: Vec<(String, f64)>,
    /// What is removed from the beginning.
    pub warm_up: WarmUp,
    /// How certain the answer must be.
    pub precision: Precision,
    /// How much work it may cost.
    pub budget: Budget,
    /// What-if variants.
    pub changes: Vec<Variant>,
    /// How many threads may be used; the answer does not depend on it. Not read from a request.
    pub threads: usize,
}

impl Default for PredictionRequest {
    fn default() -> Self {
        Self {
            input: Map::new(),
            cases: 1000,
            seed: 0,
            window_days: 90,
            start_at: None,
            flow: Flow::Auto,
            arrivals: Arrivals::default(),
            durations: Vec::new(),
            waiting: Vec::new(),
            resources: Resources::Unlimited,
            assignments: Vec::new(),
            calendars: Vec::new(),
            branch_probabilities: Vec::new(),
            failures: Vec::new(),
            priorities: Vec::new(),
            batching: Vec::new(),
            costs: Vec::new(),
            warm_up: WarmUp::Auto,
            precision: Precision::default(),
            budget: Budget::default(),
            changes: Vec::new(),
            threads: 1,
        }
    }
}

/// Where the order of steps comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The definition, unless most recorded executions did not follow it.
    Auto,
    /// The definition.
    Definition,
    /// The recorded executions: each case goes the way of one of them.
    History,
}

/// When cases arrive.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arrivals {
    /// The time from one case to the next.
    pub interval: Option<Distribution>,
    /// The calendar in which that time runs.
    pub calendar: Option<String>,
}

/// Who or what does the work.
#[derive(Debug, Clone, PartialEq)]
pub enum Resources {
    /// Nobody has to wait for anybody: steps wait as long as they waited in history.
    Unlimited,
    /// The recorded actors, with their measured working hours.
    FromHistory,
    /// These.
    Given(Vec<Resource>),
}

/// Some of a kind who do work.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its name. A step with an approver of this name is done by it.
    pub name: String,
    /// How many there are.
    pub amount: u32,
    /// What an hour of one of them costs.
    pub cost_per_hour: f64,
    /// What they can do: step names and action types; empty when assignments or approvers say so.
    pub skills: Vec<String>,
    /// When they work; always without one.
    pub calendar: Option<String>,
    /// When they are away.
    pub absences: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// Working hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// Where its clock stands.
    pub time_zone: chrono_tz::Tz,
    /// For each day, Monday first, from when to when. An end that is not after the start is on
    /// the next day.
    pub weekly: [Vec<(NaiveTime, NaiveTime)>; 7],
    /// Days on which nobody works.
    pub holidays: Vec<NaiveDate>,
}

/// How a step fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The probability that one attempt fails.
    pub probability: f64,
    /// How often it is tried again; as in the definition without it.
    pub max_retries: Option<u32>,
    /// How long it takes until the next attempt.
    pub retry_delay: Option<Distribution>,
}

/// A rule that says who goes first.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorityRule {
    /// The step to which it applies; every step without one.
    pub step: Option<String>,
    /// The input to which it applies.
    pub condition: Guard,
    /// The smaller goes first; 0 without a rule. Work that has begun is not interrupted.
    pub priority: i32,
}

/// A step that is done for several cases together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batching {
    /// How many cases it takes to begin.
    pub size: u32,
    /// It begins with fewer when the first has waited this long, in seconds.
    pub max_wait_seconds: Option<f64>,
}

/// What is removed from the beginning, while the system fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUp {
    /// What the marginal standard error rule finds (MSER-5).
    Auto,
    /// Nothing.
    None,
    /// This many cases.
    Cases(u32),
}

/// How certain the answer must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// The half width of the interval of the mean cycle time, relative to it.
    pub relative_half_width: f64,
    /// The probability with which an interval holds the true value.
    pub confidence: f64,
    /// It stops after this many replications even if it is not that certain yet.
    pub max_replications: u32,
}

impl Default for Precision {
    fn default() -> Self {
        Self {
            relative_half_width: 0.05,
            confidence: 0.95,
            max_replications: 30,
        }
    }
}

/// How much work a prediction may cost; beyond it, it fails.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Tasks done in all replications and variants together.
    pub tasks: u64,
    /// Seconds; measured by the caller.
    pub seconds: f64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tasks: 50_000_000,
            seconds: 30.0,
        }
    }
}

/// A what-if variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// What is different, in order.
    pub changes: Vec<Change>,
    /// Where it is written.
    pub(crate) path: String,
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Another number of a resource.
    Amount {
        /// The resource.
        resource: String,
        /// How many.
        to: Amount,
    },
    /// A resource works at other times.
    ResourceCalendar {
        /// The resource.
        resource: String,
        /// The calendar; `None`: always.
        calendar: Option<String>,
    },
    /// A step is done by no one, without waiting, in a fixed time.
    Automate {
        /// The step's name or action type.
        step: String,
        /// How long it then takes, in seconds.
        seconds: f64,
    },
    /// A guard or the condition of a branch is another one.
    Condition {
        /// The step's name.
        step: String,
        /// The position of the branch; without one, the guard of the step.
        branch: Option<usize>,
        /// As it is written in a definition.
        condition: Value,
    },
    /// Steps take longer, or less long.
    DurationFactor {
        /// The step's name or action type; every step without one.
        step: Option<String>,
        /// What durations are multiplied by.
        factor: f64,
    },
    /// More cases arrive, or fewer.
    ArrivalFactor {
        /// What the rate is multiplied by.
        factor: f64,
    },
    /// Another definition.
    Definition(Box<Definition>),
}

/// A number, or a difference to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// That many.
    Set(u32),
    /// That many more; fewer below 0.
    Add(i32),
}
