//! A process template.

use chrono::{DateTime, Utc};
use kernel::TenantId;
use semver::Version;
use serde_json::{Map, Value, json};
use std::fmt;

/// Identifies a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TemplateId(pub i64);

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateType {
    /// Someone arrives.
    Onboarding,
    /// Someone leaves.
    Offboarding,
    /// People decide.
    Approval,
    /// People are told.
    Notification,
    /// Something is passed upwards.
    Escalation,
    /// Anything else.
    Custom,
}

impl TemplateType {
    /// Every type with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 6] = [
        ("onboarding", Self::Onboarding),
        ("offboarding", Self::Offboarding),
        ("approval", Self::Approval),
        ("notification", Self::Notification),
        ("escalation", Self::Escalation),
        ("custom", Self::Custom),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Offboarding => "offboarding",
            Self::Approval => "approval",
            Self::Notification => "notification",
            Self::Escalation => "escalation",
            Self::Custom => "custom",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }
}

/// The portable form of a template: exactly the documented keys. Equal content means that these
/// are equal as JSON values.
#[derive(Debug, Clone, PartialEq)]
pub struct Blueprint {
    /// 1 to 200 characters.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Semantic version.
    pub version: Version,
    /// What it is for.
    pub template_type: TemplateType,
    /// Steps as written; checked to be readable as steps of a workflow.
    pub process_steps: Vec<Value>,
    /// Variables as written.
    pub variables: Vec<Value>,
    /// Settings as written.
    pub settings: Map<String, Value>,
    /// Drawing as written; `None` when there is none.
    pub graph_spec: Option<Value>,
}

impl Blueprint {
    /// The document: the documented keys, in the documented order. `graph_spec` is `null`
    /// without a drawing. [`crate::read_blueprint`] reads it back to the same content.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "version": self.version.to_string(),
            "template_type": self.template_type.as_str(),
            "process_steps": self.process_steps,
            "variables": self.variables,
            "settings": self.settings,
            "graph_spec": self.graph_spec,
        })
    }

    /// Whether both say the same: equal as JSON values, so that neither the order of keys nor
    /// the spelling of a number (`3`, `3.0`) matters.
    #[must_use]
    pub fn same_content(&self, other: &Self) -> bool {
        same_json(&self.to_json(), &other.to_json())
    }
}

fn same_json(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            // Whole numbers are compared as such first: two large ones may share a double.
            let whole = |n: &serde_json::Number| n.as_i64().is_some() || n.as_u64().is_some();
            if whole(left) && whole(right) {
                left == right
            } else {
                left.as_f64() == right.as_f64()
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same_json(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            let same =
                |(key, l): (&String, &Value)| right.get(key).is_some_and(|r| same_json(l, r));
            left.len() == right.len() && left.iter().all(same)
        }
        (left, right) => left == right,
    }
}

/// Changes to a template; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TemplateChange {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New version.
    pub version: Option<Version>,
    /// New type.
    pub template_type: Option<TemplateType>,
    /// New steps.
    pub process_steps: Option<Vec<Value>>,
    /// New variables.
    pub variables: Option<Vec<Value>>,
    /// New settings.
    pub settings: Option<Map<String, Value>>,
    /// New drawing, or none.
    pub graph_spec: Option<Option<Value>>,
    /// Whether it may be used.
    pub is_active: Option<bool>,
    /// Whether all tenants may read it.
    pub is_public: Option<bool>,
}

impl TemplateChange {
    /// Writes what changes.
    pub(crate) fn apply(self, template: &mut Template) {
        fn set<T>(slot: &mut T, change: Option<T>) {
            if let Some(value) = change {
                *slot = value;
            }
        }
        let content = &mut template.content;
        set(&mut content.name, self.name);
        set(&mut content.description, self.description);
        set(&mut content.version, self.version);
        set(&mut content.template_type, self.template_type);
        set(&mut content.process_steps, self.process_steps);
        set(&mut content.variables, self.variables);
        set(&mut content.settings, self.settings);
        set(&mut content.graph_spec, self.graph_spec);
        set(&mut template.is_active, self.is_active);
        set(&mut template.is_public, self.is_public);
    }
}

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Whose it is; only that tenant may write it.
    pub owner: TenantId,
    /// What it says.
    pub content: Blueprint,
    /// Whether it may be used.
    pub is_active: bool,
    /// Whether all tenants may read and use it.
    pub is_public: bool,
    /// How many workflows were made of it, by all tenants.
    pub usage_count: i64,
    /// By whom it was made.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a client last changed it.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes by clients, from 1.
    pub revision: i64,
}
