//! Fields that hold a plain value: the report with the larger stamp is believed.

use super::state::{MergeState, Stamp, Stamps};
use crate::Report;
use serde_json::Value;
use std::cmp::Ordering;
use workflow_model::Execution;

/// Joins one field: the larger stamp stays; of equal stamps the larger value, so that the order
/// of arrival decides nothing.
pub(super) fn join_field<T: Ord + Clone>(
    known: &mut Option<T>,
    said: Option<&T>,
    stamps: &mut Stamps,
    field: &str,
    stamp: Stamp,
) {
    let Some(said) = said else { return };
    let stays = known
        .as_ref()
        .is_some_and(|known| (stamps.get(field), known) >= (stamp, said));
    if !stays {
        *known = Some(said.clone());
        stamps.set(field, stamp);
    }
}

pub(super) fn join(
    execution: &mut Execution,
    state: &mut MergeState,
    report: &Report,
    stamp: Stamp,
) {
    let stamps = &mut state.stamps;
    if execution.external_id.is_none() {
        execution.external_id.clone_from(&report.external_id);
    }
    let mut text = |known: &mut Option<String>, said: &Option<String>, field: &str| {
        join_field(known, said.as_ref(), stamps, field, stamp);
    };
    text(&mut execution.outcome, &report.outcome, "outcome");
    text(
        &mut execution.error_message,
        &report.error_message,
        "error_message",
    );
    text(
        &mut execution.triggered_by,
        &report.triggered_by,
        "triggered_by",
    );
    if let Some(version) = report.workflow_version {
        // The version that was current at the first report is a guess; one that is said is not.
        let mut known = state.version_said.then_some(execution.workflow_version);
        join_field(
            &mut known,
            Some(&version),
            stamps,
            "workflow_version",
            stamp,
        );
        execution.workflow_version = known.unwrap_or(version);
        state.version_said = true;
    }
    for (key, said) in report.input_data.iter().flatten() {
        let field = format!("input_data.{key}");
        let stays = execution.input_data.get(key).is_some_and(|known| {
            (stamps.get(&field).cmp(&stamp)).then_with(|| by_text(known, said)) != Ordering::Less
        });
        if !stays {
            execution.input_data.insert(key.clone(), said.clone());
            stamps.set(&field, stamp);
        }
    }
}

/// Any fixed order will do; equal values are equal in it.
fn by_text(left: &Value, right: &Value) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    left.to_string().cmp(&right.to_string())
}
