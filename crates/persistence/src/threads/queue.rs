//! A bounded queue from async callers to database threads.

use crate::DbError;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// First in, first out; callers wait without blocking their thread, database threads block.
pub(super) struct Queue<J> {
    name: &'static str,
    state: Mutex<State<J>>,
    /// Signalled for each job, and for all on closing.
    ready: Condvar,
    /// One permit for each free place; closed together with the queue.
    places: Semaphore,
}

struct State<J> {
    jobs: VecDeque<J>,
    open: bool,
}

impl<J> Queue<J> {
    /// At most `capacity` jobs wait. `name` labels the depth metric.
    pub(super) fn new(name: &'static str, capacity: usize) -> Self {
        Self {
            name,
            state: Mutex::new(State {
                jobs: VecDeque::new(),
                open: true,
            }),
            ready: Condvar::new(),
            places: Semaphore::new(capacity.max(1)),
        }
    }

    /// Waits at most `wait` for a place.
    pub(super) async fn push(&self, job: J, wait: Duration) -> Result<(), DbError> {
        let place = match self.places.try_acquire() {
            Ok(place) => place,
            Err(_full_or_closed) => tokio::time::timeout(wait, self.places.acquire())
                .await
                .map_err(|_elapsed| {
                    DbError::Unavailable(format!("more {} jobs wait than may", self.name))
                })?
                .map_err(|_closed| super::stopped())?,
        };
        let mut state = self.lock();
        if !state.open {
            return Err(super::stopped());
        }
        place.forget(); // given back by the thread that takes the job
        state.jobs.push_back(job);
        drop(state);
        self.ready.notify_one();
        self.depth().increment(1.0);
        Ok(())
    }

    /// Blocks until there is a job; `None` once the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<J> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                self.taken(1);
                return Some(job);
            }
            if !state.open {
                return None;
            }
            state = self
                .ready
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Moves what waits into `batch`, up to `limit` jobs in it. Does not block.
    pub(super) fn drain_into(&self, batch: &mut Vec<J>, limit: usize) {
        let mut state = self.lock();
        let count = state.jobs.len().min(limit.saturating_sub(batch.len()));
        batch.extend(state.jobs.drain(..count));
        drop(state);
        self.taken(count);
    }

    /// No more jobs; those that wait are still served.
    pub(super) fn close(&self) {
        self.lock().open = false;
        self.places.close();
        self.ready.notify_all();
    }

    fn taken(&self, count: usize) {
        self.places.add_permits(count);
        self.depth()
            .decrement(u32::try_from(count).unwrap_or(u32::MAX));
    }

    fn depth(&self) -> metrics::Gauge {
        metrics::gauge!("db_queue_depth", "queue" => self.name)
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
