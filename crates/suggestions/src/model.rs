//! A suggestion.

use chrono::{DateTime, Utc};
use kernel::TenantId;
use serde_json::{Map, Value};
use std::fmt;
use workflow_model::WorkflowId;

/// Identifies a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SuggestionId(pub i64);

impl fmt::Display for SuggestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a suggestion came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionSource {
    /// From outcomes in history.
    Historical,
    /// From a language model.
    Llm,
    /// From the order and timing of steps.
    Pattern,
    /// From a user.
    User,
}

impl SuggestionSource {
    /// Every source with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 4] = [
        ("historical", Self::Historical),
        ("llm", Self::Llm),
        ("pattern", Self::Pattern),
        ("user", Self::User),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Historical => "historical",
            Self::Llm => "llm",
            Self::Pattern => "pattern",
            Self::User => "user",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }
}

/// Where a suggestion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionStatus {
    /// Nobody decided.
    Pending,
    /// To be done.
    Accepted,
    /// Not to be done.
    Rejected,
    /// Done.
    Implemented,
}

impl SuggestionStatus {
    /// Every status with its name on the wire.
    pub const CHOICES: [(&'static str, Self); 4] = [
        ("pending", Self::Pending),
        ("accepted", Self::Accepted),
        ("rejected", Self::Rejected),
        ("implemented", Self::Implemented),
    ];

    /// The name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Implemented => "implemented",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::CHOICES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }

    /// Whether a suggestion may go from here to there.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Pending => matches!(next, Self::Accepted | Self::Rejected),
            Self::Accepted => next == Self::Implemented,
            Self::Rejected | Self::Implemented => false,
        }
    }
}

/// A suggestion to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSuggestion {
    /// 1 to 200 characters.
    pub title: String,
    /// Why.
    pub description: String,
    /// Where from.
    pub source: SuggestionSource,
    /// About which workflow, if about one.
    pub workflow: Option<WorkflowId>,
    /// What to build: `workflow_type`, `trigger_conditions`, `steps`, …
    pub workflow_template: Map<String, Value>,
    /// 0 to 1.
    pub confidence_score: f64,
    /// The counts it rests on.
    pub supporting_data: Map<String, Value>,
    /// How many executions show it.
    pub pattern_frequency: i64,
    /// What makes it the same pattern as another; `None` for a user's.
    pub fingerprint: Option<String>,
}

/// Changes to a suggestion; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SuggestionChange {
    /// New title.
    pub title: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New template.
    pub workflow_template: Option<Map<String, Value>>,
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Its id.
    pub id: SuggestionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What it says.
    pub content: NewSuggestion,
    /// Where it stands.
    pub status: SuggestionStatus,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Why.
    pub review_notes: String,
    /// The draft that was made of it.
    pub implemented_as: Option<WorkflowId>,
    /// By whom it was made.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its changes, from 1.
    pub revision: i64,
}
