#![expect(
    clippy::cast_precision_loss,
    reason = "numbers of tests are small, and exact where they are compared"
)]

use super::{Series, mser};
use crate::random::{Key, Purpose};

fn series(seed: u32, cases: u64, value: impl Fn(u64, f64) -> f64) -> Series {
    let mut series = Series::new();
    for case in 0..cases {
        let place = u32::try_from(case).unwrap();
        let noise = Key::replication(5, seed)
            .draw(place, 0, 0, Purpose::Way)
            .uniform();
        series.add(case, value(case, noise));
    }
    series
}

#[test]
fn a_transient_is_left_out_and_little_more() {
    let falling = |case: u64, noise: f64| 10.0 + noise + 20.0 * (-(case as f64) / 100.0).exp();
    let pilots = (0..3).map(|seed| series(seed, 4000, falling)).collect();
    let (removed, settled) = mser(pilots);
    assert!(settled);
    // By then the transient is below a tenth of the noise.
    assert!((300..1200).contains(&removed), "{removed}");
}

#[test]
fn what_is_steady_is_kept_and_what_grows_never_settles() {
    let steady = |_: u64, noise: f64| noise;
    let (removed, settled) = mser((0..3).map(|seed| series(seed, 4000, steady)).collect());
    assert!(settled && removed < 1000, "{removed}");
    let constant = |_: u64, _: f64| 7.0;
    assert_eq!(mser(vec![series(0, 4000, constant)]), (0, true));
    let growing = |case: u64, noise: f64| case as f64 + noise;
    let (_, settled) = mser((0..3).map(|seed| series(seed, 4000, growing)).collect());
    assert!(!settled);
}

#[test]
fn a_long_series_is_kept_in_few_batches() {
    let constant = |_: u64, noise: f64| noise;
    let long = series(1, 100_000, constant);
    assert!(long.batches.len() <= 2048);
    assert_eq!(
        long.batches.iter().map(|batch| batch.count).sum::<u64>(),
        100_000
    );
    let short = series(2, 99_999, constant);
    assert!(mser(vec![long, short]).1);
    assert_eq!(mser(vec![Series::new()]), (0, false));
}
