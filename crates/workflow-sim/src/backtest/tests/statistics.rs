//! Intervals and samples, against published tables.

use crate::backtest::stats::{Sample, Sums, share, t_quantile};

#[test]
fn students_t_is_that_of_the_tables() {
    let table = [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (4, 2.7764),
        (5, 2.5706),
        (10, 2.2281),
        (30, 2.0423),
        (120, 1.9799),
        (1_000_000, 1.9600),
    ];
    for (degrees, expected) in table {
        let got = t_quantile(degrees);
        assert!(
            (got - expected).abs() < 2e-4,
            "t({degrees}) = {got}, expected {expected}"
        );
    }
}

#[test]
fn wilsons_interval_is_the_published_one() {
    // E. B. Wilson's interval for 15 of 148 (R. G. Newcombe 1998, table I, method 3): 0.0624 to 0.1605.
    let interval = share(15, 148).unwrap();
    assert!((interval.low - 0.0624).abs() < 5e-5, "{interval:?}");
    assert!((interval.high - 0.1605).abs() < 5e-5, "{interval:?}");
    let none = share(0, 20).unwrap();
    assert_eq!(none.low.to_bits(), 0.0_f64.to_bits());
    assert!((none.high - 0.1611).abs() < 5e-5, "{none:?}");
    let all = share(29, 29).unwrap();
    assert!((all.low - 0.8830).abs() < 5e-5, "{all:?}");
    assert_eq!(share(0, 0), None);
}

#[test]
fn the_variance_does_not_cancel() {
    let mut sums = Sums::default();
    let base = 1_000_000_000_000_i64;
    for value in [base + 4, base + 7, base + 13, base + 16] {
        sums.add(value);
    }
    let mean = sums.mean().unwrap();
    // Variance 30, so the half-width is t(3) × √(30 / 4).
    let half = 3.182_446 * (30.0_f64 / 4.0).sqrt();
    let got = (mean.high.unwrap() - mean.low.unwrap()) / 2.0;
    assert!((got - half).abs() < 1e-3, "{got} against {half}");
}

#[test]
fn one_value_has_a_mean_and_no_interval() {
    let mut sums = Sums::default();
    assert!(sums.mean().is_none());
    sums.add(-5);
    let mean = sums.mean().unwrap();
    assert_eq!((mean.low, mean.high), (None, None));
    assert!((mean.mean + 5.0).abs() < 1e-12);
}

#[test]
fn a_sample_is_bounded_and_knows_no_order() {
    let values = |keys: &mut dyn Iterator<Item = u64>| {
        let mut sample = Sample::default();
        keys.for_each(|key| sample.add(9, key, i64::try_from(key).unwrap()));
        sample
    };
    let (up, down) = (values(&mut (0..100_000)), values(&mut (0..100_000).rev()));
    assert_eq!(up.median(), down.median());
    assert!(up.is_partial());
    let median = up.median().unwrap();
    // The standard error of the median of 4096 uniform values is 100000 / (2 √4096).
    assert!((median - 50_000.0).abs() < 4.0 * 782.0, "{median}");
    let few = values(&mut (1..=4));
    assert_eq!((few.median(), few.is_partial()), (Some(2.5), false));
}
