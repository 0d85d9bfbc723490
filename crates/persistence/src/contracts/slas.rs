use super::executions;
use crate::Database;
use async_trait::async_trait;
use execution_log::ExecutionLog;
use execution_log::testing::LogFixture;
use kernel::TenantId;
use sla::{AlertOutbox, BreachStore, JudgementStore, SlaStore};
use std::sync::Arc;
use workflow_model::WorkflowId;

struct Fixture {
    log: executions::Fixture,
    slas: Arc<dyn SlaStore>,
    judgements: Arc<dyn JudgementStore>,
    breaches: Arc<dyn BreachStore>,
    outbox: Arc<dyn AlertOutbox>,
}

fn fixture(database: Database) -> Fixture {
    Fixture {
        slas: database.sla_store(),
        judgements: database.judgement_store(),
        breaches: database.breach_store(),
        outbox: database.alert_outbox(),
        log: executions::fixture(database),
    }
}

#[async_trait]
impl sla::testing::Fixture for Fixture {
    async fn workflow(&self, tenant: TenantId, name: &str) -> WorkflowId {
        self.log.workflow(tenant, name, &[]).await
    }

    fn log(&self) -> &dyn ExecutionLog {
        self.log.log()
    }

    fn slas(&self) -> &dyn SlaStore {
        &*self.slas
    }

    fn judgements(&self) -> &dyn JudgementStore {
        &*self.judgements
    }

    fn breaches(&self) -> &dyn BreachStore {
        &*self.breaches
    }

    fn outbox(&self) -> &dyn AlertOutbox {
        &*self.outbox
    }
}

mod sqlite {
    use super::fixture;
    use crate::testdb;
    sla::sla_store_contract!(tokio::test, fixture(testdb::sqlite().await));
}

mod postgres {
    use super::fixture;
    use crate::testdb;
    sla::sla_store_contract!(tokio::test, fixture(testdb::postgres().await));
}
