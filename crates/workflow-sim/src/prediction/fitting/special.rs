//! Special functions that no dependency has.

/// The second derivative of the logarithm of the gamma function at `x > 0`: by recurrence to 10,
/// then by its asymptotic series (Abramowitz and Stegun 6.4.6, 6.4.12).
pub(super) fn trigamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 10.0 {
        sum += (x * x).recip();
        x += 1.0;
    }
    let square = (x * x).recip();
    sum + x.recip()
        + square / 2.0
        + square / x * (1.0 / 6.0 - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square / 30.0)))
}

/// The standard normal distribution function.
pub(super) fn normal_cdf(z: f64) -> f64 {
    statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2) / 2.0
}
