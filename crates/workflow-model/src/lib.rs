//! Workflow definitions and recorded executions, and their JSON form.
//!
//! Two documents that customers write live here, because the document *is* the contract:
//!
//! * a **definition** ([`Definition`]): what a workflow consists of. [`Definition::read`] takes
//!   it apart strictly (types, ranges, condition syntax) and keeps what was written, so that it
//!   reads back as it was sent. Faults of *meaning* (a dangling branch, an action nobody knows)
//!   are not errors here: a draft may have them, and the simulator names them.
//! * an **execution** ([`Execution`]): a run of a workflow that happened, or is happening, in
//!   the user's own engine, with its recorded steps.
//!
//! Knows no store, no clock and no HTTP.

mod definition;
mod execution;
mod graph;
mod read;
mod step;
#[cfg(test)]
mod tests;

pub use definition::{Definition, Variable, VariableType};
pub use execution::{
    Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};
pub use graph::{GraphEdge, GraphNode, GraphSpec};
pub use read::{
    MAX_STEPS, read_condition, read_definition_fields, read_graph_spec, read_settings, read_steps,
    read_variables,
};
pub use step::{ApprovalMode, Approvers, Branch, Guard, OnFailure, Step, StepRef};
