use super::executions;
use crate::Database;
use async_trait::async_trait;
use catalog::testing::{CatalogFixture, at};
use catalog::{ActionStore, StatisticsStore};
use execution_log::testing::LogFixture;
use kernel::TenantId;
use std::sync::Arc;

struct Fixture {
    database: Database,
    actions: Arc<dyn ActionStore>,
    statistics: Arc<dyn StatisticsStore>,
    log: executions::Fixture,
}

fn fixture(database: Database) -> Fixture {
    Fixture {
        actions: database.action_store(),
        statistics: database.statistics_store(),
        log: executions::fixture(database.clone()),
        database,
    }
}

#[async_trait]
impl CatalogFixture for Fixture {
    fn actions(&self) -> &dyn ActionStore {
        &*self.actions
    }

    fn statistics(&self) -> &dyn StatisticsStore {
        &*self.statistics
    }

    fn log(&self) -> &dyn LogFixture {
        &self.log
    }

    async fn tenant(&self, name: &str) -> TenantId {
        self.database
            .token_store()
            .ensure_tenant(name, at(0))
            .await
            .unwrap()
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    catalog::catalog_store_contract!(tokio::test, fixture(testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    catalog::catalog_store_contract!(tokio::test, fixture(testdb::postgres().await));
}
