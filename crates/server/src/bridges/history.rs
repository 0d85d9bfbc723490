//! What prediction and back-test need of the execution log and the SLAs.

use async_trait::async_trait;
use chrono::TimeDelta;
use execution_log::{ExecutionFilter, ExecutionLog};
use kernel::{PageRequest, StoreError, TenantId};
use sla::{SlaFilter, SlaStore};
use std::sync::Arc;
use workflow_model::{Execution, ExecutionId, WorkflowId};
use workflow_sim::{HistorySource, HistoryWindow, SlaTarget, TargetSource};

/// The most SLAs of one workflow that a simulation looks at.
const MAX_TARGETS: u32 = 200;

/// History from the execution log.
pub struct LoggedHistory(pub Arc<dyn ExecutionLog>);

#[async_trait]
impl HistorySource for LoggedHistory {
    async fn executions(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        window: &HistoryWindow,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        let filter = ExecutionFilter {
            workflow: Some(workflow),
            started_after: Some(window.from),
            started_before: Some(window.until),
            ..ExecutionFilter::default()
        };
        self.0.scan(tenant, &filter, after, limit).await
    }
}

/// Targets from the SLAs.
pub struct SlaTargets(pub Arc<dyn SlaStore>);

#[async_trait]
impl TargetSource for SlaTargets {
    async fn targets(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<SlaTarget>, StoreError> {
        let filter = SlaFilter {
            workflow: Some(workflow),
            is_active: Some(true),
            ..SlaFilter::default()
        };
        let page = PageRequest {
            count: false,
            ..PageRequest::of_size(MAX_TARGETS)
        };
        let mut targets: Vec<SlaTarget> = self
            .0
            .list(tenant, &filter, &Vec::new(), &page)
            .await?
            .items
            .into_iter()
            .map(|sla| SlaTarget {
                name: sla.name,
                target: TimeDelta::milliseconds(sla.thresholds.target_millis),
            })
            .collect();
        targets.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(targets)
    }
}
