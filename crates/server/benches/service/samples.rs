//! What is sent.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

/// Where every documented path begins.
pub(crate) const API: &str = "/api/v1/workflow";

/// Steps of a made-up execution.
pub(crate) const STEPS: [(&str, &str); 6] = [
    ("Validate", "validation"),
    ("Calculate Discount", "calculation"),
    ("Manager Approval", "approval"),
    ("Finance Approval", "approval"),
    ("Book", "http"),
    ("Notify", "notification"),
];

/// A workflow of that name with so many of [`STEPS`].
pub(crate) fn workflow(name: &str, steps: usize) -> Value {
    let steps: Vec<_> = STEPS[..steps]
        .iter()
        .map(|(name, action)| json!({"name": name, "action": action}))
        .collect();
    json!({"name": name, "steps": steps})
}

/// The report of a whole execution with so many steps, each of `step_millis`, begun at `start`.
pub(crate) fn execution(
    workflow: i64,
    external_id: &str,
    start: DateTime<Utc>,
    steps: usize,
    step_millis: i64,
) -> String {
    let at = |step: usize| {
        let offset = TimeDelta::milliseconds(step_millis * i64::try_from(step).unwrap_or(0));
        (start + offset).to_rfc3339_opts(SecondsFormat::Millis, true)
    };
    let steps_json: Vec<_> = STEPS[..steps]
        .iter()
        .enumerate()
        .map(|(index, (name, action))| {
            json!({"step_index": index, "step_name": name, "action": action,
                "actor": "ada@example.com", "status": "completed",
                "started_at": at(index), "completed_at": at(index + 1)})
        })
        .collect();
    json!({"workflow": workflow, "external_id": external_id, "status": "completed",
        "outcome": "approved", "started_at": at(0), "completed_at": at(steps),
        "input_data": {"amount": 12_500, "currency": "EUR", "customer": "ACME", "region": "EU"},
        "triggered_by": "crm", "steps": steps_json})
    .to_string()
}
