//! Writing and reading single workflows.
#![expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]

use super::{OURS, THEIRS};
use crate::testing::{WorkflowFixture, actor, at, new_workflow, steps};
use crate::{
    Deleted, NewWorkflow, Workflow, WorkflowFilter, WorkflowStatus, WorkflowStore, WorkflowType,
};
use kernel::{Count, PageRequest, StoreError, TenantId};
use serde_json::json;
use workflow_model::{Definition, WorkflowId};

async fn insert(store: &dyn WorkflowStore, tenant: TenantId, name: &str) -> Workflow {
    store
        .insert(&actor(tenant), new_workflow(name), at(0), None)
        .await
        .unwrap()
}

/// A definition with something in every part.
fn full_definition() -> Definition {
    Definition::read(&json!({
        "trigger_conditions": {"discount_percentage": {"$lt": 10}},
        "steps": [
            {"name": "Validate", "action": "validation", "config": {"strict": true}},
            {"name": "Approve", "action": "approval", "approver": "manager",
             "conditions": "amount > 10000"}
        ],
        "variables": [{"name": "amount", "type": "number"}],
        "settings": {"timeout": 300, "note": "naïve ☃"},
        "graph_spec": {"nodes": [{"id": "start", "type": "trigger"}], "edges": []}
    }))
    .unwrap()
}

/// A new workflow is version 1, revision 1, without executions, and reads back as it was written.
pub async fn what_was_inserted_reads_back(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let new = NewWorkflow {
        name: "Ünïcode".to_owned(),
        description: "Of \"all\" kinds".to_owned(),
        workflow_type: WorkflowType::Approval,
        status: WorkflowStatus::Inactive,
        definition: full_definition(),
    };
    let made = store
        .insert(&actor(OURS), new.clone(), at(7), None)
        .await
        .unwrap();
    let expected = Workflow {
        id: made.id,
        tenant: OURS,
        name: new.name,
        description: new.description,
        workflow_type: new.workflow_type,
        status: new.status,
        version: 1,
        definition: new.definition,
        created_by: "tester".to_owned(),
        created_at: at(7),
        updated_at: at(7),
        execution_count: 0,
        last_executed_at: None,
        revision: 1,
    };
    assert_eq!(made, expected);
    assert_eq!(store.get(OURS, made.id).await.unwrap(), Some(expected));
    assert_eq!(
        store.version(OURS, made.id, 1).await.unwrap(),
        Some(full_definition())
    );
    assert_eq!(
        store.get(OURS, WorkflowId(made.id.0 + 1000)).await.unwrap(),
        None
    );
}

/// Names need not be unique; of several the smallest id is found. The name must be exact.
pub async fn a_name_finds_the_first_workflow(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let first = insert(store, OURS, "Twice").await;
    insert(store, OURS, "Twice").await;
    assert_eq!(
        store.find_by_name(OURS, "Twice").await.unwrap(),
        Some(first)
    );
    assert_eq!(store.find_by_name(OURS, "twice").await.unwrap(), None);
    assert_eq!(store.find_by_name(OURS, "Tw%").await.unwrap(), None);
}

/// Replacing writes every field that a client can set; counters stay what was measured.
pub async fn replacing_writes_everything_but_counters(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let made = insert(store, OURS, "Before").await;
    fixture.execute(OURS, made.id, at(60)).await;
    let counted = store.get(OURS, made.id).await.unwrap().unwrap();
    assert_eq!(
        (counted.execution_count, counted.last_executed_at),
        (1, Some(at(60)))
    );
    assert_eq!(
        counted.revision, made.revision,
        "counting is not a change by a client"
    );

    let changed = Workflow {
        name: "After".to_owned(),
        description: "Changed".to_owned(),
        workflow_type: WorkflowType::Escalation,
        status: WorkflowStatus::Archived,
        version: 2,
        definition: full_definition(),
        updated_at: at(99),
        execution_count: 77,
        last_executed_at: None,
        revision: 2,
        ..made
    };
    let stored = store.replace(&changed, None).await.unwrap();
    let expected = Workflow {
        execution_count: 1,
        last_executed_at: Some(at(60)),
        ..changed
    };
    assert_eq!(stored, expected);
    assert_eq!(store.get(OURS, stored.id).await.unwrap(), Some(expected));
}

/// Only the next revision is written.
pub async fn a_stale_revision_is_refused(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let made = insert(store, OURS, "Stale").await;
    let next = Workflow {
        name: "Next".to_owned(),
        revision: 2,
        ..made.clone()
    };
    store.replace(&next, None).await.unwrap();
    for revision in [1, 2, 4] {
        let late = Workflow {
            name: "Late".to_owned(),
            revision,
            ..made.clone()
        };
        let refused = store.replace(&late, None).await;
        assert!(
            matches!(refused, Err(StoreError::StaleVersion)),
            "{revision}: {refused:?}"
        );
    }
    let unknown = Workflow {
        id: WorkflowId(made.id.0 + 1000),
        revision: 2,
        ..made
    };
    assert!(matches!(
        store.replace(&unknown, None).await,
        Err(StoreError::StaleVersion)
    ));
    assert_eq!(store.get(OURS, next.id).await.unwrap(), Some(next));
}

