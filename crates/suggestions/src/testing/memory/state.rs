//! What is kept, and the rules for changing it.

use crate::{NewSuggestion, Suggestion, SuggestionFilter, SuggestionId, SuggestionStatus};
use chrono::{DateTime, Utc};
use kernel::{Actor, StoreError, TenantId};
use workflow_model::WorkflowId;
use workflow_registry::{NewWorkflow, Workflow};

#[derive(Debug, Default)]
pub(super) struct State {
    last_id: i64,
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) workflows: Vec<Workflow>,
}

impl State {
    fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn knows(&self, tenant: TenantId, workflow: Option<WorkflowId>) -> bool {
        workflow.is_none_or(|id| {
            self.workflows
                .iter()
                .any(|w| w.id == id && w.tenant == tenant)
        })
    }

    pub(super) fn newest(&self, tenant: TenantId, fingerprint: &str) -> Option<&Suggestion> {
        self.suggestions
            .iter()
            .filter(|s| s.tenant == tenant)
            .filter(|s| s.content.fingerprint.as_deref() == Some(fingerprint))
            .max_by_key(|s| s.id)
    }

    /// Whether the newest suggestion of the fingerprint rests on the same evidence.
    pub(super) fn says_the_same(&self, tenant: TenantId, new: &NewSuggestion) -> bool {
        let old = new
            .fingerprint
            .as_deref()
            .and_then(|print| self.newest(tenant, print));
        old.is_some_and(|old| {
            old.content.pattern_frequency == new.pattern_frequency
                && old
                    .content
                    .confidence_score
                    .total_cmp(&new.confidence_score)
                    .is_eq()
        })
    }

    pub(super) fn add(
        &mut self,
        actor: &Actor,
        content: NewSuggestion,
        now: DateTime<Utc>,
    ) -> Suggestion {
        let suggestion = Suggestion {
            id: SuggestionId(self.next_id()),
            tenant: actor.tenant,
            content,
            status: SuggestionStatus::Pending,
            reviewed_by: None,
            reviewed_at: None,
            review_notes: String::new(),
            implemented_as: None,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        self.suggestions.push(suggestion.clone());
        suggestion
    }

    pub(super) fn add_workflow(
        &mut self,
        actor: &Actor,
        new: NewWorkflow,
        now: DateTime<Utc>,
    ) -> Workflow {
        let workflow = Workflow {
            id: WorkflowId(self.next_id()),
            tenant: actor.tenant,
            name: new.name,
            description: new.description,
            workflow_type: new.workflow_type,
            status: new.status,
            version: 1,
            definition: new.definition,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            execution_count: 0,
            last_executed_at: None,
            revision: 1,
        };
        self.workflows.push(workflow.clone());
        workflow
    }

    pub(super) fn overwrite(&mut self, new: &Suggestion) -> Result<(), StoreError> {
        let stored = self.suggestions.iter_mut().find(|old| {
            old.tenant == new.tenant && old.id == new.id && old.revision == new.revision - 1
        });
        match stored {
            Some(stored) => {
                *stored = new.clone();
                Ok(())
            }
            None => Err(StoreError::StaleVersion),
        }
    }
}

/// Whether each given condition holds.
pub(super) fn fits(suggestion: &Suggestion, filter: &SuggestionFilter) -> bool {
    let content = &suggestion.content;
    let text = format!("{}\n{}", content.title, content.description).to_lowercase();
    filter.source.is_none_or(|source| content.source == source)
        && filter
            .status
            .is_none_or(|status| suggestion.status == status)
        && filter
            .workflow
            .is_none_or(|workflow| content.workflow == Some(workflow))
        && filter.search.iter().all(|term| text.contains(term))
}
