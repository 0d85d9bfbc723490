//! How well prediction would have predicted: fitted to the first part of a log, compared with the
//! rest.

use super::answer::{Assumption, Interval, Overload};
use super::control::{Control, PredictionError};
use super::distribution::{count, mean};
use super::history::{History, HistoryOptions, key_of};
use super::predict;
use super::request::PredictionRequest;
use super::sample::BottomK;
use super::setting::Setting;
use chrono::{DateTime, Utc};
use serde::Serialize;
use workflow_model::{Definition, Execution, ExecutionStatus};

/// The share of cases, by their beginnings, to which it is fitted.
const TRAINING_SHARE: f64 = 0.7;
/// Cycle times that are kept of each part.
const KEPT: usize = 20_000;
/// Points at which the predicted distribution is read, of each part, and beyond.
const POINTS: usize = 200;
const BEYOND: i32 = 40;
/// Cases in one replication.
const CASES: u32 = 2000;

/// Where to split a log: the beginning of the first case of the part to predict. `None` of fewer
/// than ten cases.
#[must_use]
pub fn split_point(mut starts: Vec<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    if starts.len() < 10 {
        return None;
    }
    starts.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let at = (count(starts.len()) * TRAINING_SHARE) as usize;
    starts.get(at).copied()
}

/// Reads a log, one execution at a time and in any order, in bounded memory.
#[derive(Debug)]
pub struct Calibrator {
    split: DateTime<Utc>,
    definition: Definition,
    history: History,
    seed: u64,
    training: BottomK<f64>,
    held_out: BottomK<f64>,
}

impl Calibrator {
    /// `split` is the [`split_point`].
    #[must_use]
    pub fn new(definition: &Definition, options: HistoryOptions, split: DateTime<Utc>) -> Self {
        Self {
            split,
            definition: definition.clone(),
            history: History::new(definition, options),
            seed: options.seed,
            training: BottomK::new(KEPT),
            held_out: BottomK::new(KEPT),
        }
    }

    /// Takes an execution into account: before the split to fit, after it to compare with.
    pub fn observe(&mut self, execution: &Execution) {
        let before = execution.started_at < self.split;
        if before {
            self.history.observe(execution);
        }
        let ended = match execution.status {
            ExecutionStatus::Completed | ExecutionStatus::Failed => true,
            ExecutionStatus::Running | ExecutionStatus::Paused | ExecutionStatus::Cancelled => {
                false
            }
        };
        let Some(millis) = execution.duration_millis().filter(|_| ended) else {
            return;
        };
        #[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
        let cycle = millis as f64 / 1000.0;
        let part = if before {
            &mut self.training
        } else {
            &mut self.held_out
        };
        part.offer(key_of(self.seed, execution), || cycle);
    }

    /// Predicts the second part from the first, and compares. `None` when either has no case that
    /// ended.
    ///
    /// # Errors
    /// See [`PredictionError`].
    pub fn finish(
        self,
        name: &str,
        request: &PredictionRequest,
        control: Control<'_>,
    ) -> Result<Option<Calibration>, PredictionError> {
        let (trained_on, predicted) = (self.training.seen(), self.held_out.seen());
        let training = sorted(self.training);
        let held_out = sorted(self.held_out);
        if training.is_empty() || held_out.is_empty() {
            return Ok(None);
        }
        let fit = self.history.finish();
        let request = PredictionRequest {
            cases: u32::try_from(predicted).unwrap_or(CASES).clamp(100, CASES),
            start_at: Some(self.split),
            changes: Vec::new(),
            ..request.clone()
        };
        let setting = Setting::new(name, &self.definition, &fit, &request);
        let grid = grid(&training, &held_out);
        let (compiled, results) = predict::run(&setting, grid.clone(), control)?;
        let exceeded: Vec<f64> = results.thresholds.iter().map(|t| t.share.value).collect();
        let interval = |found: discrete_event::Estimate| Interval {
            value: found.value,
            low: found.low,
            high: found.high,
        };
        let actual_mean = mean(&held_out);
        let cycle = results.cycle_time;
        Ok(Some(Calibration {
            workflow_name: name.to_owned(),
            split_at: self.split,
            trained_on,
            predicted,
            by_history: setting.by_history,
            actual_mean,
            predicted_mean: interval(cycle.mean),
            wasserstein: distance_to(&grid, &exceeded, &held_out),
            relative_wasserstein: relative(distance_to(&grid, &exceeded, &held_out), actual_mean),
            p50: QuantileError::of(quantile(&held_out, 0.5), interval(cycle.p50)),
            p90: QuantileError::of(quantile(&held_out, 0.9), interval(cycle.p90)),
            baseline: Baseline::of(&training, &held_out),
            unstable: super::report::unstable(&results),
            assumptions: compiled.assumptions,
            warnings: compiled.warnings,
        }))
    }
}

