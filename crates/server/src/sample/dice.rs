//! Seeded chance.

use chrono::TimeDelta;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Seeded chance.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// Whether something of that probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability)
    }

    /// One of several.
    pub(super) fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.0.random_range(0..choices.len())]
    }

    /// A lognormal duration with that median; `spread` is the standard deviation of its
    /// logarithm. Sum of twelve uniform numbers for a normal one.
    pub(super) fn around(&mut self, median: TimeDelta, spread: f64) -> TimeDelta {
        let normal: f64 = (0..12).map(|_| self.0.random::<f64>()).sum::<f64>() - 6.0;
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of days are below 2^53"
        )]
        let millis = median.num_milliseconds() as f64 * (normal * spread).exp();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a few days in milliseconds"
        )]
        TimeDelta::milliseconds(millis.round() as i64)
    }
}
