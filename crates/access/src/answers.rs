//! Retries of requests that carry an `Idempotency-Key`.

mod in_flight;
#[cfg(test)]
mod tests;

use crate::{AnswerStore, StoredAnswer};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Answer, Clock, IdempotencyKey, StoreError, TenantId};
use std::sync::Arc;

pub use in_flight::{InFlight, InFlightGuard};

/// How long an answer is kept: 24 hours.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// What the answer kept under a key means for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// None is kept: carry the request out.
    Fresh,
    /// The same request was answered with this.
    Replay(Answer),
    /// The key was used for a request with another body.
    Mismatch,
}

/// Compares what is kept under a key with the fingerprint of the request in hand.
#[must_use]
pub fn check(stored: Option<StoredAnswer>, fingerprint: &str) -> Replay {
    match stored {
        None => Replay::Fresh,
        Some(stored) if stored.fingerprint == fingerprint => Replay::Replay(stored.answer),
        Some(_) => Replay::Mismatch,
    }
}

/// How a request with a key goes on.
#[derive(Debug)]
pub enum Begun {
    /// Carry it out, and hold the guard until its answer is kept or it failed.
    Fresh(InFlightGuard),
    /// Answer with this: the same request was answered before.
    Replay(Answer),
    /// Refuse: the key was used for a request with another body.
    Mismatch,
    /// Refuse: a request with this key is being carried out right now.
    InFlight,
}

/// Sees to it that a request with a key takes effect once.
///
/// Within a process, [`AnswerService::begin`] lets one request with a key through at a time.
/// Between processes the store decides: of two that run at once, one keeps its answer and the
/// other fails with [`StoreError::AnswerExists`] and stores nothing; that one then asks
/// [`AnswerService::after_lost_race`].
#[derive(Clone)]
pub struct AnswerService {
    answers: Arc<dyn AnswerStore>,
    clock: Arc<dyn Clock>,
    in_flight: InFlight,
}

impl AnswerService {
    /// A service with nothing in flight.
    #[must_use]
    pub fn new(answers: Arc<dyn AnswerStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            answers,
            clock,
            in_flight: InFlight::default(),
        }
    }

    /// Whether the request is to be carried out.
    pub async fn begin(&self, key: &IdempotencyKey) -> Result<Begun, StoreError> {
        // First the guard, then the look-up: the other way round, a request could be answered
        // between the two and be carried out again.
        let Some(guard) = self.in_flight.begin(key) else {
            return Ok(Begun::InFlight);
        };
        let stored = self.answers.find(key, self.horizon()).await?;
        Ok(match check(stored, &key.fingerprint) {
            Replay::Fresh => Begun::Fresh(guard),
            Replay::Replay(answer) => Begun::Replay(answer),
            Replay::Mismatch => Begun::Mismatch,
        })
    }

    /// What to do after [`StoreError::AnswerExists`]. [`Replay::Fresh`] means that the answer in
    /// the way was too old to count and is now forgotten: carry the request out once more.
    pub async fn after_lost_race(&self, key: &IdempotencyKey) -> Result<Replay, StoreError> {
        let horizon = self.horizon();
        let replay = check(self.answers.find(key, horizon).await?, &key.fingerprint);
        if replay == Replay::Fresh {
            self.answers.forget(key.tenant, horizon).await?;
        }
        Ok(replay)
    }

    /// Keeps an answer by itself, for effects of many transactions or of none.
    pub async fn keep(&self, key: &IdempotencyKey, answer: &Answer) -> Result<(), StoreError> {
        self.answers.keep(key, answer).await
    }

    /// Forgets the tenant's answers that are older than [`KEPT_FOR`]; answers how many.
    pub async fn forget_old(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.answers.forget(tenant, self.horizon()).await
    }

    fn horizon(&self) -> DateTime<Utc> {
        self.clock.now() - KEPT_FOR
    }
}
