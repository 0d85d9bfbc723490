use super::wilson_lower_bound;

/// The interval's ends are the roots of `(share - q)^2 = z^2 q (1 - q) / n`; these were found by
/// solving that quadratic equation, not by the formula under test.
#[test]
fn solves_its_defining_equation() {
    for (count, of, lower) in [
        (150, 150, 0.975_029_756),
        (20, 20, 0.838_874_842),
        (3, 3, 0.438_502_968),
        (1, 10, 0.017_876_213),
        (50, 100, 0.403_831_530),
        (0, 10, 0.0),
    ] {
        let found = wilson_lower_bound(count, of);
        assert!((found - lower).abs() < 1e-8, "{count} of {of}: {found}");
    }
}

#[test]
fn is_below_the_share_and_grows_with_the_sample() {
    assert!(wilson_lower_bound(0, 0).abs() < f64::EPSILON);
    let mut before = 0.0;
    for n in [1, 10, 100, 1000, 1_000_000_000] {
        let found = wilson_lower_bound(n * 9, n * 10);
        assert!(found > before && found < 0.9, "{n}");
        before = found;
    }
}
