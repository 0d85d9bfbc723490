//! Deliveries at the same time.

use crate::{Database, testdb};
use chrono::TimeDelta;
use execution_log::RecordOptions;
use execution_log::testing::{actor, at, finished};
use kernel::{PageRequest, TenantId};
use sla::testing::contract::{new_sla, policy};
use sla::{AlertOutcome, BreachFilter};
use workflow_model::ExecutionStatus;
use workflow_registry::testing::new_workflow;

const TENANT: TenantId = TenantId(1);
const BREACHES: usize = 40;

/// Whichever delivery is the last one says that all were sent.
async fn all_sent_is_never_missed(database: Database) {
    let us = actor(TENANT);
    let workflow = database
        .workflow_store()
        .insert(&us, new_workflow("w"), at(0), None)
        .await
        .unwrap()
        .id;
    let new = new_sla(workflow, "s");
    database
        .sla_store()
        .insert(&us, new, at(0), None)
        .await
        .unwrap()
        .unwrap();
    let reports = (0..BREACHES)
        .map(|_| finished(workflow, None, (0, 200), ExecutionStatus::Completed))
        .collect();
    let options = RecordOptions {
        atomic: true,
        now: at(200),
    };
    let recorded = database
        .execution_log()
        .record(&us, reports, options, None)
        .await;
    assert_eq!(recorded.unwrap().len(), BREACHES);
    database
        .judgement_store()
        .project(TENANT, at(200), &policy(), 1_000)
        .await
        .unwrap();
    let lease = at(200) + TimeDelta::minutes(5);
    let alerts = database
        .alert_outbox()
        .claim(at(200), lease, 1_000)
        .await
        .unwrap();
    assert_eq!(alerts.len(), 2 * BREACHES, "two recipients each");
    let deliveries: Vec<_> = alerts
        .into_iter()
        .map(|alert| {
            let outbox = database.alert_outbox();
            tokio::spawn(async move {
                outbox
                    .settle(&alert, &AlertOutcome::Sent, at(201), at(300))
                    .await
            })
        })
        .collect();
    for delivery in deliveries {
        delivery.await.unwrap().unwrap();
    }
    let filter = BreachFilter {
        alert_sent: Some(true),
        ..BreachFilter::default()
    };
    let page = database
        .breach_store()
        .list(TENANT, &filter, &Vec::new(), &PageRequest::of_size(100))
        .await;
    assert_eq!(page.unwrap().items.len(), BREACHES);
}

#[tokio::test]
async fn sqlite_misses_none() {
    all_sent_is_never_missed(testdb::sqlite().await).await;
}

#[tokio::test]
async fn postgres_misses_none() {
    all_sent_is_never_missed(testdb::postgres().await).await;
}
