//! How many executions there are of each kind.

use crate::Change;
use std::collections::BTreeMap;
use workflow_model::{ExecutionStatus, WorkflowId};

/// A count of executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Of this workflow.
    pub workflow: WorkflowId,
    /// Of this status.
    pub status: ExecutionStatus,
    /// How many.
    pub count: i64,
}

/// A correction of one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TallyChange {
    /// Of this workflow.
    pub workflow: WorkflowId,
    /// Of this status.
    pub status: ExecutionStatus,
    /// By how much; never 0.
    pub delta: i64,
}

/// What `changes` do to the counts: one correction for each count that moves, in a fixed order.
#[must_use]
pub fn tally_changes(changes: &[Change]) -> Vec<TallyChange> {
    let mut deltas: BTreeMap<(WorkflowId, ExecutionStatus), i64> = BTreeMap::new();
    for change in changes {
        if let Some(before) = &change.before {
            *deltas.entry((before.workflow, before.status)).or_default() -= 1;
        }
        if let Some(after) = &change.after {
            *deltas.entry((after.workflow, after.status)).or_default() += 1;
        }
    }
    deltas
        .into_iter()
        .filter(|(_, delta)| *delta != 0)
        .map(|((workflow, status), delta)| TallyChange {
            workflow,
            status,
            delta,
        })
        .collect()
}
