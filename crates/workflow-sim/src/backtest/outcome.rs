//! How a case would have ended.
//!
//! A recorded outcome stays as long as the step that gave it still runs. Where that step no
//! longer runs, the last approval of the new path gives it; an approval that was never asked is
//! taken as given, and the answer says so.

use super::case::{NewOutcome, Pair};
use super::recorded::Recorded;
use super::walk::{Path, Visit};
use workflow_model::Execution;

/// The new outcome, if it is another one. `twins`: for each new visit that of the record.
pub(super) fn new_outcome(
    pair: &Pair,
    recorded: &Recorded<'_>,
    (old, new): (&Path, &Path),
    twins: &[Option<usize>],
    execution: &Execution,
) -> Option<NewOutcome> {
    // Without an outcome an execution has completed, and completes.
    let outcome = execution.outcome.as_deref()?;
    let gave_it = |visit: &&Visit| {
        let given = said(recorded, visit);
        visit.ran && given.is_some_and(|given| given.eq_ignore_ascii_case(outcome))
    };
    let given_by = old.visits.iter().filter(gave_it);
    let Some(decisive) = given_by.max_by_key(|visit| visit.end) else {
        return (!ends_as_before(old, new, twins)).then_some(UNKNOWN);
    };
    if new.visits.iter().any(|visit| visit.heard == decisive.run) {
        return None;
    }
    let is_approval = |visit: &&Visit| visit.ran && pair.changed.nodes[visit.node].is_approval();
    let approvals = new.visits.iter().filter(is_approval);
    let Some(last) = approvals.max_by_key(|visit| visit.end) else {
        return Some(UNKNOWN);
    };
    let given = match last.heard {
        Some(_) => said(recorded, last),
        None => Some("approved"),
    };
    if given.is_some_and(|given| given.eq_ignore_ascii_case(outcome)) {
        return None;
    }
    Some(NewOutcome {
        value: given.map(str::to_owned),
        assumed: last.heard.is_none(),
    })
}

/// Cannot be told.
const UNKNOWN: NewOutcome = NewOutcome {
    value: None,
    assumed: false,
};

fn said<'t>(recorded: &Recorded<'t>, visit: &Visit) -> Option<&'t str> {
    let run = visit.heard.map(|run| &recorded.trace.runs[run])?;
    run.outcome
}

/// Whether the last visit of both is the same.
fn ends_as_before(old: &Path, new: &Path, twins: &[Option<usize>]) -> bool {
    let last = |path: &Path| {
        let visits = path.visits.iter().enumerate();
        visits.max_by_key(|(_, visit)| visit.end).map(|(at, _)| at)
    };
    last(new).is_some_and(|at| twins[at].is_some() && twins[at] == last(old))
}
