//! Suggestions.

use super::{Stored, json_text, search_text};
use crate::schema::suggestion;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Actor, StoreError, TenantId, to_millis};
use suggestions::{NewSuggestion, Suggestion, SuggestionId, SuggestionSource, SuggestionStatus};
use workflow_model::WorkflowId;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = suggestion, check_for_backend(Sqlite, Pg))]
pub(crate) struct SuggestionRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) source: String,
    pub(crate) workflow_id: Option<i64>,
    pub(crate) workflow_template: String,
    pub(crate) confidence: f64,
    pub(crate) supporting_data: String,
    pub(crate) pattern_frequency: i64,
    pub(crate) fingerprint: Option<String>,
    pub(crate) status: String,
    pub(crate) reviewed_by: Option<String>,
    pub(crate) reviewed_at: Option<i64>,
    pub(crate) review_notes: String,
    pub(crate) implemented_as: Option<i64>,
    pub(crate) created_by: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) revision: i64,
}

/// Everything of a suggestion that can change.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = suggestion, treat_none_as_null = true)]
pub(crate) struct SuggestionContentRow {
    title: String,
    search_text: String,
    description: String,
    source: &'static str,
    workflow_id: Option<i64>,
    workflow_template: String,
    confidence: f64,
    supporting_data: String,
    pattern_frequency: i64,
    fingerprint: Option<String>,
    status: &'static str,
    reviewed_by: Option<String>,
    reviewed_at: Option<i64>,
    review_notes: String,
    implemented_as: Option<i64>,
    updated_at: i64,
    revision: i64,
}

impl SuggestionContentRow {
    pub(crate) fn changed(suggestion: &Suggestion) -> Result<Self, StoreError> {
        Ok(Self {
            status: suggestion.status.as_str(),
            reviewed_by: suggestion.reviewed_by.clone(),
            reviewed_at: suggestion.reviewed_at.map(to_millis),
            review_notes: suggestion.review_notes.clone(),
            implemented_as: suggestion.implemented_as.map(|id| id.0),
            updated_at: to_millis(suggestion.updated_at),
            revision: suggestion.revision,
            ..Self::fresh(&suggestion.content, suggestion.updated_at)?
        })
    }

    fn fresh(new: &NewSuggestion, now: DateTime<Utc>) -> Result<Self, StoreError> {
        Ok(Self {
            title: new.title.clone(),
            search_text: search_text(&new.title, &new.description),
            description: new.description.clone(),
            source: new.source.as_str(),
            workflow_id: new.workflow.map(|id| id.0),
            workflow_template: json_text(&new.workflow_template)?,
            confidence: new.confidence_score,
            supporting_data: json_text(&new.supporting_data)?,
            pattern_frequency: new.pattern_frequency,
            fingerprint: new.fingerprint.clone(),
            status: SuggestionStatus::Pending.as_str(),
            reviewed_by: None,
            reviewed_at: None,
            review_notes: String::new(),
            implemented_as: None,
            updated_at: to_millis(now),
            revision: 1,
        })
    }

    /// Names the draft that was made of the suggestion.
    pub(crate) fn implemented_as(mut self, workflow: WorkflowId) -> Self {
        self.implemented_as = Some(workflow.0);
        self
    }
}

/// A new suggestion, pending.
#[derive(Debug, Insertable)]
#[diesel(table_name = suggestion)]
pub(crate) struct NewSuggestionRow {
    tenant_id: i64,
    #[diesel(embed)]
    content: SuggestionContentRow,
    created_by: String,
    created_at: i64,
}

impl NewSuggestionRow {
    /// What was mined, if anything was.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        self.content.fingerprint.as_deref()
    }

    /// Whether the evidence is that of a kept suggestion.
    pub(crate) fn says_the_same(&self, confidence: f64, pattern_frequency: i64) -> bool {
        let new = &self.content;
        new.confidence.total_cmp(&confidence).is_eq() && new.pattern_frequency == pattern_frequency
    }

    pub(crate) fn new(
        actor: &Actor,
        new: &NewSuggestion,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            tenant_id: actor.tenant.0,
            content: SuggestionContentRow::fresh(new, now)?,
            created_by: actor.user.clone(),
            created_at: to_millis(now),
        })
    }
}

impl TryFrom<SuggestionRow> for Suggestion {
    type Error = StoreError;

    fn try_from(row: SuggestionRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "suggestion",
            id: row.id,
        };
        Ok(Self {
            id: SuggestionId(row.id),
            tenant: TenantId(row.tenant_id),
            content: NewSuggestion {
                source: stored.choice(&row.source, SuggestionSource::parse)?,
                workflow: row.workflow_id.map(WorkflowId),
                workflow_template: stored.json(&row.workflow_template)?,
                confidence_score: row.confidence,
                supporting_data: stored.json(&row.supporting_data)?,
                pattern_frequency: row.pattern_frequency,
                fingerprint: row.fingerprint,
                title: row.title,
                description: row.description,
            },
            status: stored.choice(&row.status, SuggestionStatus::parse)?,
            reviewed_at: stored.maybe_instant(row.reviewed_at)?,
            implemented_as: row.implemented_as.map(WorkflowId),
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            revision: row.revision,
            reviewed_by: row.reviewed_by,
            review_notes: row.review_notes,
            created_by: row.created_by,
        })
    }
}
