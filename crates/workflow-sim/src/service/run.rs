//! One simulation, from its definition to its answer.

use super::watch::Leash;
use super::{SimulationError, SimulationService, Watch};
use crate::{Fault, FoundDefinition, SimulationMode, Stop, dry_run};
use chrono::TimeDelta;
use document::Problem;
use kernel::{StoreError, TenantId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use workflow_model::WorkflowId;

/// What is to be done.
pub(super) struct Run {
    pub(super) tenant: TenantId,
    pub(super) workflow: Option<WorkflowId>,
    pub(super) subject: FoundDefinition,
    pub(super) input: Map<String, Value>,
    pub(super) mode: SimulationMode,
    pub(super) parameters: Map<String, Value>,
    /// The longest that it may take.
    pub(super) limit: TimeDelta,
}

impl Run {
    /// What is shown before there is an answer: the documented fields, which are those of a dry
    /// run, and the mode's own parameters.
    pub(super) fn opening(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        for name in [
            "execution_path",
            "branch_explorations",
            "approval_chain",
            "validation_errors",
            "warnings",
        ] {
            fields.insert(name.to_owned(), json!([]));
        }
        fields.insert("predicted_duration_ms".to_owned(), json!(0));
        fields.insert("parameters".to_owned(), json!(self.parameters));
        fields
    }
}

impl SimulationService {
    /// The result's own fields.
    pub(super) async fn answer(
        &self,
        run: Run,
        watch: &Arc<Watch>,
    ) -> Result<Map<String, Value>, SimulationError> {
        match &run.mode {
            SimulationMode::DryRun => {
                let definition = &run.subject.definition;
                let facts = self.facts(run.tenant, run.workflow, definition).await?;
                fields(&dry_run(definition, &run.input, &facts))
            }
            SimulationMode::Predict(request) => {
                let request = request.clone();
                self.predict(run, request, watch).await
            }
            SimulationMode::Calibrate(request) => {
                let request = request.clone();
                self.calibrate(run, request, watch).await
            }
            SimulationMode::Backtest(request) => {
                let request = request.clone();
                self.backtest(run, request, watch).await
            }
        }
    }

    /// Runs `work` beside what answers requests.
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SimulationError> {
        let place = Arc::new(Mutex::new(None));
        let filled = place.clone();
        let work = Box::new(move || {
            let made = work();
            *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        });
        self.ports.workers.run(work).await?;
        let made = place.lock().unwrap_or_else(PoisonError::into_inner).take();
        made.ok_or_else(|| corrupt("the computation ended without a result"))
    }
}

/// Why a computation had to stop, in words.
pub(super) fn stopped(leash: &Leash, why: Stop) -> SimulationError {
    match why {
        Stop::Cancelled => SimulationError::Cancelled,
        Stop::OutOfTime => SimulationError::Invalid(vec![Problem {
            path: "budget.seconds".to_owned(),
            message: leash.out_of_time(),
        }]),
    }
}

pub(super) fn corrupt(
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> SimulationError {
    SimulationError::Store(StoreError::Corrupt {
        entity: "simulation result",
        id: String::new(),
        source: cause.into(),
    })
}

/// An answer as the fields of an object.
pub(super) fn fields(answer: &impl Serialize) -> Result<Map<String, Value>, SimulationError> {
    match serde_json::to_value(answer) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(corrupt("not an object")),
        Err(error) => Err(corrupt(error)),
    }
}

/// An answer as JSON.
pub(super) fn document(answer: &impl Serialize) -> Result<Value, SimulationError> {
    serde_json::to_value(answer).map_err(corrupt)
}

/// Names the faults of a definition, as a dry run does.
pub(super) fn name_faults(answer: &mut Map<String, Value>, faults: &[Fault]) {
    for (field, blocking) in [("validation_errors", true), ("warnings", false)] {
        let said = faults.iter().filter(|fault| fault.blocking == blocking);
        let said: Value = said.map(|fault| json!(fault.to_string())).collect();
        answer.insert(field.to_owned(), said);
    }
}
