//! SLAs, judgements, breaches, alerts.

use super::super::{Exec, queries};
use crate::rows::NewSlaRow;
use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use execution_log::Consumer;
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId, from_millis};
use queries::{alerts, breaches, changes, judgements, slas};
use sla::{
    Alert, AlertOutbox, AlertOutcome, AlertPolicy, AlertState, Backlog, Breach, BreachFilter,
    BreachId, BreachOrder, BreachStore, JudgementStore, NewSla, Projected, Sla, SlaFilter, SlaId,
    SlaOrder, SlaStore, WindowCounts, WindowPart,
};

#[async_trait]
impl SlaStore for Exec {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSla,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Sla>>,
    ) -> Result<Option<Sla>, StoreError> {
        let row = NewSlaRow::new(actor, new, now.trunc_subsecs(3))?;
        Ok(self
            .write(move |conn| slas::insert(conn, &row, receipt.as_ref()))
            .await?)
    }

    async fn get(&self, tenant: TenantId, id: SlaId) -> Result<Option<Sla>, StoreError> {
        Ok(self.read(move |conn| slas::get(conn, tenant, id)).await?)
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<Sla>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let found =
            self.read_snapshot(move |conn| slas::list(conn, tenant, &filter, &ordering, &page));
        Ok(found.await?)
    }

    async fn replace(&self, sla: &Sla, receipt: Option<Receipt<Sla>>) -> Result<Sla, StoreError> {
        let sla = sla.clone();
        Ok(self
            .write(move |conn| slas::replace(conn, &sla, receipt.as_ref()))
            .await?)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SlaId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        Ok(self
            .write(move |conn| slas::delete(conn, tenant, id, expected_revision))
            .await?)
    }
}

#[async_trait]
impl JudgementStore for Exec {
    async fn project(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
    ) -> Result<Projected, StoreError> {
        let policy = policy.clone();
        let done = self.write(move |conn| judgements::project(conn, tenant, now, &policy, limit));
        Ok(done.await?)
    }

    async fn sweep(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
    ) -> Result<Projected, StoreError> {
        let policy = policy.clone();
        let done = self.write(move |conn| judgements::sweep(conn, tenant, now, &policy, limit));
        Ok(done.await?)
    }

    async fn tenants_due(&self, now: DateTime<Utc>) -> Result<Vec<TenantId>, StoreError> {
        Ok(self
            .read(move |conn| judgements::tenants_due(conn, now))
            .await?)
    }

    async fn next_deadline(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let millis = self.read(judgements::next_deadline).await?;
        Ok(millis.and_then(from_millis))
    }

    async fn window(
        &self,
        tenant: TenantId,
        sla: SlaId,
        parts: &[WindowPart],
    ) -> Result<WindowCounts, StoreError> {
        let parts = parts.to_vec();
        let sums = self.read_snapshot(move |conn| judgements::window(conn, tenant, sla, &parts));
        Ok(sums.await?)
    }

    async fn windows(
        &self,
        tenant: TenantId,
        wanted: &[(SlaId, Vec<WindowPart>)],
    ) -> Result<Vec<WindowCounts>, StoreError> {
        let wanted = wanted.to_vec();
        let sums = self.read_snapshot(move |conn| {
            wanted
                .iter()
                .map(|(sla, parts)| judgements::window(conn, tenant, *sla, parts))
                .collect::<Result<Vec<_>, _>>()
        });
        Ok(sums.await?)
    }

    async fn rebuild(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
    ) -> Result<(), StoreError> {
        let lock = changes::lock_key(tenant, Consumer::Sla);
        let rebuilt = super::retried(|| {
            let policy = policy.clone();
            self.write_snapshot(lock, move |conn| {
                judgements::rebuild(conn, tenant, now, &policy)
            })
        });
        Ok(rebuilt.await?)
    }
}

#[async_trait]
impl BreachStore for Exec {
    async fn get(&self, tenant: TenantId, id: BreachId) -> Result<Option<Breach>, StoreError> {
        Ok(self
            .read(move |conn| breaches::get(conn, tenant, id))
            .await?)
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &BreachFilter,
        ordering: &Ordering<BreachOrder>,
        page: &PageRequest,
    ) -> Result<Page<Breach>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let found =
            self.read_snapshot(move |conn| breaches::list(conn, tenant, &filter, &ordering, &page));
        Ok(found.await?)
    }

    async fn acknowledge(
        &self,
        actor: &Actor,
        id: BreachId,
        notes: &str,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Breach>>,
    ) -> Result<Option<Breach>, StoreError> {
        let (actor, notes) = (actor.clone(), notes.to_owned());
        let done = self.write(move |conn| {
            let receipt = receipt.as_ref();
            breaches::acknowledge(conn, &actor, id, &notes, expected_revision, now, receipt)
        });
        Ok(done.await?)
    }
}

#[async_trait]
impl AlertOutbox for Exec {
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Alert>, StoreError> {
        Ok(self
            .write(move |conn| alerts::claim(conn, now, lease_until, limit))
            .await?)
    }

    async fn settle(
        &self,
        alert: &Alert,
        outcome: &AlertOutcome,
        now: DateTime<Utc>,
        retry_at: DateTime<Utc>,
    ) -> Result<Option<AlertState>, StoreError> {
        let (alert, outcome) = (alert.clone(), outcome.clone());
        let done = self.write(move |conn| alerts::settle(conn, &alert, &outcome, now, retry_at));
        Ok(done.await?)
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        Ok(self.read_snapshot(alerts::backlog).await?)
    }
}
