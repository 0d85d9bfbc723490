use super::{json, just_above, just_below};

#[test]
fn thresholds_above_are_round_and_near() {
    for (below, upto, expected) in [
        (9.0, 10.0, 10.0),
        (9.97, 10.02, 10.0),
        (95.0, 130.0, 100.0),
        (4500.0, 5100.0, 5000.0),
        (41.0, 63.0, 50.0),
        (9.0, 100.0, 10.0),
        (0.0, 5.0, 1.0),
        (0.0, 0.25, 0.1),
        (-5.0, -4.0, -4.0),
        (-0.3, 0.7, 0.0),
        (12.341, 12.349, 12.345),
        (999.99, 1000.5, 1000.0),
    ] {
        let found = just_above(below, upto);
        assert!(
            (found - expected).abs() <= expected.abs() * 1e-15,
            "({below}, {upto}]: {found}"
        );
    }
}

#[test]
fn thresholds_below_are_round_and_near() {
    for (from, above, expected) in [
        (60.0, 61.0, 60.0),
        (55.0, 61.0, 60.0),
        (10.0, 100.0, 50.0),
        (7499.2, 7500.4, 7500.0),
    ] {
        let found = just_below(from, above);
        assert!(
            (found - expected).abs() < 1e-12,
            "[{from}, {above}): {found}"
        );
    }
}

/// Whatever the numbers, the threshold lies between them: no observed case changes sides.
#[test]
fn a_threshold_never_changes_what_was_observed() {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        f64::from_bits(state)
    };
    for _ in 0..3_000 {
        let (a, b) = (next(), next());
        if !a.is_finite() || !b.is_finite() || a.total_cmp(&b).is_eq() {
            continue;
        }
        let (low, high) = (a.min(b), a.max(b));
        let above = just_above(low, high);
        assert!(
            low < above && above <= high,
            "({low:e}, {high:e}]: {above:e}"
        );
        let below = just_below(low, high);
        assert!(
            low <= below && below < high,
            "[{low:e}, {high:e}): {below:e}"
        );
        let neighbour = low.next_up();
        assert!(just_above(low, neighbour).total_cmp(&neighbour).is_eq());
    }
}

#[test]
fn whole_numbers_are_written_without_a_fraction() {
    assert_eq!(json(10.0).to_string(), "10");
    assert_eq!(json(-0.5).to_string(), "-0.5");
    assert_eq!(json(just_below(-1.0, 0.5)).to_string(), "0");
}
