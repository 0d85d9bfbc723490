//! What this crate needs kept.

use crate::{Report, Tally};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

/// Who follows the change feed; each has a queue of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Consumer {
    /// Counts of executions.
    Tally,
    /// SLA judgement.
    Sla,
    /// Measured statistics of steps and actions.
    Statistics,
}

impl Consumer {
    /// Every consumer.
    pub const ALL: [Self; 3] = [Self::Tally, Self::Sla, Self::Statistics];

    /// The number in the database.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::Tally => 1,
            Self::Sla => 2,
            Self::Statistics => 3,
        }
    }
}

/// One change of one execution. Changes of one execution come in order and none is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its place in the queue.
    pub sequence: i64,
    /// What was known before; `None` for a new execution.
    pub before: Option<Execution>,
    /// What is known after; `None` when it was deleted.
    pub after: Option<Execution>,
    /// When the report was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// What became of one report.
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// A new execution.
    Created(Execution),
    /// News of a known one.
    Updated(Execution),
    /// Nothing new.
    Unchanged(Execution),
}

impl Recorded {
    /// The execution as it is now known.
    #[must_use]
    pub fn execution(&self) -> &Execution {
        match self {
            Self::Created(execution) | Self::Updated(execution) | Self::Unchanged(execution) => {
                execution
            }
        }
    }
}

/// How many reports of a call came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordedCounts {
    /// Brought new executions.
    pub created: u64,
    /// Brought news of known ones.
    pub updated: u64,
    /// Brought nothing new.
    pub unchanged: u64,
}

impl RecordedCounts {
    /// The counts of these answers; `None` when a report was refused.
    #[must_use]
    pub fn of(answers: &[Result<Recorded, RecordError>]) -> Option<Self> {
        let mut counts = Self::default();
        for answer in answers {
            match answer {
                Ok(Recorded::Created(_)) => counts.created += 1,
                Ok(Recorded::Updated(_)) => counts.updated += 1,
                Ok(Recorded::Unchanged(_)) => counts.unchanged += 1,
                Err(_refused) => return None,
            }
        }
        Some(counts)
    }
}

/// What is kept as the answer to a call.
#[derive(Debug)]
pub enum RecordReceipt {
    /// The answer to the first report, if that was recorded.
    First(Receipt<Recorded>),
    /// The counts, if every report was recorded.
    Counts(Receipt<RecordedCounts>),
}

/// Why one report was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The tenant has no such workflow. Path `workflow`.
    #[error("Workflow not found")]
    UnknownWorkflow,
    /// The workflow has no such version. Path `workflow_version`.
    #[error("The workflow has no version {0}")]
    UnknownVersion(i64),
    /// The tenant has no such execution.
    #[error("Workflow execution not found")]
    UnknownExecution,
    /// The execution changed since it was read.
    #[error("The execution changed since it was read")]
    Stale,
    /// The merged times contradict each other, such as an end before the start: path, sentence.
    #[error("{1}")]
    Contradiction(String, String),
}

impl RecordError {
    /// Another execution of the workflow has the external id that a report gives to this one.
    #[must_use]
    pub fn external_id_taken(external_id: &str) -> Self {
        Self::Contradiction(
            "external_id".to_owned(),
            format!("Another execution of this workflow has the external_id \"{external_id}\"."),
        )
    }
}

/// How reports are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordOptions {
    /// All or none: when one is refused, nothing is stored.
    pub atomic: bool,
    /// When.
    pub now: DateTime<Utc>,
}

/// Which executions; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Of this status.
    pub status: Option<ExecutionStatus>,
    /// With this outcome.
    pub outcome: Option<String>,
    /// With this external id.
    pub external_id: Option<String>,
    /// Started at or after.
    pub started_after: Option<DateTime<Utc>>,
    /// Started at or before.
    pub started_before: Option<DateTime<Utc>>,
}

impl ExecutionFilter {
    /// Whether the [`Tally`] can count what passes: only workflow and status are asked for.
    #[must_use]
    pub fn is_tallied(&self) -> bool {
        let Self {
            workflow: _,
            status: _,
            outcome,
            external_id,
            started_after,
            started_before,
        } = self;
        outcome.is_none()
            && external_id.is_none()
            && started_after.is_none()
            && started_before.is_none()
    }

