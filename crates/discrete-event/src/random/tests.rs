#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of tests are small, and exact where they are compared"
)]

use super::{Key, Purpose};

/// Pearson's statistic of counts that should be equal; its standard deviation is √(2·cells).
fn chi_square(counts: &[u32]) -> f64 {
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / counts.len() as f64;
    counts
        .iter()
        .map(|count| (f64::from(*count) - expected).powi(2) / expected)
        .sum()
}

/// Fails at six standard deviations, as often as one time in a thousand million.
fn assert_even(counts: &[u32]) {
    let freedom = counts.len() as f64 - 1.0;
    let statistic = chi_square(counts);
    assert!(
        (statistic - freedom).abs() < 6.0 * (2.0 * freedom).sqrt(),
        "chi² {statistic} with {freedom} degrees of freedom"
    );
}

/// A key that differs in one part.
type Part = fn(u32) -> (u64, u32, u32, u32);

#[test]
fn numbers_are_even_along_each_part_of_the_key() {
    let draw = |case: u64, node: u32, visit: u32, attempt: u32| {
        let key = Key::replication(7, 3).child(0).child(case);
        key.draw(node, visit, attempt, Purpose::Duration).uniform()
    };
    let along: [Part; 4] = [
        |i| (u64::from(i), 1, 0, 0),
        |i| (5, i, 0, 0),
        |i| (5, 1, i, 0),
        |i| (5, 1, 0, i),
    ];
    for part in along {
        // Pairs of neighbours, so that a number that depends on the one before shows too.
        let mut cells = vec![0u32; 32 * 32];
        for i in 0..200_000 {
            let (case, node, visit, attempt) = part(i);
            let (next, node2, visit2, attempt2) = part(i + 1);
            let x = (draw(case, node, visit, attempt) * 32.0) as usize;
            let y = (draw(next, node2, visit2, attempt2) * 32.0) as usize;
            cells[x * 32 + y] += 1;
        }
        assert_even(&cells);
    }
}

#[test]
fn seeds_and_replications_are_unrelated() {
    let mut cells = vec![0u32; 32 * 32];
    for seed in 0..400 {
        for replication in 0..400 {
            let first = |key: Key| key.draw(0, 0, 0, Purpose::Way).uniform();
            let x = first(Key::replication(seed, replication)) * 32.0;
            let y = first(Key::replication(seed + 1, replication)) * 32.0;
            cells[x as usize * 32 + y as usize] += 1;
        }
    }
    assert_even(&cells);
}

#[test]
fn a_draw_goes_on_evenly_and_stays_inside() {
    let mut draw = Key::replication(1, 1).draw(0, 0, 0, Purpose::Duration);
    let mut cells = vec![0u32; 1000];
    for _ in 0..1_000_000 {
        let number = draw.uniform();
        assert!(number > 0.0 && number < 1.0);
        cells[(number * 1000.0) as usize] += 1;
    }
    assert_even(&cells);
}
