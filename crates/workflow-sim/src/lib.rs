//! What would this workflow do on this input, and how long would it take?
//!
//! * [`dry_run`] is a pure function of a definition, an input and [`Facts`] (what the catalogue
//!   declares and what was measured): token semantics over the whole definition, three-valued
//!   conditions, both ways followed where a variable is missing.
//! * [`validate`] names every static fault of a definition at once.
//! * [`SimulationService`] only fetches definition and facts, calls them and keeps the result.
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
//! * **Drawings.** A definition without steps is followed over its `graph_spec`.

mod certainty;
mod dry_run;
mod estimate;
mod facts;
mod model;
mod plan;
mod ports;
mod read;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod validate;
mod verdict;
mod walk;

pub use dry_run::{
    ApprovalLink, BranchExploration, Clause, Course, CourseStep, DecidedBy, DryRun, Effect,
    ExplorationKind, FailurePlan, InputChange, MissingVariable, PathStep, Span, SubRun, TruthValue,
    VariableReading, dry_run,
};
pub use estimate::{Estimate, EstimateSource, default_estimate_millis, estimate};
pub use facts::{ActionFact, Facts, MeasuredStep};
pub use model::{NewSimulation, Simulation, SimulationId, SimulationStatus};
pub use ports::{
    DefinitionSource, FactSource, FoundDefinition, SimulationFilter, SimulationOrder,
    SimulationStore,
};
pub use read::{SimulationMode, SimulationRequest, Subject, read_simulation};
pub use service::{SimulationError, SimulationService};
pub use validate::{Fault, FaultKind, validate};
