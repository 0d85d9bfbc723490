use super::Tenants;
use crate::Database;
use async_trait::async_trait;
use kernel::TenantId;
use std::sync::Arc;
use workflow_model::WorkflowId;
use workflow_registry::WorkflowStore;
use workflow_registry::testing::{actor, at, new_workflow};
use workflow_sim::SimulationStore;

struct Fixture {
    tenants: Tenants,
    simulations: Arc<dyn SimulationStore>,
    workflows: Arc<dyn WorkflowStore>,
}

fn fixture(database: &Database) -> Fixture {
    Fixture {
        tenants: Tenants::new(database),
        simulations: database.simulation_store(),
        workflows: database.workflow_store(),
    }
}

#[async_trait]
impl workflow_sim::testing::Fixture for Fixture {
    fn simulations(&self) -> &dyn SimulationStore {
        &*self.simulations
    }

    async fn tenant(&self) -> TenantId {
        self.tenants.another().await
    }

    async fn workflow(&self, tenant: TenantId) -> WorkflowId {
        let made = self
            .workflows
            .insert(&actor(tenant), new_workflow("w"), at(0), None)
            .await;
        made.unwrap().id
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    workflow_sim::simulation_store_contract!(tokio::test, fixture(&testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    workflow_sim::simulation_store_contract!(tokio::test, fixture(&testdb::postgres().await));
}
