//! Rows as they are stored, and how they become domain values; the same for both databases.
//!
//! A value that no longer parses is [`StoreError::Corrupt`], which names the table and the id.

mod access;
mod actions;
mod executions;
mod simulations;
mod slas;
mod steps;
mod suggestions;
mod templates;
mod workflows;

pub(crate) use access::{AnswerRow, NewTokenRow, TokenRow};
pub(crate) use actions::{
    ActionRow, DeclaredRow, DurationRow, MeasurementRow, NewActionRow, StatisticsRow,
};
pub(crate) use executions::{
    ChangeRow, ExecutionRow, Labels, NewChangeRow, read_before, write_before,
};
pub(crate) use simulations::{NewSimulationRow, SimulationRow};
pub(crate) use slas::{
    AlertRow, BreachRow, JudgementRow, NewAlertRow, NewBreachRow, NewSlaRow, SlaContentRow, SlaRow,
};
pub(crate) use suggestions::{NewSuggestionRow, SuggestionContentRow, SuggestionRow};
pub(crate) use templates::{NewTemplateRow, TemplateContentRow, TemplateRow};
pub(crate) use workflows::{NewWorkflowRow, VersionRow, WorkflowChanges, WorkflowRow, definition};

use chrono::{DateTime, Utc};
use kernel::{StoreError, from_millis};
use serde::de::DeserializeOwned;

/// Which stored record is being read, for the error when it does not parse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    /// The table.
    pub(crate) entity: &'static str,
    /// The id, or the part of the key that tells records apart.
    pub(crate) id: i64,
}

impl Stored {
    /// The error that says that this record is damaged.
    pub(crate) fn corrupt(
        self,
        reason: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        StoreError::Corrupt {
            entity: self.entity,
            id: self.id.to_string(),
            source: reason.into(),
        }
    }

    /// A stored instant.
    pub(crate) fn instant(self, millis: i64) -> Result<DateTime<Utc>, StoreError> {
        from_millis(millis).ok_or_else(|| self.corrupt(format!("no instant: {millis}")))
    }

    /// A stored instant that may be missing.
    pub(crate) fn maybe_instant(
        self,
        millis: Option<i64>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        millis.map(|millis| self.instant(millis)).transpose()
    }

    /// A stored JSON text.
    pub(crate) fn json<T: DeserializeOwned>(self, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|error| self.corrupt(error))
    }

    /// A stored name of one of our own choices.
    pub(crate) fn choice<T>(
        self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        parse(name).ok_or_else(|| self.corrupt(format!("unknown name: {name}")))
    }
}

/// What searches look in: name (or title) and description in lower case, by Unicode's rules, which
/// SQLite's own `lower` does not know.
pub(crate) fn search_text(name: &str, description: &str) -> String {
    format!("{name}\n{description}").to_lowercase()
}

/// The text of a JSON value that is built of text keys only, and so always has one.
pub(crate) fn json_text<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt {
        entity: "document",
        id: String::new(),
        source: Box::new(error),
    })
}

#[cfg(test)]
mod tests;
