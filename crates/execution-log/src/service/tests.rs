use super::{ExecutionError, ExecutionService};
use crate::testing::{LogFixture, MemoryLog, actor, at, block_on, finished, patch, started};
use crate::{ExecutionFilter, Known, RecordError, Recorded, Report};
use kernel::testing::ManualClock;
use kernel::{PageRequest, TenantId};
use std::sync::Arc;
use workflow_model::{ExecutionId, ExecutionStatus, WorkflowId};

const TENANT: TenantId = TenantId(1);

struct Bench {
    service: ExecutionService,
    workflow: WorkflowId,
}

fn bench() -> Bench {
    let log = Arc::new(MemoryLog::default());
    let workflow = block_on(log.workflow(TENANT, "Discount Approval", &[]));
    let clock = Arc::new(ManualClock::at(at(1000)));
    let service = ExecutionService::new(log, clock);
    Bench { service, workflow }
}

impl Bench {
    fn create(&self, report: Report) -> Result<Recorded, ExecutionError> {
        block_on(self.service.create(&actor(TENANT), report, None))
    }

    fn update(&self, id: ExecutionId, report: Report) -> Result<Recorded, ExecutionError> {
        block_on(self.service.update(&actor(TENANT), id, report))
    }

    fn delete(&self, id: ExecutionId, if_match: Option<i64>) -> Result<(), ExecutionError> {
        block_on(self.service.delete(&actor(TENANT), id, if_match))
    }
}

/// The path of the one problem.
fn path(result: Result<Recorded, ExecutionError>) -> String {
    match result {
        Err(ExecutionError::Invalid(problems)) if problems.len() == 1 => problems[0].path.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_is_recorded_and_read_back() {
    let bench = bench();
    let created = bench.create(started(bench.workflow, Some("x"), 0)).unwrap();
    assert_eq!(created.execution().created_at, at(1000));
    let id = created.execution().id;
    let read = block_on(bench.service.get(TENANT, id)).unwrap();
    assert_eq!(&read, created.execution());
    let updated = bench
        .update(
            id,
            Report {
                status: Some(ExecutionStatus::Failed),
                ..patch(ExecutionId(0))
            },
        )
        .unwrap();
    assert!(matches!(updated, Recorded::Updated(_)), "{updated:?}");
    assert_eq!(updated.execution().id, id);
    bench.delete(id, Some(2)).unwrap();
    let gone = block_on(bench.service.get(TENANT, id));
    assert!(matches!(gone, Err(ExecutionError::NotFound)), "{gone:?}");
}

#[test]
fn what_is_wrong_is_said_under_its_path() {
    let bench = bench();
    let good = started(bench.workflow, Some("x"), 0);
    let unknown = bench.create(started(WorkflowId(99), None, 0));
    assert!(
        matches!(unknown, Err(ExecutionError::UnknownWorkflow)),
        "{unknown:?}"
    );
    let version = Report {
        workflow_version: Some(7),
        ..good.clone()
    };
    assert_eq!(path(bench.create(version)), "workflow_version");
    let backwards = finished(bench.workflow, None, (9, 5), ExecutionStatus::Completed);
    assert_eq!(path(bench.create(backwards)), "completed_at");
    let missing = bench.update(ExecutionId(99), patch(ExecutionId(99)));
    assert!(
        matches!(missing, Err(ExecutionError::NotFound)),
        "{missing:?}"
    );
    let id = bench.create(good).unwrap().execution().id;
    let stale = Report {
        known: Known::ById(id, Some(2)),
        ..patch(id)
    };
    let stale = bench.update(id, stale);
    assert!(matches!(stale, Err(ExecutionError::Stale)), "{stale:?}");
}

#[test]
fn deleting_looks_at_the_revision() {
    let bench = bench();
    let id = bench
        .create(started(bench.workflow, None, 0))
        .unwrap()
        .execution()
        .id;
    assert!(matches!(
        bench.delete(id, Some(2)),
        Err(ExecutionError::Stale)
    ));
    bench.delete(id, None).unwrap();
    assert!(matches!(
        bench.delete(id, None),
        Err(ExecutionError::NotFound)
    ));
}

#[test]
fn many_are_recorded_each_with_its_answer() {
    let bench = bench();
    let reports = || {
        vec![
            started(bench.workflow, None, 0),
            started(WorkflowId(99), None, 0),
        ]
    };
    let record =
        |atomic| block_on(bench.service.record_many(&actor(TENANT), reports(), atomic)).unwrap();
    let answers = record(false);
    assert!(
        matches!(answers[0], Ok(Recorded::Created(_))),
        "{answers:?}"
    );
    assert_eq!(answers[1], Err(RecordError::UnknownWorkflow));
    record(true);
    let page = block_on(bench.service.list(
        TENANT,
        &ExecutionFilter::default(),
        &Vec::new(),
        &PageRequest::first(),
    ));
    assert_eq!(page.unwrap().items.len(), 1);
}
