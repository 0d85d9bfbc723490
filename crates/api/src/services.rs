//! Everything a handler may call.

use crate::Remembered;
use access::{AccessService, AnswerService, Limits, RateLimitStore, SlidingLog};
use async_trait::async_trait;
use execution_log::Consumer;
use kernel::{Clock, StoreError, TenantId};
use std::sync::Arc;
use std::time::Duration;

/// Settings of the API.
#[derive(Debug, Clone)]
pub struct ApiOptions {
    /// The largest body of an ordinary request, in bytes.
    pub max_body_bytes: usize,
    /// The largest line of a streamed bulk, in bytes.
    pub max_line_bytes: usize,
    /// How long to wait for the next piece of a body.
    pub body_timeout: Duration,
    /// `https://host` for absolute links; taken from the request when absent.
    pub public_url: Option<String>,
    /// Rate limits.
    pub limits: Limits,
}

impl Default for ApiOptions {
    fn default() -> Self {
        Self {
            max_body_bytes: 2 * 1024 * 1024,
            max_line_bytes: 1024 * 1024,
            body_timeout: Duration::from_secs(10),
            public_url: None,
            limits: Limits::default(),
        }
    }
}

/// Lets a read that depends on a projection catch up first, so that a client reads its own
/// writes.
#[async_trait]
pub trait Freshness: Send + Sync {
    /// Returns once everything recorded for `tenant` before the call was projected for
    /// `consumers`, or after a bounded time.
    async fn catch_up(&self, tenant: TenantId, consumers: &[Consumer]) -> Result<(), StoreError>;
}

/// A moment of the stored data. Between two equal ones of one [`Changes`], nothing was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(pub u64);

/// Tells whether stored data changed, so that what follows from it need not be made anew.
#[async_trait]
pub trait Changes: Send + Sync {
    /// What is committed now, by any process that uses the database: what was acknowledged before
    /// the call has its part in it. `None` while something recorded for `tenant` is not projected
    /// for every consumer, or when it cannot be told cheaply.
    async fn mark(&self, tenant: TenantId) -> Option<Mark>;
}

/// Says whether the service can do its work.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// `Err` with what is missing, in words that may be shown.
    async fn ready(&self) -> Result<(), String>;
}

/// Where secrets come from.
pub trait Randomness: Send + Sync {
    /// 32 unpredictable bytes.
    fn bytes(&self) -> [u8; 32];
}

/// Renders the metrics in the Prometheus text format.
#[async_trait]
pub trait MetricsPage: Send + Sync {
    /// The page; gauges are recomputed first.
    async fn render(&self) -> Result<String, StoreError>;
}

/// Everything a handler may call.
pub struct Services {
    /// Settings.
    pub options: ApiOptions,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Secrets of new tokens.
    pub randomness: Arc<dyn Randomness>,
    /// Tokens.
    pub access: AccessService,
    /// Kept answers, and requests under an idempotency key that have not ended.
    pub answers: AnswerService,
    /// Exact limits of expensive operations.
    pub rate_limits: Arc<dyn RateLimitStore>,
    /// The limit of all operations, in this process.
    pub standard_limit: SlidingLog,
    /// Workflows.
    pub workflows: workflow_registry::WorkflowService,
    /// Executions.
    pub executions: execution_log::ExecutionService,
    /// Actions.
    pub catalog: catalog::CatalogService,
    /// Suggestions.
    pub suggestions: suggestions::SuggestionService,
    /// Simulations.
    pub simulations: workflow_sim::SimulationService,
    /// SLAs and breaches.
    pub slas: sla::SlaService,
    /// Templates.
    pub templates: blueprint::TemplateService,
    /// Answers to reads that still stand.
    pub remembered: Remembered,
    /// Whether they do.
    pub changes: Arc<dyn Changes>,
    /// Projections.
    pub freshness: Arc<dyn Freshness>,
    /// Health.
    pub readiness: Arc<dyn Readiness>,
    /// Metrics.
    pub metrics: Arc<dyn MetricsPage>,
}
