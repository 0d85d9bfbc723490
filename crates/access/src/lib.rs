//! Who may call, how often, and what was answered already.
//!
//! * **Tokens**: `wfi_<kind>_<30 base-62 characters><6 characters of CRC-32>`. Only a SHA-256 of
//!   the secret is kept, beside a public prefix to recognise it by. A token belongs to one
//!   tenant and one user, has a role and may expire. [`AccessService`] issues, checks and
//!   revokes them; who was let in moments ago is let in from memory.
//! * **Rate limits**: a sliding log, so that there are never more than N in *any* window of that
//!   length. Refused requests are not counted. [`SlidingLog`] counts in memory;
//!   [`RateLimitStore`] across replicas and restarts.
//! * **Answers**: what was answered under an `Idempotency-Key`, kept by the stores in the
//!   transaction of the effect ([`kernel::Receipt`]) and read here ([`AnswerService`]).
//!
//! Time and random bytes come from the caller. Knows no HTTP: headers and statuses belong to the
//! API.

mod answers;
mod limits;
mod ports;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod token;

pub use answers::{AnswerService, Begun, InFlight, InFlightGuard, KEPT_FOR, Replay, check};
pub use limits::{Decision, Limit, LimitClass, Limits, MAX_KEYS, SlidingLog};
pub use ports::{AnswerStore, RateLimitStore, StoredAnswer, TokenStore};
pub use service::{AccessError, AccessService, Authenticated, IssuedToken, NewTokenRequest};
pub use token::{Secret, TokenError, TokenPrefix, TokenRecord};
