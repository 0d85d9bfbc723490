//! An answer under an idempotency key is kept with its effect, or neither is.

use crate::{Database, testdb};
use access::testing::{answer, at, idempotency_key};
use catalog::testing::new_action;
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::testing::{finished, started};
use execution_log::{
    Consumer, ExecutionFilter, RecordOptions, RecordReceipt, Recorded, RecordedCounts,
};
use kernel::{
    Actor, Answer, IdempotencyKey, PageRequest, Receipt, StoreError, TenantId, to_millis,
};
use workflow_model::{ExecutionStatus, WorkflowId};
use workflow_registry::WorkflowFilter;
use workflow_registry::testing::new_workflow;

const TENANT: TenantId = TenantId(1);

fn actor() -> Actor {
    Actor {
        tenant: TENANT,
        user: "ada".to_owned(),
    }
}

fn key(name: &str, used_at: DateTime<Utc>) -> IdempotencyKey {
    IdempotencyKey {
        used_at_millis: to_millis(used_at),
        ..idempotency_key(TENANT, name)
    }
}

fn receipt<T>(
    name: &str,
    used_at: DateTime<Utc>,
    body: impl Fn(&T) -> String + Send + Sync + 'static,
) -> Receipt<T> {
    let render = move |value: &T| Answer {
        body: body(value),
        ..answer(201)
    };
    Receipt {
        key: key(name, used_at),
        render: Box::new(render),
    }
}

async fn kept(database: &Database, name: &str) -> Option<String> {
    let found = database
        .answer_store()
        .find(&key(name, at(0)), at(0))
        .await
        .unwrap();
    found.map(|stored| stored.answer.body)
}

#[expect(clippy::needless_pass_by_value, reason = "the outcome is at its end")]
fn taken<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(
        matches!(outcome, Err(StoreError::AnswerExists)),
        "{outcome:?}"
    );
}

async fn count_workflows(database: &Database) -> i64 {
    let filter = WorkflowFilter::default();
    let list = database.workflow_store();
    let page = list
        .list(TENANT, &filter, &Vec::new(), &PageRequest::first())
        .await
        .unwrap();
    page.count.unwrap().value()
}

async fn workflows(database: Database) {
    let store = database.workflow_store();
    let named = |name: &str, used_at| {
        receipt(name, used_at, |w: &workflow_registry::Workflow| {
            format!("{} {}", w.id, w.name)
        })
    };
    let made = store
        .insert(&actor(), new_workflow("a"), at(0), Some(named("k", at(0))))
        .await;
    let made = made.unwrap();
    assert_eq!(kept(&database, "k").await, Some(format!("{} a", made.id)));

    taken(
        store
            .insert(&actor(), new_workflow("b"), at(1), Some(named("k", at(1))))
            .await,
    );
    assert_eq!(count_workflows(&database).await, 1);
    let mut renamed = made.clone();
    renamed.name = "c".to_owned();
    renamed.revision = 2;
    taken(store.replace(&renamed, Some(named("k", at(1)))).await);
    assert_eq!(
        store.get(TENANT, made.id).await.unwrap(),
        Some(made.clone())
    );
    renamed.revision = 9;
    let stale = store.replace(&renamed, Some(named("stale", at(1)))).await;
    assert!(matches!(stale, Err(StoreError::StaleVersion)), "{stale:?}");
    assert_eq!(kept(&database, "stale").await, None);

    // After a day the key is free again.
    let next_day = at(1) + TimeDelta::hours(24);
    let receipt = Some(named("k", next_day));
    let later = store
        .insert(&actor(), new_workflow("d"), next_day, receipt)
        .await
        .unwrap();
    assert_eq!(kept(&database, "k").await, Some(format!("{} d", later.id)));
    assert_eq!(count_workflows(&database).await, 2);
}

async fn make_workflow(database: &Database) -> WorkflowId {
    let made = database
        .workflow_store()
        .insert(&actor(), new_workflow("w"), at(0), None)
        .await;
    made.unwrap().id
}

