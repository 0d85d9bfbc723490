//! Where long computations run.

use async_trait::async_trait;
use kernel::StoreError;
use std::pin::Pin;

/// What nobody waits for.
pub type Job = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

/// Runs long computations beside what answers requests.
#[async_trait]
pub trait Workers: Send + Sync {
    /// Runs `work` to its end, when its turn has come. [`StoreError::Unavailable`] when too much
    /// waits already, or when the work could not be ended; it may then have been begun.
    async fn run(&self, work: Box<dyn FnOnce() + Send>) -> Result<(), StoreError>;

    /// Begins `job`, which nobody waits for, and returns at once. What fails is logged.
    fn start(&self, job: Job);

    /// How many threads one computation may use; at least 1.
    fn threads(&self) -> usize;
}