/// Each version keeps the definition that it last had.
pub async fn every_version_is_kept(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let first = insert(store, OURS, "Versions").await;
    let with = |names: &[&str]| Definition {
        steps: steps(names),
        ..Definition::empty()
    };
    let mut next = first.clone();
    for (version, names) in [(2, &["A", "B"][..]), (3, &["C"][..])] {
        next.revision += 1;
        next.version = version;
        next.definition = with(names);
        next = store.replace(&next, None).await.unwrap();
    }
    // The same version with other settings.
    next.revision += 1;
    next.definition
        .settings
        .insert("timeout".to_owned(), json!(5));
    store.replace(&next, None).await.unwrap();

    let version = async |version| store.version(OURS, first.id, version).await.unwrap();
    assert_eq!(version(1).await, Some(first.definition));
    assert_eq!(version(2).await, Some(with(&["A", "B"])));
    assert_eq!(version(3).await, Some(next.definition));
    assert_eq!(version(4).await, None);
    assert_eq!(version(0).await, None);
}

/// A deleted workflow is gone with its versions, and only it.
pub async fn deleting_takes_the_versions_too(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let gone = insert(store, OURS, "Gone").await;
    let other = insert(store, OURS, "Other").await;
    assert_eq!(
        store.delete(OURS, gone.id, None).await.unwrap(),
        Deleted::Gone
    );
    assert_eq!(store.get(OURS, gone.id).await.unwrap(), None);
    assert_eq!(store.version(OURS, gone.id, 1).await.unwrap(), None);
    assert_eq!(store.find_by_name(OURS, "Gone").await.unwrap(), None);
    assert_eq!(
        store.delete(OURS, gone.id, None).await.unwrap(),
        Deleted::NotFound
    );
    assert_eq!(store.get(OURS, other.id).await.unwrap(), Some(other));
}

/// A workflow of another revision than the expected one is not deleted.
pub async fn deleting_a_stale_revision_is_refused(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let made = insert(store, OURS, "Kept").await;
    let refused = store.delete(OURS, made.id, Some(2)).await;
    assert!(
        matches!(refused, Err(StoreError::StaleVersion)),
        "{refused:?}"
    );
    assert_eq!(store.get(OURS, made.id).await.unwrap(), Some(made.clone()));
    assert_eq!(
        store.delete(OURS, made.id, Some(1)).await.unwrap(),
        Deleted::Gone
    );
}

/// A workflow with executions is not deleted.
pub async fn a_workflow_in_use_stays(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let made = insert(store, OURS, "Used").await;
    fixture.execute(OURS, made.id, at(1)).await;
    assert_eq!(
        store.delete(OURS, made.id, None).await.unwrap(),
        Deleted::InUse
    );
    assert!(store.get(OURS, made.id).await.unwrap().is_some());
    assert!(store.version(OURS, made.id, 1).await.unwrap().is_some());
}

/// No read shows another tenant's workflow.
pub async fn tenants_see_only_their_own(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let ours = insert(store, OURS, "Ours").await;
    assert_eq!(store.get(THEIRS, ours.id).await.unwrap(), None);
    assert_eq!(store.find_by_name(THEIRS, "Ours").await.unwrap(), None);
    assert_eq!(store.version(THEIRS, ours.id, 1).await.unwrap(), None);
    let (filter, page) = (WorkflowFilter::default(), PageRequest::first());
    let theirs = store
        .list(THEIRS, &filter, &Vec::new(), &page)
        .await
        .unwrap();
    assert_eq!(
        (theirs.items, theirs.count),
        (Vec::new(), Some(Count::Exact(0)))
    );
    let search = WorkflowFilter {
        search: vec!["ours".to_owned()],
        ..filter
    };
    let theirs = store
        .list(THEIRS, &search, &Vec::new(), &page)
        .await
        .unwrap();
    assert_eq!(
        (theirs.items, theirs.count),
        (Vec::new(), Some(Count::Exact(0)))
    );
}

/// No write changes another tenant's workflow.
pub async fn tenants_cannot_change_anothers(fixture: &dyn WorkflowFixture) {
    let store = fixture.store();
    let ours = insert(store, OURS, "Ours").await;
    let stolen = Workflow {
        tenant: THEIRS,
        name: "Stolen".to_owned(),
        version: 2,
        revision: 2,
        definition: full_definition(),
        ..ours.clone()
    };
    assert!(matches!(
        store.replace(&stolen, None).await,
        Err(StoreError::StaleVersion)
    ));
    assert_eq!(
        store.delete(THEIRS, ours.id, None).await.unwrap(),
        Deleted::NotFound
    );
    assert_eq!(
        store.delete(THEIRS, ours.id, Some(1)).await.unwrap(),
        Deleted::NotFound
    );
    assert_eq!(
        store.delete(THEIRS, ours.id, Some(2)).await.unwrap(),
        Deleted::NotFound
    );
    assert_eq!(store.get(OURS, ours.id).await.unwrap(), Some(ours.clone()));
    assert_eq!(store.version(OURS, ours.id, 2).await.unwrap(), None);
}
