//! What [`Database::mark`] promises, with a second value on the same database in the part of
//! another process.

use super::Tenants;
use crate::{Database, DatabaseOptions, testdb};
use execution_log::testing::{at, started};
use execution_log::{Consumer, RecordOptions};
use kernel::{Actor, TenantId};
use workflow_registry::testing::new_workflow;

fn options() -> DatabaseOptions {
    DatabaseOptions {
        postgres_connections: 3,
        ..DatabaseOptions::default()
    }
}

fn actor(tenant: TenantId) -> Actor {
    Actor {
        tenant,
        user: "ada".to_owned(),
    }
}

async fn make_workflow(database: &Database, tenant: TenantId) -> workflow_model::WorkflowId {
    let store = database.workflow_store();
    let new = new_workflow("w");
    let made = store.insert(&actor(tenant), new, at(0), None).await;
    made.unwrap().id
}

/// Every commit that was acknowledged is a new mark, whoever made it; old marks do not come back.
async fn a_commit_is_a_new_mark(ours: Database, theirs: Database) {
    let tenant = Tenants::new(&ours).another().await;
    let mut seen = Vec::new();
    for writer in [&ours, &theirs, &theirs, &ours] {
        for database in [&ours, &theirs] {
            database.mark(tenant).await.unwrap();
        }
        make_workflow(writer, tenant).await;
        let mark = ours.mark(tenant).await.unwrap();
        assert!(!seen.contains(&mark), "{mark} after {seen:?}");
        seen.push(mark);
    }
}

/// Reading is no commit. The server's own work may be one on PostgreSQL: marks must come to stand
/// still, not stand still at once.
async fn without_a_commit_the_mark_stays(ours: Database, theirs: Database) {
    let tenant = Tenants::new(&ours).another().await;
    let workflow = make_workflow(&theirs, tenant).await;
    let mut same = 0;
    let mut last = ours.mark(tenant).await;
    for _ in 0..10_000 {
        let found = theirs.workflow_store().get(tenant, workflow).await;
        assert!(found.unwrap().is_some());
        let now = ours.mark(tenant).await;
        assert!(now.is_some());
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same == 20 {
            return;
        }
    }
    panic!("the mark does not stand still");
}

/// There is no mark while changes wait for any consumer, though others' changes do not matter.
async fn unsettled_tenants_have_no_mark(ours: Database, theirs: Database) {
    let tenants = Tenants::new(&ours);
    let (tenant, other) = (tenants.another().await, tenants.another().await);
    let workflow = make_workflow(&ours, tenant).await;
    assert!(theirs.mark(tenant).await.is_some());
    let record = RecordOptions {
        atomic: false,
        now: at(100),
    };
    let reports = vec![started(workflow, Some("a"), 10)];
    let log = ours.execution_log();
    let recorded = log.record(&actor(tenant), reports, record, None).await;
    recorded.unwrap().remove(0).unwrap();
    for consumer in Consumer::ALL {
        for database in [&ours, &theirs] {
            assert_eq!(database.mark(tenant).await, None);
            assert!(database.mark(other).await.is_some());
        }
        assert_eq!(ours.take_changes(tenant, consumer, 10).await.len(), 1);
    }
    for database in [&ours, &theirs] {
        assert!(database.mark(tenant).await.is_some());
    }
}

macro_rules! on_both {
    ($($name:ident)*) => {
        $(
            mod $name {
                use super::*;

                #[tokio::test]
                async fn sqlite() {
                    let folder = tempfile::tempdir().unwrap();
                    let url = format!("sqlite:{}", folder.path().join("wfi.db").display());
                    let open = || Database::open(&url, &options()).unwrap();
                    let (ours, theirs) = (open(), open());
                    ours.migrate().await.unwrap();
                    super::$name(ours, theirs).await;
                }

                #[tokio::test]
                async fn postgres() {
                    let url = testdb::postgres_url();
                    let open = || Database::open(&url, &options()).unwrap();
                    super::$name(open(), open()).await;
                }
            }
        )*
    };
}

on_both! {
    a_commit_is_a_new_mark
    without_a_commit_the_mark_stays
    unsettled_tenants_have_no_mark
}
