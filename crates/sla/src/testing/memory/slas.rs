use super::{FirstWindow, Kept, MemorySla};
use crate::testing::page::paged;
use crate::{NewSla, Sla, SlaFilter, SlaId, SlaOrder, SlaStore};
use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use execution_log::{ExecutionFilter, ExecutionLog};
use kernel::{
    Actor, CursorKey, Ordering, Page, PageRequest, Receipt, StoreError, TenantId, to_millis,
};
use std::collections::BTreeSet;
use workflow_model::{ExecutionId, ExecutionStatus};

#[async_trait]
impl SlaStore for MemorySla {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSla,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Sla>>,
    ) -> Result<Option<Sla>, StoreError> {
        let mut state = self.state();
        let Some(workflow_name) = state.workflows.get(&(actor.tenant, new.workflow)).cloned()
        else {
            return Ok(None);
        };
        let now = now.trunc_subsecs(3);
        let sla = Sla {
            id: SlaId(state.next_id()),
            tenant: actor.tenant,
            workflow: new.workflow,
            workflow_name,
            name: new.name,
            description: new.description,
            thresholds: new.thresholds,
            window_hours: new.window_hours,
            objective_percent: new.objective_percent,
            is_active: new.is_active,
            alert_recipients: new.alert_recipients,
            total_executions: 0,
            breached_executions: 0,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        let kept = Kept {
            sla: sla.clone(),
            first_window: FirstWindow::After(None),
        };
        state.slas.insert(sla.id, kept);
        Ok(Some(sla))
    }

    async fn get(&self, tenant: TenantId, id: SlaId) -> Result<Option<Sla>, StoreError> {
        Ok(self.state().sla(tenant, id).cloned())
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<Sla>, StoreError> {
        let mut slas = self.state().slas_of(tenant);
        slas.retain(|sla| passes(filter, sla));
        let ordering: Ordering<SlaOrder> = ordering
            .iter()
            .copied()
            .filter(|sort| sort.by != SlaOrder::CurrentPercentage)
            .collect();
        let key = |sla: &Sla, by| match by {
            SlaOrder::Name => CursorKey::Text(sla.name.clone()),
            SlaOrder::CreatedAt => CursorKey::Integer(to_millis(sla.created_at)),
            SlaOrder::CurrentPercentage => CursorKey::None,
        };
        Ok(paged(slas, &ordering, page, key, |sla| sla.id.0))
    }

    async fn replace(&self, sla: &Sla, _receipt: Option<Receipt<Sla>>) -> Result<Sla, StoreError> {
        let running = self.running(sla).await?;
        let mut state = self.state();
        let Some(known) = state.sla(sla.tenant, sla.id) else {
            return Err(StoreError::StaleVersion);
        };
        if known.revision != sla.revision - 1 {
            return Err(StoreError::StaleVersion);
        }
        let stored = Sla {
            total_executions: known.total_executions,
            breached_executions: known.breached_executions,
            updated_at: sla.updated_at.trunc_subsecs(3),
            ..sla.clone()
        };
        for judgement in state.judgements.values_mut() {
            if judgement.sla == sla.id && running.contains(&judgement.execution) {
                judgement.next_deadline = sla.is_active.then_some(stored.updated_at);
            }
        }
        if let Some(kept) = state.slas.get_mut(&sla.id) {
            kept.sla = stored.clone();
        }
        Ok(stored)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: SlaId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(known) = state.sla(tenant, id) else {
            return Ok(false);
        };
        if expected_revision.is_some_and(|revision| revision != known.revision) {
            return Err(StoreError::StaleVersion);
        }
        state.slas.remove(&id);
        state.judgements.retain(|(sla, _), _| *sla != id);
        state.hours.retain(|(sla, _), _| *sla != id);
        state.minutes.retain(|(sla, _), _| *sla != id);
        state.forget_breaches(|breach| breach.sla == id);
        Ok(true)
    }
}

impl MemorySla {
    /// The executions of the SLA's workflow that run.
    async fn running(&self, sla: &Sla) -> Result<BTreeSet<ExecutionId>, StoreError> {
        let filter = ExecutionFilter {
            workflow: Some(sla.workflow),
            status: Some(ExecutionStatus::Running),
            ..ExecutionFilter::default()
        };
        let running = self.log.scan(sla.tenant, &filter, None, u32::MAX).await?;
        Ok(running.into_iter().map(|execution| execution.id).collect())
    }
}

fn passes(filter: &SlaFilter, sla: &Sla) -> bool {
    let text = format!("{}\n{}", sla.name, sla.description).to_lowercase();
    filter
        .workflow
        .is_none_or(|workflow| workflow == sla.workflow)
        && filter
            .is_active
            .is_none_or(|is_active| is_active == sla.is_active)
        && filter.search.iter().all(|term| text.contains(term))
}
