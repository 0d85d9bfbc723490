//! Families of distributions, each fitted by maximum likelihood.

use super::special::{normal_cdf, trigamma};
use super::{Candidate, Distribution};
use crate::prediction::distribution::{count, mean};
use statrs::function::gamma::{digamma, gamma_lr, ln_gamma};
use std::f64::consts::TAU;

/// Every family that the observations allow.
pub(super) fn candidates(sorted: &[f64]) -> Vec<Candidate> {
    let positive = sorted.first().is_some_and(|first| *first > 0.0);
    let mut found = vec![exponential(sorted), uniform(sorted), triangular(sorted)];
    found.extend(normal(sorted));
    if positive {
        found.push(lognormal(sorted));
        found.extend(gamma(sorted));
    }
    found
}

fn candidate(
    sorted: &[f64],
    distribution: Distribution,
    parameters: f64,
    log_likelihood: f64,
    cdf: impl Fn(f64) -> f64,
) -> Candidate {
    let n = count(sorted.len());
    let k = parameters;
    let correction = if n > k + 1.0 {
        2.0 * k * (k + 1.0) / (n - k - 1.0)
    } else {
        f64::INFINITY
    };
    Candidate {
        distribution,
        aicc: 2.0 * k - 2.0 * log_likelihood + correction,
        distance: distance(sorted, cdf),
    }
}

/// Kolmogorov–Smirnov: the greatest difference between the steps of the sample and the curve.
fn distance(sorted: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let n = count(sorted.len());
    sorted
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let here = cdf(*value);
            (here - count(at) / n).max(count(at + 1) / n - here)
        })
        .fold(0.0, f64::max)
}

fn exponential(sorted: &[f64]) -> Candidate {
    let mean = mean(sorted);
    let log_likelihood = -count(sorted.len()) * (mean.ln() + 1.0);
    candidate(
        sorted,
        Distribution::Exponential { mean },
        1.0,
        log_likelihood,
        |x| 1.0 - (-x / mean).exp(),
    )
}

fn uniform(sorted: &[f64]) -> Candidate {
    let (min, max) = ends(sorted);
    let range = max - min;
    candidate(
        sorted,
        Distribution::Uniform { min, max },
        2.0,
        -count(sorted.len()) * range.ln(),
        |x| (x - min) / range,
    )
}

/// Only where what is cut off at 0 does not matter: the mean is 3 deviations above it.
fn normal(sorted: &[f64]) -> Option<Candidate> {
    let mean = mean(sorted);
    let deviation = deviation(sorted, mean);
    let n = count(sorted.len());
    (mean > 3.0 * deviation).then(|| {
        candidate(
            sorted,
            Distribution::Normal {
                mean,
                standard_deviation: deviation,
            },
            2.0,
            -n / 2.0 * ((TAU * deviation * deviation).ln() + 1.0),
            |x| normal_cdf((x - mean) / deviation),
        )
    })
}

fn lognormal(sorted: &[f64]) -> Candidate {
    let logs: Vec<f64> = sorted.iter().map(|x| x.ln()).collect();
    let mu = mean(&logs);
    let sigma = deviation(&logs, mu);
    let variance = sigma * sigma;
    let n = count(sorted.len());
    let own_mean = (mu + variance / 2.0).exp();
    candidate(
        sorted,
        Distribution::Lognormal {
            mean: own_mean,
            standard_deviation: own_mean * variance.exp_m1().sqrt(),
        },
        2.0,
        -n * mu - n / 2.0 * ((TAU * variance).ln() + 1.0),
        |x| normal_cdf((x.ln() - mu) / sigma),
    )
}

/// Newton's method on the shape (Minka 2002, "Estimating a Gamma distribution"). `None` when it
/// does not settle.
fn gamma(sorted: &[f64]) -> Option<Candidate> {
    let mean_value = mean(sorted);
    let mean_log = mean(&sorted.iter().map(|x| x.ln()).collect::<Vec<_>>());
    let s = mean_value.ln() - mean_log;
    if s <= 0.0 {
        return None;
    }
    let mut shape = (3.0 - s + ((s - 3.0).powi(2) + 24.0 * s).sqrt()) / (12.0 * s);
    for _ in 0..50 {
        let step = (shape.ln() - digamma(shape) - s) / (shape.recip() - trigamma(shape));
        let next = shape - step;
        if !(next.is_finite() && next > 0.0) {
            return None;
        }
        let settled = (next - shape).abs() <= 1e-10 * shape;
        shape = next;
        if settled {
            break;
        }
    }
    let scale = mean_value / shape;
    let n = count(sorted.len());
    let log_likelihood =
        n * ((shape - 1.0) * mean_log - shape - shape * scale.ln() - ln_gamma(shape));
    Some(candidate(
        sorted,
        Distribution::Gamma {
            mean: mean_value,
            standard_deviation: scale * shape.sqrt(),
        },
        2.0,
        log_likelihood,
        |x| {
            if x > 0.0 {
                gamma_lr(shape, x / scale)
            } else {
                0.0
            }
        },
    ))
}

/// The ends lie one mean gap outside the sample; given them, the likelihood is greatest with the
/// mode at one of the observations (Kotz and van Dorp 2004, *Beyond Beta*, section 1.4).
fn triangular(sorted: &[f64]) -> Candidate {
    let (first, last) = ends(sorted);
    let gap = (last - first) / count(sorted.len());
    let (min, max) = ((first - gap).max(0.0), last + gap);
    let total: f64 = sorted.iter().map(|x| (max - x).ln()).sum();
    let (mut below, mut above) = (0.0, total);
    let (mut mode, mut greatest) = (first, f64::NEG_INFINITY);
    for (at, x) in sorted.iter().enumerate() {
        above -= (max - x).ln();
        let (left, right) = (count(at), count(sorted.len() - at - 1));
        let rising = if left > 0.0 {
            below - left * (x - min).ln()
        } else {
            0.0
        };
        let likelihood = rising + above - right * (max - x).ln();
        if likelihood > greatest {
            (mode, greatest) = (*x, likelihood);
        }
        below += (x - min).ln();
    }
    let range = max - min;
    let log_likelihood = count(sorted.len()) * (2.0 / range).ln() + greatest;
    candidate(
        sorted,
        Distribution::Triangular { min, mode, max },
        3.0,
        log_likelihood,
        |x| {
            if x <= mode {
                (x - min).powi(2) / (range * (mode - min).max(f64::MIN_POSITIVE))
            } else {
                1.0 - (max - x).powi(2) / (range * (max - mode))
            }
        },
    )
}

fn ends(sorted: &[f64]) -> (f64, f64) {
    let first = sorted.first().copied().unwrap_or(0.0);
    (first, sorted.last().copied().unwrap_or(first))
}

/// The maximum likelihood estimate: divided by n.
fn deviation(values: &[f64], mean: f64) -> f64 {
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (squares / count(values.len())).sqrt()
}
