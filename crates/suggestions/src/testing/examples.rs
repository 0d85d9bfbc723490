//! Small values to test with.

use crate::{NewSuggestion, SuggestionSource};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, TenantId};
use serde_json::{Map, Value, json};
use workflow_model::WorkflowId;

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
        user: format!("user-{tenant}"),
    }
}

/// A user's suggestion about nothing in particular.
#[must_use]
pub fn suggested(title: &str) -> NewSuggestion {
    NewSuggestion {
        title: title.to_owned(),
        description: String::new(),
        source: SuggestionSource::User,
        workflow: None,
        workflow_template: Map::new(),
        confidence_score: 0.0,
        supporting_data: Map::new(),
        pattern_frequency: 0,
        fingerprint: None,
    }
}

/// A mined suggestion about a workflow: `frequency` executions show it.
#[must_use]
pub fn mined(
    workflow: WorkflowId,
    fingerprint: &str,
    confidence: f64,
    frequency: i64,
) -> NewSuggestion {
    NewSuggestion {
        title: format!("Auto-approve small discounts ({fingerprint})"),
        description: "Discounts under 10 % are always approved.".to_owned(),
        source: SuggestionSource::Historical,
        workflow: Some(workflow),
        workflow_template: object(&json!({
            "workflow_type": "approval",
            "trigger_conditions": { "discount_percentage": { "$lt": 10 } },
            "steps": [{ "action": "auto_approve", "conditions": {} }],
        })),
        confidence_score: confidence,
        supporting_data: object(&json!({ "sample_count": frequency, "approval_rate": 1.0 })),
        pattern_frequency: frequency,
        fingerprint: Some(fingerprint.to_owned()),
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
