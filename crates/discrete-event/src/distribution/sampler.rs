//! Distributions with what sampling needs worked out beforehand.

use std::sync::Arc;

use statrs::function::erf::erfc_inv;

use super::moments::normal_cdf;
use super::{Distribution, Phase};

/// A distribution with what sampling needs worked out beforehand.
#[derive(Debug, Clone)]
pub(crate) enum Sampler {
    Fixed(f64),
    Exponential {
        mean: f64,
    },
    Uniform {
        min: f64,
        width: f64,
    },
    Normal {
        mean: f64,
        std_dev: f64,
        positive: f64,
    },
    LogNormal {
        location: f64,
        scale: f64,
    },
    Gamma {
        shape: f64,
        scale: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    HyperExponential(Arc<[Phase]>),
    Empirical {
        sorted: Arc<[f64]>,
        interpolated: bool,
    },
}

impl Sampler {
    pub(crate) fn new(distribution: &Distribution) -> Self {
        match distribution {
            Distribution::Fixed(value) => Self::Fixed(*value),
            Distribution::Exponential { mean } | Distribution::Erlang { stages: 1, mean } => {
                Self::Exponential { mean: *mean }
            }
            Distribution::Uniform { min, max } => Self::Uniform {
                min: *min,
                width: max - min,
            },
            Distribution::Normal { mean, std_dev } if *std_dev == 0.0 => Self::Fixed(mean.max(0.0)),
            Distribution::Normal { mean, std_dev } => Self::Normal {
                mean: *mean,
                std_dev: *std_dev,
                positive: normal_cdf(mean / std_dev),
            },
            Distribution::LogNormal { mean, std_dev } => {
                let variance = (std_dev / mean).powi(2).ln_1p();
                Self::LogNormal {
                    location: mean.ln() - variance / 2.0,
                    scale: variance.sqrt(),
                }
            }
            Distribution::Gamma { shape, scale } => Self::Gamma {
                shape: *shape,
                scale: *scale,
            },
            Distribution::Erlang { stages, mean } => Self::Gamma {
                shape: f64::from(*stages),
                scale: mean / f64::from(*stages),
            },
            Distribution::Triangular { min, mode, max } => Self::Triangular {
                min: *min,
                mode: *mode,
                max: *max,
            },
            Distribution::HyperExponential(phases) => {
                Self::HyperExponential(phases.as_slice().into())
            }
            Distribution::Empirical(empirical) => Self::Empirical {
                sorted: Arc::clone(&empirical.sorted),
                interpolated: empirical.interpolated,
            },
        }
    }

    #[inline]
    pub(crate) fn sample(&self, mut uniform: impl FnMut() -> f64) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Exponential { mean } => -mean * (1.0 - uniform()).ln(),
            Self::Uniform { min, width } => min + width * uniform(),
            // By the upper tail: where nearly all lies below zero, the lower one has no digits.
            Self::Normal {
                mean,
                std_dev,
                positive,
            } => (mean - std_dev * normal_quantile((1.0 - uniform()) * positive)).max(0.0),
            Self::LogNormal { location, scale } => {
                (location + scale * normal_quantile(uniform())).exp()
            }
            Self::Gamma { shape, scale } => scale * standard_gamma(*shape, &mut uniform),
            Self::Triangular { min, mode, max } => triangular(*min, *mode, *max, uniform()),
            Self::HyperExponential(phases) => hyper_exponential(phases, uniform()),
            Self::Empirical {
                sorted,
                interpolated,
            } => empirical(sorted, *interpolated, uniform()),
        }
    }
}

/// The value that a standard normal one is below with probability `p`.
fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

/// Marsaglia and Tsang, *A simple method for generating gamma variables*, 2000; for a shape below
/// one with their boost by a power of a uniform number.
fn standard_gamma(shape: f64, uniform: &mut impl FnMut() -> f64) -> f64 {
    let boost = if shape < 1.0 {
        uniform().powf(1.0 / shape)
    } else {
        1.0
    };
    let d = if shape < 1.0 { shape + 1.0 } else { shape } - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal_quantile(uniform());
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return boost * d * v;
        }
    }
}

fn triangular(min: f64, mode: f64, max: f64, u: f64) -> f64 {
    let width = max - min;
    if u * width < mode - min {
        min + (u * width * (mode - min)).sqrt()
    } else {
        max - ((1.0 - u) * width * (max - mode)).sqrt()
    }
}

/// One number chooses the phase, and its place among the numbers that choose it is the number for
/// the exponential.
fn hyper_exponential(phases: &[Phase], mut u: f64) -> f64 {
    let mut last = 0.0;
    for phase in phases {
        if phase.probability > 0.0 {
            let within = u / phase.probability;
            if within < 1.0 {
                return -phase.mean * (-within).ln_1p();
            }
            last = phase.mean;
        }
        u -= phase.probability;
    }
    last // the probabilities sum to a hair less than one
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place between zero and the number of values in memory"
)]
fn empirical(sorted: &[f64], interpolated: bool, u: f64) -> f64 {
    let value = |index: usize| sorted.get(index).or(sorted.last()).copied().unwrap_or(0.0);
    if interpolated {
        let place = u * (sorted.len().saturating_sub(1)) as f64;
        let (below, above) = (value(place as usize), value(place as usize + 1));
        below + (above - below) * place.fract()
    } else {
        value((u * sorted.len() as f64) as usize)
    }
}
