//! How long a step takes.

use crate::{ActionFact, Facts, MeasuredStep};
use serde::Serialize;

/// What an estimate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EstimateSource {
    /// Recorded steps of this workflow.
    Measured,
    /// The dry run of the workflow that the step runs.
    SubWorkflow,
    /// Recorded steps of any workflow with this action.
    Catalogue,
    /// A convention: nothing was measured yet.
    Default,
}

/// An estimated duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// In milliseconds, rounded to the nearest.
    pub millis: i64,
    /// What it rests on.
    pub source: EstimateSource,
    /// The number of attempts whose mean it is; 0 when it is not a mean.
    pub sample_count: i64,
    /// The same in words.
    pub basis: String,
}

/// Milliseconds by action type, as published; any other takes 500.
const CONVENTIONS: [(&str, i64); 4] = [
    ("approval", 1000),
    ("notification", 500),
    ("calculation", 200),
    ("validation", 100),
];

/// The estimate of an action type, in milliseconds, when nothing was measured.
#[must_use]
pub fn default_estimate_millis(action_type: &str) -> i64 {
    CONVENTIONS
        .iter()
        .find(|(name, _)| *name == action_type)
        .map_or(500, |(_, millis)| *millis)
}

/// Estimates a step: by what was measured of the step in this workflow, else of its action type
/// in this workflow, else of the action anywhere, else by convention.
#[must_use]
pub fn estimate(step_name: &str, action_type: &str, facts: &Facts) -> Estimate {
    let steps = &facts.steps;
    let by_name = |s: &&MeasuredStep| s.step_name == step_name;
    let by_type = |s: &&MeasuredStep| !action_type.is_empty() && s.action_type == action_type;
    measured(
        steps.iter().filter(|s| by_name(s) && by_type(s)),
        "this step",
    )
    .or_else(|| measured(steps.iter().filter(by_name), "this step"))
    .or_else(|| {
        let of = format!("\"{action_type}\" steps of this workflow");
        measured(steps.iter().filter(by_type), &of)
    })
    .or_else(|| catalogued(step_name, action_type, &facts.actions))
    .unwrap_or_else(|| Estimate {
        millis: default_estimate_millis(action_type),
        source: EstimateSource::Default,
        sample_count: 0,
        basis: "by convention; nothing was measured yet".to_owned(),
    })
}

fn measured<'a>(rows: impl Iterator<Item = &'a MeasuredStep>, of: &str) -> Option<Estimate> {
    let (mean, count) = weighted_mean(rows.map(|row| (row.mean_millis, row.timed)))?;
    Some(Estimate {
        millis: round(mean),
        source: EstimateSource::Measured,
        sample_count: count,
        basis: format!("mean of {count} measured of {of}"),
    })
}

fn catalogued(step_name: &str, action_type: &str, actions: &[ActionFact]) -> Option<Estimate> {
    let of_type = |a: &&ActionFact| a.action_type == action_type;
    let named = actions.iter().filter(of_type).find(|a| a.name == step_name);
    let (mean, count) = match named.and_then(|action| action.measured) {
        Some(measured) => weighted_mean(std::iter::once(measured))?,
        None => weighted_mean(actions.iter().filter(of_type).filter_map(|a| a.measured))?,
    };
    Some(Estimate {
        millis: round(mean),
        source: EstimateSource::Catalogue,
        sample_count: count,
        basis: format!("mean of {count} measured of \"{action_type}\" in all workflows"),
    })
}

/// The mean over all attempts, from means over parts of them. Parts without attempts do not count.
fn weighted_mean(parts: impl Iterator<Item = (f64, i64)>) -> Option<(f64, i64)> {
    let (mut total, mut count) = (0.0, 0_i64);
    for (mean, attempts) in parts.filter(|(mean, attempts)| mean.is_finite() && *attempts > 0) {
        #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
        let weight = attempts as f64;
        total += mean * weight;
        count = count.saturating_add(attempts);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    (count > 0).then(|| (total / count as f64, count))
}

/// To whole milliseconds, from 0 to a thousand years.
fn round(millis: f64) -> i64 {
    const LONGEST: f64 = 3.2e13;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to a range that fits"
    )]
    let rounded = millis.round().clamp(0.0, LONGEST) as i64;
    rounded
}
