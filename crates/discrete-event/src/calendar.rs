//! Working hours: weekly shifts in a time zone, holidays, extra days.

mod layout;
#[cfg(test)]
mod tests;
mod working_time;

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;

pub use working_time::WorkingTime;

/// When somebody works. Shifts are wall-clock times of a time zone, so the elapsed time of one that
/// spans a change of the clocks is an hour more or less.
///
/// A wall-clock time that a change skips means the moment of the change; of one that comes twice
/// the first is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// For messages; unique.
    pub name: String,
    /// Whose wall clock.
    pub time_zone: Tz,
    /// Every week; overlapping shifts count once. At least one.
    pub weekly: Vec<Shift>,
    /// Local dates on which no weekly shift begins. (One that began the evening before goes on.)
    pub holidays: Vec<NaiveDate>,
    /// In addition, also on a holiday.
    pub extra: Vec<ExtraShift>,
}

/// A shift of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The local day on which it begins.
    pub weekday: Weekday,
    /// When it begins.
    pub from: NaiveTime,
    /// When it ends; on the next day unless later than `from` (00:00 to 00:00 is the whole day).
    pub to: NaiveTime,
}

/// A shift on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtraShift {
    /// The local date on which it begins.
    pub date: NaiveDate,
    /// When it begins.
    pub from: NaiveTime,
    /// When it ends; on the next day unless later than `from`.
    pub to: NaiveTime,
}
