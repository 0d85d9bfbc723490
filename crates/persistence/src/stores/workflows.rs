//! Workflows.

use super::super::{Exec, queries};
use crate::DbError;
use crate::rows::NewWorkflowRow;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use queries::answers::settle;
use queries::workflows;
use workflow_model::{Definition, WorkflowId};
use workflow_registry::{
    Deleted, NewWorkflow, Workflow, WorkflowFilter, WorkflowOrder, WorkflowStore,
};

#[async_trait]
impl WorkflowStore for Exec {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError> {
        let row = NewWorkflowRow::new(actor, new, now)?;
        let kept = self.write(move |conn| {
            let workflow = workflows::insert(conn, &row)?;
            settle(conn, receipt.as_ref(), &workflow)?;
            Ok::<_, DbError>(workflow)
        });
        Ok(kept.await?)
    }

    async fn get(&self, tenant: TenantId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        let row = self
            .read(move |conn| workflows::get(conn, tenant, id))
            .await?;
        row.map(Workflow::try_from).transpose()
    }

    async fn find_by_name(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<Option<Workflow>, StoreError> {
        let name = name.to_owned();
        let row = self
            .read(move |conn| workflows::find_by_name(conn, tenant, &name))
            .await?;
        row.map(Workflow::try_from).transpose()
    }

    async fn version(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        version: i64,
    ) -> Result<Option<Definition>, StoreError> {
        Ok(self
            .read(move |conn| workflows::version(conn, tenant, id, version))
            .await?)
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &WorkflowFilter,
        ordering: &Ordering<WorkflowOrder>,
        page: &PageRequest,
    ) -> Result<Page<Workflow>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let rows = self
            .read_snapshot(move |conn| workflows::list(conn, tenant, &filter, &ordering, &page));
        rows.await?.try_map(Workflow::try_from)
    }

    async fn replace(
        &self,
        workflow: &Workflow,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, StoreError> {
        let workflow = workflow.clone();
        let kept = self.write(move |conn| workflows::replace(conn, &workflow, receipt.as_ref()));
        Ok(kept.await?)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: WorkflowId,
        expected_revision: Option<i64>,
    ) -> Result<Deleted, StoreError> {
        let gone = self.write(move |conn| workflows::delete(conn, tenant, id, expected_revision));
        Ok(gone.await?)
    }
}
