//! What would this workflow do on this input, and how long would it take?
//!
//! * [`dry_run`] is a pure function of a definition, an input and [`Facts`] (what the catalogue
//!   declares and what was measured): token semantics over the whole definition, three-valued
//!   conditions, both ways followed where a variable is missing.
//! * [`History`] and [`predict`] are Monte Carlo: what would happen to many cases, with times,
//!   failures and inputs fitted from history; [`Calibrator`] says how well that predicts.
//! * [`Backtest`] replays recorded executions under a changed definition.
//! * [`validate`] names every static fault of a definition at once.
//! * [`SimulationService`] only fetches definition, facts, history and targets, calls them and
//!   keeps the result; the long ones run on [`Workers`], under a [`Watch`].
//!
//! It never runs anything, so a dry run is dry by construction. Knows no database, no HTTP, no
//! clock and no randomness of its own.
//!
//! # How a dry run works
//!
//! ```text
//! Definition ─ plan ─► net of nodes ─ verdict ─► each condition, once: true, false, unknown
//!                                   ─ estimate ─► each duration: measured, catalogue, convention
//!                          walk ─► visits with start and end ─► path, timeline, critical path
//!                     certainty ─► which steps run whatever the missing variables are
//!                       explore ─► the ways not taken, each node once
//! ```
//!
//! * **Order.** A step goes on along the first of its `branches` that holds, else to the step
//!   after it. A step with `depends_on` starts when those steps have ended; one that a branch of
//!   theirs names, only when that branch is taken. A step whose guard fails is passed by and
//!   counts as ended. A way that was not taken keeps no join waiting.
//! * **Unknown.** A variable that the input lacks leaves a condition open. The path then goes
//!   where the guarded step runs and marks what is merely possible; the other ways are in
//!   `branch_explorations` up to where they meet a way shown before, so that the answer grows
//!   with the definition and not with the number of ways through it.
//! * **Success.** Every step succeeds and every approval is given: outcome labels are read that
//!   way (`approved`, not `rejected`). What is arranged for failures is listed beside the path.
//! * **Loops.** Nothing changes a variable during a dry run, so a loop that the input closes is
//!   closed every time; it is left after 100 rounds, with a warning.
//! * **Approvers** of one step are asked side by side, and nothing is measured of each alone, so
//!   the step takes its own estimate whether all, any or n of them must approve.
//! * **Drawings.** A definition without steps is followed over its `graph_spec`. A decision takes
//!   one edge, an inclusive gateway all that hold, any other node all; a `parallel_gateway` waits
//!   for every edge, as BPMN has it, any other node for what can still come.

mod backtest;
mod certainty;
mod dry_run;
mod estimate;
mod facts;
mod model;
mod plan;
mod ports;
mod prediction;
mod read;
mod service;
mod sla_target;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod validate;
mod verdict;
mod walk;

pub use backtest::{
    ApproverChange, Backtest, BacktestAssumptions, BacktestChange, BacktestReport, BacktestRequest,
    BacktestWindow, CaseCounts, Conformance, CostChange, DecisionChange, DefinitionChange,
    Deviation, EstimatedStep, MeanInterval, OutcomeChange, ReplayedStep, Share, SlaChange,
    StepPlace, StepSource, TellingCase, TellingKind, TimeChange, Unanswered, UnansweredReason,
    UndecidedCondition, WayChange, WindowReport, read_backtest,
};
pub use dry_run::{
    ApprovalLink, BranchExploration, Clause, Course, CourseStep, DecidedBy, DryRun, Effect,
    ExplorationKind, FailurePlan, InputChange, MissingVariable, PathStep, Span, SubRun, TruthValue,
    VariableReading, dry_run,
};
pub use estimate::{Estimate, EstimateSource, default_estimate_millis, estimate};
pub use facts::{ActionFact, Facts, MeasuredStep, StepPercentile};
pub use model::{NewSimulation, Simulation, SimulationEnd, SimulationId, SimulationStatus};
pub use ports::{
    DefinitionSource, FactSource, FoundDefinition, HistorySource, HistoryWindow, Job,
    SimulationFilter, SimulationOrder, SimulationStore, TargetSource, Workers,
};
pub use prediction::{
    Amount, Arrivals, Assumption, Baseline, Batching, Budget, Calendar, Calibration, Calibrator,
    Change, Control, Differences, Distribution, Failure, Fit, Flow, History, HistoryOptions,
    Interval, OutcomeShare, Overload, Precision, Prediction, PredictionError, PredictionRequest,
    PriorityRule, Progress, QuantileError, Resource, ResourceReport, Resources, SlaDifference,
    SlaRisk, Source, Spread, StepReport, Stop, Totals, Variant, VariantReport, WarmUp, predict,
    read_prediction, split_point, unhindered,
};
pub use read::{SimulationMode, SimulationRequest, Subject, read_simulation};
pub use service::{SimulationError, SimulationLimits, SimulationPorts, SimulationService, Watch};
pub use sla_target::SlaTarget;
pub use validate::{Fault, FaultKind, validate};
