//! What the log in memory holds.

use crate::{
    Change, Consumer, ExecutionFilter, Known, MergeState, Merged, RecordError, Recorded, Report,
    Tally, WorkflowContext, WorkflowKey, merge, tally_changes,
};
use chrono::{DateTime, Utc};
use kernel::TenantId;
use std::collections::{BTreeMap, BTreeSet};
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

#[derive(Debug, Clone)]
struct Stored {
    execution: Execution,
    /// As text, so that what a real store keeps is what the tests use.
    state: String,
}

type Counters = (i64, Option<DateTime<Utc>>);

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// Every version, the current one last.
    workflows: BTreeMap<(TenantId, WorkflowId), Vec<WorkflowContext>>,
    executions: BTreeMap<ExecutionId, Stored>,
    queues: BTreeMap<(Consumer, TenantId), Vec<Change>>,
    tallies: BTreeMap<(TenantId, WorkflowId, ExecutionStatus), i64>,
    counters: BTreeMap<(TenantId, WorkflowId), Counters>,
    last_execution: i64,
    last_sequence: i64,
}

impl State {
    pub(super) fn next_workflow(&self) -> WorkflowId {
        let last = self.workflows.keys().map(|(_, id)| id.0).max();
        WorkflowId(last.unwrap_or(0) + 1)
    }

    pub(super) fn add_workflow(&mut self, tenant: TenantId, context: WorkflowContext) {
        self.workflows
            .entry((tenant, context.id))
            .or_default()
            .push(context);
    }

    pub(super) fn current(&self, tenant: TenantId, id: WorkflowId) -> Option<&WorkflowContext> {
        self.workflows.get(&(tenant, id))?.last()
    }

    pub(super) fn get(&self, tenant: TenantId, id: ExecutionId) -> Option<&Execution> {
        let stored = self.executions.get(&id)?;
        (stored.execution.tenant == tenant).then_some(&stored.execution)
    }

