#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "numbers of tests are small, and exact where they are compared"
)]

use proptest::prelude::*;

use super::Histogram;

fn exact(sorted: &[f64], share: f64) -> (f64, f64) {
    let rank = share * sorted.len() as f64;
    let at = |index: f64| sorted[(index.max(0.0) as usize).min(sorted.len() - 1)];
    (at((rank - 1.0).floor()), at(rank.ceil()))
}

proptest! {
    #[test]
    fn a_quantile_is_off_by_less_than_stated(
        mut values in prop::collection::vec((0.0..60.0f64).prop_map(|e| (e - 20.0).exp2()), 1..400),
        zeros in 0usize..50,
    ) {
        let mut histogram = Histogram::new();
        values.resize(values.len() + zeros, 0.0);
        for value in &values {
            histogram.add(*value);
        }
        values.sort_by(f64::total_cmp);
        let shares = [0.01, 0.5, 0.9, 0.99];
        for (share, found) in shares.into_iter().zip(histogram.quantiles(shares)) {
            let (low, high) = exact(&values, share);
            prop_assert!(found >= low * (1.0 - 1.0 / 256.0) - 1e-6, "{found} is not in {low}..{high}");
            prop_assert!(found <= high * (1.0 + 1.0 / 256.0) + 1e-6, "{found} is not in {low}..{high}");
        }
    }

    #[test]
    fn merging_is_counting_together(
        first in prop::collection::vec(0.0..1e6f64, 0..100),
        second in prop::collection::vec(0.0..1e3f64, 0..100),
    ) {
        let counted = |values: &[f64]| {
            let mut histogram = Histogram::new();
            for value in values {
                histogram.add(*value);
            }
            histogram
        };
        let together = counted(&[first.clone(), second.clone()].concat());
        let mut merged = counted(&second);
        merged.merge(&counted(&first));
        let shares = [0.1, 0.5, 0.99];
        prop_assert_eq!(merged.quantiles(shares), together.quantiles(shares));
        prop_assert_eq!(merged.max(), together.max());
        merged.clear();
        merged.add(3.0);
        prop_assert_eq!(merged.quantiles(shares), [3.0; 3]);
    }
}

#[test]
fn equal_values_are_exact_and_hugeness_does_no_harm() {
    let mut histogram = Histogram::new();
    for _ in 0..10 {
        histogram.add(3600.0);
    }
    assert_eq!(histogram.quantiles([0.1, 0.5, 1.0]), [3600.0; 3]);
    histogram.add(1e300);
    assert_eq!(histogram.max(), 1e300);
    assert!(histogram.quantiles([0.99])[0] > 1e12);
    assert_eq!(Histogram::new().quantiles([0.5]), [0.0]);
}
