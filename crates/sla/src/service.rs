//! The use cases.

mod breaches;
mod by_percentage;

pub use by_percentage::MAX_SORTED_SLAS;

use crate::change::merge;
use crate::{
    AlertPolicy, BreachStore, JudgementStore, NewSla, Projected, Sla, SlaChange, SlaFilter, SlaId,
    SlaOrder, SlaStore, WindowCounts, percentage, window_parts,
};
use document::Problem;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::Arc;

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum SlaError {
    /// The tenant has no such SLA, or no such breach.
    #[error("Not found")]
    NotFound,
    /// It changed since the client read it.
    #[error("The record changed since it was read")]
    Stale,
    /// What was sent contradicts itself or what is stored.
    #[error("The request is not valid")]
    Invalid(Vec<Problem>),
    /// The tenant has no such workflow. Path `workflow`.
    #[error("Workflow not found")]
    UnknownWorkflow,
    /// Somebody has seen to the breach already.
    #[error("The breach is already acknowledged")]
    AlreadyAcknowledged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How an SLA is kept within its rolling window, which ends now.
#[derive(Debug, Clone, PartialEq)]
pub struct SlaMetrics {
    /// The SLA with its counters since it was made.
    pub sla: Sla,
    /// The share of the executions in the window that kept the target, in percent; 100.0 when
    /// there are none.
    pub current_percentage: f64,
    /// The counts in the window.
    pub window: WindowCounts,
}

/// How often a change without `If-Match` is tried when others change the same record.
const ATTEMPTS: usize = 5;

/// SLAs and their breaches. Cheap to clone.
#[derive(Clone)]
pub struct SlaService {
    slas: Arc<dyn SlaStore>,
    judgements: Arc<dyn JudgementStore>,
    breaches: Arc<dyn BreachStore>,
    clock: Arc<dyn Clock>,
}

impl SlaService {
    /// A service on these stores.
    #[must_use]
    pub fn new(
        slas: Arc<dyn SlaStore>,
        judgements: Arc<dyn JudgementStore>,
        breaches: Arc<dyn BreachStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            slas,
            judgements,
            breaches,
            clock,
        }
    }

    /// Makes an SLA. It has judged nothing yet, so its percentage is 100.0.
    ///
    /// # Errors
    /// [`SlaError::UnknownWorkflow`]; [`SlaError::Store`].
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewSla,
        receipt: Option<Receipt<Sla>>,
    ) -> Result<Sla, SlaError> {
        let made = self
            .slas
            .insert(actor, new, self.clock.now(), receipt)
            .await?;
        made.ok_or(SlaError::UnknownWorkflow)
    }

    /// One SLA.
    ///
    /// # Errors
    /// [`SlaError::NotFound`]; [`SlaError::Store`].
    pub async fn get(&self, tenant: TenantId, id: SlaId) -> Result<Sla, SlaError> {
        self.slas.get(tenant, id).await?.ok_or(SlaError::NotFound)
    }

    /// The share of the executions in the window, which ends now, that kept the target, in
    /// percent; 100.0 when there are none.
    ///
    /// # Errors
    /// [`SlaError::Store`].
    pub async fn current(&self, sla: &Sla) -> Result<f64, SlaError> {
        let counts = self.window(sla).await?;
        Ok(percentage(counts.total, counts.breached))
    }

    /// How an SLA is kept within its window.
    ///
    /// # Errors
    /// [`SlaError::NotFound`]; [`SlaError::Store`].
    pub async fn metrics(&self, tenant: TenantId, id: SlaId) -> Result<SlaMetrics, SlaError> {
        let sla = self.get(tenant, id).await?;
        let window = self.window(&sla).await?;
        let current_percentage = percentage(window.total, window.breached);
        Ok(SlaMetrics {
            sla,
            current_percentage,
            window,
        })
    }

    /// A page of SLAs, each with its current percentage. Ordered by
    /// [`SlaOrder::CurrentPercentage`] it reads every SLA that the filter lets through, at most
    /// [`crate::MAX_SORTED_SLAS`], and pages by number only.
    ///
    /// # Errors
    /// [`SlaError::Invalid`] when there are too many to sort, or a cursor is used with an order
    /// that has none; [`SlaError::Store`].
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<(Sla, f64)>, SlaError> {
        if ordering
            .iter()
            .any(|sort| sort.by == SlaOrder::CurrentPercentage)
        {
            return self
                .list_by_percentage(tenant, filter, ordering, page)
                .await;
        }
        let page = self.slas.list(tenant, filter, ordering, page).await?;
        let mut percentages = self.percentages(tenant, &page.items).await?.into_iter();
        Ok(page.map(|sla| (sla, percentages.next().unwrap_or(100.0))))
    }

    /// Changes an SLA; with `if_match`, only in that revision. A change of thresholds applies to
    /// later judgements. A change that changes nothing leaves the revision as it is.
    ///
    /// # Errors
    /// [`SlaError::NotFound`]; [`SlaError::Stale`]; [`SlaError::Invalid`] when the merged fields
    /// contradict each other; [`SlaError::Store`].
    pub async fn update(
        &self,
        actor: &Actor,
        id: SlaId,
        change: SlaChange,
        if_match: Option<i64>,
    ) -> Result<Sla, SlaError> {
        for _ in 0..ATTEMPTS {
            let known = self.get(actor.tenant, id).await?;
            if if_match.is_some_and(|revision| revision != known.revision) {
                return Err(SlaError::Stale);
            }
            let mut sla = merge(&known, change.clone()).map_err(SlaError::Invalid)?;
            if sla == known {
                return Ok(known);
            }
            sla.revision += 1;
            sla.updated_at = self.clock.now();
            match self.slas.replace(&sla, None).await {
                Ok(stored) => return Ok(stored),
                // Without `if_match` the change is merged into what is stored now.
                Err(StoreError::StaleVersion) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(SlaError::Stale)
    }

    /// Deletes an SLA with its judgements, breaches and alerts.
    ///
    /// # Errors
    /// [`SlaError::NotFound`]; [`SlaError::Stale`]; [`SlaError::Store`].
    pub async fn delete(
        &self,
        actor: &Actor,
        id: SlaId,
        if_match: Option<i64>,
    ) -> Result<(), SlaError> {
        match self.slas.delete(actor.tenant, id, if_match).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SlaError::NotFound),
            Err(error) => Err(stale(error)),
        }
    }

    /// Judges everything that waits for the tenant: changes of the log, windows of new SLAs,
    /// and deadlines that have come. A read that shows judgements does this first, so that
    /// clients read their own writes.
    ///
    /// # Errors
    /// [`SlaError::Store`]; what was judged before stays judged.
    pub async fn catch_up(
        &self,
        tenant: TenantId,
        policy: &AlertPolicy,
    ) -> Result<Projected, SlaError> {
        let mut done = Projected::default();
        loop {
            let now = self.clock.now();
            let step = self.judgements.project(tenant, now, policy, BATCH).await?;
            if step.taken == 0 {
                break;
            }
            add(&mut done, step);
        }
        // The time stands still here, so that each deadline is swept once and the loop ends.
        let now = self.clock.now();
        loop {
            let step = self.judgements.sweep(tenant, now, policy, BATCH).await?;
            if step.taken == 0 {
                return Ok(done);
            }
            add(&mut done, step);
        }
    }

    async fn window(&self, sla: &Sla) -> Result<WindowCounts, SlaError> {
        let parts = window_parts(self.clock.now(), sla.window_hours);
        Ok(self.judgements.window(sla.tenant, sla.id, &parts).await?)
    }

    async fn percentages(&self, tenant: TenantId, slas: &[Sla]) -> Result<Vec<f64>, SlaError> {
        let now = self.clock.now();
        let wanted: Vec<_> = slas
            .iter()
            .map(|sla| (sla.id, window_parts(now, sla.window_hours)))
            .collect();
        let counts = self.judgements.windows(tenant, &wanted).await?;
        Ok(counts
            .iter()
            .map(|counts| percentage(counts.total, counts.breached))
            .collect())
    }
}

/// How many changes or deadlines are judged in one transaction.
const BATCH: u32 = 500;

fn add(done: &mut Projected, step: Projected) {
    done.taken += step.taken;
    done.breaches.extend(step.breaches);
    for sla in step.touched {
        if !done.touched.contains(&sla) {
            done.touched.push(sla);
        }
    }
}

fn stale(error: StoreError) -> SlaError {
    match error {
        StoreError::StaleVersion => SlaError::Stale,
        other @ (StoreError::Duplicate { .. }
        | StoreError::AnswerExists
        | StoreError::Unavailable(_)
        | StoreError::Corrupt { .. }) => SlaError::Store(other),
    }
}

#[cfg(test)]
mod tests;
