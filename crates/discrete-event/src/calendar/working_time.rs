//! A calendar laid out along the time line of a model.

use chrono::{DateTime, Utc};

use super::Calendar;
use super::layout::Layout;
use crate::model::Absence;

/// When somebody works, as intervals in seconds since an origin. They are laid out as far as
/// questions reach, with the sum of the time worked before each, so that an answer costs a binary
/// search, and nothing at all when time moves in small steps.
///
/// Nothing is known of calendars a hundred years ahead: from then on every hour counts as worked.
#[derive(Debug, Clone)]
pub struct WorkingTime {
    layout: Layout,
    intervals: Vec<Interval>,
    /// Where the last question ended.
    hint: usize,
}

#[derive(Debug, Clone, Copy)]
struct Interval {
    start: f64,
    end: f64,
    /// Worked before this interval.
    before: f64,
}

impl WorkingTime {
    /// Lays `calendar` out from `origin`; without one, every hour is worked. Absences are taken out.
    #[must_use]
    pub fn new(calendar: Option<&Calendar>, origin: DateTime<Utc>, absences: &[Absence]) -> Self {
        Self {
            layout: Layout::new(calendar, origin, absences),
            intervals: Vec::new(),
            hint: 0,
        }
    }

    /// Whether `time` is worked. The end of a shift is not.
    pub fn is_open(&mut self, time: f64) -> bool {
        self.at(time).start <= time
    }

    /// The first worked moment from `time` on.
    pub fn next_open(&mut self, time: f64) -> f64 {
        self.at(time).start.max(time)
    }

    /// Seconds worked from `from` until `to`; zero when `to` is not later.
    pub fn worked_between(&mut self, from: f64, to: f64) -> f64 {
        let first = self.at(from);
        let begin = first.start.max(from);
        if to <= first.end {
            return (to - begin).max(0.0);
        }
        let last = self.at(to);
        let after = (to - last.start).max(0.0);
        (last.before - first.before) - (begin - first.start) + after
    }

    /// The earliest moment by which `seconds` have been worked since `start`.
    pub fn add_worked(&mut self, start: f64, seconds: f64) -> f64 {
        if seconds <= 0.0 {
            return start;
        }
        let first = self.at(start);
        let begin = first.start.max(start);
        if seconds <= first.end - begin {
            return begin + seconds;
        }
        let target = first.before + (begin - first.start) + seconds;
        let index = self.index_where(self.hint, |interval| {
            interval.before + (interval.end - interval.start) >= target
        });
        let interval = self.intervals[index];
        interval.start + (target - interval.before)
    }

    /// The interval that holds `time`, else the next.
    fn at(&mut self, time: f64) -> Interval {
        let from = match self.intervals.get(self.hint) {
            Some(interval) if interval.start <= time => {
                if time < interval.end {
                    return *interval;
                }
                self.hint
            }
            _ => 0,
        };
        self.hint = self.index_where(from, |interval| time < interval.end);
        self.intervals[self.hint]
    }

    /// The first interval from `from` on that satisfies a condition which holds for all later ones
    /// too. Laid out until there is one: the last interval has no end.
    fn index_where(&mut self, from: usize, holds: impl Fn(&Interval) -> bool) -> usize {
        while !self.intervals.last().is_some_and(&holds) && self.layout.goes_on() {
            self.extend();
        }
        // Most questions end nearby.
        for (step, interval) in self.intervals[from..].iter().take(4).enumerate() {
            if holds(interval) {
                return from + step;
            }
        }
        let index = from + self.intervals[from..].partition_point(|interval| !holds(interval));
        index.min(self.intervals.len() - 1)
    }

    fn extend(&mut self) {
        let intervals = &mut self.intervals;
        self.layout.next_weeks(|start, end| {
            let before = intervals
                .last()
                .map_or(0.0, |last| last.before + (last.end - last.start));
            intervals.push(Interval { start, end, before });
        });
    }
}
