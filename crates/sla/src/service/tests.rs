mod changes;
mod contended;
mod lists;

use super::{SlaError, SlaService};
use crate::testing::contract::{new_sla, policy};
use crate::testing::{Fixture, MemoryFixture};
use crate::{BreachFilter, BreachId, NewSla, Sla, SlaChange, SlaId};
use execution_log::testing::{actor, at, finished};
use execution_log::{ExecutionLog, RecordOptions};
use kernel::testing::{ManualClock, block_on};
use kernel::{PageRequest, TenantId};
use std::sync::Arc;
use workflow_model::{ExecutionStatus, WorkflowId};

const US: TenantId = TenantId(1);

struct World {
    fixture: MemoryFixture,
    clock: Arc<ManualClock>,
    service: SlaService,
    workflow: WorkflowId,
}

fn world() -> World {
    let fixture = MemoryFixture::default();
    let clock = Arc::new(ManualClock::at(at(0)));
    let sla = Arc::clone(&fixture.sla);
    let service = SlaService::new(
        sla.clone(),
        sla.clone(),
        sla,
        Arc::clone(&clock) as Arc<dyn kernel::Clock>,
    );
    let workflow = block_on(fixture.workflow(US, "Orders"));
    World {
        fixture,
        clock,
        service,
        workflow,
    }
}

impl World {
    async fn make(&self, name: &str) -> Sla {
        self.service
            .create(&actor(US), new_sla(self.workflow, name), None)
            .await
            .unwrap()
    }

    /// Reports executions of so many seconds that ended now, and judges them.
    async fn ran(&self, workflow: WorkflowId, seconds: &[i64]) {
        let now = kernel::Clock::now(&*self.clock);
        let now_seconds = (now - at(0)).num_seconds();
        let reports = seconds.iter().map(|took| {
            let stretch = (now_seconds - took, now_seconds);
            finished(workflow, None, stretch, ExecutionStatus::Completed)
        });
        let options = RecordOptions { atomic: true, now };
        self.fixture
            .log
            .record(&actor(US), reports.collect(), options, None)
            .await
            .unwrap();
        self.service.catch_up(US, &policy()).await.unwrap();
    }

    async fn update(
        &self,
        id: SlaId,
        change: SlaChange,
        if_match: Option<i64>,
    ) -> Result<Sla, SlaError> {
        self.service.update(&actor(US), id, change, if_match).await
    }
}

#[test]
fn an_sla_is_made_read_and_deleted() {
    block_on(async {
        let world = world();
        let made = world.make("Fast").await;
        assert_eq!(world.service.get(US, made.id).await.unwrap(), made);
        assert!((world.service.current(&made).await.unwrap() - 100.0).abs() < f64::EPSILON);
        let stale = world.service.delete(&actor(US), made.id, Some(2)).await;
        assert!(matches!(stale, Err(SlaError::Stale)), "{stale:?}");
        world
            .service
            .delete(&actor(US), made.id, Some(1))
            .await
            .unwrap();
        let gone = world.service.delete(&actor(US), made.id, None).await;
        assert!(matches!(gone, Err(SlaError::NotFound)), "{gone:?}");
        let gone = world.service.get(US, made.id).await;
        assert!(matches!(gone, Err(SlaError::NotFound)), "{gone:?}");
        let nowhere = new_sla(WorkflowId(99), "Nowhere");
        let unknown = world.service.create(&actor(US), nowhere, None).await;
        assert!(
            matches!(unknown, Err(SlaError::UnknownWorkflow)),
            "{unknown:?}"
        );
    });
}

#[test]
fn metrics_are_of_the_window_and_counters_of_all_time() {
    block_on(async {
        let world = world();
        let sla = world.make("Fast").await;
        world.ran(world.workflow, &[200, 10, 10, 10]).await;
        world.clock.set(at(3_600));
        world
            .ran(world.workflow, &[90, 120, 160, 50, 60, 70, 20, 30])
            .await;
        let metrics = world.service.metrics(US, sla.id).await.unwrap();
        assert_eq!(
            (
                metrics.sla.total_executions,
                metrics.sla.breached_executions
            ),
            (12, 3)
        );
        assert_eq!((metrics.window.total, metrics.window.breached), (8, 2));
        assert_eq!(
            (
                metrics.window.breaches,
                metrics.window.critical,
                metrics.window.warning
            ),
            (3, 1, 2)
        );
        assert!((metrics.current_percentage - 75.0).abs() < f64::EPSILON);
        world.clock.set(at(7_200));
        let later = world.service.metrics(US, sla.id).await.unwrap();
        assert!((later.current_percentage - 100.0).abs() < f64::EPSILON);
        let theirs = world.service.metrics(TenantId(2), sla.id).await;
        assert!(matches!(theirs, Err(SlaError::NotFound)), "{theirs:?}");
    });
}

#[test]
fn a_breach_is_read_and_acknowledged_once() {
    block_on(async {
        let world = world();
        world.make("Fast").await;
        world.ran(world.workflow, &[200]).await;
        let list = world
            .service
            .list_breaches(
                US,
                &BreachFilter::default(),
                &Vec::new(),
                &PageRequest::first(),
            )
            .await
            .unwrap();
        let breach = list.items.into_iter().next().unwrap();
        assert_eq!(
            world.service.get_breach(US, breach.id).await.unwrap(),
            breach
        );
        let me = actor(US);
        let stale = world
            .service
            .acknowledge(&me, breach.id, "", Some(9), None)
            .await;
        assert!(matches!(stale, Err(SlaError::Stale)), "{stale:?}");
        world.clock.set(at(7));
        let done = world
            .service
            .acknowledge(&me, breach.id, "Seen", Some(1), None)
            .await
            .unwrap();
        assert_eq!(
            (done.acknowledged_at, done.resolution_notes.as_str()),
            (Some(at(7)), "Seen")
        );
        let again = world
            .service
            .acknowledge(&me, breach.id, "", None, None)
            .await;
        assert!(
            matches!(again, Err(SlaError::AlreadyAcknowledged)),
            "{again:?}"
        );
        let unknown = BreachId(9_999);
        let missing = world
            .service
            .acknowledge(&me, unknown, "", None, None)
            .await;
        assert!(matches!(missing, Err(SlaError::NotFound)), "{missing:?}");
        let missing = world.service.get_breach(US, unknown).await;
        assert!(matches!(missing, Err(SlaError::NotFound)), "{missing:?}");
    });
}

#[test]
fn catching_up_does_all_that_waits() {
    block_on(async {
        let world = world();
        let first = world.make("First").await;
        let off = NewSla {
            is_active: false,
            ..new_sla(world.workflow, "Off")
        };
        world.service.create(&actor(US), off, None).await.unwrap();
        let now = kernel::Clock::now(&*world.clock);
        let reports: Vec<_> = (0..1_200)
            .map(|_| finished(world.workflow, None, (-200, 0), ExecutionStatus::Failed))
            .collect();
        let options = RecordOptions { atomic: true, now };
        world
            .fixture
            .log
            .record(&actor(US), reports, options, None)
            .await
            .unwrap();
        let done = world.service.catch_up(US, &policy()).await.unwrap();
        assert_eq!((done.breaches.len(), done.touched), (1_200, vec![first.id]));
        assert_eq!(
            world
                .service
                .get(US, first.id)
                .await
                .unwrap()
                .total_executions,
            1_200
        );
        assert_eq!(
            world.service.catch_up(US, &policy()).await.unwrap().taken,
            0
        );
    });
}
