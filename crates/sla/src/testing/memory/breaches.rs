use super::MemorySla;
use crate::testing::page::paged;
use crate::{Breach, BreachFilter, BreachId, BreachOrder, BreachStore};
use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{
    Actor, COUNT_LIMIT, Count, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError,
    TenantId, to_millis,
};

#[async_trait]
impl BreachStore for MemorySla {
    async fn get(&self, tenant: TenantId, id: BreachId) -> Result<Option<Breach>, StoreError> {
        Ok(self
            .state()
            .breaches
            .get(&id)
            .filter(|breach| breach.tenant == tenant)
            .cloned())
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &BreachFilter,
        ordering: &Ordering<BreachOrder>,
        page: &PageRequest,
    ) -> Result<Page<Breach>, StoreError> {
        let breaches: Vec<Breach> = self
            .state()
            .breaches
            .values()
            .filter(|breach| breach.tenant == tenant && passes(filter, breach))
            .cloned()
            .collect();
        let key = |breach: &Breach, by| match by {
            BreachOrder::DetectedAt => CursorKey::Integer(to_millis(breach.detected_at)),
            BreachOrder::Margin => CursorKey::Integer(breach.margin_millis()),
        };
        let mut page = paged(breaches, ordering, page, key, |breach| breach.id.0);
        if page.count.is_some_and(|count| count.value() > COUNT_LIMIT) {
            page.count = Some(Count::AtLeast(COUNT_LIMIT));
        }
        Ok(page)
    }

    async fn acknowledge(
        &self,
        actor: &Actor,
        id: BreachId,
        notes: &str,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Breach>>,
    ) -> Result<Option<Breach>, StoreError> {
        let mut state = self.state();
        let known = state
            .breaches
            .get_mut(&id)
            .filter(|breach| breach.tenant == actor.tenant);
        let Some(breach) = known else {
            return Ok(None);
        };
        if expected_revision.is_some_and(|revision| revision != breach.revision) {
            return Err(StoreError::StaleVersion);
        }
        if breach.acknowledged_at.is_some() {
            return Err(StoreError::Duplicate {
                what: "acknowledgement",
            });
        }
        breach.acknowledged_by = Some(actor.user.clone());
        breach.acknowledged_at = Some(now.trunc_subsecs(3));
        notes.clone_into(&mut breach.resolution_notes);
        breach.revision += 1;
        Ok(Some(breach.clone()))
    }
}

fn passes(filter: &BreachFilter, breach: &Breach) -> bool {
    filter.sla.is_none_or(|sla| sla == breach.sla)
        && filter
            .workflow
            .is_none_or(|workflow| workflow == breach.workflow)
        && filter
            .severity
            .is_none_or(|severity| severity == breach.severity)
        && filter
            .acknowledged
            .is_none_or(|is| is == breach.acknowledged_at.is_some())
        && filter
            .alert_sent
            .is_none_or(|is| is == breach.alert_sent_at.is_some())
        && filter
            .detected_after
            .is_none_or(|after| breach.detected_at >= after)
        && filter
            .detected_before
            .is_none_or(|before| breach.detected_at <= before)
}
