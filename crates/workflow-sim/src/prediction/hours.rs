//! Working hours, as they were measured and as the engine takes them.

use super::distribution::count;
use super::request::Calendar;
use chrono::{NaiveTime, Weekday};
use discrete_event::Shift;

/// Fewer observations say nothing of hours.
const MIN_OBSERVATIONS: u64 = 100;
/// An hour is a working hour when it saw this share of what the 40 busiest hours of the week saw
/// on average.
const OPEN_SHARE: f64 = 0.1;
const BUSIEST: usize = 40;
const DAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// The calendar that counts by the hour of the week show; `None` when they show none: too few, or
/// work at any hour.
pub(crate) fn measured(name: &str, hours: &[u64], zone: chrono_tz::Tz) -> Option<Calendar> {
    if hours.len() != 168 || hours.iter().sum::<u64>() < MIN_OBSERVATIONS {
        return None;
    }
    let mut sorted = hours.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    let number = |count: &u64| *count as f64;
    let busy = sorted.iter().take(BUSIEST).map(number).sum::<f64>() / count(BUSIEST);
    let open: Vec<bool> = hours
        .iter()
        .map(|seen| number(seen) >= OPEN_SHARE * busy)
        .collect();
    if open.iter().all(|open| *open) {
        return None;
    }
    let mut weekly: [Vec<_>; 7] = Default::default();
    for (day, intervals) in weekly.iter_mut().enumerate() {
        let hours = &open[day * 24..day * 24 + 24];
        let mut hour = 0;
        while hour < 24 {
            let length = hours[hour..].iter().take_while(|open| **open).count();
            if length > 0 {
                intervals.push((on_the_hour(hour), on_the_hour(hour + length)));
            }
            hour += length.max(1);
        }
    }
    Some(Calendar {
        name: name.to_owned(),
        time_zone: zone,
        weekly,
        holidays: Vec::new(),
    })
}

/// 24 is the midnight at the end of the day.
fn on_the_hour(hour: usize) -> NaiveTime {
    let hour = u32::try_from(hour % 24).unwrap_or(0);
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)
}

/// How many hours of a week are open.
pub(crate) fn weekly_hours(calendar: &Calendar) -> f64 {
    let intervals = calendar.weekly.iter().flatten();
    intervals
        .map(|(from, to)| {
            let minutes = (*to - *from).num_minutes();
            let minutes = if minutes <= 0 {
                minutes + 1440
            } else {
                minutes
            };
            #[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
            let hours = minutes as f64 / 60.0;
            hours
        })
        .sum()
}

/// The same for the engine.
pub(crate) fn engine(calendar: &Calendar) -> discrete_event::Calendar {
    let weekly = DAYS.iter().zip(&calendar.weekly).flat_map(|(day, hours)| {
        hours.iter().map(|(from, to)| Shift {
            weekday: *day,
            from: *from,
            to: *to,
        })
    });
    discrete_event::Calendar {
        name: calendar.name.clone(),
        time_zone: calendar.time_zone,
        weekly: weekly.collect(),
        holidays: calendar.holidays.clone(),
        extra: Vec::new(),
    }
}
