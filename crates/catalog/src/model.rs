//! An action.

use crate::{DurationCounts, Measurement};
use chrono::{DateTime, Utc};
use kernel::TenantId;
use serde_json::Value;
use std::fmt;

/// Identifies an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub i64);

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How long an action takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LatencyClass {
    /// Under 100 ms.
    Instant,
    /// Under 1 s.
    Fast,
    /// Under 5 s.
    Medium,
    /// Under 30 s.
    Slow,
    /// 30 s and over.
    VerySlow,
}

impl LatencyClass {
    /// Every class with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 5] = [
        ("instant", Self::Instant),
        ("fast", Self::Fast),
        ("medium", Self::Medium),
        ("slow", Self::Slow),
        ("very_slow", Self::VerySlow),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Fast => "fast",
            Self::Medium => "medium",
            Self::Slow => "slow",
            Self::VerySlow => "very_slow",
        }
    }

    /// The class of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }

    /// The class of a duration.
    #[must_use]
    pub fn of_millis(millis: f64) -> Self {
        if millis < 100.0 {
            Self::Instant
        } else if millis < 1_000.0 {
            Self::Fast
        } else if millis < 5_000.0 {
            Self::Medium
        } else if millis < 30_000.0 {
            Self::Slow
        } else {
            Self::VerySlow
        }
    }
}

/// An action to be kept; schemas were checked.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAction {
    /// 1 to 200 characters.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What steps call it by.
    pub action_type: String,
    /// Whether it can be repeated without harm.
    pub is_idempotent: bool,
    /// How long it takes, as declared.
    pub latency_class: LatencyClass,
    /// What it changes in the world.
    pub side_effects: Vec<String>,
    /// JSON Schema of its input.
    pub input_schema: Value,
    /// JSON Schema of its output.
    pub output_schema: Value,
    /// Whether it may be used.
    pub is_active: bool,
    /// Whether all tenants may read it.
    pub is_global: bool,
}

/// Changes to an action; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActionChange {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New type.
    pub action_type: Option<String>,
    /// Whether it can be repeated.
    pub is_idempotent: Option<bool>,
    /// New class.
    pub latency_class: Option<LatencyClass>,
    /// New side effects.
    pub side_effects: Option<Vec<String>>,
    /// New schema of its input.
    pub input_schema: Option<Value>,
    /// New schema of its output.
    pub output_schema: Option<Value>,
    /// Whether it may be used.
    pub is_active: Option<bool>,
    /// Whether all tenants may read it.
    pub is_global: Option<bool>,
}

impl ActionChange {
    /// Writes what was given into `action`.
    pub fn apply(self, action: &mut NewAction) {
        fn set<T>(field: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *field = new;
            }
        }
        set(&mut action.name, self.name);
        set(&mut action.description, self.description);
        set(&mut action.action_type, self.action_type);
        set(&mut action.is_idempotent, self.is_idempotent);
        set(&mut action.latency_class, self.latency_class);
        set(&mut action.side_effects, self.side_effects);
        set(&mut action.input_schema, self.input_schema);
        set(&mut action.output_schema, self.output_schema);
        set(&mut action.is_active, self.is_active);
        set(&mut action.is_global, self.is_global);
    }
}

/// The change that makes any action this one.
impl From<NewAction> for ActionChange {
    fn from(action: NewAction) -> Self {
        Self {
            name: Some(action.name),
            description: Some(action.description),
            action_type: Some(action.action_type),
            is_idempotent: Some(action.is_idempotent),
            latency_class: Some(action.latency_class),
            side_effects: Some(action.side_effects),
            input_schema: Some(action.input_schema),
            output_schema: Some(action.output_schema),
            is_active: Some(action.is_active),
            is_global: Some(action.is_global),
        }
    }
}

/// How durations are spread, each within 5 % ([`DurationCounts::percentile`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// What half of them do not exceed, in milliseconds.
    pub p50_millis: i64,
    /// What 95 of 100 do not exceed, in milliseconds.
    pub p95_millis: i64,
}

impl Percentiles {
    /// Those of the counted durations; `None` when there are none.
    #[must_use]
    pub fn of(durations: &DurationCounts) -> Option<Self> {
        Some(Self {
            p50_millis: durations.percentile(50)?,
            p95_millis: durations.percentile(95)?,
        })
    }
}

/// An action, as one tenant sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// Whose it is; only that tenant may write it.
    pub owner: TenantId,
    /// What was declared.
    pub declared: NewAction,
    /// How it behaved in the reading tenant's executions.
    pub measured: Measurement,
    /// How its durations there are spread; `None` when none is known.
    pub percentiles: Option<Percentiles>,
    /// By whom it was made.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a client last changed it.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes by clients, from 1.
    pub revision: i64,
}
