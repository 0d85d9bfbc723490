//! Simulations as use cases.

use crate::{
    DefinitionSource, DryRun, FactSource, Fault, FoundDefinition, NewSimulation, Simulation,
    SimulationFilter, SimulationId, SimulationOrder, SimulationRequest, SimulationStatus,
    SimulationStore, Subject, dry_run, validate,
};
use document::Problem;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use workflow_model::{Definition, WorkflowId};

#[cfg(test)]
mod tests;

/// The most workflows that are looked up for one simulation.
const MAX_WORKFLOWS: usize = 100;

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// The tenant has no such workflow.
    #[error("Workflow not found")]
    WorkflowNotFound,
    /// The tenant has no such simulation.
    #[error("Simulation not found")]
    NotFound,
    /// The request cannot be met.
    #[error("Invalid input data")]
    Invalid(Vec<Problem>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Simulates and keeps the answers.
#[derive(Clone)]
pub struct SimulationService {
    store: Arc<dyn SimulationStore>,
    definitions: Arc<dyn DefinitionSource>,
    facts: Arc<dyn FactSource>,
    clock: Arc<dyn Clock>,
}

impl SimulationService {
    /// A service on these ports.
    #[must_use]
    pub fn new(
        store: Arc<dyn SimulationStore>,
        definitions: Arc<dyn DefinitionSource>,
        facts: Arc<dyn FactSource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            store,
            definitions,
            facts,
            clock,
        }
    }

    /// Simulates, and keeps the answer. Nothing else is written.
    pub async fn simulate(
        &self,
        actor: &Actor,
        request: SimulationRequest,
        receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, SimulationError> {
        let started_at = self.clock.now();
        let (workflow, subject) = self.subject(actor.tenant, request.subject).await?;
        let answer = self
            .run(actor.tenant, workflow, &subject, &request.input_data)
            .await?;
        let new = NewSimulation {
            workflow,
            workflow_name: subject.name,
            workflow_version: subject.version,
            mode: request.mode.as_str().to_owned(),
            input_data: request.input_data,
            status: SimulationStatus::Completed,
            result: to_object(&answer)?,
            started_at,
            completed_at: Some(self.clock.now()),
        };
        Ok(self.store.insert(actor, new, receipt).await?)
    }

    /// Simulates, and keeps nothing.
    pub async fn preview(
        &self,
        actor: &Actor,
        request: SimulationRequest,
    ) -> Result<DryRun, SimulationError> {
        let (workflow, subject) = self.subject(actor.tenant, request.subject).await?;
        self.run(actor.tenant, workflow, &subject, &request.input_data)
            .await
    }

    async fn run(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        subject: &FoundDefinition,
        input: &Map<String, Value>,
    ) -> Result<DryRun, SimulationError> {
        let facts = self.facts(tenant, workflow, &subject.definition).await?;
        Ok(dry_run(&subject.definition, input, &facts))
    }

    /// Every fault of a definition, with the catalogue and the workflows that its steps run.
    pub async fn faults(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        definition: &Definition,
    ) -> Result<Vec<Fault>, SimulationError> {
        let facts = self.facts(tenant, workflow, definition).await?;
        Ok(validate(definition, &facts))
    }

    /// One simulation.
    pub async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Simulation, SimulationError> {
        self.store
            .get(tenant, id)
            .await?
            .ok_or(SimulationError::NotFound)
    }

    /// A page of simulations.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        page: &PageRequest,
    ) -> Result<Page<Simulation>, SimulationError> {
        Ok(self.store.list(tenant, filter, ordering, page).await?)
    }

    /// Deletes a simulation.
    pub async fn delete(&self, actor: &Actor, id: SimulationId) -> Result<(), SimulationError> {
        if self.store.delete(actor.tenant, id).await? {
            Ok(())
        } else {
            Err(SimulationError::NotFound)
        }
    }

    async fn subject(
        &self,
        tenant: TenantId,
        subject: Subject,
    ) -> Result<(Option<WorkflowId>, FoundDefinition), SimulationError> {
        match subject {
            Subject::Workflow(id) => {
                let found = self.definitions.definition(tenant, id).await?;
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
    async fn facts(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        definition: &Definition,
    ) -> Result<crate::Facts, SimulationError> {
        let mut types = action_types(definition);
        let mut workflows = std::collections::BTreeMap::new();
        let mut waiting = references(definition);
        while let Some(reference) = waiting.pop_first() {
            if workflows.contains_key(&reference) {
                continue;
            }
            if workflows.len() == MAX_WORKFLOWS {
                return Err(too_many_workflows());
            }
            let found = self.definitions.find(tenant, &reference).await?;
            if let Some(found) = &found {
                types.extend(action_types(&found.definition));
                waiting.extend(references(&found.definition));
            }
            workflows.insert(reference, found);
        }
        let types: Vec<String> = types.into_iter().collect();
        let facts = self.facts.facts(tenant, workflow, &types).await?;
        Ok(crate::Facts { workflows, ..facts })
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

/// The workflows that the steps of a definition run.
fn references(definition: &Definition) -> BTreeSet<String> {
    definition
        .steps
        .iter()
        .filter_map(|step| step.workflow.clone())
        .collect()
}

fn to_object(answer: &crate::DryRun) -> Result<Map<String, Value>, SimulationError> {
    let corrupt = |source| {
        SimulationError::Store(StoreError::Corrupt {
            entity: "simulation result",
            id: String::new(),
            source,
        })
    };
    match serde_json::to_value(answer) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(corrupt("not an object".into())),
        Err(error) => Err(corrupt(Box::new(error))),
    }
}
