//! Status, end and pauses.

use super::state::{End, Mark, MergeState, Stamp, Verdict};
use crate::{Known, Report};
use chrono::{DateTime, Utc};
use kernel::{from_millis, to_millis};
use workflow_model::{Execution, ExecutionStatus};

/// More marks than this are thinned: an engine that says "running" every second must not make
/// its execution grow for ever. Only pauses reported late into a thinned stretch lose precision.
const MAX_MARKS: usize = 256;

/// Joins what the report says of status and end. [`settle`] then derives what is visible.
pub(super) fn join(
    execution: &mut Execution,
    state: &mut MergeState,
    report: &Report,
    stamp: Stamp,
    now: DateTime<Utc>,
) {
    let clock = report.reported_at.unwrap_or(now);
    match said_status(execution, report) {
        Some((status, explicit)) if status.is_final() => {
            let verdict = Verdict {
                explicit,
                at: stamp.at,
            };
            if state
                .verdict
                .is_none_or(|known| (known, execution.status) < (verdict, status))
            {
                execution.status = status;
                state.verdict = Some(verdict);
            }
            infer_end(state, clock);
        }
        Some((status, _)) => {
            let paused = status == ExecutionStatus::Paused;
            mark(
                &mut state.marks,
                Mark {
                    at: stamp.at,
                    paused,
                    clock: to_millis(clock),
                },
            );
        }
        None => {}
    }
    if let Some(said) = report.completed_at {
        join_end(execution, state, stamp, said);
    }
}

/// The status, and whether it was said rather than implied by an end.
fn said_status(known: &Execution, report: &Report) -> Option<(ExecutionStatus, bool)> {
    match (report.status, report.completed_at, &report.known) {
        (Some(status), _, _) => Some((status, true)),
        // A better end of a run that is known to have ended says nothing of how.
        (None, Some(_), Known::ById(..)) if known.status.is_final() => None,
        (None, Some(_), _) => Some((ExecutionStatus::Completed, false)),
        (None, None, _) => None,
    }
}

/// Of inferred ends the earliest is believed, so that a repeated report does not move it.
fn infer_end(state: &mut MergeState, clock: DateTime<Utc>) {
    let clock = to_millis(clock);
    state.end = match state.end {
        End::None => End::Inferred(clock),
        End::Inferred(known) => End::Inferred(known.min(clock)),
        End::Said(at) => End::Said(at),
    };
}

/// Of ends that are said the later stamp is believed, then the later end.
fn join_end(execution: &mut Execution, state: &mut MergeState, stamp: Stamp, said: DateTime<Utc>) {
    let known = match state.end {
        End::None | End::Inferred(_) => None,
        End::Said(at) => Some((at, execution.completed_at)),
    };
    if known.is_none_or(|known| known < (stamp.at, Some(said))) {
        execution.completed_at = Some(said);
        state.end = End::Said(stamp.at);
    }
}

/// Puts a mark on the time line. The same one again stays at the time it first came.
fn mark(marks: &mut Vec<Mark>, new: Mark) {
    match marks.binary_search_by_key(&(new.at, new.paused), |mark| (mark.at, mark.paused)) {
        Ok(found) => {
            if let Some(known) = marks.get_mut(found) {
                known.clock = known.clock.min(new.clock);
            }
        }
        Err(place) => marks.insert(place, new),
    }
    if marks.len() > MAX_MARKS {
        // The first mark that only repeats its neighbours changes no pause.
        let repeats = |three: &[Mark]| matches!(three, [a, b, c] if a.paused == b.paused && b.paused == c.paused);
        let place = marks
            .windows(3)
            .position(repeats)
            .map_or(0, |before| before + 1);
        marks.remove(place);
    }
}

/// Derives the visible status and pauses from the verdict and the time line.
pub(super) fn settle(execution: &mut Execution, state: &MergeState) {
    if state.verdict.is_none() {
        execution.status = match state.marks.last() {
            Some(mark) if mark.paused => ExecutionStatus::Paused,
            _ => ExecutionStatus::Running,
        };
    }
    if let End::Inferred(at) = state.end {
        // An end that nobody said is not worth a contradiction.
        execution.completed_at = from_millis(at).max(Some(execution.started_at));
    }
    let (since, paused) = pauses(&state.marks, execution);
    execution.paused_at = since.and_then(from_millis);
    execution.paused_millis = paused;
}

/// Since when it is paused, and how long it was before, in milliseconds. What lies before the
/// start or after the end does not count, and the end of the run ends a pause.
fn pauses(marks: &[Mark], execution: &Execution) -> (Option<i64>, i64) {
    let start = to_millis(execution.started_at);
    let end = execution.completed_at.map(to_millis);
    let (mut since, mut total) = (None, 0);
    for (place, mark) in marks.iter().enumerate() {
        // When a report arrived is only the latest that it can have been true: what the time
        // line has after it was later.
        let clocks = marks.iter().skip(place).map(|mark| mark.clock).chain(end);
        let clock = clocks.min().unwrap_or(mark.clock).max(start);
        match (mark.paused, since) {
            (true, None) => since = Some(clock),
            (false, Some(from)) => {
                total += clock - from;
                since = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    match (since, end) {
        (Some(from), Some(end)) => (None, total + (end - from).max(0)),
        (since, _) => (since, total),
    }
}
