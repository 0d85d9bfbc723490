//! Means and variances. Sources of the formulas: Law, *Simulation Modeling and Analysis*, chapter
//! 6; for the truncated normal, Johnson, Kotz and Balakrishnan, *Continuous Univariate
//! Distributions* 1, section 13.10.

use statrs::function::erf::erfc;

use super::{Distribution, Phase};

impl Distribution {
    /// Seconds on average.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.moments().0
    }

    /// Seconds squared.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.moments().1
    }

    fn moments(&self) -> (f64, f64) {
        match self {
            Self::Fixed(value) => (*value, 0.0),
            Self::Exponential { mean } => (*mean, mean * mean),
            Self::Uniform { min, max } => (f64::midpoint(*min, *max), (max - min).powi(2) / 12.0),
            Self::Normal { mean, std_dev } => truncated_normal(*mean, *std_dev),
            Self::LogNormal { mean, std_dev } => (*mean, std_dev * std_dev),
            Self::Gamma { shape, scale } => (shape * scale, shape * scale * scale),
            Self::Erlang { stages, mean } => (*mean, mean * mean / f64::from(*stages)),
            Self::Triangular { min, mode, max } => {
                let squares = min * min + mode * mode + max * max;
                let products = min * mode + min * max + mode * max;
                (
                    (min + mode + max) / 3.0,
                    (squares - products).max(0.0) / 18.0,
                )
            }
            Self::HyperExponential(phases) => {
                let sum = |f: fn(&Phase) -> f64| phases.iter().map(f).sum::<f64>();
                let mean = sum(|phase| phase.probability * phase.mean);
                let square = sum(|phase| 2.0 * phase.probability * phase.mean * phase.mean);
                (mean, (square - mean * mean).max(0.0))
            }
            Self::Empirical(empirical) => {
                of_values(empirical.values(), empirical.is_interpolated())
            }
        }
    }
}

/// The probability that a standard normal value is at most `x`.
pub(super) fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

fn truncated_normal(mean: f64, std_dev: f64) -> (f64, f64) {
    if std_dev == 0.0 {
        return (mean.max(0.0), 0.0);
    }
    let alpha = -mean / std_dev;
    let density = (-0.5 * alpha * alpha).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let hazard = density / normal_cdf(-alpha);
    (
        mean + std_dev * hazard,
        std_dev * std_dev * (1.0 + hazard * (alpha - hazard)),
    )
}

#[expect(clippy::cast_precision_loss, reason = "a count of values in memory")]
fn of_values(values: &[f64], interpolated: bool) -> (f64, f64) {
    let average =
        |sum: f64, count: usize| -> f64 { if count == 0 { 0.0 } else { sum / count as f64 } };
    if interpolated && values.len() > 1 {
        let pieces = || values.iter().zip(values.iter().skip(1));
        let count = values.len() - 1;
        let mean = average(pieces().map(|(a, b)| f64::midpoint(*a, *b)).sum(), count);
        // Around the mean, because the difference of two large squares has no digits left.
        let square = pieces().map(|(a, b)| {
            let (a, b) = (a - mean, b - mean);
            (a * a + a * b + b * b) / 3.0
        });
        (mean, average(square.sum(), count))
    } else {
        let mean = average(values.iter().sum(), values.len());
        let square = values.iter().map(|value| (value - mean).powi(2)).sum();
        (mean, average(square, values.len()))
    }
}
