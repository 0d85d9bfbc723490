//! Where one execution stands under one SLA.

use crate::judge::next_threshold;
use crate::{Judgement, Sla, judge};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::to_millis;
use workflow_model::{Execution, ExecutionStatus};

/// What is known at the time of judging.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// How long the execution has run, as far as it is known; negative before its start.
    pub(super) elapsed_millis: i64,
    /// When the news was recorded.
    pub(super) recorded_at: DateTime<Utc>,
    /// When it is judged.
    pub(super) now: DateTime<Utc>,
}

/// Where the execution stands under the SLA: a function of what is known of the execution, but
/// for the severity, which only rises.
pub(super) fn stand(
    sla: &Sla,
    execution: &Execution,
    before: Option<Judgement>,
    elapsed_millis: i64,
) -> Judgement {
    let limits = sla.thresholds;
    let verdict = judge(limits, elapsed_millis);
    let over = |threshold| crossing(execution, threshold).unwrap_or(execution.started_at);
    let at = if execution.status.is_final() {
        end(execution)
    } else if verdict.breached {
        over(limits.target_millis)
    } else if verdict.severity.is_some() {
        over(limits.warning_millis)
    } else {
        execution.started_at
    };
    let clock_runs = execution.status == ExecutionStatus::Running && execution.paused_at.is_none();
    let next_deadline = next_threshold(limits, elapsed_millis)
        .filter(|_| clock_runs)
        .and_then(|threshold| crossing(execution, threshold));
    Judgement {
        sla: sla.id,
        workflow: execution.workflow,
        execution: execution.id,
        counted: execution.status.is_final() || verdict.breached,
        at,
        duration_millis: elapsed_millis.max(0),
        breached: verdict.breached,
        severity: verdict
            .severity
            .max(before.and_then(|before| before.severity)),
        next_deadline,
    }
}

/// Whether the kept judgement is of the same end: then there is nothing to judge.
pub(super) fn is_settled(
    execution: &Execution,
    previous: Option<&Execution>,
    before: Option<Judgement>,
) -> bool {
    execution.status.is_final()
        && previous.is_none_or(|previous| previous.status == execution.status)
        && before.is_some_and(|before| {
            before.counted
                && before.next_deadline.is_none()
                && before.at == end(execution)
                && before.duration_millis == elapsed_millis(execution, end(execution)).max(0)
        })
}

/// Whether a change left the clock of a running execution alone: then an earlier look at it, by
/// a deadline, is still true.
pub(super) fn same_clock(execution: &Execution, previous: Option<&Execution>) -> bool {
    let clock = |e: &Execution| (e.status, e.started_at, e.paused_at, e.paused_millis);
    execution.status == ExecutionStatus::Running
        && previous.is_some_and(|previous| clock(previous) == clock(execution))
}

/// When an execution that ended did so.
pub(super) fn end(execution: &Execution) -> DateTime<Utc> {
    execution.completed_at.unwrap_or(execution.updated_at)
}

/// How long the execution has run at `now`, without the time it was paused. Unlike
/// [`Execution::elapsed_millis`] it is negative before a start that lies in the future.
pub(super) fn elapsed_millis(execution: &Execution, now: DateTime<Utc>) -> i64 {
    let until = if execution.status.is_final() {
        end(execution)
    } else {
        execution.paused_at.unwrap_or(now)
    };
    to_millis(until) - to_millis(execution.started_at) - execution.paused_millis
}

/// The first instant at which the execution was strictly over the threshold, given the pauses
/// that are known.
fn crossing(execution: &Execution, threshold_millis: i64) -> Option<DateTime<Utc>> {
    let active = threshold_millis
        .checked_add(execution.paused_millis)?
        .checked_add(1)?;
    execution
        .started_at
        .checked_add_signed(TimeDelta::try_milliseconds(active)?)
}
