//! Long computations, beside what answers requests.

use async_trait::async_trait;
use kernel::StoreError;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use workflow_sim::{Job, Workers};

/// Computations that may wait for their turn.
const MAX_WAITING: usize = 32;

/// Threads of the runtime that are allowed to block, a few at a time.
pub struct BlockingWorkers {
    turns: Semaphore,
    waiting: AtomicUsize,
    threads: usize,
}

impl Default for BlockingWorkers {
    /// One computation at a time for every two processors; each may use half of them.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            turns: Semaphore::new(processors.div_ceil(2)),
            waiting: AtomicUsize::new(0),
            threads: processors.div_ceil(2),
        }
    }
}

/// Counts one that waits, for as long as it lives: also when the caller gives up.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Workers for BlockingWorkers {
    async fn run(&self, work: Box<dyn FnOnce() + Send>) -> Result<(), StoreError> {
        let waiting = Waiting(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(StoreError::Unavailable(
                "too many simulations wait for their turn".into(),
            ));
        }
        let turn = self.turns.acquire().await;
        drop(waiting);
        let _turn = turn.map_err(|closed| StoreError::Unavailable(Box::new(closed)))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|broken| StoreError::Corrupt {
                entity: "simulation",
                id: String::new(),
                source: Box::new(broken),
            })
    }

    fn start(&self, job: Job) {
        tokio::spawn(async {
            if let Err(error) = job.await {
                tracing::error!(cause = %error, "a simulation in the background failed");
            }
        });
    }

    fn threads(&self) -> usize {
        self.threads
    }
}
