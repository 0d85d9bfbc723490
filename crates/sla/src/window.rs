//! Rolling windows as sums of buckets.

use chrono::{DateTime, Utc};
use kernel::to_millis;

/// What a part of a window is summed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whole hours, from the hourly sums.
    Hours,
    /// Whole minutes, from the sums by minute.
    Minutes,
    /// Less than a minute, from the judgements themselves.
    Rest,
}

/// A half-open stretch of time, `from` (included) to `until` (excluded), in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowPart {
    /// What to sum.
    pub part: Part,
    /// From here.
    pub from_millis: i64,
    /// To before here.
    pub until_millis: i64,
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Takes the window `(now − hours, now]` apart into whole hours, whole minutes and ragged ends:
/// at most five parts, in the order of time.
///
/// The parts do not overlap and cover the window exactly. In milliseconds the window is
/// `[now − hours + 1 ms, now + 1 ms)`. Hours begin at full hours of UTC, minutes at full minutes.
#[must_use]
pub fn window_parts(now: DateTime<Utc>, hours: i64) -> Vec<WindowPart> {
    let until = to_millis(now).saturating_add(1);
    let from = until.saturating_sub(hours.saturating_mul(HOUR));
    let mut parts = Vec::with_capacity(5);
    let (first, last) = whole(from, until, HOUR);
    if first < last {
        push_minutes(&mut parts, from, first);
        push(&mut parts, Part::Hours, first, last);
        push_minutes(&mut parts, last, until);
    } else {
        push_minutes(&mut parts, from, until);
    }
    parts
}

/// Takes a stretch apart into whole minutes and ragged ends.
fn push_minutes(parts: &mut Vec<WindowPart>, from: i64, until: i64) {
    let (first, last) = whole(from, until, MINUTE);
    if first < last {
        push(parts, Part::Rest, from, first);
        push(parts, Part::Minutes, first, last);
        push(parts, Part::Rest, last, until);
    } else {
        push(parts, Part::Rest, from, until);
    }
}

/// The widest stretch inside that begins and ends at a multiple of `unit`; empty or reversed
/// when there is none.
fn whole(from: i64, until: i64, unit: i64) -> (i64, i64) {
    let down = |at: i64| at.div_euclid(unit).saturating_mul(unit);
    (down(from.saturating_add(unit - 1)), down(until))
}

fn push(parts: &mut Vec<WindowPart>, part: Part, from_millis: i64, until_millis: i64) {
    if from_millis < until_millis {
        parts.push(WindowPart {
            part,
            from_millis,
            until_millis,
        });
    }
}

/// The share that kept the target, in percent; 100.0 when there are none.
#[must_use]
pub fn percentage(total: i64, breached: i64) -> f64 {
    if total <= 0 {
        return 100.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let share = (total - breached) as f64 * 100.0 / total as f64;
    share
}

#[cfg(test)]
mod tests;
