//! What a report adds to what is known of an execution.
//!
//! What is known of a run is a product of *registers*. A register holds one value, and a total
//! order says which of two values stays; merging two states keeps the larger value of each
//! register. So a merge is the join of a semilattice: applying a report twice, late or out of
//! order gives the same state as once and in order (Shapiro et al., *Conflict-free Replicated
//! Data Types*, 2011, state-based objects).
//!
//! | register | which value stays |
//! | --- | --- |
//! | `started_at` | the latest correction by id; else the earliest said; else the earliest time known |
//! | final status | said beats implied by an end; then the later [`Stamp`]; then the later of the list |
//! | running or paused | the later mark of the time line |
//! | `completed_at` | said beats inferred; of said ones the later stamp; of inferred ones the earliest |
//! | outcome, error, input key, … | the later stamp; then the larger value |
//! | steps | per identity, each field as above |
//!
//! What decides that is not visible in the execution is kept beside it, in [`MergeState`].

mod fields;
mod state;
mod status;
mod steps;
#[cfg(test)]
mod tests;
mod times;

pub(crate) use times::{ends_before_start, running_with_end};

pub use state::MergeState;

use crate::{Known, RecordError, Report, WorkflowKey};
use chrono::{DateTime, Utc};
use kernel::{TenantId, to_millis};
use serde_json::Map;
use state::Stamp;
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

/// What the store knows of the workflow that a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowContext {
    /// Its id.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// Its type, by its name on the wire.
    pub workflow_type: String,
    /// The version that ran: the one that the report names, else the one of the known
    /// execution, else the current one.
    pub version: i64,
    /// The name and the action of each step of that version, in order.
    pub steps: Vec<(String, Option<String>)>,
}

/// What became of a report. The store keeps the [`MergeState`] beside the execution.
#[derive(Debug, Clone, PartialEq)]
pub enum Merged {
    /// A new execution.
    New(Execution, MergeState),
    /// News of a known one; its revision is raised.
    Changed(Execution, MergeState),
    /// Nothing that can be seen. With a state, the report confirmed what was known: the store
    /// keeps that state and changes nothing else.
    Unchanged(Execution, Option<MergeState>),
}

/// Merges a report into what is known.
///
/// `id` is given to a new execution; a store that numbers rows itself may replace it. `known`
/// is the execution that [`Report::known`] names, with the state kept beside it.
///
/// # Errors
/// The execution is unknown or stale; a step index is unknown; times contradict each other or
/// lie more than a day ahead of `now`.
pub fn merge(
    tenant: TenantId,
    id: ExecutionId,
    known: Option<(&Execution, &MergeState)>,
    report: &Report,
    context: &WorkflowContext,
    now: DateTime<Utc>,
) -> Result<Merged, RecordError> {
    check_known(known.map(|(execution, _)| execution), report, context)?;
    let said_steps = steps::filled(&report.steps, &context.steps)?;
    times::check_report(report, now)?;
    let stamp = stamp(known, report, now);
    let (mut execution, mut state) = match known {
        Some((execution, state)) => (execution.clone(), state.clone()),
        None => (blank(tenant, id, context, now), MergeState::new(stamp)),
    };
    fields::join(&mut execution, &mut state, report, stamp);
    times::join_start(&mut execution, &mut state, report, stamp);
    status::join(&mut execution, &mut state, report, stamp, now);
    steps::join(&mut execution, &mut state, said_steps, stamp, context);
    status::settle(&mut execution, &state);
    times::check_merged(&execution)?;
    Ok(match known {
        None => Merged::New(execution, state),
        Some((before, _)) if *before != execution => {
            execution.revision += 1;
            execution.updated_at = now;
            Merged::Changed(execution, state)
        }
        Some((_, before)) => {
            let confirmed = (*before != state).then_some(state);
            Merged::Unchanged(execution, confirmed)
        }
    })
}

/// Whether the report may speak of this execution at all.
fn check_known(
    known: Option<&Execution>,
    report: &Report,
    context: &WorkflowContext,
) -> Result<(), RecordError> {
    if let Known::ById(_, revision) = report.known {
        let Some(known) = known else {
            return Err(RecordError::UnknownExecution);
        };
        if revision.is_some_and(|revision| revision != known.revision) {
            return Err(RecordError::Stale);
        }
    }
    let contradiction =
        |path: &str, sentence: String| Err(RecordError::Contradiction(path.to_owned(), sentence));
    let Some(known) = known else {
        return Ok(());
    };
    let moved = match &report.workflow {
        Some(WorkflowKey::Id(id)) => *id != known.workflow,
        Some(WorkflowKey::Name(name)) => *name != context.name,
        None => false,
    };
    if moved {
        return contradiction(
            "workflow",
            format!("An execution stays with its workflow ({}).", known.workflow),
        );
    }
    match (&known.external_id, &report.external_id) {
        (Some(old), Some(new)) if old != new => contradiction(
            "external_id",
            format!("This execution is known as \"{old}\"; an external_id does not change."),
        ),
        _ => Ok(()),
    }
}

/// How much weight the report has against others.
///
/// A report by id is made by a caller who sees what is known, so it counts as later than all of
/// that (a logical clock after Lamport, *Time, Clocks, and the Ordering of Events*, 1978), unless
/// it says when it was made. Other reports are placed by what they say, never by when they
/// arrive: that is what makes arrival order irrelevant.
fn stamp(known: Option<(&Execution, &MergeState)>, report: &Report, now: DateTime<Utc>) -> Stamp {
    let says_end =
        report.completed_at.is_some() || report.status.is_some_and(ExecutionStatus::is_final);
    let by_id = match report.known {
        Known::ByExternalId => None,
        Known::ById(..) => known,
    };
    let at = match (report.reported_at, by_id) {
        (Some(at), _) => Some(to_millis(at)),
        (None, Some((_, state))) => {
            let after_all = state.latest().map_or(i64::MIN, |at| at.saturating_add(1));
            Some(to_millis(now).max(after_all))
        }
        (None, None) => report
            .completed_at
            .or_else(|| times::said(report).max())
            .map(to_millis),
    };
    let known_end = by_id.is_some_and(|(execution, _)| execution.status.is_final());
    Stamp {
        ended: says_end || known_end,
        at,
    }
}

/// An execution of which nothing was said yet.
fn blank(
    tenant: TenantId,
    id: ExecutionId,
    context: &WorkflowContext,
    now: DateTime<Utc>,
) -> Execution {
    Execution {
        id,
        tenant,
        workflow: context.id,
        workflow_name: context.name.clone(),
        workflow_type: context.workflow_type.clone(),
        workflow_version: context.version,
        external_id: None,
        status: ExecutionStatus::Running,
        input_data: Map::new(),
        outcome: None,
        error_message: None,
        started_at: now,
        completed_at: None,
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps: Vec::new(),
        created_at: now,
        updated_at: now,
        revision: 1,
    }
}
