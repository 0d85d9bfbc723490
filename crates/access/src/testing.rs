//! Stores in memory, and the contracts that every store must keep.
//!
//! ```text
//! access::token_store_contract!(MemoryTokens::default());
//! access::token_store_contract!(tokio::test, SqlTokens::new(fresh_database().await));
//! access::rate_limit_store_contract!(tokio::test, (limits, tokens));
//! access::answer_store_contract!(tokio::test, (answers, tokens));
//! ```
//!
//! The stores of limits and answers are checked as a pair with a store of tokens on the same
//! database, which makes the tenants.

mod answers;
mod limits;
mod tokens;

pub use answers::{MemoryAnswers, answer, answer_contract, idempotency_key};
pub use kernel::testing::block_on;
pub use limits::{MemoryRateLimits, rate_limit_contract};
pub use tokens::{MemoryTokens, token_contract, token_record};

use chrono::{DateTime, Utc};

/// 2023-11-14T22:13:20Z and so many milliseconds.
#[must_use]
pub fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap_or_default()
}

#[doc(hidden)]
#[macro_export]
macro_rules! each_promise {
    (($test:meta, $make:expr) $contract:ident: $($case:ident),+) => {$(
        #[$test]
        async fn $case() {
            let made = $make;
            $crate::testing::$contract::$case(&made).await;
        }
    )+};
    (($make:expr) $contract:ident: $($case:ident),+) => {$(
        #[test]
        fn $case() {
            $crate::testing::block_on(async {
                let made = $make;
                $crate::testing::$contract::$case(&made).await;
            });
        }
    )+};
}
