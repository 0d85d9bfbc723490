//! Answers to reads that are given again while nothing that was committed could change them.

use crate::reply::Reply;
use crate::{Mark, Services};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use kernel::TenantId;
use std::collections::HashMap;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, so that callers of different addresses seldom wait for each other.
const SHARDS: usize = 16;
/// A larger answer is not remembered, in bytes.
const MAX_ANSWER: usize = 256 << 10;
/// What an entry costs besides its texts, in bytes.
const OVERHEAD: usize = 256;

/// Answers with the [`Mark`] of the data they were made of. One is given again only while the mark
/// is the same: then nothing was committed in between, by whichever process, and to make it anew
/// would give the same bytes. Only for operations whose answer depends on nothing but tenant,
/// address and stored data: not on the time, nor on who asks.
///
/// Holds so many bytes at most. What was not asked for while half of them were filled is forgotten.
#[derive(Debug)]
pub struct Remembered {
    shards: Vec<Mutex<Shard>>,
    shard_bytes: usize,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    young: HashMap<String, Known>,
    young_bytes: usize,
    old: HashMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    mark: Mark,
    body: Bytes,
    etag: Option<HeaderValue>,
}

impl Known {
    fn respond(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.insert_header((
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ));
        if let Some(etag) = &self.etag {
            response.insert_header((header::ETAG, etag.clone()));
        }
        response.body(self.body.clone())
    }
}

/// What a read is remembered by, taken before it is answered.
#[derive(Debug)]
pub(crate) struct Asked {
    key: String,
    mark: Mark,
}

impl Asked {
    /// `None` while the answer cannot be remembered.
    pub(crate) async fn new(
        services: &Services,
        request: &HttpRequest,
        tenant: TenantId,
    ) -> Option<Self> {
        let mark = services.changes.mark(tenant).await?;
        let uri = request.uri();
        let mut key = String::with_capacity(uri.path().len() + 64);
        let _ = write!(key, "{tenant} {uri} ");
        // Links name the host.
        if let Some(host) = request.headers().get(header::HOST) {
            key.push_str(host.to_str().ok()?);
        }
        Some(Self { key, mark })
    }
}

impl Remembered {
    /// Holds at most about so many bytes.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            shard_bytes: max_bytes / SHARDS,
            hasher: RandomState::new(),
        }
    }

    /// The answer that was given before and still stands.
    pub(crate) fn get(&self, asked: &Asked) -> Option<HttpResponse> {
        let mut shard = self.shard(&asked.key);
        if let Some(known) = shard.young.get(&asked.key) {
            return (known.mark == asked.mark).then(|| known.respond());
        }
        let known = shard.old.remove(&asked.key)?;
        if known.mark != asked.mark {
            return None;
        }
        let response = known.respond();
        shard.put(asked.key.clone(), known, self.shard_bytes / 2);
        Some(response)
    }

    /// Gives an answer and remembers it, if it is a good one.
    pub(crate) fn keep(&self, asked: Asked, reply: Reply) -> HttpResponse {
        let answer = reply.answer();
        let size = answer.body.len() + asked.key.len();
        let good = answer.status == StatusCode::OK.as_u16() && answer.location.is_none();
        if !good || size > MAX_ANSWER.min(self.shard_bytes / 4) {
            return reply.respond();
        }
        let answer = reply.into_answer();
        let known = Known {
            mark: asked.mark,
            body: Bytes::from(answer.body),
            etag: answer.etag.and_then(|tag| HeaderValue::try_from(tag).ok()),
        };
        let response = known.respond();
        self.shard(&asked.key)
            .put(asked.key, known, self.shard_bytes / 2);
        response
    }

    fn shard(&self, key: &str) -> MutexGuard<'_, Shard> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any bits of a hash will do"
        )]
        let hash = self.hasher.hash_one(key) as usize;
        self.shards[hash % SHARDS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    /// `half`: bytes after which the young become the old.
    fn put(&mut self, key: String, known: Known, half: usize) {
        let texts = key.len() + OVERHEAD;
        let size = texts + known.body.len();
        if self.young_bytes + size > half {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += size;
        if let Some(before) = self.young.insert(key, known) {
            self.young_bytes -= texts + before.body.len();
        }
    }
}

#[cfg(test)]
mod tests;
