//! Simulations to keep.

use crate::{NewSimulation, SimulationStatus};
use chrono::{DateTime, Utc};
use kernel::{Actor, TenantId};
use serde_json::{Map, Value, json};
use workflow_model::WorkflowId;

/// A user of a tenant.
#[must_use]
pub fn actor(tenant: TenantId, user: &str) -> Actor {
    Actor {
        tenant,
        user: user.to_owned(),
    }
}

/// 2023-11-14T22:13:20Z and so many milliseconds.
#[must_use]
pub fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap_or_default()
}

/// A simulation that ended.
#[must_use]
pub fn new_simulation(workflow: Option<WorkflowId>, started: i64, ended: i64) -> NewSimulation {
    NewSimulation {
        workflow,
        workflow_name: workflow.map_or(String::new(), |id| format!("Workflow {id}")),
        workflow_version: i64::from(workflow.is_some()),
        mode: "dry_run".to_owned(),
        input_data: object(json!({"amount": 15000})),
        status: SimulationStatus::Completed,
        result: object(json!({"execution_path": [], "predicted_duration_ms": 2100})),
        started_at: at(started),
        completed_at: Some(at(ended)),
    }
}

/// The members of an object; none of anything else.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
