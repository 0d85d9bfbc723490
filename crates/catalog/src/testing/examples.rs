//! Small values to test with.

use crate::{LatencyClass, NewAction};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::testing as log;
use kernel::{Actor, TenantId};
use serde_json::json;
use workflow_model::{RecordedStep, StepStatus};

/// That many milliseconds after 2023-11-14T22:13:20Z, where [`kernel::testing::ManualClock`]
/// starts.
#[must_use]
pub fn at(millis: i64) -> DateTime<Utc> {
    log::at(0) + TimeDelta::milliseconds(millis)
}

/// A caller of that tenant.
#[must_use]
pub fn actor(tenant: TenantId) -> Actor {
    Actor {
        tenant,
        user: "ada".to_owned(),
    }
}

/// An action of that name and type.
#[must_use]
pub fn new_action(name: &str, action_type: &str) -> NewAction {
    NewAction {
        name: name.to_owned(),
        description: String::new(),
        action_type: action_type.to_owned(),
        is_idempotent: false,
        latency_class: LatencyClass::Medium,
        side_effects: Vec::new(),
        input_schema: json!({}),
        output_schema: json!({}),
        is_active: true,
        is_global: false,
    }
}

/// An attempt at a step that took `millis` milliseconds from the beginning.
#[must_use]
pub fn step(name: &str, action: &str, status: StepStatus, millis: i64) -> RecordedStep {
    RecordedStep {
        action: Some(action.to_owned()),
        status,
        completed_at: Some(at(millis)),
        ..log::step(name, (0, 0))
    }
}
