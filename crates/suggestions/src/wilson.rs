//! What a share is at least, given that it was seen in a sample.

/// The 97.5 % quantile of the standard normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The lower end of the Wilson score interval (95 %, two-sided) of a share of which `count` of
/// `of` cases were seen: 0 to 1, and 0 for an empty sample.
///
/// Unlike `count / of` it says little of a small sample: 3 of 3 gives 0.44, 150 of 150 gives
/// 0.975. Formula: E. B. Wilson, "Probable inference, the law of succession, and statistical
/// inference", Journal of the American Statistical Association 22 (1927), 209–212.
#[must_use]
pub fn wilson_lower_bound(count: u64, of: u64) -> f64 {
    if of == 0 || count == 0 {
        return 0.0;
    }
    let n = as_f64(of);
    let share = as_f64(count.min(of)) / n;
    let z2 = Z * Z;
    let centre = share + z2 / (2.0 * n);
    let margin = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((centre - margin) / (1.0 + z2 / n)).clamp(0.0, 1.0)
}

/// A count as a double.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of executions stay far below 2^53"
)]
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}

/// The share `count / of`; 0 of nothing.
pub(crate) fn share(count: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        as_f64(count) / as_f64(of)
    }
}

#[cfg(test)]
mod tests;
