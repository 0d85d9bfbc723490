//! Vocabulary shared by every crate: tenant, actor, clock, paging, idempotency receipts and the
//! few errors that any store may return.
//!
//! No IO, no async, no database, no JSON. A type belongs here only when at least two features
//! need it and it means the same in both.
//!
//! * [`TenantId`] is part of every port method: a record of another tenant does not exist.
//! * [`Clock`] is the only source of the current time.
//! * [`PageRequest`] and [`Page`] are how every list is asked for and answered.
//! * [`Receipt`] lets a store keep the answer of a `POST` in the transaction of its effect.

mod actor;
mod clock;
mod error;
mod page;
mod receipt;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use actor::{Actor, Role, TenantId};
pub use clock::{Clock, SystemClock, from_millis, to_millis};
pub use error::StoreError;
pub use page::{
    COUNT_LIMIT, Count, Cursor, CursorKey, DEFAULT_PAGE_SIZE, Direction, MAX_PAGE_SIZE, Ordering,
    Page, PageRef, PageRequest, Sort,
};
pub use receipt::{Answer, IdempotencyKey, Receipt};
