use crate::Database;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use execution_log::testing::LogFixture;
use execution_log::{Change, Consumer, ExecutionLog, TallyStore};
use kernel::TenantId;
use serde_json::{Value, json};
use std::sync::Arc;
use workflow_model::{Definition, WorkflowId};
use workflow_registry::testing::{actor, at};
use workflow_registry::{NewWorkflow, WorkflowStatus, WorkflowStore, WorkflowType};

pub(super) struct Fixture {
    database: Database,
    workflows: Arc<dyn WorkflowStore>,
    log: Arc<dyn ExecutionLog>,
    tallies: Arc<dyn TallyStore>,
}

pub(super) fn fixture(database: Database) -> Fixture {
    Fixture {
        workflows: database.workflow_store(),
        log: database.execution_log(),
        tallies: database.tally_store(),
        database,
    }
}

fn definition(steps: &[(&str, Option<&str>)]) -> Definition {
    let steps: Vec<Value> = steps
        .iter()
        .map(|(name, action)| match action {
            Some(action) => json!({"name": name, "action": action}),
            None => json!({"name": name}),
        })
        .collect();
    Definition::read(&json!({ "steps": steps })).unwrap()
}

#[async_trait]
impl LogFixture for Fixture {
    fn log(&self) -> &dyn ExecutionLog {
        &*self.log
    }

    fn tallies(&self) -> &dyn TallyStore {
        &*self.tallies
    }

    async fn workflow(
        &self,
        tenant: TenantId,
        name: &str,
        steps: &[(&str, Option<&str>)],
    ) -> WorkflowId {
        let new = NewWorkflow {
            name: name.to_owned(),
            description: String::new(),
            workflow_type: WorkflowType::Approval,
            status: WorkflowStatus::Active,
            definition: definition(steps),
        };
        let made = self
            .workflows
            .insert(&actor(tenant), new, at(0), None)
            .await;
        made.unwrap().id
    }

    async fn next_version(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        steps: &[(&str, Option<&str>)],
    ) {
        let mut workflow = self.workflows.get(tenant, workflow).await.unwrap().unwrap();
        workflow.definition = definition(steps);
        workflow.version += 1;
        workflow.revision += 1;
        self.workflows.replace(&workflow, None).await.unwrap();
    }

    async fn counters(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> (i64, Option<DateTime<Utc>>) {
        let workflow = self.workflows.get(tenant, workflow).await.unwrap().unwrap();
        (workflow.execution_count, workflow.last_executed_at)
    }

    async fn take_changes(&self, tenant: TenantId, consumer: Consumer, limit: u32) -> Vec<Change> {
        self.database.take_changes(tenant, consumer, limit).await
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    execution_log::execution_log_contract!(tokio::test, fixture(testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    execution_log::execution_log_contract!(tokio::test, fixture(testdb::postgres().await));
}
