use super::Tenants;
use crate::Database;
use async_trait::async_trait;
use blueprint::TemplateStore;
use kernel::TenantId;
use std::sync::Arc;
use workflow_model::WorkflowId;
use workflow_registry::{Workflow, WorkflowStore};

struct Fixture {
    tenants: Tenants,
    templates: Arc<dyn TemplateStore>,
    workflows: Arc<dyn WorkflowStore>,
}

fn fixture(database: &Database) -> Fixture {
    Fixture {
        tenants: Tenants::new(database),
        templates: database.template_store(),
        workflows: database.workflow_store(),
    }
}

#[async_trait]
impl blueprint::testing::Fixture for Fixture {
    fn templates(&self) -> &dyn TemplateStore {
        &*self.templates
    }

    async fn tenant(&self) -> TenantId {
        self.tenants.another().await
    }

    async fn workflow(&self, tenant: TenantId, id: WorkflowId) -> Option<Workflow> {
        self.workflows.get(tenant, id).await.unwrap()
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    blueprint::template_store_contract!(tokio::test, fixture(&testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    blueprint::template_store_contract!(tokio::test, fixture(&testdb::postgres().await));
}
