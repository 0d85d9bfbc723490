use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{Calendar, ExtraShift, Shift, WorkingTime};
use crate::model::Absence;

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;

fn at(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn every_day(time_zone: Tz, from: NaiveTime, to: NaiveTime) -> Calendar {
    let mut weekday = Weekday::Mon;
    let weekly = (0..7).map(|_| {
        let shift = Shift { weekday, from, to };
        weekday = weekday.succ();
        shift
    });
    Calendar {
        name: "c".to_owned(),
        time_zone,
        weekly: weekly.collect(),
        holidays: Vec::new(),
        extra: Vec::new(),
    }
}

/// Local midnight.
fn midnight(time_zone: Tz, year: i32, month: u32, day: u32) -> DateTime<Utc> {
    let local = date(year, month, day).and_time(at(0, 0));
    time_zone
        .from_local_datetime(&local)
        .earliest()
        .unwrap()
        .to_utc()
}

/// The intervals of the first days, in hours since the origin.
fn hours(calendar: &Calendar, origin: DateTime<Utc>, days: f64) -> Vec<(f64, f64)> {
    let mut time = WorkingTime::new(Some(calendar), origin, &[]);
    let mut found = Vec::new();
    let mut now = time.next_open(0.0);
    while now < days * DAY {
        // The end of the interval: the last moment up to which all time is worked.
        let (mut low, mut high) = (now, now + 40.0 * HOUR);
        while high - low > 0.5 {
            let middle = f64::midpoint(low, high);
            if (time.worked_between(now, middle) - (middle - now)).abs() < 1e-3 {
                low = middle;
            } else {
                high = middle;
            }
        }
        found.push((
            (now / HOUR * 100.0).round() / 100.0,
            (low / HOUR * 100.0).round() / 100.0,
        ));
        now = time.next_open(high + 1.0);
    }
    found
}

const BERLIN: Tz = chrono_tz::Europe::Berlin;

#[test]
fn wall_clock_shifts_follow_the_clocks_in_both_directions() {
    // Clocks go forward on 29 March 2026, 02:00 → 03:00, and back on 25 October, 03:00 → 02:00.
    let office = every_day(BERLIN, at(9, 0), at(17, 0));
    let spring = hours(&office, midnight(BERLIN, 2026, 3, 28), 3.0);
    assert_eq!(spring, [(9.0, 17.0), (32.0, 40.0), (56.0, 64.0)]);
    let autumn = hours(&office, midnight(BERLIN, 2026, 10, 24), 3.0);
    assert_eq!(autumn, [(9.0, 17.0), (34.0, 42.0), (58.0, 66.0)]);
}

#[test]
fn a_night_shift_over_a_change_is_an_hour_shorter_or_longer() {
    let night = every_day(BERLIN, at(22, 0), at(6, 0));
    let spring = hours(&night, midnight(BERLIN, 2026, 3, 28), 1.5);
    assert_eq!(spring, [(0.0, 6.0), (22.0, 29.0)]);
    let autumn = hours(&night, midnight(BERLIN, 2026, 10, 24), 1.5);
    assert_eq!(autumn, [(0.0, 6.0), (22.0, 31.0)]);
}

#[test]
fn a_time_that_a_change_skips_is_the_change_and_of_two_the_first_is_meant() {
    let early = every_day(BERLIN, at(2, 30), at(4, 0));
    let spring = hours(&early, midnight(BERLIN, 2026, 3, 29), 0.5);
    assert_eq!(spring, [(2.0, 3.0)], "from 03:00 summer time to 04:00");
    let autumn = hours(&early, midnight(BERLIN, 2026, 10, 25), 0.5);
    assert_eq!(autumn, [(2.5, 5.0)], "from the first 02:30 to 04:00");
    let until = every_day(BERLIN, at(1, 0), at(2, 30));
    assert_eq!(
        hours(&until, midnight(BERLIN, 2026, 3, 29), 0.5),
        [(1.0, 2.0)]
    );
    assert_eq!(
        hours(&until, midnight(BERLIN, 2026, 10, 25), 0.5),
        [(1.0, 2.5)]
    );
    // Samoa skipped 30 December 2011 as a whole.
    let apia = chrono_tz::Pacific::Apia;
    let office = every_day(apia, at(9, 0), at(17, 0));
    let shifts = hours(&office, midnight(apia, 2011, 12, 29), 2.0);
    assert_eq!(shifts, [(9.0, 17.0), (33.0, 41.0)]);
}

#[test]
fn holidays_close_and_extra_days_open() {
    let mut office = every_day(BERLIN, at(9, 0), at(17, 0));
    office.holidays = vec![date(2026, 1, 6), date(2026, 1, 7)];
    office.extra = vec![ExtraShift {
        date: date(2026, 1, 7),
        from: at(10, 0),
        to: at(12, 0),
    }];
    let week = hours(&office, midnight(BERLIN, 2026, 1, 5), 4.0);
    assert_eq!(week, [(9.0, 17.0), (58.0, 60.0), (81.0, 89.0)]);
    let mut night = every_day(BERLIN, at(22, 0), at(6, 0));
    night.holidays = vec![date(2026, 1, 6)];
    let nights = hours(&night, midnight(BERLIN, 2026, 1, 5), 2.5);
    assert_eq!(
        nights,
        [(0.0, 6.0), (22.0, 30.0)],
        "the shift of the 5th goes on"
    );
}

#[test]
fn overlapping_shifts_count_once_and_whole_days_are_whole() {
    let mut office = every_day(BERLIN, at(9, 0), at(17, 0));
    let lunch: Vec<Shift> = office.weekly.clone();
    office.weekly.extend(lunch.into_iter().map(|shift| Shift {
        from: at(12, 0),
        to: at(18, 0),
        ..shift
    }));
    assert_eq!(
        hours(&office, midnight(BERLIN, 2026, 1, 5), 1.0),
        [(9.0, 18.0)]
    );
    let always = every_day(BERLIN, at(0, 0), at(0, 0));
    let mut time = WorkingTime::new(Some(&always), midnight(BERLIN, 2026, 1, 5), &[]);
    assert!((time.worked_between(0.0, 400.0 * DAY) - 400.0 * DAY).abs() < 1e-3);
    assert!(time.is_open(0.0) && time.is_open(123_456.0));
}

#[test]
fn nothing_is_known_a_century_ahead_and_everything_ends() {
    let office = every_day(BERLIN, at(9, 0), at(17, 0));
    let mut time = WorkingTime::new(Some(&office), midnight(BERLIN, 2026, 1, 5), &[]);
    let far = time.add_worked(0.0, 40_000.0 * DAY);
    assert!(far.is_finite() && far > 36_525.0 * DAY);
    assert!(time.is_open(200.0 * 365.0 * DAY));
    assert!(!time.is_open(f64::NAN), "and does not go on for ever");
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = prop::sample::select(vec![
        BERLIN,
        chrono_tz::America::New_York,
        chrono_tz::Australia::Lord_Howe,
        chrono_tz::America::Sao_Paulo,
        chrono_tz::UTC,
    ]);
    let shift = (0u8..7, 0u32..1440, 0u32..1440).prop_map(|(day, from, to)| Shift {
        weekday: Weekday::try_from(day).unwrap(),
        from: at(from / 60, from % 60),
        to: at(to / 60, to % 60),
    });
    let holidays = prop::collection::vec((1u32..13, 1u32..29), 0..20);
    (zones, prop::collection::vec(shift, 1..12), holidays).prop_map(
        |(time_zone, weekly, holidays)| Calendar {
            name: "c".to_owned(),
            time_zone,
            weekly,
            holidays: holidays
                .into_iter()
                .map(|(month, day)| date(2026, month, day))
                .collect(),
            extra: Vec::new(),
        },
    )
}

fn times() -> impl Strategy<Value = WorkingTime> {
    let absence = (0.0..300.0 * DAY, 1.0..30.0 * DAY).prop_map(|(from, length)| Absence {
        from,
        to: from + length,
    });
    let absences = prop::collection::vec(absence, 0..5);
    (prop::option::of(calendars()), absences, 0i64..400).prop_map(|(calendar, absences, day)| {
        let origin = DateTime::from_timestamp(1_767_225_600 + day * 86_400, 0).unwrap();
        WorkingTime::new(calendar.as_ref(), origin, &absences)
    })
}

proptest! {
    #[test]
    fn worked_time_equals_demanded_time(mut time in times(), start in 0.0..400.0 * DAY, seconds in 0.0..60.0 * DAY) {
        let end = time.add_worked(start, seconds);
        prop_assert!(end >= start + seconds - 1e-5);
        prop_assert!((time.worked_between(start, end) - seconds).abs() < 1e-5);
        // And not later than needed: just before, less has been worked.
        if seconds > 1.0 {
            prop_assert!(time.worked_between(start, end - 1.0) < seconds - 0.5);
        }
    }

    #[test]
    fn the_order_of_questions_does_not_matter(
        time in times(),
        questions in prop::collection::vec((0.0..400.0 * DAY, 0.0..20.0 * DAY), 1..20),
    ) {
        let mut one = time.clone();
        for (start, length) in questions {
            let mut fresh = time.clone();
            prop_assert_eq!(one.worked_between(start, start + length).to_bits(), fresh.worked_between(start, start + length).to_bits());
            prop_assert_eq!(one.add_worked(start, length).to_bits(), fresh.add_worked(start, length).to_bits());
            prop_assert_eq!(one.next_open(start).to_bits(), fresh.next_open(start).to_bits());
        }
    }

    #[test]
    fn worked_time_adds_up(mut time in times(), a in 0.0..300.0 * DAY, b in 0.0..40.0 * DAY, c in 0.0..40.0 * DAY) {
        let parts = time.worked_between(a, a + b) + time.worked_between(a + b, a + b + c);
        prop_assert!((parts - time.worked_between(a, a + b + c)).abs() < 1e-5);
        prop_assert!(parts <= b + c + 1e-5);
    }

    #[test]
    fn opening_is_where_work_can_begin(mut time in times(), from in 0.0..400.0 * DAY) {
        let open = time.next_open(from);
        prop_assert!(open >= from && time.is_open(open));
        prop_assert!(time.worked_between(from, open) <= 0.0);
        prop_assert_eq!(time.is_open(from), open <= from);
    }
}
