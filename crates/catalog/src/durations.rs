//! How durations are spread: exact counts in buckets of fixed bounds.
//!
//! A bucket holds the whole milliseconds from its lower bound to below the next one. The bounds
//! are 0, 1, 2, … 10 and from there each is a tenth over the one before, rounded down. They are
//! the same everywhere and for ever, so that counts can be added, taken back and made anew from
//! the log, and always agree. A percentile read off them is within 5 % of the exact one.

use crate::{StepKey, step_key};
use execution_log::Change;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use workflow_model::{Execution, RecordedStep, StepStatus};

#[cfg(test)]
mod tests;

/// The lower bounds, in milliseconds; the last bucket has no upper end (it begins after 300,000
/// years).
static BOUNDS: LazyLock<Vec<i64>> = LazyLock::new(|| {
    const LONGEST: i64 = 10_000_000_000_000_000;
    let next = |bound: &i64| Some((bound + 1).max(bound * 11 / 10));
    std::iter::successors(Some(0), next)
        .take_while(|bound| *bound < LONGEST)
        .collect()
});

/// The lower bound of the bucket that counts a duration. A negative one counts as 0.
#[must_use]
pub fn duration_bucket(millis: i64) -> i64 {
    let after = BOUNDS.partition_point(|bound| *bound <= millis);
    BOUNDS.get(after.saturating_sub(1)).copied().unwrap_or(0)
}

/// Counts of durations by bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DurationCounts(BTreeMap<i64, i64>);

impl DurationCounts {
    /// Adds `count` durations of the bucket with this lower bound; negative ones are taken back.
    pub fn add(&mut self, from_millis: i64, count: i64) {
        let kept = self.0.entry(from_millis).or_default();
        *kept += count;
        if *kept == 0 {
            self.0.remove(&from_millis);
        }
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (from_millis, count) in other.buckets() {
            self.add(from_millis, count);
        }
    }

    /// The buckets that are not empty: lower bound in milliseconds, and count; ascending.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().map(|(from, count)| (*from, *count))
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.0.values().sum()
    }

    /// The duration in milliseconds that `percent` of 100 do not exceed (nearest rank), within
    /// 5 %; `None` without any.
    #[must_use]
    pub fn percentile(&self, percent: u32) -> Option<i64> {
        let total = i128::from(self.total());
        let rank = (total * i128::from(percent) + 99) / 100;
        let mut seen = 0;
        let holds = |(_, count): &(i64, i64)| {
            seen += i128::from(*count);
            seen >= rank.max(1)
        };
        let (from, _) = self.buckets().find(holds)?;
        let after = BOUNDS.partition_point(|bound| *bound <= from);
        let last = BOUNDS.get(after).map_or(from, |next| next - 1);
        Some(from + (last - from) / 2)
    }
}

/// A correction of one count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationChange {
    /// Of which row of the statistics.
    pub key: StepKey,
    /// The lower bound of the bucket, in milliseconds.
    pub from_millis: i64,
    /// What to add to its count; may be negative.
    pub delta: i64,
}

/// What `changes` do to the counts: one correction for each that moves, in a fixed order.
#[must_use]
pub fn duration_changes(changes: &[Change]) -> Vec<DurationChange> {
    let mut deltas: BTreeMap<(StepKey, i64), i64> = BTreeMap::new();
    let mut apply = |execution: Option<&Execution>, one: i64| {
        for (execution, step) in execution
            .iter()
            .flat_map(|it| it.steps.iter().map(move |s| (it, s)))
        {
            if let Some(from) = bucket_of(step) {
                *deltas
                    .entry((step_key(execution.workflow, step), from))
                    .or_default() += one;
            }
        }
    };
    for change in changes {
        apply(change.before.as_ref(), -1);
        apply(change.after.as_ref(), 1);
    }
    deltas
        .into_iter()
        .filter(|(_, delta)| *delta != 0)
        .map(|((key, from_millis), delta)| DurationChange {
            key,
            from_millis,
            delta,
        })
        .collect()
}

/// The bucket of an attempt that ended and whose duration is known.
fn bucket_of(step: &RecordedStep) -> Option<i64> {
    match step.status {
        StepStatus::Completed | StepStatus::Failed => {
            Some(duration_bucket(step.duration()?.num_milliseconds()))
        }
        StepStatus::Running | StepStatus::Skipped => None,
    }
}
