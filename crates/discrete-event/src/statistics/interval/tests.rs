#![expect(
    clippy::float_cmp,
    reason = "numbers of tests are small, and exact where they are compared"
)]

use super::{Judge, student_t};

#[test]
fn quantiles_of_student_are_those_of_the_tables() {
    let table = [
        (0.95, 1.0, 12.706_205),
        (0.95, 9.0, 2.262_157),
        (0.95, 30.0, 2.042_272),
        (0.99, 5.0, 4.032_143),
        (0.999, 9.0, 4.780_913),
        (0.999, 120.0, 3.373_454),
        (0.95, 1000.0, 1.962_339),
    ];
    for (confidence, freedom, expected) in table {
        let t = student_t(confidence, freedom);
        assert!(
            (t - expected).abs() < 1e-4,
            "t({confidence}, {freedom}) = {t}, not {expected}"
        );
    }
}

#[test]
fn intervals_are_those_of_the_textbook() {
    let judge = Judge::new(0.95, 4);
    let mean = judge.mean([1.0, 2.0, 3.0, 4.0].into_iter());
    // s = 1.290994, t = 3.182446
    assert!((mean.value - 2.5).abs() < 1e-12);
    assert!((mean.half_width() - 3.182_446 * 1.290_994 / 2.0).abs() < 1e-5);
    let ratio = judge.ratio(
        [1.0, 2.0, 3.0, 4.0]
            .into_iter()
            .map(|over| (over * 5.0, 5.0)),
    );
    assert!(
        (ratio.half_width() - mean.half_width()).abs() < 1e-12,
        "equal denominators"
    );
    let nothing = judge.ratio([(0.0, 0.0); 4].into_iter());
    assert_eq!((nothing.low, nothing.value, nothing.high), (0.0, 0.0, 0.0));
}

#[test]
fn shares_stay_inside_and_are_never_certain() {
    let judge = Judge::new(0.95, 4);
    let none = judge.share([(0.0, 25.0); 4].into_iter());
    assert!(none.low == 0.0 && none.value == 0.0 && none.high > 0.03 && none.high < 0.12);
    let all = judge.share([(25.0, 25.0); 4].into_iter());
    assert!(all.high == 1.0 && all.low < 0.97);
    let half = judge.share([(10.0, 25.0), (15.0, 25.0), (12.0, 25.0), (13.0, 25.0)].into_iter());
    assert!(half.contains(0.5) && half.low > 0.3 && half.high < 0.7);
    let scattered = judge.share([(0.0, 25.0), (25.0, 25.0), (0.0, 25.0), (25.0, 25.0)].into_iter());
    assert!(
        scattered.half_width() > 2.0 * half.half_width(),
        "cases of a replication are alike"
    );
}
