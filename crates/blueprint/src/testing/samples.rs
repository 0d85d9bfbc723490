//! Small values for tests.

use crate::{Blueprint, NewTemplate, TemplateType};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, TenantId};
use semver::Version;
use serde_json::{Map, json};

/// An instant, `minutes` after a fixed one.
#[must_use]
pub fn at(minutes: i64) -> DateTime<Utc> {
    let origin = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
    origin + TimeDelta::minutes(minutes)
}

/// A caller of that tenant.
#[must_use]
pub fn actor(tenant: TenantId) -> Actor {
    Actor {
        tenant,
        user: "ada".to_owned(),
    }
}

/// A blueprint of that name, version 1.0.0, with a step and a variable.
#[must_use]
pub fn blueprint(name: &str) -> Blueprint {
    Blueprint {
        name: name.to_owned(),
        description: format!("About {name}"),
        version: Version::new(1, 0, 0),
        template_type: TemplateType::Approval,
        process_steps: vec![json!({
            "step": 1, "name": "Manager Approval", "action": "approval", "approver": "manager",
            "config": {"z": 1, "a": [1, 2.5, null]}
        })],
        variables: vec![json!({"name": "amount", "type": "number"})],
        settings: match json!({"timeout": 300, "note": "äöü % _"}) {
            serde_json::Value::Object(map) => map,
            _ => Map::new(),
        },
        graph_spec: Some(json!({
            "nodes": [{"id": "start", "type": "trigger", "x": 100}],
            "edges": []
        })),
    }
}

/// An active template with that blueprint, not public.
#[must_use]
pub fn new_template(name: &str) -> NewTemplate {
    NewTemplate {
        content: blueprint(name),
        is_active: true,
        is_public: false,
    }
}
