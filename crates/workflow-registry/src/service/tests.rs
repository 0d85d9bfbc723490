use super::{WorkflowError, WorkflowService};
use crate::testing::{FixedCheck, MemoryWorkflows, actor, at, block_on, new_workflow, steps};
use crate::{
    Deleted, NewWorkflow, Workflow, WorkflowChange, WorkflowFilter, WorkflowOrder, WorkflowStatus,
    WorkflowStore,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::testing::ManualClock;
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};
use workflow_model::{Definition, WorkflowId};

const TENANT: TenantId = TenantId(1);

struct Bench {
    store: Arc<MemoryWorkflows>,
    clock: Arc<ManualClock>,
    service: WorkflowService,
}

fn bench() -> Bench {
    let store = Arc::new(MemoryWorkflows::default());
    let clock = Arc::new(ManualClock::at(at(0)));
    let service = WorkflowService::new(store.clone(), check(), clock.clone());
    Bench {
        store,
        clock,
        service,
    }
}

fn check() -> Arc<FixedCheck> {
    Arc::new(FixedCheck(vec!["steps: There are none.".to_owned()]))
}

impl Bench {
    fn create(&self, new: NewWorkflow) -> Workflow {
        block_on(self.service.create(&actor(TENANT), new, None)).unwrap()
    }

    fn update(&self, id: WorkflowId, change: WorkflowChange) -> Result<Workflow, WorkflowError> {
        block_on(self.service.update(&actor(TENANT), id, change, None))
    }

    fn activate(&self, id: WorkflowId, if_match: Option<i64>) -> Result<Workflow, WorkflowError> {
        block_on(self.service.activate(&actor(TENANT), id, if_match, None))
    }
}

fn stepless(name: &str) -> NewWorkflow {
    NewWorkflow {
        definition: Definition::empty(),
        ..new_workflow(name)
    }
}

fn nothing() -> WorkflowChange {
    WorkflowChange::default()
}

fn refused<T: std::fmt::Debug>(result: Result<T, WorkflowError>) -> Vec<String> {
    match result {
        Err(WorkflowError::NotActivatable(faults)) => faults,
        other => panic!("{other:?}"),
    }
}

#[test]
fn other_steps_make_a_new_version_and_the_old_one_is_kept() {
    let bench = bench();
    let first = bench.create(new_workflow("W"));
    bench.clock.advance(TimeDelta::seconds(5));
    let change = |names: &[&str]| WorkflowChange {
        steps: Some(steps(names)),
        ..nothing()
    };
    let second = bench.update(first.id, change(&["A", "B"])).unwrap();
    assert_eq!(
        (second.version, second.revision, second.updated_at),
        (2, 2, at(5))
    );
    let same = bench.update(first.id, change(&["A", "B"])).unwrap();
    assert_eq!(
        (same.version, same.revision),
        (2, 3),
        "the same steps are no new version"
    );
    let renamed = WorkflowChange {
        name: Some("V".to_owned()),
        ..nothing()
    };
    let renamed = bench.update(first.id, renamed).unwrap();
    assert_eq!((renamed.version, renamed.name.as_str()), (2, "V"));
    assert_eq!(renamed.definition.steps, steps(&["A", "B"]));
    let version = |n| block_on(bench.service.version(TENANT, first.id, n));
    assert_eq!(version(1).unwrap(), first.definition);
    assert_eq!(version(2).unwrap(), second.definition);
    assert!(matches!(version(3), Err(WorkflowError::NotFound)));
}

#[test]
fn only_a_sound_definition_becomes_active() {
    let bench = bench();
    let faults = ["steps: There are none."];
    let draft = bench.create(stepless("W"));
    assert_eq!(refused(bench.activate(draft.id, None)), faults);
    let active = Some(WorkflowStatus::Active);
    let by_patch = WorkflowChange {
        status: active,
        ..nothing()
    };
    assert_eq!(refused(bench.update(draft.id, by_patch.clone())), faults);
    let new = NewWorkflow {
        status: WorkflowStatus::Active,
        ..stepless("V")
    };
    assert_eq!(
        refused(block_on(bench.service.create(&actor(TENANT), new, None))),
        faults
    );

    // With the steps in the same change it is sound.
    let whole = WorkflowChange {
        steps: Some(steps(&["A"])),
        ..by_patch
    };
    assert_eq!(
        bench.update(draft.id, whole).unwrap().status,
        WorkflowStatus::Active
    );
    let broken = WorkflowChange {
        steps: Some(Vec::new()),
        ..nothing()
    };
    assert_eq!(
        refused(bench.update(draft.id, broken.clone())),
        faults,
        "it is in use"
    );
    let retired = WorkflowChange {
        status: Some(WorkflowStatus::Inactive),
        ..broken
    };
    assert_eq!(
        bench.update(draft.id, retired).unwrap().status,
        WorkflowStatus::Inactive
    );
}

#[test]
fn an_archived_workflow_can_be_activated_again() {
    let bench = bench();
    let made = bench.create(NewWorkflow {
        status: WorkflowStatus::Archived,
        ..new_workflow("W")
    });
    let active = bench.activate(made.id, Some(1)).unwrap();
    assert_eq!(
        (active.status, active.revision, active.version),
        (WorkflowStatus::Active, 2, 1)
    );
}

