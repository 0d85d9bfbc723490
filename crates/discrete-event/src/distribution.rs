//! Durations and times between arrivals.

mod check;
mod moments;
mod sampler;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use check::{NOT_A_SHARE, NOT_ONE, faults};
pub(crate) use sampler::Sampler;

/// A distribution of non-negative seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Always this.
    Fixed(f64),
    /// Memoryless.
    Exponential {
        /// Seconds.
        mean: f64,
    },
    /// Evenly between two bounds.
    Uniform {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// Normal, given that it is not negative: the parameters are those before the truncation at
    /// zero, [`Distribution::mean`] and [`Distribution::variance`] those after it.
    Normal {
        /// Mean before truncation; may be negative.
        mean: f64,
        /// Standard deviation before truncation.
        std_dev: f64,
    },
    /// Its logarithm is normal. The parameters are the mean and standard deviation of the
    /// duration itself, not of its logarithm.
    LogNormal {
        /// Seconds; positive.
        mean: f64,
        /// Seconds.
        std_dev: f64,
    },
    /// Gamma, with mean `shape · scale`.
    Gamma {
        /// Positive.
        shape: f64,
        /// Seconds; positive.
        scale: f64,
    },
    /// Sum of `stages` equal exponential stages.
    Erlang {
        /// At least one.
        stages: u32,
        /// Mean of the sum, in seconds.
        mean: f64,
    },
    /// Rises to the mode and falls from it.
    Triangular {
        /// Smallest.
        min: f64,
        /// Most likely.
        mode: f64,
        /// Largest.
        max: f64,
    },
    /// One of several exponential distributions.
    HyperExponential(Vec<Phase>),
    /// What was measured.
    Empirical(Empirical),
}

/// One of the exponentials of a [`Distribution::HyperExponential`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// From zero to one; those of all phases sum to one.
    pub probability: f64,
    /// Seconds.
    pub mean: f64,
}

/// The distribution of measured values.
#[derive(Debug, Clone, PartialEq)]
pub struct Empirical {
    sorted: Arc<[f64]>,
    interpolated: bool,
}

impl Empirical {
    /// Each value is equally likely, and nothing else happens (the bootstrap). The order of the
    /// values does not matter.
    #[must_use]
    pub fn of(values: Vec<f64>) -> Self {
        Self::sorted(values, false)
    }

    /// Continuous: linear between neighbouring values (Law, *Simulation Modeling and Analysis*,
    /// section 8.3.16, where the mean differs slightly from that of the values).
    #[must_use]
    pub fn interpolated(values: Vec<f64>) -> Self {
        Self::sorted(values, true)
    }

    fn sorted(mut values: Vec<f64>, interpolated: bool) -> Self {
        values.sort_by(f64::total_cmp);
        Self {
            sorted: values.into(),
            interpolated,
        }
    }

    /// The values, ascending.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.sorted
    }

    /// Whether what lies between two values can happen.
    #[must_use]
    pub fn is_interpolated(&self) -> bool {
        self.interpolated
    }
}

impl Distribution {
    /// A value, by inversion of one uniform number wherever the inverse is closed or cheap, so that
    /// it rises with that number. Gamma and Erlang reject, and take several.
    ///
    /// `uniform` gives numbers strictly between zero and one. The parameters must be valid.
    pub fn sample(&self, uniform: impl FnMut() -> f64) -> f64 {
        Sampler::new(self).sample(uniform)
    }
}
