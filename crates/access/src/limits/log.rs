//! The sliding log in memory.

use super::{Decision, Limit, LimitClass};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// Keys that one log follows when the caller names no other bound.
pub const MAX_KEYS: usize = 100_000;
/// Locks, so that callers with different keys seldom wait for each other.
const SHARDS: usize = 16;

/// Counts calls exactly: for each key the instants of the admitted calls that are still in the
/// window. There are never more than `limit.calls` in *any* window of that length (half-open:
/// two calls exactly one window apart share none), and a call is refused only when it would be
/// one too many.
///
/// A key costs 8 bytes for each call in its window, at most `limit.calls` of them. A key whose
/// calls have all left the window is forgotten. When as many keys as the log may follow are in
/// use, calls of further ones are refused until one falls idle: to forget a busy key would be to
/// forgive its calls.
#[derive(Debug)]
pub struct SlidingLog {
    shards: Vec<Mutex<Shard>>,
    keys_per_shard: usize,
    hasher: RandomState,
}

impl Default for SlidingLog {
    fn default() -> Self {
        Self::new(MAX_KEYS)
    }
}

impl SlidingLog {
    /// An empty log that follows about `max_keys` keys at a time (rounded up to its shards).
    #[must_use]
    pub fn new(max_keys: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            keys_per_shard: max_keys.div_ceil(SHARDS).max(1),
            hasher: RandomState::new(),
        }
    }

    /// Counts a call of `key` at `now` in the budget `limit.class`, unless that would make too
    /// many. A refused call is not counted. Times may come slightly out of order, as clocks are
    /// read before locks are taken; calls in the future of `now` count as well then.
    pub fn admit(&self, key: &str, limit: Limit, now: DateTime<Utc>) -> Decision {
        let mut shard = self
            .shard(key)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        shard.admit(key, limit, now, self.keys_per_shard)
    }

    /// What [`SlidingLog::admit`] would decide, without counting the call.
    pub fn peek(&self, key: &str, limit: Limit, now: DateTime<Utc>) -> Decision {
        let mut shard = self
            .shard(key)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match shard.calls.get_mut(key) {
            Some(budgets) => budgets[limit.class as usize].peek(limit, nanos(now)),
            None => Calls::default().peek(limit, nanos(now)),
        }
    }

    fn shard(&self, key: &str) -> &Mutex<Shard> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any bits of a hash will do"
        )]
        let hash = self.hasher.hash_one(key) as usize;
        &self.shards[hash % self.shards.len()]
    }

    /// How many keys are followed now.
    #[must_use]
    pub fn keys(&self) -> usize {
        let len = |shard: &Mutex<Shard>| {
            shard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .calls
                .len()
        };
        self.shards.iter().map(len).sum()
    }
}

/// The budgets of one key share a map of their own, so that a look-up needs no owned key.
#[derive(Debug, Default)]
struct Shard {
    calls: HashMap<String, [Calls; LimitClass::ALL.len()]>,
    /// From the last sweep, until which no key can fall idle; both in nanoseconds.
    swept_at: i64,
    sweep_at: i64,
}

impl Shard {
    fn admit(&mut self, key: &str, limit: Limit, now: DateTime<Utc>, max_keys: usize) -> Decision {
        let at = nanos(now);
        if let Some(budgets) = self.calls.get_mut(key) {
            return budgets[limit.class as usize].admit(limit, at);
        }
        // Sweeping at every doubling keeps its cost per call constant.
        if self.calls.len() >= max_keys || self.calls.len() == self.calls.capacity() {
            self.sweep(at);
        }
        if self.calls.len() >= max_keys {
            let wait = TimeDelta::nanoseconds(self.sweep_at.saturating_sub(at).max(0));
            return Decision {
                admitted: false,
                remaining: 0,
                resets_in: wait.min(limit.window),
            };
        }
        self.calls.entry(key.to_owned()).or_default()[limit.class as usize].admit(limit, at)
    }

    fn sweep(&mut self, at: i64) {
        if (self.swept_at..self.sweep_at).contains(&at) {
            return;
        }
        self.swept_at = at;
        self.calls
            .retain(|_, budgets| budgets.iter().any(|calls| !calls.is_idle(at)));
        let idle_at = |budgets: &[Calls; 3]| budgets.iter().map(Calls::idle_at).max();
        self.sweep_at = self
            .calls
            .values()
            .filter_map(idle_at)
            .min()
            .unwrap_or(i64::MIN);
    }
}

/// The admitted calls of one key in one budget, oldest first.
#[derive(Debug, Default)]
struct Calls {
    at: VecDeque<i64>,
    window: i64,
}

impl Calls {
    fn admit(&mut self, limit: Limit, now: i64) -> Decision {
        self.decide(limit, now, true)
    }

    fn peek(&mut self, limit: Limit, now: i64) -> Decision {
        self.decide(limit, now, false)
    }

    fn decide(&mut self, limit: Limit, now: i64, count: bool) -> Decision {
        self.window = limit.window.num_nanoseconds().unwrap_or(i64::MAX).max(0);
        self.forget(now);
        let calls = limit.calls as usize;
        let admitted = self.at.len() < calls;
        if admitted && count {
            self.insert(now, calls);
        }
        // After an admission the oldest; after a refusal the one that has to leave first.
        let leaving = self.at.get(self.at.len().saturating_sub(calls));
        let resets_in = leaving.map_or(self.window, |at| {
            at.saturating_add(self.window).saturating_sub(now)
        });
        Decision {
            admitted,
            remaining: u32::try_from(calls.saturating_sub(self.at.len())).unwrap_or(u32::MAX),
            resets_in: TimeDelta::nanoseconds(resets_in.clamp(0, self.window)),
        }
    }

    /// Forgets the calls that share no window with a call at `now`: those that left it and,
    /// after the clock was set back, those a whole window ahead.
    fn forget(&mut self, now: i64) {
        let past = now.saturating_sub(self.window);
        while self.at.front().is_some_and(|at| *at <= past) {
            self.at.pop_front();
        }
        let ahead = now.saturating_add(self.window);
        while self.at.back().is_some_and(|at| *at >= ahead) {
            self.at.pop_back();
        }
    }

    fn insert(&mut self, now: i64, calls: usize) {
        if self.at.len() == self.at.capacity() {
            // Grows by doubling, but never beyond what the limit can fill.
            let more = self.at.len().max(4).min(calls - self.at.len());
            self.at.reserve_exact(more);
        }
        let place = self.at.partition_point(|at| *at <= now);
        self.at.insert(place, now);
    }

    /// When the last call leaves the window.
    fn idle_at(&self) -> i64 {
        self.at
            .back()
            .map_or(i64::MIN, |at| at.saturating_add(self.window))
    }

    fn is_idle(&self, now: i64) -> bool {
        self.at.back().is_none_or(|at| {
            at.saturating_add(self.window) <= now || *at >= now.saturating_add(self.window)
        })
    }
}

/// Nanoseconds since 1970, which end in the year 2262.
fn nanos(at: DateTime<Utc>) -> i64 {
    at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 {
        i64::MIN
    } else {
        i64::MAX
    })
}
