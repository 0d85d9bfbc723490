//! The use cases of breaches.

use super::stale;
use crate::{Breach, BreachFilter, BreachId, BreachOrder, SlaError, SlaService};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};

impl SlaService {
    /// One breach.
    ///
    /// # Errors
    /// [`SlaError::NotFound`]; [`SlaError::Store`].
    pub async fn get_breach(&self, tenant: TenantId, id: BreachId) -> Result<Breach, SlaError> {
        self.breaches
            .get(tenant, id)
            .await?
            .ok_or(SlaError::NotFound)
    }

    /// A page of breaches.
    ///
    /// # Errors
    /// [`SlaError::Store`].
    pub async fn list_breaches(
        &self,
        tenant: TenantId,
        filter: &BreachFilter,
        ordering: &Ordering<BreachOrder>,
        page: &PageRequest,
    ) -> Result<Page<Breach>, SlaError> {
        Ok(self.breaches.list(tenant, filter, ordering, page).await?)
    }

    /// Notes that somebody has seen to a breach, and what was done.
    ///
    /// # Errors
    /// [`SlaError::NotFound`]; [`SlaError::Stale`]; [`SlaError::AlreadyAcknowledged`];
    /// [`SlaError::Store`].
    pub async fn acknowledge(
        &self,
        actor: &Actor,
        id: BreachId,
        notes: &str,
        if_match: Option<i64>,
        receipt: Option<Receipt<Breach>>,
    ) -> Result<Breach, SlaError> {
        let now = self.clock.now();
        match self
            .breaches
            .acknowledge(actor, id, notes, if_match, now, receipt)
            .await
        {
            Ok(Some(breach)) => Ok(breach),
            Ok(None) => Err(SlaError::NotFound),
            Err(StoreError::Duplicate { .. }) => Err(SlaError::AlreadyAcknowledged),
            Err(error) => Err(stale(error)),
        }
    }
}
