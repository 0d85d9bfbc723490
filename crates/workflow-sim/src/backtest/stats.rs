//! Intervals, and sums that do not depend on the order of their terms.

use super::report::{MeanInterval, Share};

/// The 0.975 quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95 % interval by Wilson's score; `None` of nothing.
pub(super) fn share(part: u64, of: u64) -> Option<Share> {
    if of == 0 {
        return None;
    }
    let (p, n) = (number(part) / number(of), number(of));
    let scale = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    Some(Share {
        value: p,
        low: if part == 0 { 0.0 } else { centre - half },
        high: if part == of { 1.0 } else { centre + half },
    })
}

/// The 0.975 quantile of Student's t distribution, to four digits: exact for one and two degrees
/// of freedom, else by the expansion of G. W. Hill (1970, CACM 13:619).
pub(super) fn t_quantile(degrees: u64) -> f64 {
    const TAIL: f64 = 0.05;
    match degrees {
        0 => f64::INFINITY,
        1 => 1.0 / (TAIL * std::f64::consts::FRAC_PI_2).tan(),
        2 => (2.0 / (TAIL * (2.0 - TAIL)) - 2.0).sqrt(),
        _ => {
            let n = number(degrees);
            let a = 1.0 / (n - 0.5);
            let b = 48.0 / (a * a);
            hill(n, a, b, TAIL)
        }
    }
}

#[expect(
    clippy::many_single_char_names,
    reason = "the names of the published algorithm"
)]
fn hill(n: f64, a: f64, b: f64, tail: f64) -> f64 {
    let mut c = ((20_700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
    let d = ((94.5 / (b + c) - 3.0) / b + 1.0) * (a * std::f64::consts::FRAC_PI_2).sqrt() * n;
    let mut y = (d * tail).powf(2.0 / n);
    if y > 0.05 + a {
        let x = -Z;
        let x2 = x * x;
        if n < 5.0 {
            c += 0.3 * (n - 4.5) * (x + 0.6);
        }
        c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
        y = (((((0.4 * x2 + 6.3) * x2 + 36.0) * x2 + 94.5) / c - x2 - 3.0) / b + 1.0) * x;
        y = (a * y * y).exp_m1();
    } else {
        y = ((1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0)
            + 0.5 / (n + 4.0))
            * y
            - 1.0)
            * (n + 1.0)
            / (n + 2.0)
            + 1.0 / y;
    }
    (n * y).sqrt()
}

/// Sums of whole milliseconds and of their squares.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) total: i128,
    squares: u128,
}

impl Sums {
    pub(super) fn add(&mut self, value: i64) {
        let size = u128::from(value.unsigned_abs());
        self.count += 1;
        self.total += i128::from(value);
        self.squares = self.squares.saturating_add(size * size);
    }

    pub(super) fn total(&self) -> i64 {
        i64::try_from(self.total).unwrap_or(if self.total < 0 { i64::MIN } else { i64::MAX })
    }

    /// The mean with its 95 % interval by Student's t; `None` of nothing.
    pub(super) fn mean(&self) -> Option<MeanInterval> {
        if self.count == 0 {
            return None;
        }
        let n = number(self.count);
        #[expect(clippy::cast_precision_loss, reason = "16 digits are enough of a mean")]
        let mean = self.total as f64 / n;
        if self.count == 1 {
            return Some(MeanInterval {
                mean,
                low: None,
                high: None,
            });
        }
        let variance = self.variance();
        let half = t_quantile(self.count - 1) * (variance / n).sqrt();
        Some(MeanInterval {
            mean,
            low: Some(mean - half),
            high: Some(mean + half),
        })
    }

    /// Of a sample of at least two. Exact up to its last division: doubles would cancel where the
    /// values are large and near each other.
    fn variance(&self) -> f64 {
        let n = u128::from(self.count);
        let total = self.total.unsigned_abs();
        let spread = n
            .checked_mul(self.squares)
            .zip(total.checked_mul(total))
            .map(|(squares, of_total)| squares.saturating_sub(of_total));
        #[expect(
            clippy::cast_precision_loss,
            reason = "16 digits are enough of a variance"
        )]
        let spread = spread.map_or_else(
            || n as f64 * self.squares as f64 - (total as f64).powi(2),
            |exact| exact as f64,
        );
        let n = number(self.count);
        (spread / n / (n - 1.0)).max(0.0)
    }
}

/// A count as a number; counts are far below 2^53.
pub(super) fn number(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    let number = count as f64;
    number
}

/// Spreads bits (the finalizer of `SplitMix64`; Steele, Lea, Flood 2014, OOPSLA).
pub(super) fn mix(seed: u64, value: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(value)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A bounded sample of values by key: those whose mixed keys are smallest, which is a random
/// sample that does not depend on the order in which they come.
#[derive(Debug, Default)]
pub(super) struct Sample {
    kept: std::collections::BTreeSet<(u64, u64, i64)>,
    seen: u64,
}

impl Sample {
    const KEPT: usize = 4096;

    pub(super) fn add(&mut self, seed: u64, key: u64, value: i64) {
        self.seen += 1;
        self.kept.insert((mix(seed, key), key, value));
        if self.kept.len() > Self::KEPT {
            self.kept.pop_last();
        }
    }

    /// Whether some values were not kept.
    pub(super) fn is_partial(&self) -> bool {
        self.seen > number_of(self.kept.len())
    }

    pub(super) fn median(&self) -> Option<f64> {
        let mut values: Vec<i64> = self.kept.iter().map(|(_, _, value)| *value).collect();
        values.sort_unstable();
        let upper = *values.get(values.len() / 2)?;
        let lower = if values.len().is_multiple_of(2) {
            *values.get(values.len() / 2 - 1)?
        } else {
            upper
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "16 digits are enough of a duration"
        )]
        let median = f64::midpoint(lower as f64, upper as f64);
        Some(median)
    }
}

pub(super) fn number_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
