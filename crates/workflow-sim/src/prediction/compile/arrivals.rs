//! When cases arrive.

use super::engine;
use crate::prediction::answer::{Assumption, Source};
use crate::prediction::distribution::{Distribution, mean};
use crate::prediction::hours;
use crate::prediction::setting::{Setting, shown};
use crate::prediction::staff::Staff;
use crate::prediction::{fitting, sample::Sample};
use discrete_event::{CalendarId, Times};

/// Of nothing that is known, one case an hour.
const CONVENTION: f64 = 3600.0;
const WEEK_HOURS: f64 = 168.0;
/// Below this, two cases arrive at once.
const LEAST: f64 = 1e-6;

/// The times between arrivals, and where they came from.
pub(super) fn times(setting: &Setting<'_>, staff: &mut Staff) -> (Times, Assumption) {
    let (interval, calendar, mut told) = base(setting, staff);
    let factor = setting.arrival_factor;
    let interval = if (factor - 1.0).abs() > f64::EPSILON {
        interval.scaled(1.0 / factor)
    } else {
        interval
    };
    told.distribution = Some(shown(&interval));
    let times = Times::Renewal {
        interarrival: engine(&interval),
        calendar,
    };
    (times, told)
}

fn base(
    setting: &Setting<'_>,
    staff: &mut Staff,
) -> (Distribution, Option<CalendarId>, Assumption) {
    let asked = &setting.request.arrivals;
    let given = asked
        .calendar
        .as_ref()
        .and_then(|name| staff.calendar(name));
    let told = |source, observations, text: String| Assumption {
        about: "arrivals".to_owned(),
        source,
        observations,
        text,
        distribution: None,
    };
    if let Some(interval) = &asked.interval {
        let text = "As given.".to_owned();
        return (interval.clone(), given, told(Source::Given, 0, text));
    }
    let gaps = &setting.fit.gaps;
    let apart = mean(&gaps.values);
    if gaps.seen == 0 || apart <= LEAST {
        let text = "Nothing was recorded of arrivals: one case an hour on average.".to_owned();
        let interval = Distribution::Exponential { mean: CONVENTION };
        return (interval, given, told(Source::Convention, 0, text));
    }
    let named = asked.calendar.as_ref().and_then(|name| {
        let found = staff.calendars.iter().find(|one| one.name == *name)?;
        Some(hours::weekly_hours(found))
    });
    let zone = setting.fit.time_zone;
    let measured = hours::measured("hours of arrivals", &setting.fit.arrival_hours, zone);
    let (open, calendar) = match (named, measured) {
        (Some(open), _) => (open, given),
        (None, Some(found)) => {
            let open = hours::weekly_hours(&found);
            staff.calendars.push(found);
            (open, staff.calendar("hours of arrivals"))
        }
        (None, None) => return at_any_hour(gaps, told),
    };
    let interval = Distribution::Exponential {
        mean: apart * open / WEEK_HOURS,
    };
    let text = format!(
        "As many as recorded, {} apart on average, at random (Poisson) within {open} hours of the \
         week.",
        in_words(apart)
    );
    (interval, calendar, told(Source::History, gaps.seen, text))
}

fn at_any_hour(
    gaps: &Sample,
    told: impl Fn(Source, u64, String) -> Assumption,
) -> (Distribution, Option<CalendarId>, Assumption) {
    let convention = || Distribution::Exponential { mean: CONVENTION };
    let interval = fitting::fit(&gaps.values).unwrap_or_else(convention);
    let text = format!(
        "Fitted to {} recorded times between two cases: {}.",
        gaps.seen,
        interval.name()
    );
    (interval, None, told(Source::History, gaps.seen, text))
}

fn in_words(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.1} s")
    } else if seconds < 7200.0 {
        format!("{:.1} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}
