//! What the simulator needs of registry and catalogue, and the registry of the simulator.

use async_trait::async_trait;
use catalog::{ActionFilter, ActionStore, DurationCounts, StatisticsStore, StepKey};
use kernel::{PageRequest, StoreError, TenantId};
use std::sync::Arc;
use workflow_model::{Definition, WorkflowId};
use workflow_registry::{DefinitionCheck, Workflow, WorkflowStore};
use workflow_sim::{
    ActionFact, DefinitionSource, FactSource, Facts, FoundDefinition, MeasuredStep, StepPercentile,
};

/// Definitions from the registry.
pub struct RegistryDefinitions(pub Arc<dyn WorkflowStore>);

fn found(workflow: Workflow) -> FoundDefinition {
    FoundDefinition {
        name: workflow.name,
        version: workflow.version,
        definition: workflow.definition,
    }
}

#[async_trait]
impl DefinitionSource for RegistryDefinitions {
    async fn definition(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Option<FoundDefinition>, StoreError> {
        Ok(self.0.get(tenant, workflow).await?.map(found))
    }

    async fn find(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<FoundDefinition>, StoreError> {
        if let Ok(id) = reference.parse()
            && let Some(workflow) = self.0.get(tenant, WorkflowId(id)).await?
        {
            return Ok(Some(found(workflow)));
        }
        Ok(self.0.find_by_name(tenant, reference).await?.map(found))
    }
}

/// Facts from the catalogue.
pub struct CatalogueFacts {
    /// What is declared.
    pub actions: Arc<dyn ActionStore>,
    /// What was measured.
    pub statistics: Arc<dyn StatisticsStore>,
}

#[async_trait]
impl FactSource for CatalogueFacts {
    async fn facts(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        action_types: &[String],
    ) -> Result<Facts, StoreError> {
        let actions = self.actions.of_types(tenant, action_types).await?;
        let catalogue_is_empty = actions.is_empty() && self.is_empty(tenant).await?;
        let steps = match workflow {
            Some(workflow) => self.statistics.steps(tenant, Some(workflow)).await?,
            None => Vec::new(),
        };
        Ok(Facts {
            actions: actions.iter().map(action_fact).collect(),
            catalogue_is_empty,
            steps: steps
                .into_iter()
                .filter_map(|(key, sums)| {
                    Some(MeasuredStep {
                        mean_millis: sums.mean_millis()?,
                        timed: sums.timed,
                        success_rate: sums.success_rate().unwrap_or(1.0),
                        step_name: key.step_name,
                        action_type: key.action_type,
                    })
                })
                .collect(),
            ..Facts::default()
        })
    }

    async fn percentiles(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<StepPercentile>, StoreError> {
        let rows = self.statistics.durations(tenant, Some(workflow)).await?;
        let percentile = |(key, counts): (StepKey, DurationCounts)| {
            Some(StepPercentile {
                timed: counts.total(),
                p95_millis: counts.percentile(95)?,
                step_name: key.step_name,
                action_type: key.action_type,
            })
        };
        Ok(rows.into_iter().filter_map(percentile).collect())
    }
}

impl CatalogueFacts {
    async fn is_empty(&self, tenant: TenantId) -> Result<bool, StoreError> {
        let page = PageRequest {
            count: false,
            ..PageRequest::of_size(1)
        };
        let first = self
            .actions
            .list(tenant, &ActionFilter::default(), &Vec::new(), &page)
            .await?;
        Ok(first.items.is_empty())
    }
}

fn action_fact(action: &catalog::Action) -> ActionFact {
    let declared = &action.declared;
    ActionFact {
        action_type: declared.action_type.clone(),
        name: declared.name.clone(),
        is_active: declared.is_active,
        is_idempotent: declared.is_idempotent,
        side_effects: declared.side_effects.clone(),
        input_schema: declared.input_schema.clone(),
        measured: action
            .measured
            .mean_millis()
            .map(|mean| (mean, action.measured.timed)),
        p95_millis: action.percentiles.map(|them| them.p95_millis),
    }
}

/// The simulator's static validation, for the registry.
pub struct SimulatorCheck(pub Arc<dyn FactSource>);

#[async_trait]
impl DefinitionCheck for SimulatorCheck {
    async fn faults(
        &self,
        tenant: TenantId,
        definition: &Definition,
    ) -> Result<Vec<String>, StoreError> {
        let mut types: Vec<String> = definition
            .steps
            .iter()
            .filter_map(|step| step.action.clone())
            .collect();
        types.sort();
        types.dedup();
        let facts = self.0.facts(tenant, None, &types).await?;
        Ok(workflow_sim::validate(definition, &facts)
            .into_iter()
            .filter(|fault| fault.blocking)
            .map(|fault| format!("{}: {}", fault.path, fault.message))
            .collect())
    }
}
