use super::fisher;

fn check(group_hits: u64, group: u64, hits: u64, all: u64, expected: f64) {
    let found = fisher(group_hits, group, hits, all);
    assert!(
        (found / expected - 1.0).abs() < 1e-9,
        "{group_hits}/{group} {hits}/{all}: {found}"
    );
}

/// Small cases by counting on paper.
#[test]
fn is_the_exact_tail() {
    // Fisher's tea: all 4 cups right of 8 with 4; 1 way of C(8, 4) = 70. And 3 or more: 17 ways.
    check(4, 4, 4, 8, 1.0 / 70.0);
    check(3, 4, 4, 8, 17.0 / 70.0);
    // 2 of 2 drawn from 3 hits in 5: C(3, 2) / C(5, 2).
    check(2, 2, 3, 5, 3.0 / 10.0);
}

/// Against the sum of all terms in another way: products of plain fractions.
#[test]
fn agrees_with_multiplying_out() {
    for (group, hits, all) in [(20_u32, 60_u32, 100_u32), (50, 90, 120), (7, 30, 1000)] {
        let expected = (0..group).fold(1.0, |p, i| p * f64::from(hits - i) / f64::from(all - i));
        check(
            group.into(),
            group.into(),
            hits.into(),
            all.into(),
            expected,
        );
    }
}

#[test]
fn no_more_than_chance_is_certain_and_the_impossible_never_is() {
    assert!((fisher(5, 10, 50, 100) - 1.0).abs() < f64::EPSILON);
    assert!((fisher(0, 10, 50, 100) - 1.0).abs() < f64::EPSILON);
    assert!(fisher(11, 10, 50, 100).abs() < f64::EPSILON);
    assert!(fisher(100_000, 100_000, 900_000, 1_000_000) < 1e-300);
    let p = fisher(95_000, 100_000, 949_000, 1_000_000);
    assert!((0.0..0.1).contains(&p), "{p}");
}
