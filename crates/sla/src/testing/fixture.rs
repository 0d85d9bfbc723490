//! What the contract needs of a store.

use super::MemorySla;
use crate::{AlertOutbox, BreachStore, JudgementStore, SlaStore};
use async_trait::async_trait;
use execution_log::ExecutionLog;
use execution_log::testing::{LogFixture, MemoryLog};
use kernel::TenantId;
use std::sync::Arc;
use workflow_model::WorkflowId;

/// A fresh store and the log that it follows.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// Makes a workflow of that name without steps, and its tenant if that is new.
    async fn workflow(&self, tenant: TenantId, name: &str) -> WorkflowId;

    /// The log.
    fn log(&self) -> &dyn ExecutionLog;

    /// The SLAs.
    fn slas(&self) -> &dyn SlaStore;

    /// The judgements.
    fn judgements(&self) -> &dyn JudgementStore;

    /// The breaches.
    fn breaches(&self) -> &dyn BreachStore;

    /// The alerts to send.
    fn outbox(&self) -> &dyn AlertOutbox;
}

/// Everything in memory.
pub struct MemoryFixture {
    /// The log.
    pub log: Arc<MemoryLog>,
    /// The four stores of this crate.
    pub sla: Arc<MemorySla>,
}

impl Default for MemoryFixture {
    fn default() -> Self {
        let log = Arc::new(MemoryLog::default());
        Self {
            sla: Arc::new(MemorySla::new(Arc::clone(&log))),
            log,
        }
    }
}

#[async_trait]
impl Fixture for MemoryFixture {
    async fn workflow(&self, tenant: TenantId, name: &str) -> WorkflowId {
        let id = LogFixture::workflow(&*self.log, tenant, name, &[]).await;
        self.sla.add_workflow(tenant, id, name);
        id
    }

    fn log(&self) -> &dyn ExecutionLog {
        &*self.log
    }

    fn slas(&self) -> &dyn SlaStore {
        &*self.sla
    }

    fn judgements(&self) -> &dyn JudgementStore {
        &*self.sla
    }

    fn breaches(&self) -> &dyn BreachStore {
        &*self.sla
    }

    fn outbox(&self) -> &dyn AlertOutbox {
        &*self.sla
    }
}