    /// Whether `execution` passes.
    #[must_use]
    pub fn passes(&self, execution: &Execution) -> bool {
        fn is<T: PartialEq>(wanted: Option<&T>, value: Option<&T>) -> bool {
            wanted.is_none() || wanted == value
        }
        is(self.workflow.as_ref(), Some(&execution.workflow))
            && is(self.status.as_ref(), Some(&execution.status))
            && is(self.outcome.as_ref(), execution.outcome.as_ref())
            && is(self.external_id.as_ref(), execution.external_id.as_ref())
            && self
                .started_after
                .is_none_or(|after| execution.started_at >= after)
            && self
                .started_before
                .is_none_or(|before| execution.started_at <= before)
    }
}

/// What executions can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionOrder {
    /// By start.
    StartedAt,
    /// By end; running ones last.
    CompletedAt,
    /// By duration; running ones last.
    Duration,
}

/// Keeps executions. Every method is one atomic step.
#[async_trait]
pub trait ExecutionLog: Send + Sync {
    /// Merges each report into what is known ([`crate::merge`]), in the given order, and queues
    /// a [`Change`] for every [`Consumer`] for each that brought news. The answers are in the
    /// order of the reports. One transaction; with `atomic`, a refused report leaves nothing
    /// stored, and the answers say what would have become of each report.
    ///
    /// Beside each execution the store keeps its [`crate::MergeState`] as text and hands it back
    /// to the next merge. An `external_id` is unique within its workflow: a report that would
    /// give an execution the one of another fails with [`RecordError::external_id_taken`].
    ///
    /// `receipt` says what is kept of the answers.
    async fn record(
        &self,
        actor: &Actor,
        reports: Vec<Report>,
        options: RecordOptions,
        receipt: Option<RecordReceipt>,
    ) -> Result<Vec<Result<Recorded, RecordError>>, StoreError>;

    /// `None` when the tenant has no such execution.
    async fn get(&self, tenant: TenantId, id: ExecutionId)
    -> Result<Option<Execution>, StoreError>;

    /// A page of executions. Counts come from the tally where the filter allows, else they are
    /// bounded by [`kernel::COUNT_LIMIT`].
    async fn list(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        ordering: &Ordering<ExecutionOrder>,
        page: &PageRequest,
    ) -> Result<Page<Execution>, StoreError>;

    /// Removes an execution and queues a [`Change`] without an `after`. `false` when there is
    /// none; [`StoreError::StaleVersion`] when its revision is another one.
    async fn delete(
        &self,
        tenant: TenantId,
        id: ExecutionId,
        expected_revision: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// Up to `limit` executions with ids over `after`, by id: for work that streams history.
    async fn scan(
        &self,
        tenant: TenantId,
        filter: &ExecutionFilter,
        after: Option<ExecutionId>,
        limit: u32,
    ) -> Result<Vec<Execution>, StoreError>;

    /// How many changes wait in the queue of `consumer`, counted up to 10,000.
    async fn backlog(&self, tenant: TenantId, consumer: Consumer) -> Result<i64, StoreError>;

    /// The tenants with changes waiting for `consumer`.
    async fn tenants_waiting(&self, consumer: Consumer) -> Result<Vec<TenantId>, StoreError>;
}

/// Keeps how many executions there are of each kind.
#[async_trait]
pub trait TallyStore: Send + Sync {
    /// Takes up to `limit` changes off the queue of [`Consumer::Tally`], in order, and adds what
    /// [`crate::tally_changes`] makes of them, in one transaction; keeps each workflow's
    /// `execution_count` and `last_executed_at` too. Answers the changes that were taken, for
    /// the metrics. One caller at a time for a tenant: while another is at it, takes none.
    async fn project(&self, tenant: TenantId, limit: u32) -> Result<Vec<Change>, StoreError>;

    /// Forgets all counts of the tenant and counts its log again.
    async fn rebuild(&self, tenant: TenantId) -> Result<(), StoreError>;

    /// The counts of one workflow, or of all when `None`.
    async fn tally(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
    ) -> Result<Vec<Tally>, StoreError>;
}
