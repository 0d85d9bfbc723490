use super::apply::add_counts;
use super::{FirstWindow, MemorySla, State};
use crate::{
    AlertPolicy, Judgement, JudgementStore, Part, Projected, Sla, SlaId, WindowCounts, WindowPart,
    coalesce, judge_change, judge_running, window_change,
};
use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use execution_log::{Change, Consumer, ExecutionFilter, ExecutionLog};
use kernel::{StoreError, TenantId, to_millis};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use workflow_model::{Execution, ExecutionId, WorkflowId};

#[async_trait]
impl JudgementStore for MemorySla {
    async fn project(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
    ) -> Result<Projected, StoreError> {
        let now = now.trunc_subsecs(3);
        let mut done = Projected::default();
        self.judge_first_windows(tenant, now, policy, limit, &mut done)
            .await?;
        let changes = self.log.take_changes(tenant, Consumer::Sla, limit);
        done.taken += changes.len();
        let mut state = self.state();
        for change in coalesce(changes) {
            let Some(execution) = change.after.as_ref().or(change.before.as_ref()) else {
                continue;
            };
            for sla in state.slas_of(tenant) {
                if sla.workflow == execution.workflow {
                    state.judge(&sla, execution.id, &change, policy, now, &mut done);
                }
            }
        }
        Ok(done)
    }

    async fn sweep(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
    ) -> Result<Projected, StoreError> {
        let now = now.trunc_subsecs(3);
        let due = self.state().due(Some(tenant), now, limit);
        let mut done = Projected {
            taken: due.len(),
            ..Projected::default()
        };
        for before in due {
            let execution = self.log.get(tenant, before.execution).await?;
            let mut state = self.state();
            let sla = state.sla(tenant, before.sla).cloned();
            if let (Some(sla), Some(execution)) = (sla, execution) {
                let effects = judge_running(&sla, &execution, before, policy, now);
                state.apply(&sla, execution.id, effects, &mut done);
            } else if let Some(gone) = state.judgements.get_mut(&(before.sla, before.execution)) {
                // Its deletion waits in the queue.
                gone.next_deadline = None;
            }
        }
        Ok(done)
    }

    async fn tenants_due(&self, now: DateTime<Utc>) -> Result<Vec<TenantId>, StoreError> {
        let state = self.state();
        let due = state.due(None, now, u32::MAX);
        let tenants: BTreeSet<_> = due
            .iter()
            .filter_map(|j| state.slas.get(&j.sla))
            .map(|kept| kept.sla.tenant)
            .collect();
        Ok(tenants.into_iter().collect())
    }

    async fn next_deadline(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self
            .state()
            .judgements
            .values()
            .filter_map(|j| j.next_deadline)
            .min())
    }

    async fn window(
        &self,
        tenant: TenantId,
        sla: SlaId,
        parts: &[WindowPart],
    ) -> Result<WindowCounts, StoreError> {
        let state = self.state();
        let mut sum = WindowCounts::default();
        if state.sla(tenant, sla).is_none() {
            return Ok(sum);
        }
        for part in parts {
            let stretch = part.from_millis..=part.until_millis - 1;
            match part.part {
                Part::Hours => sum_buckets(&state.hours, sla, &stretch, &mut sum),
                Part::Minutes => sum_buckets(&state.minutes, sla, &stretch, &mut sum),
                Part::Rest => {
                    for judgement in state.judgements.values() {
                        if judgement.sla == sla && stretch.contains(&to_millis(judgement.at)) {
                            add_counts(&mut sum, judgement.counts(), 1);
                        }
                    }
                }
            }
        }
        Ok(sum)
    }

    async fn rebuild(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
    ) -> Result<(), StoreError> {
        while self.project(tenant, now, policy, u32::MAX).await?.taken > 0 {}
        let now = now.trunc_subsecs(3);
        let slas = self.state().slas_of(tenant);
        for sla in slas.iter().filter(|sla| sla.is_active) {
            let executions = self
                .executions(tenant, sla.workflow, None, u32::MAX)
                .await?;
            let mut state = self.state();
            state.forget_judgements(sla.id);
            for execution in executions.into_iter().filter(|e| sla.covers(e)) {
                state.rejudge(sla, execution, now);
            }
        }
        Ok(())
    }
}

