//! Simulations that nobody waits for.

use super::run::Run;
use super::{SimulationError, SimulationService, Watch};
use crate::{Simulation, SimulationEnd, SimulationId, SimulationStatus};
use chrono::TimeDelta;
use kernel::StoreError;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One that runs for so much longer than it may was lost with the process that ran it.
const GRACE: TimeDelta = TimeDelta::minutes(1);

/// The simulations that run in this process.
#[derive(Default)]
pub(super) struct Running(Mutex<HashMap<SimulationId, Arc<Watch>>>);

impl Running {
    fn all(&self) -> MutexGuard<'_, HashMap<SimulationId, Arc<Watch>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn find(&self, id: SimulationId) -> Option<Arc<Watch>> {
        self.all().get(&id).cloned()
    }

    pub(super) fn cancel(&self, id: SimulationId) {
        if let Some(watch) = self.find(id) {
            watch.cancel();
        }
    }

    pub(super) fn cancel_all(&self) {
        for watch in self.all().values() {
            watch.cancel();
        }
    }

    pub(super) fn count(&self) -> usize {
        self.all().len()
    }
}

impl SimulationService {
    /// Lets a simulation that was kept as running run.
    pub(super) fn start(&self, begun: &Simulation, run: Run) {
        let (tenant, id) = (begun.tenant, begun.id);
        let watch = Arc::new(Watch::default());
        self.running.all().insert(id, watch.clone());
        let service = self.clone();
        self.ports.workers.start(Box::pin(async move {
            let opening = run.opening();
            let (status, result, failure) = match service.answer(run, &watch).await {
                Ok(result) => (SimulationStatus::Completed, result, None),
                Err(error) => {
                    let result = failed(opening, &error);
                    (SimulationStatus::Failed, result, inside(error))
                }
            };
            let end = SimulationEnd {
                status,
                result,
                at: service.ports.clock.now(),
            };
            // It may have been deleted meanwhile: then nobody wants it. While the store is away it
            // stays as it is, and counts as lost later.
            let kept = service.ports.store.end(tenant, id, end).await;
            service.running.all().remove(&id);
            failure.map_or(kept.map(drop), Err)
        }));
    }

    /// A simulation whose process ended before it did is kept as failed.
    pub(super) async fn settle_if_lost(
        &self,
        found: Simulation,
    ) -> Result<Simulation, SimulationError> {
        let now = self.ports.clock.now();
        let runs = found.content.status == SimulationStatus::Running;
        let lost = now - found.content.started_at >= self.limits.background + GRACE;
        if !runs || !lost || self.watch(found.id).is_some() {
            return Ok(found);
        }
        let mut result = found.content.result.clone();
        let sentence = "The service ended while the simulation ran; ask again.";
        result.insert("error".to_owned(), json!(sentence));
        let end = SimulationEnd {
            status: SimulationStatus::Failed,
            result,
            at: now,
        };
        let ended = self.ports.store.end(found.tenant, found.id, end).await?;
        Ok(ended.unwrap_or(found))
    }
}

/// What is for the log.
fn inside(error: SimulationError) -> Option<StoreError> {
    match error {
        SimulationError::Store(error) => Some(error),
        SimulationError::WorkflowNotFound
        | SimulationError::NotFound
        | SimulationError::Invalid(_)
        | SimulationError::Cancelled => None,
    }
}

/// What is shown of a simulation that came to nothing.
fn failed(mut result: Map<String, Value>, error: &SimulationError) -> Map<String, Value> {
    let sentence = match error {
        SimulationError::Invalid(problems) => {
            let said: Vec<String> = problems
                .iter()
                .map(|problem| format!("{}: {}", problem.path, problem.message))
                .collect();
            said.join(" ")
        }
        SimulationError::Cancelled => "It was stopped before its end.".to_owned(),
        SimulationError::WorkflowNotFound | SimulationError::NotFound => error.to_string(),
        SimulationError::Store(_) => "The service could not do it; ask again.".to_owned(),
    };
    result.insert("error".to_owned(), json!(sentence));
    result
}
