use super::{Decision, Limit, LimitClass, Limits, SlidingLog};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
}

fn limit(calls: u32, window_millis: i64) -> Limit {
    Limit {
        class: LimitClass::Standard,
        calls,
        window: TimeDelta::milliseconds(window_millis),
    }
}

#[test]
fn admits_up_to_the_limit_and_says_what_remains() {
    let log = SlidingLog::default();
    let three = limit(3, 1_000);
    let admit = |millis| log.admit("a", three, at(millis));
    let decision = |admitted, remaining, millis| Decision {
        admitted,
        remaining,
        resets_in: TimeDelta::milliseconds(millis),
    };
    assert_eq!(admit(0), decision(true, 2, 1_000));
    assert_eq!(admit(400), decision(true, 1, 600));
    assert_eq!(admit(500), decision(true, 0, 500));
    assert_eq!(admit(999), decision(false, 0, 1));
    // Exactly one window after the first call, that one has left.
    assert_eq!(admit(1_000), decision(true, 0, 400));
    assert_eq!(admit(1_399), decision(false, 0, 1));
}

/// What a token bucket gets wrong: N at the end of one period and N at the beginning of the next.
#[test]
fn a_burst_across_a_boundary_is_not_admitted_twice() {
    let log = SlidingLog::default();
    let burst = |millis| {
        (0..100)
            .filter(|_| log.admit("a", limit(100, 60_000), at(millis)).admitted)
            .count()
    };
    assert_eq!(burst(59_999), 100);
    assert_eq!(burst(60_001), 0);
    assert_eq!(burst(119_998), 0);
    assert_eq!(burst(119_999), 100);
}

#[test]
fn keys_and_budgets_are_apart() {
    let log = SlidingLog::default();
    let one = limit(1, 1_000);
    assert!(log.admit("a", one, at(0)).admitted);
    assert!(!log.admit("a", one, at(1)).admitted);
    assert!(log.admit("b", one, at(1)).admitted);
    let other = Limit {
        class: LimitClass::Simulation,
        ..one
    };
    assert!(log.admit("a", other, at(1)).admitted);
    assert!(!log.admit("a", other, at(2)).admitted);
}

#[test]
fn a_limit_of_zero_admits_nothing() {
    let decision = SlidingLog::default().admit("a", limit(0, 1_000), at(0));
    assert_eq!(
        decision,
        Decision {
            admitted: false,
            remaining: 0,
            resets_in: TimeDelta::seconds(1)
        }
    );
}

#[test]
fn a_lowered_limit_says_when_room_is_made() {
    let log = SlidingLog::default();
    for millis in [0, 100, 200] {
        assert!(log.admit("a", limit(3, 1_000), at(millis)).admitted);
    }
    let refused = log.admit("a", limit(1, 1_000), at(300));
    assert!(!refused.admitted);
    // All three have to leave, the last at 1,200.
    assert_eq!(refused.resets_in, TimeDelta::milliseconds(900));
    assert!(!log.admit("a", limit(1, 1_000), at(1_199)).admitted);
    assert!(log.admit("a", limit(1, 1_000), at(1_200)).admitted);
}

#[test]
fn a_clock_set_back_does_not_lock_anybody_out() {
    let log = SlidingLog::default();
    assert!(log.admit("a", limit(1, 1_000), at(3_600_000)).admitted);
    assert!(log.admit("a", limit(1, 1_000), at(0)).admitted);
    assert!(!log.admit("a", limit(1, 1_000), at(1)).admitted);
}

#[test]
fn idle_keys_are_forgotten_and_busy_ones_are_not_forgiven() {
    let log = SlidingLog::new(16);
    let one = limit(1, 1_000);
    let admitted: Vec<String> = (0..200)
        .map(|n| format!("key {n}"))
        .filter(|k| log.admit(k, one, at(0)).admitted)
        .collect();
    assert!((1..=16).contains(&admitted.len()), "{}", admitted.len());
    assert!(log.keys() <= 16);
    for key in &admitted {
        assert!(!log.admit(key, one, at(999)).admitted);
    }
    // Everything is idle by now, so that others find room.
    for n in 0..1_000 {
        let decision = log.admit(&format!("later {n}"), one, at(1_000 * (n + 1)));
        assert!(decision.admitted, "{n}");
        assert!(log.keys() <= 16);
    }
}

