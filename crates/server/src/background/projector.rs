//! Keeps what follows from the execution log: counts, judgements, statistics.

use crate::telemetry::events;
use api::{Changes, Freshness};
use async_trait::async_trait;
use catalog::{ActionStore, StatisticsStore};
use execution_log::{Consumer, ExecutionLog, TallyStore};
use kernel::{Clock, StoreError, TenantId};
use sla::{AlertPolicy, JudgementStore, Projected};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// Changes in one transaction.
const BATCH: u32 = 500;
/// How often other processes' writes are looked for.
const POLL: Duration = Duration::from_secs(1);
/// A read waits no longer than this for what it depends on.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes changes off the queues and has them applied.
pub struct Projector {
    pub(crate) log: Arc<dyn ExecutionLog>,
    pub(crate) tallies: Arc<dyn TallyStore>,
    pub(crate) judgements: Arc<dyn JudgementStore>,
    pub(crate) statistics: Arc<dyn StatisticsStore>,
    pub(crate) actions: Arc<dyn ActionStore>,
    pub(crate) policy: AlertPolicy,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) changes: Arc<dyn Changes>,
    pub(crate) written: Notify,
    /// Tenants with a new SLA, whose window before its making is yet to be judged.
    pub(crate) new_slas: Mutex<HashSet<TenantId>>,
}

impl Projector {
    /// Something was recorded.
    pub fn wake(&self) {
        self.written.notify_one();
    }

    /// An SLA was made: its window is to be judged though nothing is recorded.
    pub fn sla_made(&self, tenant: TenantId) {
        self.new_slas
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(tenant);
        self.wake();
    }

    /// Projects whatever comes until told to stop.
    pub async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.drain_all().await {
                tracing::warn!(cause = %error, "projections wait");
            }
            tokio::select! {
                () = self.written.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stopped.changed() => return,
            }
        }
    }

    /// Projects everything that waits, for every tenant.
    pub async fn drain_all(&self) -> Result<(), StoreError> {
        for consumer in Consumer::ALL {
            for tenant in self.log.tenants_waiting(consumer).await? {
                while self.step(tenant, consumer).await? > 0 {}
            }
        }
        let made: Vec<TenantId> = {
            let made = self.new_slas.lock().unwrap_or_else(PoisonError::into_inner);
            made.iter().copied().collect()
        };
        for tenant in made {
            self.judge_new(tenant).await?;
        }
        Ok(())
    }

    async fn judge_new(&self, tenant: TenantId) -> Result<(), StoreError> {
        while self.step(tenant, Consumer::Sla).await? > 0 {}
        self.new_slas
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&tenant);
        Ok(())
    }

    /// One transaction; answers how many changes it took.
    async fn step(&self, tenant: TenantId, consumer: Consumer) -> Result<usize, StoreError> {
        match consumer {
            Consumer::Tally => {
                let changes = self.tallies.project(tenant, BATCH).await?;
                events::executions(&changes);
                Ok(changes.len())
            }
            Consumer::Sla => {
                let now = self.clock.now();
                let projected = self
                    .judgements
                    .project(tenant, now, &self.policy, BATCH)
                    .await?;
                Ok(Self::judged(&projected))
            }
            Consumer::Statistics => {
                let changes = self.statistics.project(tenant, BATCH).await?;
                events::actions(tenant, &changes, self.actions.as_ref()).await?;
                Ok(changes.len())
            }
        }
    }

    /// Judges the running executions of `tenant` whose deadline has come.
    pub async fn sweep(&self, tenant: TenantId) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let projected = self
            .judgements
            .sweep(tenant, now, &self.policy, BATCH)
            .await?;
        Ok(Self::judged(&projected))
    }

    fn judged(projected: &Projected) -> usize {
        events::breaches(&projected.breaches);
        projected.taken
    }

    async fn settled(&self, tenant: TenantId, consumer: Consumer) -> Result<bool, StoreError> {
        if consumer != Consumer::Sla && self.changes.mark(tenant).await.is_some() {
            return Ok(true);
        }
        let fresh_sla = consumer == Consumer::Sla
            && self
                .new_slas
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&tenant);
        Ok(!fresh_sla && self.log.backlog(tenant, consumer).await? == 0)
    }
}

#[async_trait]
impl Freshness for Projector {
    async fn catch_up(&self, tenant: TenantId, consumers: &[Consumer]) -> Result<(), StoreError> {
        for consumer in consumers {
            let began = Instant::now();
            while !self.settled(tenant, *consumer).await? {
                if self.step(tenant, *consumer).await? == 0 {
                    if *consumer == Consumer::Sla {
                        let mut made = self.new_slas.lock().unwrap_or_else(PoisonError::into_inner);
                        made.remove(&tenant);
                    }
                    // Another replica, or the background, is at it.
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                if began.elapsed() > PATIENCE {
                    tracing::warn!(%tenant, "a read did not wait for its projection");
                    break;
                }
            }
        }
        Ok(())
    }
}
