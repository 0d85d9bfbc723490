use crate::Database;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::testing::started;
use execution_log::{ExecutionLog, RecordOptions, TallyStore};
use kernel::TenantId;
use std::sync::Arc;
use workflow_model::WorkflowId;
use workflow_registry::WorkflowStore;
use workflow_registry::testing::{WorkflowFixture, actor};

struct Fixture {
    workflows: Arc<dyn WorkflowStore>,
    log: Arc<dyn ExecutionLog>,
    tallies: Arc<dyn TallyStore>,
}

fn fixture(database: &Database) -> Fixture {
    Fixture {
        workflows: database.workflow_store(),
        log: database.execution_log(),
        tallies: database.tally_store(),
    }
}

#[async_trait]
impl WorkflowFixture for Fixture {
    fn store(&self) -> &dyn WorkflowStore {
        &*self.workflows
    }

    async fn execute(&self, tenant: TenantId, workflow: WorkflowId, started_at: DateTime<Utc>) {
        let mut report = started(workflow, None, 0);
        report.started_at = Some(started_at);
        let options = RecordOptions {
            atomic: true,
            now: started_at,
        };
        let recorded = self
            .log
            .record(&actor(tenant), vec![report], options, None)
            .await;
        recorded.unwrap().pop().unwrap().unwrap();
        self.tallies.project(tenant, 1_000).await.unwrap();
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    workflow_registry::workflow_store_contract!(tokio::test, fixture(&testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    workflow_registry::workflow_store_contract!(tokio::test, fixture(&testdb::postgres().await));
}
