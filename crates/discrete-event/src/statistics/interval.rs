//! Confidence intervals over replications.

use statrs::function::beta::inv_beta_reg;

use crate::results::Estimate;

/// The value that |t| with `freedom` degrees of freedom stays below with probability `confidence`
/// (Student, 1908; by the inverse of the incomplete beta function, Abramowitz and Stegun 26.7.1).
pub(super) fn student_t(confidence: f64, freedom: f64) -> f64 {
    let x = inv_beta_reg(freedom / 2.0, 0.5, 1.0 - confidence);
    (freedom * (1.0 - x) / x).sqrt()
}

/// What a sample of replications is judged with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge {
    count: f64,
    t: f64,
}

impl Judge {
    /// For at least two replications.
    #[expect(clippy::cast_precision_loss, reason = "a count of replications")]
    pub(crate) fn new(confidence: f64, replications: usize) -> Self {
        let count = replications as f64;
        Self {
            count,
            t: student_t(confidence, (count - 1.0).max(1.0)),
        }
    }

    /// The mean of independent values, with Student's interval (Law, *Simulation Modeling and
    /// Analysis*, section 9.4.1).
    pub(crate) fn mean(&self, values: impl Iterator<Item = f64> + Clone) -> Estimate {
        self.around(None, values)
    }

    /// A `value` found otherwise (from all replications together), with the interval of the mean of
    /// the replications' own values.
    pub(super) fn around(
        &self,
        value: Option<f64>,
        values: impl Iterator<Item = f64> + Clone,
    ) -> Estimate {
        let mean = values.clone().sum::<f64>() / self.count;
        let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
        let error = (squares / (self.count - 1.0).max(1.0) / self.count).sqrt();
        let value = value.unwrap_or(mean);
        Estimate {
            value,
            low: value - self.t * error,
            high: value + self.t * error,
        }
    }

    /// The ratio of two means, with the interval of the delta method (Cochran, *Sampling
    /// Techniques*, section 2.11; Law, section 9.5.3, for the regenerative case). With equal
    /// denominators it is Student's interval of the mean. Zero when there is nothing to divide by.
    pub(crate) fn ratio(&self, pairs: impl Iterator<Item = (f64, f64)> + Clone) -> Estimate {
        let (over, under) = pairs
            .clone()
            .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        if under <= 0.0 {
            return Estimate {
                value: 0.0,
                low: 0.0,
                high: 0.0,
            };
        }
        let value = over / under;
        let squares: f64 = pairs
            .map(|(over, under)| (over - value * under).powi(2))
            .sum();
        let mean_under = under / self.count;
        let error = (squares / (self.count - 1.0).max(1.0) / self.count).sqrt() / mean_under;
        Estimate {
            value,
            low: value - self.t * error,
            high: value + self.t * error,
        }
    }

    /// A share, with Wilson's interval for the effective number of cases: as many independent cases
    /// as would scatter as much as the replications do (Dean and Pagano, *Evaluating confidence
    /// interval methods for binomial proportions in clustered surveys*, 2015). Other than Student's
    /// it stays within zero and one, and is not empty when no case or every case is counted.
    pub(super) fn share(&self, pairs: impl Iterator<Item = (f64, f64)> + Clone) -> Estimate {
        let cases: f64 = pairs.clone().map(|pair| pair.1).sum();
        let plain = self.ratio(pairs);
        let p = plain.value.clamp(0.0, 1.0);
        if cases <= 0.0 {
            return plain;
        }
        let scatter = (plain.half_width() / self.t).powi(2);
        let independent = p * (1.0 - p) / cases;
        let effect = if independent > 0.0 {
            (scatter / independent).max(1.0)
        } else {
            1.0
        };
        let n = cases / effect;
        let z = self.t * self.t / n;
        let centre = (p + z / 2.0) / (1.0 + z);
        let half = ((p * (1.0 - p) + z / 4.0) * z).sqrt() / (1.0 + z);
        Estimate {
            value: p,
            low: (centre - half).clamp(0.0, p),
            high: (centre + half).clamp(p, 1.0),
        }
    }
}

/// The interval of something that cannot be negative.
pub(super) fn not_negative(estimate: Estimate) -> Estimate {
    Estimate {
        low: estimate.low.max(0.0),
        ..estimate
    }
}

#[cfg(test)]
mod tests;
