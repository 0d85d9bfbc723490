//! Small values to test with.

use crate::{NewWorkflow, WorkflowStatus, WorkflowType};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, TenantId};
use serde_json::json;
use workflow_model::{Definition, Step};

/// That many seconds after 2023-11-14T22:13:20Z, where [`kernel::testing::ManualClock`] starts.
#[must_use]
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default() + TimeDelta::seconds(seconds)
}

/// A caller of that tenant.
#[must_use]
pub fn actor(tenant: TenantId) -> Actor {
    Actor {
        tenant,
        user: "tester".to_owned(),
    }
}

/// Validation steps of these names.
#[must_use]
pub fn steps(names: &[&str]) -> Vec<Step> {
    let steps: Vec<_> = names
        .iter()
        .map(|name| json!({"name": name, "action": "validation"}))
        .collect();
    Definition::read(&json!({"steps": steps}))
        .map(|read| read.steps)
        .unwrap_or_default()
}

/// A draft of that name with one step.
#[must_use]
pub fn new_workflow(name: &str) -> NewWorkflow {
    NewWorkflow {
        name: name.to_owned(),
        description: String::new(),
        workflow_type: WorkflowType::Custom,
        status: WorkflowStatus::Draft,
        definition: Definition {
            steps: steps(&["Check"]),
            ..Definition::empty()
        },
    }
}
