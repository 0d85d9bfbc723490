//! The catalogue and its statistics.

use super::super::{Exec, queries};
use async_trait::async_trait;
use catalog::{
    Action, ActionFilter, ActionId, ActionOrder, ActionStore, DurationCounts, NewAction,
    StatisticsStore, StepKey, StepStatistics,
};
use chrono::{DateTime, Utc};
use execution_log::{Change, Consumer};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use queries::{actions, changes, durations, statistics};
use workflow_model::WorkflowId;

#[async_trait]
impl ActionStore for Exec {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewAction,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError> {
        let actor = actor.clone();
        let kept =
            self.write(move |conn| actions::insert(conn, &actor, &new, now, receipt.as_ref()));
        Ok(kept.await?)
    }

    async fn insert_missing(
        &self,
        actor: &Actor,
        new: Vec<NewAction>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let actor = actor.clone();
        Ok(self
            .write(move |conn| actions::insert_missing(conn, &actor, &new, now))
            .await?)
    }

    async fn get(&self, tenant: TenantId, id: ActionId) -> Result<Option<Action>, StoreError> {
        Ok(self
            .read(move |conn| actions::get(conn, tenant, id))
            .await?)
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &ActionFilter,
        ordering: &Ordering<ActionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Action>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let found =
            self.read_snapshot(move |conn| actions::list(conn, tenant, &filter, &ordering, &page));
        Ok(found.await?)
    }

    async fn of_types(
        &self,
        tenant: TenantId,
        types: &[String],
    ) -> Result<Vec<Action>, StoreError> {
        let types = types.to_vec();
        Ok(self
            .read(move |conn| actions::of_types(conn, tenant, &types))
            .await?)
    }

    async fn replace(
        &self,
        action: &Action,
        receipt: Option<Receipt<Action>>,
    ) -> Result<Action, StoreError> {
        let action = action.clone();
        Ok(self
            .write(move |conn| actions::replace(conn, &action, receipt.as_ref()))
            .await?)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: ActionId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        Ok(self
            .write(move |conn| actions::delete(conn, tenant, id, expected_revision))
            .await?)
    }
}

#[async_trait]
impl StatisticsStore for Exec {
    async fn project(&self, tenant: TenantId, limit: u32) -> Result<Vec<Change>, StoreError> {
        Ok(self
            .write(move |conn| statistics::project(conn, tenant, limit))
            .await?)
    }

    async fn steps(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, StepStatistics)>, StoreError> {
        Ok(self
            .read(move |conn| statistics::steps(conn, tenant, workflow))
            .await?)
    }

    async fn durations(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<(StepKey, DurationCounts)>, StoreError> {
        Ok(self
            .read(move |conn| durations::of_steps(conn, tenant, workflow))
            .await?)
    }

    async fn rebuild(&self, tenant: TenantId) -> Result<(), StoreError> {
        let lock = changes::lock_key(tenant, Consumer::Statistics);
        let rebuilt = super::retried(|| {
            self.write_snapshot(lock, move |conn| statistics::rebuild(conn, tenant))
        });
        Ok(rebuilt.await?)
    }
}
