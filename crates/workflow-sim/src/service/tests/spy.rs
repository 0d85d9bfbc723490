//! Every port in one, noting each call.

use crate::testing::MemorySimulations;
use crate::{
    DefinitionSource, FactSource, Facts, FoundDefinition, HistorySource, HistoryWindow, Job,
    NewSimulation, Simulation, SimulationEnd, SimulationFilter, SimulationId, SimulationLimits,
    SimulationOrder, SimulationPorts, SimulationService, SimulationStore, SlaTarget,
    StepPercentile, TargetSource, Workers,
};
use async_trait::async_trait;
use kernel::testing::ManualClock;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use workflow_model::{Definition, Execution, ExecutionId, WorkflowId};

pub(super) const OURS: TenantId = TenantId(1);

#[derive(Default)]
pub(super) struct Spy {
    pub(super) calls: Mutex<Vec<String>>,
    pub(super) kept: MemorySimulations,
    pub(super) workflows: Vec<(i64, &'static str, Value)>,
    pub(super) history: Vec<Execution>,
    pub(super) promised: Vec<SlaTarget>,
    /// What runs in the background; a test lets it go on.
    pub(super) started: Mutex<Vec<Job>>,
    pub(super) away: Mutex<bool>,
}

impl Spy {
    fn note(&self, call: impl Into<String>) -> Result<(), StoreError> {
        self.calls.lock().unwrap().push(call.into());
        if *self.away.lock().unwrap() {
            Err(StoreError::Unavailable("away".into()))
        } else {
            Ok(())
        }
    }

    fn found(&self, matches: impl Fn(i64, &str) -> bool) -> Option<FoundDefinition> {
        let (_, name, steps) = self
            .workflows
            .iter()
            .find(|(id, name, _)| matches(*id, name))?;
        let definition = Definition::read(&json!({"steps": steps})).unwrap();
        Some(FoundDefinition {
            name: (*name).to_owned(),
            version: 4,
            definition,
        })
    }
}

#[async_trait]
impl SimulationStore for Spy {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSimulation,
        receipt: Option<Receipt<Simulation>>,
    ) -> Result<Simulation, StoreError> {
        self.note("insert")?;
        self.kept.insert(actor, new, receipt).await
    }

    async fn get(
        &self,
        tenant: TenantId,
        id: SimulationId,
    ) -> Result<Option<Simulation>, StoreError> {
        self.note("get")?;
        self.kept.get(tenant, id).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SimulationFilter,
        ordering: &Ordering<SimulationOrder>,
        page: &PageRequest,
    ) -> Result<Page<Simulation>, StoreError> {
        self.note("list")?;
        self.kept.list(tenant, filter, ordering, page).await
    }

    async fn end(
        &self,
        tenant: TenantId,
        id: SimulationId,
        end: SimulationEnd,
    ) -> Result<Option<Simulation>, StoreError> {
        self.note("end")?;
        self.kept.end(tenant, id, end).await
    }

    async fn delete(&self, tenant: TenantId, id: SimulationId) -> Result<bool, StoreError> {
        self.note("delete")?;
        self.kept.delete(tenant, id).await
    }
}

#[async_trait]
impl DefinitionSource for Spy {
    async fn definition(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Option<FoundDefinition>, StoreError> {
        self.note(format!("definition {workflow}"))?;
        Ok(self.found(|id, _| tenant == OURS && id == workflow.0))
    }

    async fn find(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<FoundDefinition>, StoreError> {
        self.note(format!("find {reference}"))?;
        Ok(self.found(|_, name| tenant == OURS && name == reference))
    }
}

#[async_trait]
impl FactSource for Spy {
    async fn facts(
        &self,
        _tenant: TenantId,
        workflow: Option<WorkflowId>,
        action_types: &[String],
    ) -> Result<Facts, StoreError> {
        let of = workflow.map_or("-".to_owned(), |id| id.to_string());
        self.note(format!("facts {of} {}", action_types.join(",")))?;
        Ok(Facts {
            catalogue_is_empty: true,
            ..Facts::default()
        })
    }

    async fn percentiles(
        &self,
        _tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<StepPercentile>, StoreError> {
        self.note(format!("percentiles {workflow}"))?;
        Ok(vec![StepPercentile {
            step_name: "Wait".to_owned(),
            action_type: "wait".to_owned(),
            timed: 40,
            p95_millis: 9_500,
        }])
    }
}

#[async_trait]
impl HistorySource for Spy {
    async fn executions(
        &self,
        _tenant: TenantId,
        workflow: WorkflowId,
        _window: &HistoryWindow,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        self.note(format!("executions {workflow}"))?;
        let limit = usize::try_from(limit).unwrap();
        let later = |execution: &&Execution| after.is_none_or(|after| execution.id > after);
        Ok(self
            .history
            .iter()
            .filter(later)
            .take(limit)
            .cloned()
            .collect())
    }
}

#[async_trait]
impl TargetSource for Spy {
    async fn targets(
        &self,
        _tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<SlaTarget>, StoreError> {
        self.note(format!("targets {workflow}"))?;
        Ok(self.promised.clone())
    }
}

#[async_trait]
impl Workers for Spy {
    async fn run(&self, work: Box<dyn FnOnce() + Send>) -> Result<(), StoreError> {
        self.note("run")?;
        work();
        Ok(())
    }

    fn start(&self, job: Job) {
        self.started.lock().unwrap().push(job);
    }

    fn threads(&self) -> usize {
        1
    }
}

pub(super) fn spy() -> Spy {
    let workflows = vec![
        (
            5,
            "Outer",
            json!([
                {"name": "A", "action": "validation"},
                {"name": "Run", "action": "workflow", "workflow": "Inner"}
            ]),
        ),
        (
            6,
            "Inner",
            json!([
                {"name": "B", "action": "approval", "approver": "x"},
                {"name": "Lost", "action": "workflow", "workflow": "Nobody"}
            ]),
        ),
    ];
    Spy {
        workflows,
        ..Spy::default()
    }
}

pub(super) fn service(spy: Spy) -> (Arc<Spy>, SimulationService) {
    let spy = Arc::new(spy);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::fixed());
    (
        spy.clone(),
        SimulationService::new(
            SimulationPorts {
                store: spy.clone(),
                definitions: spy.clone(),
                facts: spy.clone(),
                history: spy.clone(),
                targets: spy.clone(),
                workers: spy,
                clock,
            },
            SimulationLimits::default(),
        ),
    )
}
