//! What this crate needs kept.

use crate::{
    Alert, AlertOutcome, AlertPolicy, AlertState, Breach, BreachId, NewSla, Projected, Severity,
    Sla, SlaId, WindowPart,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use workflow_model::WorkflowId;

/// Which SLAs; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlaFilter {
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Whether it judges.
    pub is_active: Option<bool>,
    /// Each of these, in lower case, occurs in the name or the description.
    pub search: Vec<String>,
}

/// What SLAs can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlaOrder {
    /// By name.
    Name,
    /// By when it was made.
    CreatedAt,
    /// By how well it is kept in its window. Sorted by the service: it depends on the time.
    CurrentPercentage,
}

/// Keeps SLAs. Every method is one atomic step.
#[async_trait]
pub trait SlaStore: Send + Sync {
    /// Keeps a new SLA. `None` when the tenant has no such workflow. It has judged nothing yet:
    /// the next [`JudgementStore::project`] judges what ended within its window before `now` and
    /// what runs then ([`Sla::covers_at_making`]), and then what was recorded since.
    async fn insert(
        &self,
        actor: &Actor,
        new: NewSla,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Sla>>,
    ) -> Result<Option<Sla>, StoreError>;

    /// `None` when the tenant has no such SLA.
    async fn get(&self, tenant: TenantId, id: SlaId) -> Result<Option<Sla>, StoreError>;

    /// A page of SLAs, ordered by anything but [`SlaOrder::CurrentPercentage`], which counts as
    /// no key here. Names are compared by their bytes.
    async fn list(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<Sla>, StoreError>;

    /// Writes if the stored revision is `sla.revision - 1`, else [`StoreError::StaleVersion`].
    /// Counters are not written. Judgements stay as they are, but executions that run get their
    /// deadlines anew: due at `sla.updated_at`, so that the next sweep judges them by the new
    /// thresholds, or none while the SLA is inactive.
    async fn replace(&self, sla: &Sla, receipt: Option<Receipt<Sla>>) -> Result<Sla, StoreError>;

    /// Deletes with its judgements, breaches and alerts; `false` when there is none,
    /// [`StoreError::StaleVersion`] when its revision is another one.
    async fn delete(
        &self,
        tenant: TenantId,
        id: SlaId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError>;
}

/// Counts over a window, of the judgements that stand in it ([`crate::Judgement::at`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WindowCounts {
    /// Executions that count.
    pub total: i64,
    /// Those over the target.
    pub breached: i64,
    /// Breach records, of either severity.
    pub breaches: i64,
    /// Those of severity critical.
    pub critical: i64,
    /// Those of severity warning.
    pub warning: i64,
}

/// Keeps judgements, and with them breaches, window sums and alerts to send.
#[async_trait]
pub trait JudgementStore: Send + Sync {
    /// Takes up to `limit` changes off the queue of [`execution_log::Consumer::Sla`] (and, for
    /// an SLA that is new, up to `limit` executions of before, as [`crate::window_change`]),
    /// makes one change of those of an execution ([`crate::coalesce`]), judges them by
    /// [`crate::judge_change`] under each SLA of their workflow, and writes judgements, sums
    /// ([`crate::Judgement::counts`]), counters, breaches and alerts, in one transaction. One
    /// caller at a time for a tenant; while another is at it, takes none.
    async fn project(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
    ) -> Result<Projected, StoreError>;

    /// Judges up to `limit` executions whose next deadline is not after `now`, by
    /// [`crate::judge_running`], in one transaction. What is judged is what the log knows, so
    /// that an end that waits in the queue is not mistaken for a run that hangs.
    async fn sweep(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
        limit: u32,
    ) -> Result<Projected, StoreError>;

    /// The tenants with a deadline not after `now`.
    async fn tenants_due(&self, now: DateTime<Utc>) -> Result<Vec<TenantId>, StoreError>;

