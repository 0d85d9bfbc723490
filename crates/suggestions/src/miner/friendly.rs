//! Round numbers for thresholds.

use serde_json::Value;

/// The roundest number `t` with `below < t <= upto`; among equally round ones the one nearest to
/// `below`, so that as little as possible is decided about numbers nobody has seen.
pub(super) fn just_above(below: f64, upto: f64) -> f64 {
    if below < 0.0 && upto >= 0.0 {
        return 0.0;
    }
    round_within(
        below,
        upto,
        if below == 0.0 { upto } else { below },
        |step| ((below / step).floor() + 1.0) * step,
    )
    .filter(|t| below < *t && *t <= upto)
    .unwrap_or(upto)
}

/// The roundest number `t` with `from <= t < above`; among equally round ones the one nearest to
/// `above`.
pub(super) fn just_below(from: f64, above: f64) -> f64 {
    // Mirrored at zero.
    0.0 - just_above(-above, -from)
}

/// Tries steps from the size of `scale` downwards: 10, 5, 1, 0.5, 0.1, …
///
/// Steps larger than the known number would jump far into the unknown: of (9, 100] the threshold
/// is 10, not 100.
fn round_within(below: f64, upto: f64, scale: f64, candidate: impl Fn(f64) -> f64) -> Option<f64> {
    /// Digits below the leading one; a double has no more.
    const DIGITS: i32 = 15;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the exponent of a double is small"
    )]
    let leading = scale.abs().log10().floor() as i32;
    for exponent in (leading - DIGITS..=leading).rev() {
        for (digit, exponent) in [(1.0, exponent), (5.0, exponent - 1)] {
            let t = cleaned(candidate(digit * 10f64.powi(exponent)), exponent);
            if below < t && t <= upto {
                return Some(t);
            }
        }
    }
    None
}

/// `number` as written with so many decimals: without the dust of binary arithmetic.
fn cleaned(number: f64, exponent: i32) -> f64 {
    let decimals = usize::try_from(-exponent).unwrap_or(0);
    format!("{number:.decimals$}").parse().unwrap_or(number)
}

/// A number as JSON: without a fraction where it has none.
pub(super) fn json(number: f64) -> Value {
    /// 2^53: up to it a double is every whole number exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        let whole = number as i64;
        return Value::from(whole);
    }
    Value::from(number)
}

#[cfg(test)]
mod tests;
