use crate::Database;
use async_trait::async_trait;
use kernel::{PageRequest, TenantId};
use std::sync::Arc;
use suggestions::SuggestionStore;
use suggestions::testing::SuggestionFixture;
use workflow_model::WorkflowId;
use workflow_registry::testing::{actor, at, new_workflow};
use workflow_registry::{WorkflowFilter, WorkflowStore};

struct Fixture {
    suggestions: Arc<dyn SuggestionStore>,
    workflows: Arc<dyn WorkflowStore>,
}

fn fixture(database: &Database) -> Fixture {
    Fixture {
        suggestions: database.suggestion_store(),
        workflows: database.workflow_store(),
    }
}

#[async_trait]
impl SuggestionFixture for Fixture {
    fn store(&self) -> &dyn SuggestionStore {
        &*self.suggestions
    }

    async fn workflow(&self, tenant: TenantId, name: &str) -> WorkflowId {
        let made = self
            .workflows
            .insert(&actor(tenant), new_workflow(name), at(0), None)
            .await;
        made.unwrap().id
    }

    async fn workflow_names(&self, tenant: TenantId) -> Vec<String> {
        let all = WorkflowFilter::default();
        let page = self
            .workflows
            .list(tenant, &all, &Vec::new(), &PageRequest::first())
            .await;
        let mut workflows = page.unwrap().items;
        workflows.sort_by_key(|workflow| workflow.id);
        workflows
            .into_iter()
            .map(|workflow| workflow.name)
            .collect()
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    suggestions::suggestion_store_contract!(tokio::test, fixture(&testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    suggestions::suggestion_store_contract!(tokio::test, fixture(&testdb::postgres().await));
}
