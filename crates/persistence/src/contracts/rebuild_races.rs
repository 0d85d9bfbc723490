//! Judging the log anew while it is written and judged.

use crate::{Database, testdb};
use execution_log::testing::{actor, at, finished, patch, started};
use execution_log::{RecordOptions, Report};
use kernel::{PageRequest, TenantId};
use sla::BreachFilter;
use sla::testing::contract::{new_sla, policy};
use workflow_model::{ExecutionId, ExecutionStatus, WorkflowId};
use workflow_registry::testing::new_workflow;

const TENANT: TenantId = TenantId(1);
const WRITERS: usize = 3;
const RUNS: usize = 30;

async fn record(database: &Database, report: Report) -> ExecutionId {
    let options = RecordOptions {
        atomic: true,
        now: at(200),
    };
    let recorded = database
        .execution_log()
        .record(&actor(TENANT), vec![report], options, None)
        .await;
    recorded.unwrap()[0].as_ref().unwrap().execution().id
}

/// Runs that breach: reported at their end, or at their start and at their end. Some are deleted.
async fn write(database: Database, workflow: WorkflowId) {
    for number in 0..RUNS {
        let late = || finished(workflow, None, (0, 200), ExecutionStatus::Completed);
        if number % 3 == 0 {
            record(&database, late()).await;
            continue;
        }
        let id = record(&database, started(workflow, None, 0)).await;
        let status = Some(ExecutionStatus::Completed);
        let ended = Report {
            status,
            completed_at: Some(at(200)),
            ..patch(id)
        };
        record(&database, ended).await;
        if number % 3 == 1 {
            let log = database.execution_log();
            assert!(log.delete(TENANT, id, None, at(200)).await.unwrap());
        }
    }
}

/// Every run that is left is counted once, has one record, and each recipient is told once.
async fn nothing_is_judged_twice_or_missed(database: Database) {
    let us = actor(TENANT);
    let workflow = database
        .workflow_store()
        .insert(&us, new_workflow("w"), at(0), None)
        .await
        .unwrap()
        .id;
    let sla = database
        .sla_store()
        .insert(&us, new_sla(workflow, "s"), at(0), None)
        .await
        .unwrap()
        .unwrap();
    let mut tasks: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(write(database.clone(), workflow)))
        .collect();
    let judging = database.clone();
    tasks.push(tokio::spawn(async move {
        let judgements = judging.judgement_store();
        for round in 0..60 {
            judgements
                .project(TENANT, at(200), &policy(), 7)
                .await
                .unwrap();
            if round % 6 == 3 {
                let rebuilt = judgements.rebuild(TENANT, at(200), &policy()).await;
                rebuilt.unwrap();
            }
        }
    }));
    for task in tasks {
        task.await.unwrap();
    }
    let judgements = database.judgement_store();
    while judgements
        .project(TENANT, at(200), &policy(), 100)
        .await
        .unwrap()
        .taken
        > 0
    {}
    let left = WRITERS * RUNS * 2 / 3;
    let counted = database.sla_store().get(TENANT, sla.id).await;
    let counted = counted.unwrap().unwrap();
    let expected = i64::try_from(left).unwrap();
    assert_eq!(
        (counted.total_executions, counted.breached_executions),
        (expected, expected)
    );
    let filter = BreachFilter::default();
    let page = database
        .breach_store()
        .list(TENANT, &filter, &Vec::new(), &PageRequest::of_size(200))
        .await;
    assert_eq!(page.unwrap().items.len(), left);
    let outbox = database.alert_outbox();
    let alerts = outbox.claim(at(999), at(1_999), 1_000).await;
    let mut told: Vec<_> = alerts
        .unwrap()
        .into_iter()
        .map(|alert| (alert.breach, alert.recipient))
        .collect();
    assert_eq!(told.len(), 2 * left, "each recipient of each breach");
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 2 * left, "once");
}

#[tokio::test]
async fn sqlite_judges_each_once() {
    nothing_is_judged_twice_or_missed(testdb::sqlite().await).await;
}

#[tokio::test]
async fn postgres_judges_each_once() {
    nothing_is_judged_twice_or_missed(testdb::postgres().await).await;
}
