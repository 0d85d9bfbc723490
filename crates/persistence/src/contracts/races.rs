//! Callers at the same time.

use crate::{Database, testdb};
use execution_log::testing::{at, finished, patch, started};
use execution_log::{Consumer, ExecutionFilter, RecordOptions, Recorded, Report};
use kernel::{Actor, StoreError, TenantId};
use workflow_model::{ExecutionStatus, WorkflowId};
use workflow_registry::Deleted;
use workflow_registry::testing::new_workflow;

const TENANT: TenantId = TenantId(1);

fn actor() -> Actor {
    Actor {
        tenant: TENANT,
        user: "ada".to_owned(),
    }
}

const OPTIONS: fn() -> RecordOptions = || RecordOptions {
    atomic: false,
    now: at(100_000),
};

async fn make_workflow(database: &Database) -> WorkflowId {
    let made = database
        .workflow_store()
        .insert(&actor(), new_workflow("w"), at(0), None)
        .await;
    made.unwrap().id
}

async fn record(database: Database, reports: Vec<Report>) -> Vec<Recorded> {
    let answers = database
        .execution_log()
        .record(&actor(), reports, OPTIONS(), None)
        .await;
    answers.unwrap().into_iter().map(Result::unwrap).collect()
}

/// Many callers report the same runs, alone and in bulk, in opposite orders: each run is kept once,
/// with everything that was said of it, and each change is queued once.
async fn the_same_runs_are_kept_once(database: Database) {
    let workflow = make_workflow(&database).await;
    let names: Vec<String> = (0..20).map(|number| format!("run-{number}")).collect();
    let report = |name: &String, caller: i64| {
        let (external_id, span) = (Some(name.as_str()), (caller, 60));
        finished(workflow, external_id, span, ExecutionStatus::Completed)
    };
    let mut callers = Vec::new();
    for caller in 0..8 {
        let mut reports: Vec<Report> = names.iter().map(|name| report(name, caller)).collect();
        if caller % 2 == 1 {
            reports.reverse();
        }
        let calls: Vec<Vec<Report>> = if caller < 4 {
            vec![reports]
        } else {
            reports.into_iter().map(|report| vec![report]).collect()
        };
        let database = database.clone();
        callers.push(tokio::spawn(async move {
            let mut recorded = Vec::new();
            for call in calls {
                recorded.extend(record(database.clone(), call).await);
            }
            recorded
        }));
    }
    let (mut created, mut updated) = (0, 0);
    for caller in callers {
        for recorded in caller.await.unwrap() {
            match recorded {
                Recorded::Created(_) => created += 1,
                Recorded::Updated(_) => updated += 1,
                Recorded::Unchanged(_) => {}
            }
        }
    }
    assert_eq!(created, names.len());
    let log = database.execution_log();
    let all = log
        .scan(TENANT, &ExecutionFilter::default(), None, 100)
        .await
        .unwrap();
    assert_eq!(all.len(), names.len());
    assert!(
        all.iter().all(|execution| execution.started_at == at(0)),
        "the earliest said"
    );
    for consumer in Consumer::ALL {
        let queued = log.backlog(TENANT, consumer).await.unwrap();
        assert_eq!(queued, i64::try_from(created + updated).unwrap());
    }
}

/// Reports, deletions and projections at once: the counts are those of the log in the end.
async fn counts_stay_exact(database: Database) {
    let workflow = make_workflow(&database).await;
    let mut tasks = Vec::new();
    for caller in 0..4 {
        let database = database.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..30 {
                let external_id = format!("{caller}-{number}");
                let begun = started(workflow, Some(&external_id), 0);
                let id = record(database.clone(), vec![begun]).await[0]
                    .execution()
                    .id;
                let status = Some(ExecutionStatus::Failed);
                record(
                    database.clone(),
                    vec![Report {
                        status,
                        ..patch(id)
                    }],
                )
                .await;
                if number % 3 == 0 {
                    let log = database.execution_log();
                    assert!(log.delete(TENANT, id, None, at(100_000)).await.unwrap());
                }
            }
        }));
    }
    for _ in 0..2 {
        let database = database.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..40 {
                database.tally_store().project(TENANT, 7).await.unwrap();
                if round % 10 == 5 {
                    database.tally_store().rebuild(TENANT).await.unwrap();
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    while !database
        .tally_store()
        .project(TENANT, 50)
        .await
        .unwrap()
        .is_empty()
    {}
    let tally = database.tally_store().tally(TENANT, None).await.unwrap();
    let log = database.execution_log();
    let all = log
        .scan(TENANT, &ExecutionFilter::default(), None, 1_000)
        .await
        .unwrap();
    assert_eq!(all.len(), 80);
    let counts: Vec<_> = tally
        .iter()
        .map(|tally| (tally.status, tally.count))
        .collect();
    assert_eq!(counts, [(ExecutionStatus::Failed, 80)]);
    let counted = database
        .workflow_store()
        .get(TENANT, workflow)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(counted.execution_count, 80);
}

/// A workflow that is deleted while its first execution is recorded: one of the two happens.
async fn no_execution_loses_its_workflow(database: Database) {
    for _ in 0..20 {
        let workflow = make_workflow(&database).await;
        let (log, workflows) = (database.execution_log(), database.workflow_store());
        let recording = tokio::spawn(async move {
            let report = vec![started(workflow, None, 0)];
            log.record(&actor(), report, OPTIONS(), None)
                .await
                .unwrap()
                .remove(0)
                .is_ok()
        });
        let deleted = workflows.delete(TENANT, workflow, None).await.unwrap();
        match (recording.await.unwrap(), deleted) {
            (true, Deleted::InUse) | (false, Deleted::Gone) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What another writer has changed is not overwritten.
async fn one_of_two_replacements_wins(database: Database) {
    let workflow = make_workflow(&database).await;
    let store = database.workflow_store();
    let mut change = store.get(TENANT, workflow).await.unwrap().unwrap();
    change.revision += 1;
    let writers: Vec<_> = (0..6)
        .map(|_| {
            let (store, change) = (database.workflow_store(), change.clone());
            tokio::spawn(async move { store.replace(&change, None).await })
        })
        .collect();
    let mut won = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(_) => won += 1,
            Err(StoreError::StaleVersion) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
}

macro_rules! on_both {
    ($($case:ident),+) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::testdb::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::testdb::postgres().await).await;
            })+
        }
    };
}
on_both!(
    the_same_runs_are_kept_once,
    counts_stay_exact,
    no_execution_loses_its_workflow,
    one_of_two_replacements_wins
);
