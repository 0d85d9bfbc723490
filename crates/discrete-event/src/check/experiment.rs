//! What is wrong with an experiment.

use super::Found;
use crate::experiment::{Experiment, Length, Replications};

pub(super) fn check(experiment: &Experiment, found: &mut Found) {
    match experiment.length {
        Length::Cases(cases) => {
            found.must(
                cases > 0,
                || "length".to_owned(),
                "There must be at least one case.",
            );
        }
        Length::Until(end) => found.must(
            end.is_finite() && end > 0.0,
            || "length".to_owned(),
            "Must be a finite number of seconds above zero.",
        ),
    }
    let at_least_two = "There must be at least two: the intervals come from their differences.";
    match experiment.replications {
        Replications::Fixed(count) => {
            found.must(count >= 2, || "replications".to_owned(), at_least_two);
        }
        Replications::Precision {
            relative_half_width,
            min,
            max,
            ..
        } => {
            found.must(min >= 2, || "replications.min".to_owned(), at_least_two);
            let path = || "replications.max".to_owned();
            found.must(max >= min, path, "Must not be less than the fewest.");
            let path = || "replications.relative_half_width".to_owned();
            let positive = relative_half_width.is_finite() && relative_half_width > 0.0;
            found.must(positive, path, "Must be a finite number above zero.");
        }
    }
    found.must(
        experiment.confidence > 0.0 && experiment.confidence < 1.0,
        || "confidence".to_owned(),
        "Must lie between zero and one.",
    );
    for (index, threshold) in experiment.thresholds.iter().enumerate() {
        found.length(*threshold, || format!("thresholds.{index}"));
    }
    found.must(
        experiment.threads > 0,
        || "threads".to_owned(),
        "There must be at least one.",
    );
}