    /// The earliest deadline of all tenants.
    async fn next_deadline(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// The sums of the given parts, which [`crate::window_parts`] made.
    async fn window(
        &self,
        tenant: TenantId,
        sla: SlaId,
        parts: &[WindowPart],
    ) -> Result<WindowCounts, StoreError>;

    /// The sums of several SLAs, in their order. Stores that can read them at once do so.
    async fn windows(
        &self,
        tenant: TenantId,
        wanted: &[(SlaId, Vec<WindowPart>)],
    ) -> Result<Vec<WindowCounts>, StoreError> {
        let mut counts = Vec::with_capacity(wanted.len());
        for (sla, parts) in wanted {
            counts.push(self.window(tenant, *sla, parts).await?);
        }
        Ok(counts)
    }

    /// Judges what waits in the queue, as [`JudgementStore::project`] does; then forgets all
    /// judgements and window sums of the tenant's active SLAs and judges again, under each of
    /// them, the executions of the log that it covers ([`Sla::covers`]), all of it as of one
    /// moment: what is reported meanwhile waits in the queue afterwards, and its breaches are
    /// alerted as ever. Breaches and alerts stay, and judging again writes no alert. A judgement
    /// keeps the severity of its record. What runs is judged as of its last report; the sweep
    /// brings it up to date. What an inactive SLA judged while it was active stays.
    async fn rebuild(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
        policy: &AlertPolicy,
    ) -> Result<(), StoreError>;
}

/// Which breaches; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BreachFilter {
    /// Of this SLA.
    pub sla: Option<SlaId>,
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Whether someone has seen to it.
    pub acknowledged: Option<bool>,
    /// Whether every recipient was sent the alert.
    pub alert_sent: Option<bool>,
    /// Found at or after.
    pub detected_after: Option<DateTime<Utc>>,
    /// Found at or before.
    pub detected_before: Option<DateTime<Utc>>,
}

/// What breaches can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreachOrder {
    /// By when it was found.
    DetectedAt,
    /// By actual minus target.
    Margin,
}

/// Reads breaches and keeps acknowledgements. Every method is one atomic step.
#[async_trait]
pub trait BreachStore: Send + Sync {
    /// `None` when the tenant has no such breach.
    async fn get(&self, tenant: TenantId, id: BreachId) -> Result<Option<Breach>, StoreError>;

    /// A page of breaches; counts are bounded by [`kernel::COUNT_LIMIT`].
    async fn list(
        &self,
        tenant: TenantId,
        filter: &BreachFilter,
        ordering: &Ordering<BreachOrder>,
        page: &PageRequest,
    ) -> Result<Page<Breach>, StoreError>;

    /// Acknowledges a breach that nobody acknowledged. `None` when the tenant has no such
    /// breach; [`StoreError::StaleVersion`] when its revision is not the expected one; else
    /// [`StoreError::Duplicate`] when it is acknowledged already.
    async fn acknowledge(
        &self,
        actor: &Actor,
        id: BreachId,
        notes: &str,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Breach>>,
    ) -> Result<Option<Breach>, StoreError>;
}

/// Carries alerts to their recipients.
#[async_trait]
pub trait AlertSender: Send + Sync {
    /// Sends once; never panics, never takes longer than the lease of [`AlertOutbox::claim`].
    async fn send(&self, alert: &Alert) -> AlertOutcome;
}

/// How many alerts are not delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// To be sent, now or later.
    pub scheduled: i64,
    /// Given up, of breaches that nobody has acknowledged.
    pub dead: i64,
}

/// Hands out alerts for delivery, across all tenants.
#[async_trait]
pub trait AlertOutbox: Send + Sync {
    /// Up to `limit` scheduled alerts that are due at `now`, the longest due first, leased until
    /// `lease_until`: nobody else gets them before.
    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Alert>, StoreError>;

    /// Keeps what became of a delivery. Sent: `alert_sent_at` of the breach is set once all its
    /// alerts are sent. Retry: scheduled at `retry_at`, or dead after
    /// [`crate::MAX_ATTEMPTS`]. Refused: dead, and its recipient is among the breach's
    /// [`Breach::alert_failed_recipients`]. An alert that is sent or dead stays so, and one that
    /// is gone with its breach is no error. Answers where the alert stands now, `None` when it
    /// is gone.
    async fn settle(
        &self,
        alert: &Alert,
        outcome: &AlertOutcome,
        now: DateTime<Utc>,
        retry_at: DateTime<Utc>,
    ) -> Result<Option<AlertState>, StoreError>;

    /// What is not delivered, of all tenants.
    async fn backlog(&self) -> Result<Backlog, StoreError>;
}