#[test]
fn another_revision_than_the_named_one_is_refused() {
    let bench = bench();
    let id = bench.create(new_workflow("W")).id;
    let (service, actor) = (&bench.service, actor(TENANT));
    let update = block_on(service.update(&actor, id, nothing(), Some(2)));
    assert!(matches!(update, Err(WorkflowError::Stale)), "{update:?}");
    assert!(matches!(
        bench.activate(id, Some(2)),
        Err(WorkflowError::Stale)
    ));
    assert!(matches!(
        block_on(service.delete(&actor, id, Some(2))),
        Err(WorkflowError::Stale)
    ));
    assert!(block_on(service.delete(&actor, id, Some(1))).is_ok());
}

#[test]
fn what_is_not_there_is_not_found() {
    let bench = bench();
    let id = bench.create(new_workflow("W")).id;
    let stranger = actor(TenantId(2));
    let service = &bench.service;
    for (actor, id) in [(stranger, id), (actor(TENANT), WorkflowId(99))] {
        let tenant = actor.tenant;
        assert!(matches!(
            block_on(service.get(tenant, id)),
            Err(WorkflowError::NotFound)
        ));
        let update = block_on(service.update(&actor, id, nothing(), None));
        assert!(matches!(update, Err(WorkflowError::NotFound)));
        let activate = block_on(service.activate(&actor, id, None, None));
        assert!(matches!(activate, Err(WorkflowError::NotFound)));
        let delete = block_on(service.delete(&actor, id, None));
        assert!(matches!(delete, Err(WorkflowError::NotFound)));
    }
    assert_eq!(
        block_on(service.find_by_name(TENANT, "W"))
            .unwrap()
            .map(|w| w.id),
        Some(id)
    );
}

#[test]
fn a_workflow_in_use_is_not_deleted() {
    let bench = bench();
    let id = bench.create(new_workflow("W")).id;
    bench.store.note_execution(TENANT, id, at(1));
    let refused = block_on(bench.service.delete(&actor(TENANT), id, None));
    assert!(matches!(refused, Err(WorkflowError::InUse)), "{refused:?}");
    let (filter, ordering, page) = (WorkflowFilter::default(), Vec::new(), PageRequest::first());
    let list = bench.service.list(TENANT, &filter, &ordering, &page);
    assert_eq!(block_on(list).unwrap().items.len(), 1);
}

/// Another writer is faster so many times.
struct Contended {
    inner: MemoryWorkflows,
    races: AtomicUsize,
}

#[async_trait]
impl WorkflowStore for Contended {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError> {
        self.inner.insert(actor, new, now, receipt).await
    }

    async fn get(&self, tenant: TenantId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        self.inner.get(tenant, id).await
    }

    async fn find_by_name(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<Option<Workflow>, StoreError> {
        self.inner.find_by_name(tenant, name).await
    }

    async fn version(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        version: i64,
    ) -> Result<Option<Definition>, StoreError> {
        self.inner.version(tenant, id, version).await
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &WorkflowFilter,
        ordering: &Ordering<WorkflowOrder>,
        page: &PageRequest,
    ) -> Result<Page<Workflow>, StoreError> {
        self.inner.list(tenant, filter, ordering, page).await
    }

    async fn replace(
        &self,
        workflow: &Workflow,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError> {
        let race = |left: usize| left.checked_sub(1);
        if self
            .races
            .fetch_update(Atomic::SeqCst, Atomic::SeqCst, race)
            .is_ok()
        {
            let stored = self.inner.get(workflow.tenant, workflow.id).await?;
            let mut other = stored.unwrap();
            other.description.push('!');
            other.revision += 1;
            self.inner.replace(&other, None).await?;
        }
        self.inner.replace(workflow, receipt).await
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        expected_revision: Option<i64>,
    ) -> Result<Deleted, StoreError> {
        self.inner.delete(tenant, id, expected_revision).await
    }
}

#[test]
fn a_change_that_names_no_revision_is_applied_to_what_another_writer_left() {
    let renamed = || WorkflowChange {
        name: Some("V".to_owned()),
        ..nothing()
    };
    let race = |races: usize, if_match: Option<i64>| {
        let store = Arc::new(Contended {
            inner: MemoryWorkflows::default(),
            races: AtomicUsize::new(races),
        });
        let service = WorkflowService::new(store, check(), Arc::new(ManualClock::fixed()));
        let actor = actor(TENANT);
        let made = block_on(service.create(&actor, new_workflow("W"), None)).unwrap();
        block_on(service.update(&actor, made.id, renamed(), if_match))
    };
    let merged = race(2, None).unwrap();
    assert_eq!(
        (merged.name.as_str(), merged.description.as_str()),
        ("V", "!!")
    );
    assert_eq!(merged.revision, 4);
    assert!(matches!(race(1, Some(1)), Err(WorkflowError::Stale)));
    assert!(matches!(race(100, None), Err(WorkflowError::Stale)));
}
