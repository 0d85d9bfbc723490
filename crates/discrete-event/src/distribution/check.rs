//! What is wrong with a distribution.

use super::Distribution;

/// Further below, nearly everything is cut off at zero and no digits are left.
const FEWEST_DEVIATIONS: f64 = -8.0;

/// Every fault as (where within the distribution, sentence).
pub(crate) fn faults(distribution: &Distribution) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, place: &str, message: &'static str| {
        if !holds {
            faults.push((place.to_owned(), message));
        }
    };
    let length = |x: f64| x.is_finite() && x >= 0.0;
    let positive = |x: f64| x.is_finite() && x > 0.0;
    match distribution {
        Distribution::Fixed(value) => must(length(*value), "value", NOT_A_LENGTH),
        Distribution::Exponential { mean } => must(length(*mean), "mean", NOT_A_LENGTH),
        Distribution::Uniform { min, max } => {
            must(length(*min), "min", NOT_A_LENGTH);
            must(length(*max), "max", NOT_A_LENGTH);
            must(
                min <= max,
                "max",
                "The largest must not be below the smallest.",
            );
        }
        Distribution::Normal { mean, std_dev } => {
            must(mean.is_finite(), "mean", "Must be a number.");
            must(length(*std_dev), "std_dev", NOT_A_LENGTH);
            must(
                *mean >= FEWEST_DEVIATIONS * std_dev,
                "mean",
                "So far below zero that no duration is left.",
            );
        }
        Distribution::LogNormal { mean, std_dev } => {
            must(positive(*mean), "mean", NOT_POSITIVE);
            must(length(*std_dev), "std_dev", NOT_A_LENGTH);
        }
        Distribution::Gamma { shape, scale } => {
            must(positive(*shape), "shape", NOT_POSITIVE);
            must(positive(*scale), "scale", NOT_POSITIVE);
        }
        Distribution::Erlang { stages, mean } => {
            must(*stages > 0, "stages", "There must be at least one.");
            must(length(*mean), "mean", NOT_A_LENGTH);
        }
        Distribution::Triangular { min, mode, max } => {
            must(length(*min), "min", NOT_A_LENGTH);
            must(length(*max), "max", NOT_A_LENGTH);
            must(
                min <= mode && mode <= max,
                "mode",
                "The most likely value must lie between the smallest and the largest.",
            );
        }
        Distribution::HyperExponential(phases) => {
            for (index, phase) in phases.iter().enumerate() {
                let probability = (0.0..=1.0).contains(&phase.probability);
                must(probability, &format!("{index}.probability"), NOT_A_SHARE);
                must(length(phase.mean), &format!("{index}.mean"), NOT_A_LENGTH);
            }
            let sum: f64 = phases.iter().map(|phase| phase.probability).sum();
            must((sum - 1.0).abs() < 1e-9, "", NOT_ONE);
        }
        Distribution::Empirical(empirical) => {
            must(
                !empirical.values().is_empty(),
                "",
                "There must be at least one value.",
            );
            let lengths = empirical.values().iter().all(|value| length(*value));
            must(
                lengths,
                "",
                "Every value must be a finite number of seconds, not negative.",
            );
        }
    }
    faults
}

const NOT_A_LENGTH: &str = "Must be a finite number of seconds, not negative.";
const NOT_POSITIVE: &str = "Must be a finite number above zero.";
pub(crate) const NOT_A_SHARE: &str = "Must be a number from zero to one.";
pub(crate) const NOT_ONE: &str = "The probabilities must sum to one.";