async fn executions(database: Database) {
    let workflow = make_workflow(&database).await;
    let log = database.execution_log();
    let options = |atomic| RecordOptions {
        atomic,
        now: at(1_000_000_000),
    };
    let shown = |name: &str| {
        RecordReceipt::First(receipt(name, at(0), |recorded: &Recorded| {
            format!(
                "{} r{}",
                recorded.execution().id,
                recorded.execution().revision
            )
        }))
    };
    let report = || started(workflow, Some("x"), 0);
    let made = log
        .record(&actor(), vec![report()], options(true), Some(shown("k")))
        .await
        .unwrap();
    let made = made[0].as_ref().unwrap().execution().clone();
    assert_eq!(kept(&database, "k").await, Some(format!("{} r1", made.id)));

    // The key is taken: neither a new execution nor news of a known one is stored, nor queued.
    let news = finished(workflow, Some("x"), (0, 60), ExecutionStatus::Completed);
    for reports in [
        vec![started(workflow, None, 1)],
        vec![news.clone()],
        vec![report(), news],
    ] {
        taken(
            log.record(&actor(), reports, options(false), Some(shown("k")))
                .await,
        );
    }
    let all = log
        .scan(TENANT, &ExecutionFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(all, [made]);
    for consumer in Consumer::ALL {
        assert_eq!(log.backlog(TENANT, consumer).await.unwrap(), 1);
    }

    // A refused report has no receipt, and so may be sent again under its key.
    let wrong = finished(workflow, Some("y"), (10, 5), ExecutionStatus::Completed);
    let answers = log
        .record(&actor(), vec![wrong], options(true), Some(shown("wrong")))
        .await;
    assert!(answers.unwrap()[0].is_err());
    assert_eq!(kept(&database, "wrong").await, None);
}

/// A call of which everything was recorded keeps the counts.
async fn bulks(database: Database) {
    let workflow = make_workflow(&database).await;
    let log = database.execution_log();
    let options = RecordOptions {
        atomic: true,
        now: at(1_000_000_000),
    };
    let shown = |name: &str| {
        let shown = |counts: &RecordedCounts| {
            format!("{} {} {}", counts.created, counts.updated, counts.unchanged)
        };
        Some(RecordReceipt::Counts(receipt(name, at(0), shown)))
    };
    let begun = || started(workflow, Some("x"), 0);
    let ended = || finished(workflow, Some("x"), (0, 60), ExecutionStatus::Completed);
    let reports = || vec![begun(), begun(), ended(), started(workflow, None, 1)];
    let recorded = log.record(&actor(), reports(), options, shown("k")).await;
    assert!(recorded.unwrap().iter().all(Result::is_ok));
    assert_eq!(kept(&database, "k").await.as_deref(), Some("2 1 1"));
    taken(log.record(&actor(), reports(), options, shown("k")).await);

    let wrong = finished(workflow, Some("y"), (10, 5), ExecutionStatus::Completed);
    let reports = vec![started(workflow, None, 2), wrong];
    let refused = log.record(&actor(), reports, options, shown("wrong")).await;
    assert!(refused.unwrap()[1].is_err());
    assert_eq!(kept(&database, "wrong").await, None);
    let all = log
        .scan(TENANT, &ExecutionFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
}

async fn actions(database: Database) {
    let store = database.action_store();
    let shown = |name: &str| receipt(name, at(0), |a: &catalog::Action| a.declared.name.clone());
    let new = || new_action("mail", "notification");
    store
        .insert(&actor(), new(), at(0), Some(shown("k")))
        .await
        .unwrap();
    assert_eq!(kept(&database, "k").await.as_deref(), Some("mail"));
    taken(store.insert(&actor(), new(), at(0), Some(shown("k"))).await);
    let types = ["notification".to_owned()];
    assert_eq!(store.of_types(TENANT, &types).await.unwrap().len(), 1);
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
on_both!(workflows, executions, bulks, actions);

mod features;
