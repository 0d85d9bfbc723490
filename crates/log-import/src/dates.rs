//! Dates and times in the forms that tools write them in.

use crate::DateOrder;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

/// Years that a time of a log may have; others are mistakes of units or of reading.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// A date and time taken apart, before it is known which number is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) date: DateParts,
    /// `None` for a date alone.
    pub(crate) time: Option<NaiveTime>,
    pub(crate) offset: Option<FixedOffset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateParts {
    /// Beyond doubt.
    Known(NaiveDate),
    /// Two numbers and a year: `9.3.10`.
    Ordered {
        first: u32,
        second: u32,
        year: i32,
        /// What stands between the numbers.
        separator: char,
        /// Whether the century was left out.
        short_year: bool,
    },
}

impl Parts {
    /// Takes a text apart; `None` when it is no date.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(parts) = epoch(text) {
            return Some(parts);
        }
        let (date, rest) = match text.find(['T', 't', ' ']) {
            // A name of a month may hold a T; a time begins with a digit.
            Some(at)
                if text[at + 1..]
                    .trim_start()
                    .starts_with(|c: char| c.is_ascii_digit()) =>
            {
                (&text[..at], text[at + 1..].trim())
            }
            Some(_) => return None,
            None => (text, ""),
        };
        let date = read_date(date)?;
        if rest.is_empty() {
            return Some(Self {
                date,
                time: None,
                offset: None,
            });
        }
        let (clock, offset) = split_offset(rest)?;
        Some(Self {
            date,
            time: Some(read_time(clock)?),
            offset,
        })
    }

    /// The instant, with the given order for dates that need one and the given offset for times
    /// that have none. A date alone is its midnight.
    pub(crate) fn instant(&self, order: DateOrder, offset: FixedOffset) -> Option<DateTime<Utc>> {
        let date = match self.date {
            DateParts::Known(date) => date,
            DateParts::Ordered {
                first,
                second,
                year,
                ..
            } => {
                let (day, month) = match order {
                    DateOrder::DayFirst => (first, second),
                    DateOrder::MonthFirst => (second, first),
                };
                NaiveDate::from_ymd_opt(year, month, day)?
            }
        };
        let naive = NaiveDateTime::new(date, self.time.unwrap_or(NaiveTime::MIN));
        let local = self.offset.unwrap_or(offset).from_local_datetime(&naive);
        let instant = local.single()?.with_timezone(&Utc);
        YEARS.contains(&instant.year()).then_some(instant)
    }
}

/// Seconds (10 digits) or milliseconds (13 digits) since 1970.
fn epoch(text: &str) -> Option<Parts> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let at = match text.len() {
        10 => DateTime::from_timestamp(number, 0)?,
        13 => DateTime::from_timestamp_millis(number)?,
        _ => return None,
    };
    Some(Parts {
        date: DateParts::Known(at.date_naive()),
        time: Some(at.time()),
        offset: FixedOffset::east_opt(0),
    })
}

fn read_date(text: &str) -> Option<DateParts> {
    let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let fields: Vec<&str> = text.split(separator).collect();
    let &[a, b, c] = fields.as_slice() else {
        return None;
    };
    if a.len() == 4 {
        return NaiveDate::from_ymd_opt(number(a)?.try_into().ok()?, month(b)?, number(c)?)
            .map(DateParts::Known);
    }
    let short_year = c.len() == 2;
    if a.len() > 2 || !(short_year || c.len() == 4) {
        return None;
    }
    let year = century(number(c)?, short_year)?;
    if let Some(month) = named_month(b) {
        return NaiveDate::from_ymd_opt(year, month, number(a)?).map(DateParts::Known);
    }
    let (first, second) = (number(a)?, number(b).filter(|_| b.len() <= 2)?);
    Some(DateParts::Ordered {
        first,
        second,
        year,
        separator,
        short_year,
    })
}

/// Two digits are of 1969 to 2068, as in POSIX `strptime`.
fn century(year: u32, short: bool) -> Option<i32> {
    let year = i32::try_from(year).ok()?;
    Some(match (short, year) {
        (false, year) => year,
        (true, year @ ..69) => 2000 + year,
        (true, year) => 1900 + year,
    })
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn month(text: &str) -> Option<u32> {
    named_month(text).or_else(|| number(text).filter(|_| text.len() <= 2))
}

fn named_month(text: &str) -> Option<u32> {
    if text.len() < 3 || !text.is_ascii() {
        return None;
    }
    text.parse::<chrono::Month>()
        .ok()
        .map(|month| month.number_from_month())
}

/// The time of day and its offset: `10:00Z`, `10:00:00.5+02:00`, `10:00 PM -0500`.
#[expect(
    clippy::option_option,
    reason = "no offset and a wrong one are two cases"
)]
fn offset(text: &str) -> Option<Option<FixedOffset>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(FixedOffset::east_opt(0));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        _ => return None,
    };
    if minutes >= 60 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    FixedOffset::east_opt(sign * seconds).map(Some)
}

fn split_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    let at = text.find(['+', '-', 'Z', 'z', 'U']).unwrap_or(text.len());
    Some((text[..at].trim_end(), offset(&text[at..])?))
}

/// `8:05`, `08:05:00`, `08:05:00.123456`, `8:05 PM`.
fn read_time(text: &str) -> Option<NaiveTime> {
    let upper = text.to_ascii_uppercase();
    let (clock, half) = match upper.strip_suffix("AM") {
        Some(clock) => (clock.trim_end(), Some(0)),
        None => match upper.strip_suffix("PM") {
            Some(clock) => (clock.trim_end(), Some(12)),
            None => (upper.as_str(), None),
        },
    };
    let fields: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match fields.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, ""));
    let hour = match (number(hour)?, half) {
        (hour, None) => hour,
        (hour @ 1..=12, Some(half)) => hour % 12 + half,
        (_, Some(_)) => return None,
    };
    NaiveTime::from_hms_nano_opt(hour, number(minute)?, number(second)?, nanos(fraction)?)
}

/// A fraction of a second in nanoseconds; finer digits are cut off.
fn nanos(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    digits.parse().ok()
}
#[cfg(test)]
mod tests;