/// How well the rest of a log was predicted from its first part. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// The name of the workflow.
    pub workflow_name: String,
    /// Cases that began before were fitted to, the others predicted.
    pub split_at: DateTime<Utc>,
    /// Cases that were fitted to.
    pub trained_on: u64,
    /// Cases that were predicted.
    pub predicted: u64,
    /// Whether cases went the ways of recorded ones, and not as the definition says.
    pub by_history: bool,
    /// The mean cycle time of the cases that were predicted.
    pub actual_mean: f64,
    /// The prediction of it.
    pub predicted_mean: Interval,
    /// Wasserstein-1 distance of the distributions of cycle times: by how much a case would have
    /// to be moved on average to make one of the other.
    pub wasserstein: f64,
    /// The same, relative to the actual mean.
    pub relative_wasserstein: f64,
    /// The median.
    pub p50: QuantileError,
    /// The ninth decile.
    pub p90: QuantileError,
    /// The same for a prediction that takes the cycle times of the first part as they are.
    pub baseline: Baseline,
    /// The resource whose predicted queue grows without end, if there is one: then the errors only
    /// tell for how long it grew.
    pub unstable: Option<Overload>,
    /// Where every number that went in came from.
    pub assumptions: Vec<Assumption>,
    /// What to look at.
    pub warnings: Vec<String>,
}

/// A quantile, and the prediction of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuantileError {
    /// What it was.
    pub actual: f64,
    /// What was predicted.
    pub predicted: Interval,
    /// Predicted less actual, relative to the actual; 0 where both are 0.
    pub relative_error: f64,
}

impl QuantileError {
    fn of(actual: f64, predicted: Interval) -> Self {
        Self {
            actual,
            predicted,
            relative_error: relative(predicted.value - actual, actual),
        }
    }
}

/// What resampling the cycle times of the first part would have predicted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baseline {
    /// Wasserstein-1 distance.
    pub wasserstein: f64,
    /// The same, relative to the actual mean.
    pub relative_wasserstein: f64,
    /// Relative error of the median.
    pub p50_relative_error: f64,
    /// Relative error of the ninth decile.
    pub p90_relative_error: f64,
}

impl Baseline {
    fn of(training: &[f64], held_out: &[f64]) -> Self {
        let distance = distance_between(training, held_out);
        let error = |share: f64| {
            let actual = quantile(held_out, share);
            relative(quantile(training, share) - actual, actual)
        };
        Self {
            wasserstein: distance,
            relative_wasserstein: relative(distance, mean(held_out)),
            p50_relative_error: error(0.5),
            p90_relative_error: error(0.9),
        }
    }
}

fn relative(value: f64, to: f64) -> f64 {
    if to > 0.0 { value / to } else { value }
}

fn sorted(sample: BottomK<f64>) -> Vec<f64> {
    let mut values = sample.into_items();
    values.sort_by(f64::total_cmp);
    values
}

/// The inverse of the empirical distribution function.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length"
    )]
    let at = (count(sorted.len()) * share).ceil() as usize;
    let at = at.saturating_sub(1).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(0.0)
}

/// Where the predicted distribution is read: at quantiles of both parts, and beyond them up to a
/// hundred times the longest.
fn grid(training: &[f64], held_out: &[f64]) -> Vec<f64> {
    let mut points = vec![0.0];
    for part in [training, held_out] {
        points.extend((0..=POINTS).map(|at| quantile(part, count(at) / count(POINTS))));
    }
    let longest = points.iter().copied().fold(1.0, f64::max);
    points.extend((1..=BEYOND).map(|step| longest * 10_f64.powf(f64::from(step) / 20.0)));
    points.sort_by(f64::total_cmp);
    points.dedup();
    points
}

/// Wasserstein-1 between a sample and a distribution of which the shares above the points of a
/// grid are known, and which is taken to be even between them: the area between the two
/// distribution functions (Vallender 1974).
fn distance_to(grid: &[f64], exceeded: &[f64], sorted: &[f64]) -> f64 {
    /// Steps between two points of the grid.
    const STEPS: usize = 8;
    let n = count(sorted.len());
    let mut area = 0.0;
    for (ends, shares) in grid.windows(2).zip(exceeded.windows(2)) {
        let width = (ends[1] - ends[0]) / count(STEPS);
        for step in 0..STEPS {
            let part = (count(step) + 0.5) / count(STEPS);
            let at = ends[0] + part * (ends[1] - ends[0]);
            let predicted = 1.0 - (shares[0] + part * (shares[1] - shares[0]));
            let actual = count(sorted.partition_point(|value| *value <= at)) / n;
            area += (predicted - actual).abs() * width;
        }
    }
    area
}

/// Wasserstein-1 between two samples: the area between their distribution functions.
fn distance_between(a: &[f64], b: &[f64]) -> f64 {
    let mut points: Vec<f64> = a.iter().chain(b).copied().collect();
    points.sort_by(f64::total_cmp);
    let share = |of: &[f64], at: f64| count(of.partition_point(|v| *v <= at)) / count(of.len());
    points
        .windows(2)
        .map(|ends| (share(a, ends[0]) - share(b, ends[0])).abs() * (ends[1] - ends[0]))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_areas() {
        assert!((distance_between(&[0.0, 1.0], &[1.0, 2.0]) - 1.0).abs() < 1e-12);
        assert!((distance_between(&[0.0, 0.0, 9.0], &[0.0, 3.0, 9.0]) - 1.0).abs() < 1e-12);
        // Uniform on 0 to 2 against a point at 1.
        let found = distance_to(&[0.0, 1.0, 2.0], &[1.0, 0.5, 0.0], &[1.0]);
        assert!((found - 0.5).abs() < 1e-12, "{found}");
    }

    #[test]
    fn seven_in_ten_are_fitted_to() {
        let starts: Vec<_> = (0..10)
            .rev()
            .map(|at| DateTime::from_timestamp(at, 0).unwrap())
            .collect();
        assert_eq!(split_point(starts.clone()), DateTime::from_timestamp(7, 0));
        assert_eq!(split_point(starts[..9].to_vec()), None);
    }
}
