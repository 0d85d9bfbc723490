use crate::Database;
use async_trait::async_trait;
use kernel::{PageRequest, TenantId};
use std::sync::Arc;
use suggestions::SuggestionStore;
use suggestions::testing::{SuggestionFixture, mined};
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

/// However many mine the same history at once, one is heard.
async fn the_same_history_is_heard_once(database: Database) {
    let fixture = fixture(&database);
    let tenant = TenantId(1);
    let about = fixture.workflow(tenant, "w").await;
    let miners: Vec<_> = (0..12)
        .map(|_| {
            let store = database.suggestion_store();
            let found = vec![mined(about, "a", 0.9, 100), mined(about, "b", 0.9, 100)];
            tokio::spawn(async move { store.insert(&actor(tenant), found, at(0), None).await })
        })
        .collect();
    let mut kept = 0;
    for miner in miners {
        kept += miner.await.unwrap().unwrap().unwrap().len();
    }
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn sqlite_hears_once() {
    the_same_history_is_heard_once(crate::testdb::sqlite().await).await;
}

#[tokio::test]
async fn postgres_hears_once() {
    the_same_history_is_heard_once(crate::testdb::postgres().await).await;
}
