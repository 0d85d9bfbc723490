//! Everything in maps behind one lock.

mod apply;
mod breaches;
mod judgements;
mod outbox;
mod slas;

use crate::{Alert, AlertState, Breach, BreachId, Judgement, Sla, SlaId, WindowCounts};
use chrono::{DateTime, Utc};
use execution_log::testing::MemoryLog;
use kernel::TenantId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use workflow_model::{ExecutionId, WorkflowId};

/// All four stores in memory, fed by a log in memory.
pub struct MemorySla {
    log: Arc<MemoryLog>,
    state: Mutex<State>,
}

impl MemorySla {
    /// Empty stores that follow `log`.
    #[must_use]
    pub fn new(log: Arc<MemoryLog>) -> Self {
        Self {
            log,
            state: Mutex::default(),
        }
    }

    /// Makes a workflow known; SLAs can be made for it from now on.
    pub fn add_workflow(&self, tenant: TenantId, workflow: WorkflowId, name: &str) {
        self.state()
            .workflows
            .insert((tenant, workflow), name.to_owned());
    }

    #[expect(clippy::unwrap_used, reason = "test double")]
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

#[derive(Default)]
struct State {
    workflows: BTreeMap<(TenantId, WorkflowId), String>,
    slas: BTreeMap<SlaId, Kept>,
    judgements: BTreeMap<(SlaId, ExecutionId), Judgement>,
    hours: BTreeMap<(SlaId, i64), WindowCounts>,
    minutes: BTreeMap<(SlaId, i64), WindowCounts>,
    breaches: BTreeMap<BreachId, Breach>,
    alerts: BTreeMap<i64, Outgoing>,
    last_id: i64,
}

/// An SLA and how far its first window was judged.
struct Kept {
    sla: Sla,
    first_window: FirstWindow,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstWindow {
    After(Option<ExecutionId>),
    Judged,
}

struct Outgoing {
    alert: Alert,
    state: AlertState,
    due_at: DateTime<Utc>,
}

impl State {
    fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    fn sla(&self, tenant: TenantId, id: SlaId) -> Option<&Sla> {
        self.slas
            .get(&id)
            .map(|kept| &kept.sla)
            .filter(|sla| sla.tenant == tenant)
    }

    fn slas_of(&self, tenant: TenantId) -> Vec<Sla> {
        let slas = self.slas.values().map(|kept| &kept.sla);
        slas.filter(|sla| sla.tenant == tenant).cloned().collect()
    }

    fn breach_of(&mut self, sla: SlaId, execution: ExecutionId) -> Option<&mut Breach> {
        self.breaches
            .values_mut()
            .find(|b| b.sla == sla && b.execution == execution)
    }

    fn forget_breaches(&mut self, gone: impl Fn(&Breach) -> bool) {
        self.breaches.retain(|_, breach| !gone(breach));
        let kept = &self.breaches;
        self.alerts
            .retain(|_, outgoing| kept.contains_key(&outgoing.alert.breach));
    }
}
