//! Many changes of an execution as one.

use execution_log::Change;
use std::collections::HashMap;

/// Makes one change of all the changes of an execution, so that a start and an end that were
/// taken off the queue together are judged once, by the end. Changes stay in the order in which
/// the executions first occur.
#[must_use]
pub fn coalesce(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::with_capacity(changes.len());
    let mut places: HashMap<_, usize> = HashMap::new();
    for change in changes {
        let execution = change.after.as_ref().or(change.before.as_ref());
        let Some(key) = execution.map(|execution| (execution.tenant, execution.id)) else {
            continue;
        };
        let place = *places.entry(key).or_insert(merged.len());
        if let Some(earlier) = merged.get_mut(place) {
            earlier.sequence = change.sequence;
            earlier.after = change.after;
            earlier.recorded_at = change.recorded_at;
        } else {
            merged.push(change);
        }
    }
    merged
}
