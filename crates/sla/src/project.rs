//! What follows from a change of the log, or from the passing of time: pure.
//!
//! Three instants are kept apart. An execution that runs is judged by the clock *at the time of
//! its report*, so that a queue that was not read for an hour raises no false alarm for what
//! ended long since; what happens after that is for the deadline to find, by the clock *now*.
//! Whether an end is history depends on when it was *reported*.

mod coalesce;
mod stand;

pub use coalesce::coalesce;

use crate::message::alerts;
use crate::{Breach, Judgement, NewAlert, Severity, Sla, SlaId};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::Change;
use kernel::to_millis;
use stand::{Seen, elapsed_millis, end, is_settled, same_clock, stand};
use workflow_model::Execution;

/// Who is told of a breach, and of which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertPolicy {
    /// Recipients of SLAs that name none.
    pub default_recipients: Vec<String>,
    /// An execution that ended longer than this before it was reported is history: counted and
    /// recorded, not alerted.
    pub history_after: TimeDelta,
}

/// A judgement to write: the old one is replaced, or removed when `after` is `None`.
///
/// `after` is `None` exactly when the execution was deleted: its breach record and that record's
/// alerts go with the judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgementWrite {
    /// What is kept now.
    pub before: Option<Judgement>,
    /// What is to be kept.
    pub after: Option<Judgement>,
}

/// A breach record to make, or to bring up to date.
///
/// A stored record takes the actual duration and the target of the write and the worse of the
/// two severities; when it was found and who was told stay as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachWrite {
    /// How bad; a stored record keeps the worse of the two.
    pub severity: Severity,
    /// How long it took, in milliseconds.
    pub actual_millis: i64,
    /// The target in milliseconds.
    pub target_millis: i64,
    /// When it was found.
    pub detected_at: DateTime<Utc>,
    /// Whether the record is new: only then are alerts written.
    pub is_new: bool,
    /// Whom to tell; none for history.
    pub alerts: Vec<NewAlert>,
}

/// What follows for one (SLA, execution).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlaEffects {
    /// The judgement, when it changes.
    pub judgement: Option<JudgementWrite>,
    /// The breach record, when there is news of it.
    pub breach: Option<BreachWrite>,
}

/// What a projection did, for the metrics.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Projected {
    /// How many changes, executions of a new SLA's window or deadlines were taken; 0 when
    /// nothing waits.
    pub taken: usize,
    /// Breaches made or raised: each once for the severity that it now has. A record whose
    /// actual duration alone changed is not among them.
    pub breaches: Vec<Breach>,
    /// The SLAs whose counts moved, each once.
    pub touched: Vec<SlaId>,
}

/// Judges an execution under `sla` after a change. `before` is the judgement that is kept.
///
/// The change is judged whenever the execution started. Of what was recorded before the SLA was
/// made only that is judged which it covers all the same ([`Sla::covers_at_making`]), as reported
/// at its making, whether it comes from the queue or through [`window_change`]. Completed, failed and
/// cancelled executions all ended, and all are judged. A paused execution has no deadline. An
/// inactive SLA judges nothing, but lets go of deleted executions. A judgement of an execution
/// that ended stays as it is until the duration, the end or the status changes, so that edited
/// thresholds apply to later judgements only.
#[must_use]
pub fn judge_change(
    sla: &Sla,
    change: &Change,
    before: Option<Judgement>,
    policy: &AlertPolicy,
    now: DateTime<Utc>,
) -> SlaEffects {
    let Some(execution) = &change.after else {
        let gone = before.map(|before| JudgementWrite {
            before: Some(before),
            after: None,
        });
        return SlaEffects {
            judgement: gone,
            breach: None,
        };
    };
    // A report that was being written while the SLA was made may have come too late for the look
    // at what was there before.
    let precedes = to_millis(change.recorded_at) < to_millis(sla.created_at);
    let is_foreign = precedes && !sla.covers_at_making(execution);
    if !sla.is_active || is_foreign || is_settled(execution, change.before.as_ref(), before) {
        return SlaEffects::default();
    }
    let recorded_at = change.recorded_at.max(sla.created_at);
    let known = before.filter(|_| same_clock(execution, change.before.as_ref()));
    let elapsed = elapsed_millis(execution, recorded_at)
        .max(known.map_or(i64::MIN, |known| known.duration_millis));
    let seen = Seen {
        elapsed_millis: elapsed,
        recorded_at,
        now,
    };
    effects(sla, execution, before, policy, seen)
}

/// Judges by the clock an execution whose deadline has come. `execution` is what the log knows
/// now: one that has ended, or is paused, since the deadline was set is judged by that.
///
/// Under an inactive SLA only the deadline is taken away.
#[must_use]
pub fn judge_running(
    sla: &Sla,
    execution: &Execution,
    before: Judgement,
    policy: &AlertPolicy,
    now: DateTime<Utc>,
) -> SlaEffects {
    if !sla.is_active {
        let after = Judgement {
            next_deadline: None,
            ..before
        };
        let judgement = (after != before).then_some(JudgementWrite {
            before: Some(before),
            after: Some(after),
        });
        return SlaEffects {
            judgement,
            breach: None,
        };
    }
    let seen = Seen {
        elapsed_millis: elapsed_millis(execution, now),
        recorded_at: execution.updated_at,
        now,
    };
    effects(sla, execution, Some(before), policy, seen)
}

/// The change to judge for an execution that `sla` covers from before its making
/// ([`Sla::covers_at_making`]). It counts as reported when the SLA was made, if it had been
/// reported by then: what ended longer than [`AlertPolicy::history_after`] before that is not
/// alerted.
#[must_use]
pub fn window_change(sla: &Sla, execution: Execution) -> Change {
    Change {
        sequence: 0,
        before: None,
        recorded_at: execution.updated_at.max(sla.created_at),
        after: Some(execution),
    }
}

fn effects(
    sla: &Sla,
    execution: &Execution,
    before: Option<Judgement>,
    policy: &AlertPolicy,
    seen: Seen,
) -> SlaEffects {
    let after = stand(sla, execution, before, seen.elapsed_millis);
    SlaEffects {
        judgement: (before != Some(after)).then_some(JudgementWrite {
            before,
            after: Some(after),
        }),
        breach: breach_write(sla, execution, before, after, policy, seen),
    }
}

fn breach_write(
    sla: &Sla,
    execution: &Execution,
    before: Option<Judgement>,
    after: Judgement,
    policy: &AlertPolicy,
    seen: Seen,
) -> Option<BreachWrite> {
    let severity = after.severity?;
    let known = before.and_then(|before| before.severity);
    let is_new = known.is_none();
    let same_duration = before.is_some_and(|b| b.duration_millis == after.duration_millis);
    if known == Some(severity) && same_duration {
        return None;
    }
    let history =
        execution.status.is_final() && seen.recorded_at - end(execution) > policy.history_after;
    let alerts = if is_new && !history {
        alerts(
            sla,
            execution,
            severity,
            after.duration_millis,
            policy,
            seen.now,
        )
    } else {
        Vec::new()
    };
    Some(BreachWrite {
        severity,
        actual_millis: after.duration_millis,
        target_millis: sla.thresholds.target_millis,
        detected_at: seen.now,
        is_new,
        alerts,
    })
}

#[cfg(test)]
mod tests;
