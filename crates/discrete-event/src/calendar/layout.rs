//! Lays the weeks of a calendar out one after another.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::Calendar;
use crate::model::Absence;

/// A hundred years; what lies further ahead is no forecast.
const HORIZON: f64 = 36_525.0 * 86_400.0;
const DAYS_AT_ONCE: u8 = 28;

/// Lays the weeks of a calendar out one after another.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    calendar: Option<Calendar>,
    origin: DateTime<Utc>,
    /// Ascending, apart.
    absences: Vec<Absence>,
    /// The next date to lay out; none when all is laid out.
    next: Option<NaiveDate>,
    /// The end of the last shift, before absences.
    covered: f64,
}

impl Layout {
    pub(super) fn new(
        calendar: Option<&Calendar>,
        origin: DateTime<Utc>,
        absences: &[Absence],
    ) -> Self {
        // The shift that began the day before may still go on.
        let next = calendar.and_then(|calendar| {
            let today = origin.with_timezone(&calendar.time_zone).date_naive();
            today.checked_sub_days(Days::new(1))
        });
        Self {
            calendar: calendar.cloned(),
            origin,
            absences: apart(absences),
            next,
            covered: 0.0,
        }
    }

    /// Whether there are further weeks. The last interval has no end.
    pub(super) fn goes_on(&self) -> bool {
        self.covered.is_finite()
    }

    /// Gives the intervals of the next weeks, ascending and apart. The last one of all has no end.
    pub(super) fn next_weeks(&mut self, mut give: impl FnMut(f64, f64)) {
        let mut shifts = Vec::new();
        match (&self.calendar, self.next) {
            (Some(calendar), Some(first)) if self.covered < HORIZON => {
                for date in first.iter_days().take(usize::from(DAYS_AT_ONCE)) {
                    shifts_of(calendar, date, |from, to| {
                        shifts.push((self.seconds(calendar, from), self.seconds(calendar, to)));
                    });
                }
                let weeks_end = first.checked_add_days(Days::new(u64::from(DAYS_AT_ONCE)));
                self.next = weeks_end;
                let days = weeks_end.map_or(0, |end| (end - self.origin.date_naive()).num_days());
                // A calendar of long holidays alone also comes to its end.
                #[expect(clippy::cast_precision_loss, reason = "days of a hundred years")]
                let reached = days as f64 * 86_400.0;
                if reached >= HORIZON {
                    self.next = None;
                }
                shifts.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
            _ => shifts.push((self.covered, f64::INFINITY)),
        }
        for (start, end) in shifts {
            let start = start.max(self.covered);
            if end > start {
                self.covered = end;
                self.without_absences(start, end, &mut give);
            }
        }
    }

    fn without_absences(&self, start: f64, end: f64, give: &mut impl FnMut(f64, f64)) {
        let mut from = start;
        let first = self.absences.partition_point(|absence| absence.to <= start);
        for absence in self.absences.iter().skip(first) {
            if absence.from >= end {
                break;
            }
            if absence.from > from {
                give(from, absence.from);
            }
            from = absence.to;
        }
        if from < end {
            give(from, end);
        }
    }

    /// Seconds from the origin to a wall-clock time.
    fn seconds(&self, calendar: &Calendar, local: NaiveDateTime) -> f64 {
        let elapsed = instant(calendar.time_zone, local) - self.origin;
        elapsed.as_seconds_f64()
    }
}

fn shifts_of(
    calendar: &Calendar,
    date: NaiveDate,
    mut give: impl FnMut(NaiveDateTime, NaiveDateTime),
) {
    let mut shift = |from: NaiveTime, to: NaiveTime| {
        let days = u64::from(to <= from);
        if let Some(end) = date.checked_add_days(Days::new(days)) {
            give(date.and_time(from), end.and_time(to));
        }
    };
    for extra in calendar.extra.iter().filter(|extra| extra.date == date) {
        shift(extra.from, extra.to);
    }
    if !calendar.holidays.contains(&date) {
        for weekly in &calendar.weekly {
            if weekly.weekday == date.weekday() {
                shift(weekly.from, weekly.to);
            }
        }
    }
}

/// The instant of a wall-clock time: of two the first; of none, the change that skips it.
fn instant(time_zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(instant) = time_zone.from_local_datetime(&local).earliest() {
        return instant.to_utc();
    }
    // The clocks go from before `local` to after it at one instant, less than a day from where the
    // wall clock of Greenwich shows it, in whole seconds.
    let greenwich = local.and_utc();
    let (mut before, mut after) = (-2 * 86_400, 2 * 86_400);
    while after - before > 1 {
        let middle = i64::midpoint(before, after);
        let shown = (greenwich + TimeDelta::seconds(middle)).with_timezone(&time_zone);
        if shown.naive_local() < local {
            before = middle;
        } else {
            after = middle;
        }
    }
    greenwich + TimeDelta::seconds(after)
}

/// Overlapping absences as one.
fn apart(absences: &[Absence]) -> Vec<Absence> {
    let mut sorted = absences.to_vec();
    sorted.sort_by(|a, b| a.from.total_cmp(&b.from));
    let mut apart: Vec<Absence> = Vec::with_capacity(sorted.len());
    for absence in sorted {
        match apart.last_mut() {
            Some(last) if absence.from <= last.to => last.to = last.to.max(absence.to),
            _ => apart.push(absence),
        }
    }
    apart
}
