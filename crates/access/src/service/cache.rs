//! Callers who were let in moments ago.

#[cfg(test)]
mod tests;

use super::Authenticated;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How long a caller is taken from memory.
pub(super) const TTL: TimeDelta = TimeDelta::seconds(5);
/// Locks, so that readers on many threads do not share one cache line.
const SHARDS: usize = 16;
/// Callers in one shard; 16,384 in all, some 4 MB.
const SHARD_ENTRIES: usize = 1_024;

/// Callers by the SHA-256 of their token. Holds no secret, and only tokens that were good: what
/// is refused is asked for again.
#[derive(Debug, Default)]
pub(super) struct Cache {
    shards: [RwLock<Shard>; SHARDS],
    /// Counts the clearings, so that what was read before one is not put in after it.
    epoch: AtomicU64,
}

type Shard = HashMap<[u8; 32], Entry>;

#[derive(Debug)]
struct Entry {
    caller: Authenticated,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Entry {
    /// The clock may have been set back, hence both ends.
    fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && now < self.until
    }
}

impl Cache {
    pub(super) fn get(&self, digest: &[u8; 32], now: DateTime<Utc>) -> Option<Authenticated> {
        let shard = self.read(digest);
        shard
            .get(digest)
            .filter(|entry| entry.is_good(now))
            .map(|entry| entry.caller.clone())
    }

    /// To be read before the store is asked, and given to [`Cache::put`].
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    pub(super) fn put(
        &self,
        digest: [u8; 32],
        caller: Authenticated,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        epoch: u64,
    ) {
        let until = expires_at.map_or(now + TTL, |end| end.min(now + TTL));
        let mut shard = self.write(&digest);
        // Under the lock: a clearing raises the epoch before it empties the shards.
        if self.epoch() != epoch {
            return;
        }
        if shard.len() >= SHARD_ENTRIES {
            shard.retain(|_, entry| entry.is_good(now));
        }
        if shard.len() >= SHARD_ENTRIES {
            shard.clear();
        }
        shard.insert(
            digest,
            Entry {
                caller,
                from: now,
                until,
            },
        );
    }

    pub(super) fn clear(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        for shard in &self.shards {
            shard
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .clear();
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let len = |shard: &RwLock<Shard>| shard.read().unwrap().len();
        self.shards.iter().map(len).sum()
    }

    fn read(&self, digest: &[u8; 32]) -> RwLockReadGuard<'_, Shard> {
        self.shard(digest)
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, digest: &[u8; 32]) -> RwLockWriteGuard<'_, Shard> {
        self.shard(digest)
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn shard(&self, digest: &[u8; 32]) -> &RwLock<Shard> {
        &self.shards[usize::from(digest[0]) % SHARDS]
    }
}
