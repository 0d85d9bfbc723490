//! What is simulated, and what is known of it.

use super::{SimulationError, SimulationService};
use crate::{Facts, FoundDefinition, Subject};
use document::Problem;
use kernel::TenantId;
use std::collections::{BTreeMap, BTreeSet};
use workflow_model::{Definition, WorkflowId};

/// The most workflows that are looked up for one simulation.
const MAX_WORKFLOWS: usize = 100;

impl SimulationService {
    pub(super) async fn subject(
        &self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<(Option<WorkflowId>, FoundDefinition), SimulationError> {
        match subject {
            Subject::Workflow(id) => {
                let found = self.ports.definitions.definition(tenant, id).await?;
                Ok((Some(id), found.ok_or(SimulationError::WorkflowNotFound)?))
            }
            Subject::Inline { name, definition } => Ok((
                None,
                FoundDefinition {
                    name,
                    version: 0,
                    definition: *definition,
                },
            )),
        }
    }

    /// What is known of the actions and steps, and the workflows that steps run, to any depth.
    pub(super) async fn facts(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        definition: &Definition,
    ) -> Result<Facts, SimulationError> {
        let mut types = action_types(definition);
        let mut workflows = BTreeMap::new();
        let mut waiting = references(definition);
        while let Some(reference) = waiting.pop_first() {
            if workflows.contains_key(&reference) {
                continue;
            }
            if workflows.len() == MAX_WORKFLOWS {
                return Err(too_many_workflows());
            }
            let found = self.ports.definitions.find(tenant, &reference).await?;
            if let Some(found) = &found {
                types.extend(action_types(&found.definition));
                waiting.extend(references(&found.definition));
            }
            workflows.insert(reference, found);
        }
        let types: Vec<String> = types.into_iter().collect();
        let facts = self.ports.facts.facts(tenant, workflow, &types).await?;
        let percentiles = match workflow {
            Some(workflow) if has_timeouts(definition) => {
                self.ports.facts.percentiles(tenant, workflow).await?
            }
            Some(_) | None => Vec::new(),
        };
        Ok(Facts {
            percentiles,
            workflows,
            ..facts
        })
    }
}

fn too_many_workflows() -> SimulationError {
    SimulationError::Invalid(vec![Problem {
        path: "definition".to_owned(),
        message: format!(
            "The steps run more than {MAX_WORKFLOWS} other workflows; simulate the parts."
        ),
    }])
}

/// The action types that a definition names.
fn action_types(definition: &Definition) -> BTreeSet<String> {
    let steps = definition
        .steps
        .iter()
        .filter_map(|step| step.action.clone());
    let nodes = definition.graph.iter().flat_map(|graph| &graph.nodes);
    let drawn = nodes
        .flat_map(|node| [node.action.clone(), Some(node.kind.clone())])
        .flatten();
    steps.chain(drawn).collect()
}

fn has_timeouts(definition: &Definition) -> bool {
    let mut steps = definition.steps.iter();
    steps.any(|step| step.timeout_seconds.is_some())
}

/// The workflows that the steps of a definition run.
fn references(definition: &Definition) -> BTreeSet<String> {
    let steps = definition.steps.iter().map(|step| &step.workflow);
    let nodes = definition.graph.iter().flat_map(|graph| &graph.nodes);
    let drawn = nodes.map(|node| &node.workflow);
    steps.chain(drawn).flatten().cloned().collect()
}
