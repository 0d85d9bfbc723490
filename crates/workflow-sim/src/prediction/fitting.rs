//! Which distribution observed times come from.
//!
//! The rule, in order:
//!
//! 1. All alike (within a millisecond): fixed.
//! 2. Fewer than 5, or 100 and more: empirical. Few say nothing of a shape, and many say
//!    more than any shape.
//! 3. Else the family with the least corrected Akaike criterion (Hurvich and Tsai 1989)
//!    `2k − 2 ln L + 2k(k+1)/(n−k−1)` after a fit by maximum likelihood, if its
//!    Kolmogorov–Smirnov distance is at most `1.36/√n` (5 %; lenient, as the parameters come from
//!    the same data); else empirical.

mod families;
mod special;
#[cfg(test)]
mod tests;

use super::Distribution;
use super::distribution::count;

/// Fewer say nothing of a shape.
pub(crate) const MIN_SHAPED: usize = 5;
/// As many say more than any shape.
pub(crate) const MIN_EMPIRICAL: usize = 100;
/// The asymptotic critical value of the Kolmogorov–Smirnov statistic at 5 %.
const KS_CRITICAL: f64 = 1.36;
/// Times are recorded to the millisecond.
const RESOLUTION: f64 = 0.001;

/// A family with the parameters that fit best.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) distribution: Distribution,
    /// Corrected Akaike criterion; less is better.
    pub(crate) aicc: f64,
    /// Kolmogorov–Smirnov distance to what was observed.
    pub(crate) distance: f64,
}

/// The distribution of observed times, in seconds and ascending; `None` of none.
pub(crate) fn fit(sorted: &[f64]) -> Option<Distribution> {
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    if last - first <= RESOLUTION {
        return Some(Distribution::Fixed {
            value: f64::midpoint(first, last),
        });
    }
    let shaped = (MIN_SHAPED..MIN_EMPIRICAL).contains(&sorted.len());
    let best = shaped.then(|| best(sorted)).flatten();
    let critical = KS_CRITICAL / count(sorted.len()).sqrt();
    Some(match best {
        Some(best) if best.distance <= critical => best.distribution,
        Some(_) | None => Distribution::Empirical {
            values: sorted.to_vec(),
        },
    })
}

/// The family that fits best, whatever the number of observations.
pub(crate) fn best(sorted: &[f64]) -> Option<Candidate> {
    families::candidates(sorted)
        .into_iter()
        .filter(|candidate| candidate.aicc.is_finite())
        .min_by(|a, b| a.aicc.total_cmp(&b.aicc))
}