    pub(super) fn executions<'a>(
        &'a self,
        tenant: TenantId,
        filter: &'a ExecutionFilter,
    ) -> impl Iterator<Item = &'a Execution> {
        let all = self.executions.values().map(|stored| &stored.execution);
        all.filter(move |execution| execution.tenant == tenant && filter.passes(execution))
    }

    pub(super) fn record(
        &mut self,
        tenant: TenantId,
        report: &Report,
        now: DateTime<Utc>,
    ) -> Result<Recorded, RecordError> {
        let known = self.known(tenant, report)?.cloned();
        let context = self.context(tenant, report, known.as_ref().map(|known| &known.execution))?;
        let before = known.as_ref().map(|known| &known.execution);
        self.check_external_id(report, before, context.id)?;
        let state = known
            .as_ref()
            .map(|known| MergeState::from_text(&known.state));
        let state = state.transpose().unwrap_or_default();
        let id = ExecutionId(self.last_execution + 1);
        let pair = before.zip(state.as_ref());
        let (recorded, state) = match merge(tenant, id, pair, report, &context, now)? {
            Merged::New(execution, state) => {
                self.last_execution = id.0;
                (Recorded::Created(execution), Some(state))
            }
            Merged::Changed(execution, state) => (Recorded::Updated(execution), Some(state)),
            Merged::Unchanged(execution, state) => (Recorded::Unchanged(execution), state),
        };
        let execution = recorded.execution();
        if let Some(state) = state.and_then(|state| state.to_text().ok()) {
            self.executions.insert(
                execution.id,
                Stored {
                    execution: execution.clone(),
                    state,
                },
            );
        }
        if !matches!(recorded, Recorded::Unchanged(_)) {
            self.queue(tenant, before.cloned(), Some(execution.clone()), now);
        }
        Ok(recorded)
    }

    /// The execution that the report is about, if it is known.
    fn known(&self, tenant: TenantId, report: &Report) -> Result<Option<&Stored>, RecordError> {
        if let Known::ById(id, _) = report.known {
            let stored = self
                .executions
                .get(&id)
                .filter(|stored| stored.execution.tenant == tenant);
            return stored.map(Some).ok_or(RecordError::UnknownExecution);
        }
        let Some(external_id) = &report.external_id else {
            return Ok(None);
        };
        let workflow = self.workflow_of(tenant, report)?.id;
        Ok(self.with_external_id(workflow, external_id))
    }

    fn with_external_id(&self, workflow: WorkflowId, external_id: &str) -> Option<&Stored> {
        self.executions.values().find(|stored| {
            stored.execution.workflow == workflow
                && stored.execution.external_id.as_deref() == Some(external_id)
        })
    }

    fn check_external_id(
        &self,
        report: &Report,
        known: Option<&Execution>,
        workflow: WorkflowId,
    ) -> Result<(), RecordError> {
        let (Some(known), Some(external_id)) = (known, &report.external_id) else {
            return Ok(());
        };
        match self.with_external_id(workflow, external_id) {
            Some(other) if other.execution.id != known.id => {
                Err(RecordError::external_id_taken(external_id))
            }
            _ => Ok(()),
        }
    }

    fn workflow_of(
        &self,
        tenant: TenantId,
        report: &Report,
    ) -> Result<&WorkflowContext, RecordError> {
        let found = match &report.workflow {
            None => None,
            Some(WorkflowKey::Id(id)) => self.current(tenant, *id),
            Some(WorkflowKey::Name(name)) => self
                .workflows
                .iter()
                .filter(|((owner, _), _)| *owner == tenant)
                .filter_map(|(_, versions)| versions.last())
                .find(|context| context.name == *name),
        };
        found.ok_or(RecordError::UnknownWorkflow)
    }

    /// The version that the report names, else the known execution's, else the current one.
    fn context(
        &self,
        tenant: TenantId,
        report: &Report,
        known: Option<&Execution>,
    ) -> Result<WorkflowContext, RecordError> {
        let workflow = match known {
            Some(known) => known.workflow,
            None => self.workflow_of(tenant, report)?.id,
        };
        let versions = self.workflows.get(&(tenant, workflow));
        let versions = versions.ok_or(RecordError::UnknownWorkflow)?;
        let version = report
            .workflow_version
            .or(known.map(|known| known.workflow_version));
        let found = match version {
            None => versions.last(),
            Some(version) => versions.iter().find(|context| context.version == version),
        };
        found
            .cloned()
            .ok_or(RecordError::UnknownVersion(version.unwrap_or_default()))
    }

    pub(super) fn remove(&mut self, tenant: TenantId, id: ExecutionId, now: DateTime<Utc>) {
        if let Some(stored) = self.executions.remove(&id) {
            self.queue(tenant, Some(stored.execution), None, now);
        }
    }

    fn queue(
        &mut self,
        tenant: TenantId,
        before: Option<Execution>,
        after: Option<Execution>,
        recorded_at: DateTime<Utc>,
    ) {
        self.last_sequence += 1;
        let change = Change {
            sequence: self.last_sequence,
            before,
            after,
            recorded_at,
        };
        for consumer in Consumer::ALL {
            self.queues
                .entry((consumer, tenant))
                .or_default()
                .push(change.clone());
        }
    }

    pub(super) fn take(&mut self, tenant: TenantId, consumer: Consumer, limit: u32) -> Vec<Change> {
        let Some(queue) = self.queues.get_mut(&(consumer, tenant)) else {
            return Vec::new();
        };
        let taken = queue.len().min(limit as usize);
        queue.drain(..taken).collect()
    }

    pub(super) fn backlog(&self, tenant: TenantId, consumer: Consumer) -> i64 {
        let waiting = self.queues.get(&(consumer, tenant)).map_or(0, Vec::len);
        i64::try_from(waiting).unwrap_or(i64::MAX).min(10_000)
    }

    pub(super) fn tenants_waiting(&self, consumer: Consumer) -> Vec<TenantId> {
        let waiting = self
            .queues
            .iter()
            .filter(|((of, _), queue)| *of == consumer && !queue.is_empty());
        waiting.map(|((_, tenant), _)| *tenant).collect()
    }

    pub(super) fn project(&mut self, tenant: TenantId, limit: u32) -> Vec<Change> {
        let changes = self.take(tenant, Consumer::Tally, limit);
        let deltas = tally_changes(&changes);
        for change in &deltas {
            let key = (tenant, change.workflow, change.status);
            *self.tallies.entry(key).or_default() += change.delta;
        }
        let said = changes
            .iter()
            .flat_map(|change| [&change.before, &change.after])
            .flatten();
        let touched: BTreeSet<_> = said.map(|execution| execution.workflow).collect();
        for workflow in touched {
            self.count_workflow(tenant, workflow);
        }
        changes
    }

    pub(super) fn rebuild(&mut self, tenant: TenantId) {
        self.tallies.retain(|(owner, _, _), _| *owner != tenant);
        self.queues.remove(&(Consumer::Tally, tenant));
        let all = self.executions.values().map(|stored| &stored.execution);
        for execution in all.filter(|execution| execution.tenant == tenant) {
            let key = (tenant, execution.workflow, execution.status);
            *self.tallies.entry(key).or_default() += 1;
        }
        let ours = self.workflows.keys().filter(|(owner, _)| *owner == tenant);
        for (_, workflow) in ours.copied().collect::<Vec<_>>() {
            self.count_workflow(tenant, workflow);
        }
    }

    fn count_workflow(&mut self, tenant: TenantId, workflow: WorkflowId) {
        let counts = self.tally(tenant, Some(workflow));
        let filter = ExecutionFilter {
            workflow: Some(workflow),
            ..ExecutionFilter::default()
        };
        let latest = self
            .executions(tenant, &filter)
            .map(|execution| execution.started_at)
            .max();
        let count = counts.iter().map(|tally| tally.count).sum();
        self.counters.insert((tenant, workflow), (count, latest));
    }

    pub(super) fn counters(&self, tenant: TenantId, workflow: WorkflowId) -> Counters {
        self.counters
            .get(&(tenant, workflow))
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn tally(&self, tenant: TenantId, workflow: Option<WorkflowId>) -> Vec<Tally> {
        let ours = self.tallies.iter().filter(|((owner, of, _), count)| {
            *owner == tenant && workflow.is_none_or(|wanted| wanted == *of) && **count != 0
        });
        ours.map(|((_, workflow, status), count)| Tally {
            workflow: *workflow,
            status: *status,
            count: *count,
        })
        .collect()
    }
}
