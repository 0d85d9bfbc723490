//! From a suggestion to a draft workflow.

use super::attempt::{SharedReceipt, retry_or};
use super::{SuggestionError, SuggestionService, step};
use crate::read::read_template;
use crate::{NewSuggestion, Suggestion, SuggestionId, SuggestionStatus};
use document::{Node, Problem, Problems};
use kernel::{Actor, Receipt};
use serde_json::Value;
use workflow_registry::{NewWorkflow, Workflow, WorkflowStatus, WorkflowType};

impl SuggestionService {
    /// Makes a draft workflow of an accepted suggestion's template, named after its title. An
    /// empty template makes a draft without steps, to be filled in.
    pub async fn implement(
        &self,
        actor: &Actor,
        id: SuggestionId,
        if_match: Option<i64>,
        receipt: Option<Receipt<Suggestion>>,
    ) -> Result<(Suggestion, Workflow), SuggestionError> {
        let receipt = receipt.map(SharedReceipt::new);
        let mut attempt = 1;
        loop {
            let now = self.clock.now();
            let mut suggestion = self.matching(actor.tenant, id, if_match).await?;
            step(&mut suggestion, SuggestionStatus::Implemented)?;
            let draft = draft_of(&suggestion.content).map_err(SuggestionError::Invalid)?;
            suggestion.revision += 1;
            suggestion.updated_at = now;
            let once = receipt.as_ref().map(SharedReceipt::once);
            match self
                .store
                .implement(actor, &suggestion, draft, now, once)
                .await
            {
                Ok(made) => return Ok(made),
                Err(error) => retry_or(error, if_match, &mut attempt)?,
            }
        }
    }
}

/// The draft that a suggestion asks for.
fn draft_of(content: &NewSuggestion) -> Result<NewWorkflow, Vec<Problem>> {
    let value = Value::Object(content.workflow_template.clone());
    let problems = Problems::default();
    let node = Node::new(&value, "workflow_template".to_owned(), &problems);
    let template = read_template(node);
    let template = problems.settle(template)?;
    Ok(NewWorkflow {
        name: content.title.clone(),
        description: content.description.clone(),
        workflow_type: template.workflow_type.unwrap_or(WorkflowType::Custom),
        status: WorkflowStatus::Draft,
        definition: template.definition,
    })
}