#[test]
fn a_full_log_says_when_a_key_falls_idle() {
    let log = SlidingLog::new(1); // one key in each shard
    let one = limit(1, 1_000);
    let refused = (0..200)
        .map(|n| log.admit(&format!("key {n}"), one, at(0)))
        .find(|decision| !decision.admitted)
        .unwrap();
    assert_eq!(refused.resets_in, TimeDelta::seconds(1));
}

#[test]
fn the_log_of_many_keys_stays_small() {
    let log = SlidingLog::default();
    for n in 0..50_000_i64 {
        log.admit(&format!("key {n}"), limit(1, 1_000), at(n));
    }
    // 1,000 keys are busy at a time; sweeps come at doublings.
    assert!(log.keys() < 10_000, "{}", log.keys());
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let limits = Limits::default();
    let shown = |class| {
        limits
            .get(class)
            .map(|l| (l.class, l.calls, l.window.num_seconds()))
    };
    assert_eq!(
        shown(LimitClass::Standard),
        Some((LimitClass::Standard, 100, 60))
    );
    assert_eq!(
        shown(LimitClass::Simulation),
        Some((LimitClass::Simulation, 20, 60))
    );
    assert_eq!(
        shown(LimitClass::Generation),
        Some((LimitClass::Generation, 10, 3_600))
    );
    assert!(
        LimitClass::ALL
            .iter()
            .all(|class| Limits::OFF.get(*class).is_none())
    );
}

proptest! {
    /// Never more than N in any window; never refused without need; a refusal changes nothing;
    /// what is said of the future comes true.
    #[test]
    fn the_log_agrees_with_a_recount(
        calls in 0_u32..8,
        window in 1_i64..60,
        gaps in prop::collection::vec(0_i64..20, 1..200),
    ) {
        let log = SlidingLog::default();
        let limit = limit(calls, window);
        let mut counted: Vec<i64> = Vec::new();
        let mut now = 0;
        for gap in gaps {
            now += gap;
            let decision = log.admit("a", limit, at(now));
            let before = counted.iter().filter(|t| **t > now - window).count();
            prop_assert_eq!(decision.admitted, before < calls as usize);
            if decision.admitted {
                counted.push(now);
            }
            let inside: Vec<i64> = counted.iter().copied().filter(|t| *t > now - window).collect();
            prop_assert_eq!(decision.remaining as usize, calls as usize - inside.len());
            let resets_in = inside.first().map_or(window, |oldest| oldest + window - now);
            prop_assert_eq!(decision.resets_in, TimeDelta::milliseconds(resets_in));
        }
        for (i, start) in counted.iter().enumerate() {
            let in_window = counted[i..].iter().filter(|t| **t < start + window).count();
            prop_assert!(in_window <= calls as usize);
        }
    }

    /// The bound also holds when times arrive out of order.
    #[test]
    fn the_bound_holds_for_times_out_of_order(
        calls in 1_u32..6,
        window in 10_i64..60,
        times in prop::collection::vec(0_i64..9, 1..60),
    ) {
        // All times lie closer together than the window, so at most `calls` may pass in all.
        let log = SlidingLog::default();
        let admitted =
            times.iter().filter(|t| log.admit("a", limit(calls, window), at(**t)).admitted).count();
        prop_assert_eq!(admitted, times.len().min(calls as usize));
    }

    /// A log and the pure decision that stores use say the same.
    #[test]
    fn the_pure_decision_agrees(calls in 0_u32..6, gaps in prop::collection::vec(0_i64..30, 1..80)) {
        let (log, limit) = (SlidingLog::default(), limit(calls, 50));
        let mut counted: Vec<DateTime<Utc>> = Vec::new();
        let mut now = at(0);
        for gap in gaps {
            now += TimeDelta::milliseconds(gap);
            counted.retain(|t| *t > now - limit.window);
            let number = u32::try_from(counted.len()).unwrap();
            let pure = Decision::of(limit, number, counted.first().copied(), now);
            prop_assert_eq!(pure, log.admit("a", limit, now));
            if pure.admitted {
                counted.push(now);
            }
        }
    }
}
