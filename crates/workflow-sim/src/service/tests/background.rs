//! Simulations that nobody waits for.

use super::spy::{OURS, Spy, spy};
use super::{ann, request};
use crate::testing::block_on;
use crate::{
    Simulation, SimulationError, SimulationLimits, SimulationPorts, SimulationService,
    SimulationStatus, Subject,
};
use kernel::Clock;
use kernel::testing::ManualClock;
use std::sync::Arc;
use workflow_model::WorkflowId;

struct Bench {
    spy: Arc<Spy>,
    clock: Arc<ManualClock>,
    service: SimulationService,
}

impl Bench {
    fn new() -> Self {
        let spy = Arc::new(spy());
        let clock = Arc::new(ManualClock::fixed());
        let service = service(&spy, &clock);
        Self {
            spy,
            clock,
            service,
        }
    }

    /// Begins one of workflow 5.
    fn begin(&self) -> Simulation {
        let mut request = request(Subject::Workflow(WorkflowId(5)));
        request.background = true;
        block_on(self.service.simulate(&ann(), request, None)).unwrap()
    }

    /// Lets everything that was begun run to its end.
    fn let_run(&self) {
        let jobs = std::mem::take(&mut *self.spy.started.lock().unwrap());
        for job in jobs {
            block_on(job).unwrap();
        }
    }

    fn status(&self, of: &Simulation) -> SimulationStatus {
        let found = block_on(self.service.get(OURS, of.id)).unwrap();
        found.content.status
    }
}

/// Another service on the same ports, as after a restart.
fn service(spy: &Arc<Spy>, clock: &Arc<ManualClock>) -> SimulationService {
    SimulationService::new(
        SimulationPorts {
            store: spy.clone(),
            definitions: spy.clone(),
            facts: spy.clone(),
            history: spy.clone(),
            targets: spy.clone(),
            workers: spy.clone(),
            clock: clock.clone(),
        },
        SimulationLimits::default(),
    )
}

#[test]
fn it_is_answered_at_once_and_ends_by_itself() {
    let bench = Bench::new();
    let begun = bench.begin();
    assert_eq!(begun.content.status, SimulationStatus::Running);
    assert_eq!(begun.content.completed_at, None);
    assert_eq!(bench.status(&begun), SimulationStatus::Running);
    assert!(bench.service.watch(begun.id).is_some());
    bench.let_run();
    let ended = block_on(bench.service.get(OURS, begun.id)).unwrap();
    assert_eq!(ended.content.status, SimulationStatus::Completed);
    assert_eq!(ended.content.completed_at, Some(bench.clock.now()));
    assert_eq!(ended.content.result["predicted_duration_ms"], 1600);
    assert!(bench.service.watch(begun.id).is_none());
}

#[test]
fn what_cannot_be_found_is_said_before_anything_is_kept() {
    let bench = Bench::new();
    let mut request = request(Subject::Workflow(WorkflowId(404)));
    request.background = true;
    let refused = block_on(bench.service.simulate(&ann(), request, None));
    assert!(matches!(refused, Err(SimulationError::WorkflowNotFound)));
    assert!(
        !bench
            .spy
            .calls
            .lock()
            .unwrap()
            .contains(&"insert".to_owned())
    );
}

#[test]
fn a_deleted_one_is_stopped_and_stays_deleted() {
    let bench = Bench::new();
    let begun = bench.begin();
    let watch = bench.service.watch(begun.id).unwrap();
    block_on(bench.service.delete(&ann(), begun.id)).unwrap();
    assert!(watch.is_cancelled());
    bench.let_run();
    let found = block_on(bench.service.get(OURS, begun.id));
    assert!(matches!(found, Err(SimulationError::NotFound)));
}

#[test]
fn one_whose_process_ended_counts_as_failed_when_its_time_is_over() {
    let bench = Bench::new();
    let begun = bench.begin();
    let restarted = service(&bench.spy, &bench.clock);
    let seen = block_on(restarted.get(OURS, begun.id)).unwrap();
    assert_eq!(
        seen.content.status,
        SimulationStatus::Running,
        "it may run elsewhere"
    );
    bench.clock.advance(chrono::TimeDelta::minutes(11));
    let lost = block_on(restarted.get(OURS, begun.id)).unwrap();
    assert_eq!(lost.content.status, SimulationStatus::Failed);
    assert!(
        lost.content.result["error"]
            .as_str()
            .unwrap()
            .contains("ask again")
    );
    assert_eq!(
        bench.status(&begun),
        SimulationStatus::Failed,
        "it is kept so"
    );
}

#[test]
fn a_store_that_is_away_is_for_the_log() {
    let bench = Bench::new();
    let begun = bench.begin();
    *bench.spy.away.lock().unwrap() = true;
    let jobs = std::mem::take(&mut *bench.spy.started.lock().unwrap());
    for job in jobs {
        assert!(block_on(job).is_err());
    }
    assert!(bench.service.watch(begun.id).is_none(), "it no longer runs");
}
