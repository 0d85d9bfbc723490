//! Limits in memory, and the contract of [`RateLimitStore`].

use crate::{Decision, Limit, RateLimitStore, SlidingLog};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{StoreError, TenantId};

/// A [`SlidingLog`] behind the port.
#[derive(Debug, Default)]
pub struct MemoryRateLimits(SlidingLog);

#[async_trait]
impl RateLimitStore for MemoryRateLimits {
    async fn admit(
        &self,
        tenant: TenantId,
        subject: &str,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> Result<Decision, StoreError> {
        Ok(self.0.admit(&format!("{tenant} {subject}"), limit, now))
    }
}

/// The promises of [`RateLimitStore`], each checked against an empty store and a store of tokens
/// that makes the tenants.
#[expect(clippy::unwrap_used, reason = "test suite")]
pub mod rate_limit_contract {
    use crate::testing::at;
    use crate::{Decision, Limit, LimitClass, RateLimitStore, SlidingLog, TokenStore};
    use chrono::TimeDelta;
    use kernel::TenantId;

    fn limit(calls: u32, window_millis: i64) -> Limit {
        let window = TimeDelta::milliseconds(window_millis);
        Limit {
            class: LimitClass::Simulation,
            calls,
            window,
        }
    }

    async fn tenant(tokens: &impl TokenStore, name: &str) -> TenantId {
        tokens.ensure_tenant(name, at(0)).await.unwrap()
    }

    /// Calls are admitted up to the limit, refused beyond, and admitted again when the oldest
    /// has left the window, at that very instant; the answer says what remains and until when.
    pub async fn counts_what_it_admits<L, T>((limits, tokens): &(L, T))
    where
        L: RateLimitStore,
        T: TokenStore,
    {
        let a = tenant(tokens, "a").await;
        let expected = [
            (0, true, 2, 1_000),
            (400, true, 1, 600),
            (500, true, 0, 500),
            (999, false, 0, 1),
            (1_000, true, 0, 400),
            (1_399, false, 0, 1),
            (5_000, true, 2, 1_000),
        ];
        for (millis, admitted, remaining, resets_in) in expected {
            let decision = limits
                .admit(a, "t", limit(3, 1_000), at(millis))
                .await
                .unwrap();
            let resets_in = TimeDelta::milliseconds(resets_in);
            assert_eq!(
                decision,
                Decision {
                    admitted,
                    remaining,
                    resets_in
                },
                "at {millis}"
            );
        }
    }

    /// Refused calls are not counted: a client that keeps trying is let in as soon as one that
    /// waits.
    pub async fn refused_calls_are_not_counted<L, T>((limits, tokens): &(L, T))
    where
        L: RateLimitStore,
        T: TokenStore,
    {
        let a = tenant(tokens, "a").await;
        assert!(
            limits
                .admit(a, "t", limit(1, 1_000), at(0))
                .await
                .unwrap()
                .admitted
        );
        for millis in (50..1_000).step_by(50) {
            let decision = limits
                .admit(a, "t", limit(1, 1_000), at(millis))
                .await
                .unwrap();
            assert!(!decision.admitted, "at {millis}");
        }
        assert!(
            limits
                .admit(a, "t", limit(1, 1_000), at(1_000))
                .await
                .unwrap()
                .admitted
        );
    }

    /// Subjects, classes and tenants have budgets of their own.
    pub async fn budgets_are_apart<L, T>((limits, tokens): &(L, T))
    where
        L: RateLimitStore,
        T: TokenStore,
    {
        let (a, b) = (tenant(tokens, "a").await, tenant(tokens, "b").await);
        let one = limit(1, 1_000);
        let other = Limit {
            class: LimitClass::Generation,
            ..one
        };
        for (tenant, subject, limit) in [
            (a, "t", one),
            (a, "T", one),
            (a, "u", one),
            (a, "t", other),
            (b, "t", one),
        ] {
            assert!(
                limits
                    .admit(tenant, subject, limit, at(0))
                    .await
                    .unwrap()
                    .admitted
            );
            assert!(
                !limits
                    .admit(tenant, subject, limit, at(1))
                    .await
                    .unwrap()
                    .admitted
            );
        }
    }

    /// A limit of no calls admits none.
    pub async fn a_limit_of_zero_admits_nothing<L, T>((limits, tokens): &(L, T))
    where
        L: RateLimitStore,
        T: TokenStore,
    {
        let a = tenant(tokens, "a").await;
        let decision = limits.admit(a, "t", limit(0, 1_000), at(0)).await.unwrap();
        let resets_in = TimeDelta::seconds(1);
        assert_eq!(
            decision,
            Decision {
                admitted: false,
                remaining: 0,
                resets_in
            }
        );
    }

    /// A changed limit applies to the calls that were counted under the old one.
    pub async fn a_changed_limit_sees_the_same_calls<L, T>((limits, tokens): &(L, T))
    where
        L: RateLimitStore,
        T: TokenStore,
    {
        let a = tenant(tokens, "a").await;
        for millis in [0, 100, 200] {
            let decision = limits
                .admit(a, "t", limit(3, 1_000), at(millis))
                .await
                .unwrap();
            assert!(decision.admitted);
        }
        let refused = limits
            .admit(a, "t", limit(1, 1_000), at(300))
            .await
            .unwrap();
        // All three have to leave before one more is admitted; the last does at 1,200.
        let resets_in = TimeDelta::milliseconds(900);
        assert_eq!(
            refused,
            Decision {
                admitted: false,
                remaining: 0,
                resets_in
            }
        );
        let raised = limits
            .admit(a, "t", limit(5, 1_000), at(300))
            .await
            .unwrap();
        assert!(raised.admitted);
        assert_eq!(raised.remaining, 1);
    }

    /// Over a long, irregular series the store decides exactly as the log in memory, which is
    /// checked against a recount.
    pub async fn agrees_with_the_exact_log<L, T>((limits, tokens): &(L, T))
    where
        L: RateLimitStore,
        T: TokenStore,
    {
        let a = tenant(tokens, "a").await;
        let log = SlidingLog::default();
        let (mut now, mut random) = (0_i64, 12_345_u64);
        for _ in 0..300 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            now += i64::try_from((random >> 33) % 90).unwrap();
            let given = limits.admit(a, "t", limit(7, 250), at(now)).await.unwrap();
            assert_eq!(given, log.admit("t", limit(7, 250), at(now)), "at {now}");
        }
    }
}

/// Runs the contract of [`RateLimitStore`]: one test for each promise, each on a new, empty pair
/// `(limits, tokens)` that the expression makes. Stores that need a runtime name their test
/// attribute first.
#[macro_export]
macro_rules! rate_limit_store_contract {
    ($($make:tt)+) => {
        $crate::each_promise! { ($($make)+) rate_limit_contract:
            counts_what_it_admits, refused_calls_are_not_counted, budgets_are_apart,
            a_limit_of_zero_admits_nothing, a_changed_limit_sees_the_same_calls,
            agrees_with_the_exact_log
        }
    };
}
