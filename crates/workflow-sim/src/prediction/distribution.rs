//! How long something takes, as a distribution.

use serde::Serialize;

/// A distribution of times, in seconds, none below 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "distribution", rename_all = "snake_case")]
pub enum Distribution {
    /// Always the same.
    Fixed {
        /// That time.
        value: f64,
    },
    /// Without memory.
    Exponential {
        /// Its mean.
        mean: f64,
    },
    /// Every value of a range alike.
    Uniform {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// The normal distribution, cut off at 0.
    Normal {
        /// Its mean before it is cut off.
        mean: f64,
        /// Its standard deviation before it is cut off.
        standard_deviation: f64,
    },
    /// Its logarithm is normal.
    Lognormal {
        /// Its own mean, not that of the logarithm.
        mean: f64,
        /// Its own standard deviation, not that of the logarithm.
        standard_deviation: f64,
    },
    /// The gamma distribution.
    Gamma {
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        standard_deviation: f64,
    },
    /// The triangular distribution.
    Triangular {
        /// The least.
        min: f64,
        /// The likeliest.
        mode: f64,
        /// The greatest.
        max: f64,
    },
    /// What was seen, each value alike.
    Empirical {
        /// In ascending order, at least one.
        values: Vec<f64>,
    },
}

impl Distribution {
    /// The mean, in seconds; of a normal distribution before it is cut off.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed { value } => *value,
            Self::Exponential { mean }
            | Self::Normal { mean, .. }
            | Self::Lognormal { mean, .. }
            | Self::Gamma { mean, .. } => *mean,
            Self::Uniform { min, max } => f64::midpoint(*min, *max),
            Self::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Self::Empirical { values } => mean(values),
        }
    }

    /// The same with every time multiplied by `factor`, which is over 0.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        match self {
            Self::Fixed { value } => Self::Fixed {
                value: value * factor,
            },
            Self::Exponential { mean } => Self::Exponential {
                mean: mean * factor,
            },
            Self::Uniform { min, max } => Self::Uniform {
                min: min * factor,
                max: max * factor,
            },
            Self::Normal {
                mean,
                standard_deviation,
            } => Self::Normal {
                mean: mean * factor,
                standard_deviation: standard_deviation * factor,
            },
            Self::Lognormal {
                mean,
                standard_deviation,
            } => Self::Lognormal {
                mean: mean * factor,
                standard_deviation: standard_deviation * factor,
            },
            Self::Gamma {
                mean,
                standard_deviation,
            } => Self::Gamma {
                mean: mean * factor,
                standard_deviation: standard_deviation * factor,
            },
            Self::Triangular { min, mode, max } => Self::Triangular {
                min: min * factor,
                mode: mode * factor,
                max: max * factor,
            },
            Self::Empirical { values } => Self::Empirical {
                values: values.iter().map(|value| value * factor).collect(),
            },
        }
    }

    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fixed { .. } => "fixed",
            Self::Exponential { .. } => "exponential",
            Self::Uniform { .. } => "uniform",
            Self::Normal { .. } => "normal",
            Self::Lognormal { .. } => "lognormal",
            Self::Gamma { .. } => "gamma",
            Self::Triangular { .. } => "triangular",
            Self::Empirical { .. } => "empirical",
        }
    }
}

/// The arithmetic mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.iter().sum::<f64>() / count(values.len())
}

/// A count as a number to reckon with.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}