impl MemorySla {
    async fn judge_first_windows(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
        done: &mut Projected,
    ) -> Result<(), StoreError> {
        let slas = self.state().slas_of(tenant);
        for sla in slas {
            let from = self.state().slas.get(&sla.id).map(|kept| kept.first_window);
            let Some(FirstWindow::After(after)) = from.filter(|_| sla.is_active) else {
                continue;
            };
            let executions = self.executions(tenant, sla.workflow, after, limit).await?;
            done.taken += executions.len();
            let last = executions.last().map(|execution| execution.id);
            let mut state = self.state();
            for execution in executions.into_iter().filter(|e| sla.covers_at_making(e)) {
                let id = execution.id;
                let change = window_change(&sla, execution);
                state.judge(&sla, id, &change, policy, now, done);
            }
            if let Some(kept) = state.slas.get_mut(&sla.id) {
                kept.first_window =
                    last.map_or(FirstWindow::Judged, |last| FirstWindow::After(Some(last)));
            }
        }
        Ok(())
    }

    async fn executions(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        let filter = ExecutionFilter {
            workflow: Some(workflow),
            ..ExecutionFilter::default()
        };
        self.log.scan(tenant, &filter, after, limit).await
    }
}

impl State {
    fn judge(
        &mut self,
        sla: &Sla,
        execution: ExecutionId,
        change: &Change,
        policy: &AlertPolicy,
        now: DateTime<Utc>,
        done: &mut Projected,
    ) {
        let before = self.judgements.get(&(sla.id, execution)).copied();
        let effects = judge_change(sla, change, before, policy, now);
        self.apply(sla, execution, effects, done);
    }

    fn due(&self, tenant: Option<TenantId>, now: DateTime<Utc>, limit: u32) -> Vec<Judgement> {
        let of_tenant = |judgement: &Judgement| {
            let sla = self.slas.get(&judgement.sla).map(|kept| &kept.sla);
            tenant.is_none() || sla.map(|sla| sla.tenant) == tenant
        };
        let mut due: Vec<_> = self
            .judgements
            .values()
            .filter(|j| j.next_deadline.is_some_and(|deadline| deadline <= now) && of_tenant(j))
            .copied()
            .collect();
        due.sort_by_key(|judgement| judgement.next_deadline);
        due.truncate(limit as usize);
        due
    }

    fn forget_judgements(&mut self, sla: SlaId) {
        self.judgements.retain(|(of, _), _| *of != sla);
        self.hours.retain(|(of, _), _| *of != sla);
        self.minutes.retain(|(of, _), _| *of != sla);
        if let Some(kept) = self.slas.get_mut(&sla) {
            kept.sla.total_executions = 0;
            kept.sla.breached_executions = 0;
            kept.first_window = FirstWindow::Judged;
        }
    }

    /// Judges from scratch, keeping the severity of the breach record, without an alert.
    fn rejudge(&mut self, sla: &Sla, execution: Execution, now: DateTime<Utc>) {
        let silent = AlertPolicy {
            default_recipients: Vec::new(),
            history_after: chrono::TimeDelta::zero(),
        };
        let id = execution.id;
        let known = self.breach_of(sla.id, id).map(|breach| breach.severity);
        let effects = judge_change(sla, &window_change(sla, execution), None, &silent, now);
        if let Some(mut after) = effects.judgement.and_then(|write| write.after) {
            after.severity = after.severity.max(known);
            self.add(after, 1);
            self.judgements.insert((sla.id, id), after);
        }
        if let Some(mut write) = effects.breach.filter(|_| known.is_none()) {
            write.alerts.clear();
            self.write_breach(sla, id, write, &mut Projected::default());
        }
    }
}

fn sum_buckets(
    buckets: &BTreeMap<(SlaId, i64), WindowCounts>,
    sla: SlaId,
    stretch: &RangeInclusive<i64>,
    sum: &mut WindowCounts,
) {
    for (_, counts) in buckets.range((sla, *stretch.start())..=(sla, *stretch.end())) {
        add_counts(sum, *counts, 1);
    }
}
