//! A seeded discrete-event simulator of queueing networks.
//!
//! [`run`] is a pure function of a [`Model`] (who works when, what cases pass, how they come) and an
//! [`Experiment`] (how often, how long, how precisely). It answers with [`Results`]: cycle, waiting
//! and processing time, cost, throughput, utilisation, queues, each with a confidence interval, and
//! with a verdict when more work comes than can be done. [`compare`] answers what-if questions.
//!
//! It must not know: workflows, tenants, databases, HTTP, the wall clock, the environment. Whoever
//! wants a definition simulated compiles it into a [`Model`]. Time is `f64` seconds since the model's
//! origin; only calendars know dates.
//!
//! # Design
//!
//! ```text
//! Model ─ check ─► all problems, or ─ network ─► flat places, pools, ways, what can reach a join
//!                    engine: events ─► moves · service · queues · batches · joins ─► one replication
//! run: overload? ─ pilots (MSER-5) ─ replications on threads, until precise ─ statistics ─► Results
//! ```
//!
//! * **Tokens.** A case on parallel ways has several tokens. A join waits for what can still come
//!   and for nothing else (BPMN's inclusive join, Völzer 2010), so that no way not taken holds it up
//!   and no case is ever stuck.
//! * **Service.** Priorities do not interrupt; among equals who came first. A task may be done by
//!   several resources, in order of preference. Work that meets the end of a shift is suspended and
//!   goes on when the calendar opens: worked time equals demanded time, across changes of the clocks.
//! * **Randomness** is a hash of what a number is for, not a sequence: bit-identical on any number
//!   of threads, and common random numbers for variants without bookkeeping.
//! * **Memory** follows the cases in progress. Places of cases and tokens are used again; forsaken
//!   events and queue entries are swept; quantiles come from histograms whose buckets are at most
//!   0.4 % wide, which also merge exactly in any order.
//! * **What is measured** begins after the warm-up with the first case that counts and ends when as
//!   many as wanted have come; later cases keep the load until the last measured one has ended.
//! * **Intervals** are Student's over independent replications, of ratios by the delta method, of
//!   shares Wilson's with the effective number of cases. Quantiles are those of all cases pooled,
//!   with the scatter of the replications' own.
//! * **Overload** is found by the traffic equations before the first replication, else by growth.
//!
//! # Sources
//!
//! Law, *Simulation Modeling and Analysis* (5th ed.): replications and deletion (9.5), common random
//! numbers (11.2). White, Cobb and Spratt 2000: MSER-5. Kleinrock, *Queueing Systems* 1: the closed
//! forms of the tests. Each formula names its own source where it stands.
//!
//! # To add
//!
//! A distribution: a variant of [`Distribution`], and an arm in `moments`, `sampler` and `check`. A
//! kind of node: a variant of [`NodeKind`], its ways in `network::graph::ways_out`, a place in
//! `network`, an arm in `engine::moves`. A figure of the result: a sum in
//! `statistics::replication`, an estimate in `statistics::assemble`.

mod calendar;
mod check;
mod distribution;
mod engine;
mod error;
mod experiment;
mod model;
mod network;
mod random;
mod results;
mod run;
mod statistics;

pub use calendar::{Calendar, ExtraShift, Shift, WorkingTime};
pub use distribution::{Distribution, Empirical, Phase};
pub use error::{Error, Problem};
pub use experiment::{
    Budget, Control, Experiment, Goal, Length, Progress, Replications, Stop, WarmUp,
};
pub use model::{
    Absence, Arrival, Batch, CalendarId, Candidate, Capacity, Choice, Demand, Failure, Join,
    JoinRule, Model, Node, NodeId, NodeKind, Profiles, Resource, ResourceId, Rest, Task, Timeout,
    Times, Way,
};
pub use results::{
    Comparison, Difference, Estimate, Evidence, Flow, Measure, MeasureDifference, OutcomeShare,
    PrecisionReached, ResourceResult, Results, TaskResult, ThresholdExceeded, Unstable,
    VariantResults, WarmUpRemoved,
};

pub use run::{compare, run};
