//! Actions that are made at the same time, while steps of their type are measured.

use crate::{Database, testdb};
use catalog::testing::{actor, new_action, step};
use catalog::{Action, ActionFilter, NewAction};
use execution_log::testing::{at, finished};
use execution_log::{RecordOptions, Report};
use kernel::{PageRequest, TenantId};
use workflow_model::{ExecutionStatus, StepStatus};
use workflow_registry::testing::new_workflow;

const ROUNDS: i64 = 12;

async fn tenant(database: &Database, name: &str) -> TenantId {
    let made = database.token_store().ensure_tenant(name, at(0)).await;
    made.unwrap()
}

/// Runs of a tenant, each with a step of the type and name of the round, measured one by one.
async fn runs(database: Database, tenant: TenantId) {
    let workflow = database
        .workflow_store()
        .insert(&actor(tenant), new_workflow("w"), at(0), None)
        .await
        .unwrap()
        .id;
    for round in 0..ROUNDS {
        let (name, action) = (name_of(round), type_of(round));
        let report = Report {
            steps: vec![step(&name, &action, StepStatus::Completed, 100 + round)],
            ..finished(workflow, None, (0, 60), ExecutionStatus::Completed)
        };
        let options = RecordOptions {
            atomic: true,
            now: at(60),
        };
        let recorded = database
            .execution_log()
            .record(&actor(tenant), vec![report], options, None)
            .await;
        assert!(recorded.unwrap()[0].is_ok());
        while !database
            .statistics_store()
            .project(tenant, 10)
            .await
            .unwrap()
            .is_empty()
        {}
    }
}

fn name_of(round: i64) -> String {
    format!("Approve {round}")
}

fn type_of(round: i64) -> String {
    format!("type {round}")
}

async fn seen(database: &Database, tenant: TenantId) -> Vec<Action> {
    let all = database
        .action_store()
        .list(
            tenant,
            &ActionFilter::default(),
            &Vec::new(),
            &PageRequest::of_size(200),
        )
        .await;
    all.unwrap().items
}

/// Two tenants make the same global actions while both have their steps measured: each keeps its
/// own, and everybody's numbers are those of measuring it all afterwards.
async fn the_same_global_action_is_measured_for_all(database: Database) {
    let tenants = [tenant(&database, "a").await, tenant(&database, "b").await];
    let mut tasks = Vec::new();
    for tenant in tenants {
        tasks.push(tokio::spawn(runs(database.clone(), tenant)));
        let database = database.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..ROUNDS {
                let new = NewAction {
                    is_global: true,
                    ..new_action(&name_of(round), &type_of(round))
                };
                let made = database
                    .action_store()
                    .insert(&actor(tenant), new, at(0), None)
                    .await;
                assert_eq!(made.unwrap().owner, tenant);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    for tenant in tenants {
        let statistics = database.statistics_store();
        while !statistics.project(tenant, 100).await.unwrap().is_empty() {}
        let found = seen(&database, tenant).await;
        assert_eq!(found.len(), 2 * usize::try_from(ROUNDS).unwrap());
        statistics.rebuild(tenant).await.unwrap();
        assert_eq!(found, seen(&database, tenant).await);
    }
}

/// Many imports of a tenant find the same actions missing: each is kept once.
async fn missing_actions_are_kept_once(database: Database) {
    let tenant = tenant(&database, "a").await;
    let given: Vec<NewAction> = (0..ROUNDS)
        .map(|round| NewAction {
            is_global: round % 2 == 0,
            ..new_action(&name_of(round), &type_of(round))
        })
        .collect();
    let mut imports = Vec::new();
    for _ in 0..6 {
        let (actions, given) = (database.action_store(), given.clone());
        imports.push(tokio::spawn(async move {
            actions
                .insert_missing(&actor(tenant), given, at(0))
                .await
                .unwrap()
        }));
    }
    let mut kept = 0;
    for import in imports {
        kept += import.await.unwrap();
    }
    assert_eq!(kept, u64::try_from(given.len()).unwrap());
    assert_eq!(seen(&database, tenant).await.len(), given.len());
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
    the_same_global_action_is_measured_for_all,
    missing_actions_are_kept_once
);
