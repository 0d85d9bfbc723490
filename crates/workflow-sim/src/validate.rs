//! Faults of a definition, found without an input.

mod choices;
mod conditions;
mod configs;
mod domain;
mod steps;
mod structure;
mod workflows;

use crate::Facts;
use crate::plan::Plan;
use std::fmt;
use workflow_model::Definition;

/// What kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// There is neither a step nor a drawing.
    NoSteps,
    /// A step says not what it does.
    MissingAction,
    /// The catalogue has no such action.
    UnknownAction,
    /// The catalogue has the action, but it may not be used.
    InactiveAction,
    /// A reference names no step.
    DanglingReference,
    /// A reference names several steps, or several nodes have one id.
    AmbiguousReference,
    /// An edge of the drawing names no node.
    UnknownNode,
    /// No input leads to the step.
    UnreachableStep,
    /// No way leads from the beginning to an end.
    NoWayToEnd,
    /// A loop that nothing leads out of.
    CycleWithoutExit,
    /// Steps that wait for each other.
    DependencyCycle,
    /// A condition that no input meets.
    Contradiction,
    /// A branch that can never be taken, because one before it always is.
    DeadBranch,
    /// A decision without a way for some inputs.
    NonExhaustive,
    /// Two branches that both hold for some inputs, neither of which contains the other.
    Overlapping,
    /// An approval without an approver.
    MissingApprover,
    /// More approvals are needed than there are approvers, or one approver is named twice.
    Quorum,
    /// An action that cannot be repeated without harm is retried.
    UnsafeRetry,
    /// A step's config is not what the action's input schema asks for.
    InvalidConfig,
    /// A step is given less time than one attempt in twenty takes.
    ShortTimeout,
    /// A condition reads a variable before the step that produces it.
    OutputBeforeItExists,
    /// A condition reads a variable that is neither declared nor produced.
    UndeclaredVariable,
    /// A step runs a workflow that is not named or does not exist.
    UnknownWorkflow,
    /// Workflows run each other in a circle, or too deep.
    WorkflowCycle,
}

/// One fault, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, such as `steps.2.branches.0.next_step`.
    pub path: String,
    /// What kind.
    pub kind: FaultKind,
    /// A sentence with the remedy.
    pub message: String,
    /// Whether it keeps the definition from being used.
    pub blocking: bool,
}

impl Fault {
    pub(crate) fn blocking(
        path: impl Into<String>,
        kind: FaultKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            kind,
            message: message.into(),
            blocking: true,
        }
    }

    pub(crate) fn warning(
        path: impl Into<String>,
        kind: FaultKind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            blocking: false,
            ..Self::blocking(path, kind, message)
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Names every fault of a definition at once, in a fixed order.
#[must_use]
pub fn validate(definition: &Definition, facts: &Facts) -> Vec<Fault> {
    let mut faults = Vec::new();
    let plan = Plan::new(definition, &mut faults);
    if plan.nodes.is_empty() {
        faults.push(Fault::blocking(
            "steps",
            FaultKind::NoSteps,
            "The workflow has no steps; add at least one.",
        ));
        return faults;
    }
    steps::check(&plan, facts, &mut faults);
    configs::check(&plan, facts, &mut faults);
    structure::check(&plan, definition, &mut faults);
    conditions::check(&plan, definition, &mut faults);
    workflows::check(&plan, facts, &mut faults);
    faults
}
