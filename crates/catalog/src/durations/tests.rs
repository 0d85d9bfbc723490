use super::{BOUNDS, DurationCounts, duration_bucket};
use proptest::prelude::*;

fn counts(durations: &[i64]) -> DurationCounts {
    let mut counts = DurationCounts::default();
    for millis in durations {
        counts.add(duration_bucket(*millis), 1);
    }
    counts
}

#[test]
fn bounds_are_whole_and_a_tenth_apart() {
    assert_eq!(BOUNDS[..13], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(BOUNDS[20..27], [20, 22, 24, 26, 28, 30, 33]);
    assert!(BOUNDS.len() < 400, "{}", BOUNDS.len());
    for pair in BOUNDS.windows(2) {
        assert!(pair[0] < pair[1]);
        assert!(pair[1] == pair[0] + 1 || pair[1] * 10 <= pair[0] * 11);
    }
}

#[test]
fn every_duration_has_a_bucket() {
    for (millis, bucket) in [
        (-5, 0),
        (0, 0),
        (1, 1),
        (19, 19),
        (20, 20),
        (21, 20),
        (22, 22),
    ] {
        assert_eq!(duration_bucket(millis), bucket, "{millis}");
    }
    assert_eq!(duration_bucket(i64::MAX), *BOUNDS.last().unwrap());
}

#[test]
fn short_durations_are_exact() {
    let some = counts(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(some.percentile(50), Some(5));
    assert_eq!(some.percentile(95), Some(10));
    assert_eq!(some.percentile(100), Some(10));
    assert_eq!(some.percentile(0), Some(1));
    assert_eq!(DurationCounts::default().percentile(50), None);
}

#[test]
fn what_was_added_can_be_taken_back() {
    let mut some = counts(&[100, 200]);
    some.add(duration_bucket(200), -1);
    assert_eq!(some, counts(&[100]));
    assert_eq!(some.total(), 1);
}

proptest! {
    /// The promised bound, against the exact percentile by nearest rank.
    #[test]
    fn a_percentile_is_within_a_twentieth(
        mut durations in prop::collection::vec(0_i64..100_000_000, 1..200), percent in 1_u32..=100,
    ) {
        let found = counts(&durations).percentile(percent).unwrap();
        durations.sort_unstable();
        let rank = (durations.len() * usize::try_from(percent).unwrap()).div_ceil(100);
        let exact = durations[rank - 1];
        prop_assert!((found - exact).abs() * 20 <= exact, "{found} for {exact}");
    }

    /// Counts of parts add up to the counts of the whole.
    #[test]
    fn merging_is_exact(
        a in prop::collection::vec(0_i64..1_000_000, 0..50),
        b in prop::collection::vec(0_i64..1_000_000, 0..50),
    ) {
        let mut merged = counts(&a);
        merged.merge(&counts(&b));
        prop_assert_eq!(merged, counts(&[a, b].concat()));
    }
}
