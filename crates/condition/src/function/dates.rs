//! Dates are numbers: seconds since 1970-01-01T00:00:00Z, so that dates and durations are
//! compared, added and subtracted like any number. A text is read as RFC 3339, or as
//! `YYYY-MM-DD[ HH:MM[:SS]]` in UTC. There is no `now`: a condition is a function of its input.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde_json::{Number, Value};

use crate::number::{apply, from_float};
use crate::tree::Operator;

type Time = DateTime<Utc>;

pub(super) fn date(value: &Value) -> Value {
    match value {
        Value::Number(_) => value.clone(),
        _ => read(value).map_or(Value::Null, seconds),
    }
}

/// One part of a date, null when the argument is none.
pub(super) fn part(value: &Value, part: impl Fn(Time) -> i64) -> Value {
    read(value).map_or(Value::Null, |time| part(time).into())
}

pub(super) fn year(time: Time) -> i64 {
    time.year().into()
}

pub(super) fn quarter(time: Time) -> i64 {
    i64::from(time.month0() / 3 + 1)
}

pub(super) fn month(time: Time) -> i64 {
    time.month().into()
}

pub(super) fn day(time: Time) -> i64 {
    time.day().into()
}

pub(super) fn hour(time: Time) -> i64 {
    time.hour().into()
}

pub(super) fn minute(time: Time) -> i64 {
    time.minute().into()
}

pub(super) fn second(time: Time) -> i64 {
    time.second().into()
}

pub(super) fn seconds_of_day(time: Time) -> i64 {
    time.num_seconds_from_midnight().into()
}

/// Monday is 1, Sunday 7 (ISO 8601).
pub(super) fn weekday(time: Time) -> i64 {
    time.weekday().number_from_monday().into()
}

pub(super) fn day_of_year(time: Time) -> i64 {
    time.ordinal().into()
}

/// ISO 8601 week.
pub(super) fn week_of_year(time: Time) -> i64 {
    time.iso_week().week().into()
}

pub(super) fn text(value: &Value) -> Value {
    read(value).map_or(Value::Null, |time| {
        time.format("%Y-%m-%d %H:%M:%S").to_string().into()
    })
}

pub(super) fn start_of(value: &Value, unit: Option<&Value>) -> Value {
    let start = || Some(bounds(read(value)?, unit?.as_str()?)?.0);
    start().map_or(Value::Null, seconds)
}

/// The last second of the period.
pub(super) fn end_of(value: &Value, unit: Option<&Value>) -> Value {
    let end = || Some(bounds(read(value)?, unit?.as_str()?)?.1);
    end().map_or(Value::Null, |time| {
        apply(Operator::Subtract, &seconds(time), &1.into())
    })
}

/// Start of the period that holds `time`, and start of the next.
fn bounds(time: Time, unit: &str) -> Option<(Time, Time)> {
    let day = time.date_naive();
    let first_of_year = || NaiveDate::from_ymd_opt(day.year(), 1, 1);
    let midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0).map(|naive| naive.and_utc());
    let days = |start: NaiveDate, n: u64| {
        Some((
            midnight(start)?,
            midnight(start.checked_add_days(Days::new(n))?)?,
        ))
    };
    let months = |start: NaiveDate, n: u32| {
        Some((
            midnight(start)?,
            midnight(start.checked_add_months(Months::new(n))?)?,
        ))
    };
    let fixed = |length: i64| {
        let start = time.timestamp().div_euclid(length) * length;
        Some((
            DateTime::from_timestamp(start, 0)?,
            DateTime::from_timestamp(start + length, 0)?,
        ))
    };
    match unit {
        "s" | "second" | "seconds" => fixed(1),
        "m" | "minute" | "minutes" => fixed(60),
        "h" | "hour" | "hours" => fixed(3600),
        "d" | "day" | "days" => days(day, 1),
        "w" | "week" | "weeks" => {
            let into_week = day.weekday().num_days_from_monday();
            days(day.checked_sub_days(Days::new(into_week.into()))?, 7)
        }
        "M" | "month" | "months" => months(day.with_day(1)?, 1),
        "q" | "quarter" | "quarters" => months(
            first_of_year()?.checked_add_months(Months::new(day.month0() / 3 * 3))?,
            3,
        ),
        "y" | "year" | "years" => months(first_of_year()?, 12),
        _ => None,
    }
}

fn seconds(time: Time) -> Value {
    let whole = Value::from(time.timestamp());
    match time.timestamp_subsec_nanos() {
        0 => whole,
        nanos => {
            let fraction = apply(Operator::Divide, &nanos.into(), &1_000_000_000.into());
            apply(Operator::Add, &whole, &fraction)
        }
    }
}

pub(crate) fn read(value: &Value) -> Option<Time> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => from_seconds(number),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn from_seconds(number: &Number) -> Option<Time> {
    if let Some(whole) = number.as_i64() {
        return DateTime::from_timestamp(whole, 0);
    }
    let seconds = number.as_f64().filter(|seconds| seconds.abs() < 1e12)?;
    let (whole, fraction) = (seconds.div_euclid(1.0), seconds.rem_euclid(1.0));
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e12")]
    #[expect(clippy::cast_sign_loss, reason = "a remainder by 1 is not negative")]
    DateTime::from_timestamp(whole as i64, ((fraction * 1e9) as u32).min(999_999_999))
}

fn parse(text: &str) -> Option<Time> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let naive = [
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
    ];
    let parsed = naive
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let midnight = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    parsed.or_else(midnight).map(|naive| naive.and_utc())
}

/// Seconds of `1h 30m`, `7d`, `90s`, `-1.5h`; a number is seconds already.
pub(super) fn duration(value: &Value) -> Value {
    match value {
        Value::Number(_) => value.clone(),
        Value::String(text) => parse_duration(text).unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Value::Null,
    }
}

fn parse_duration(text: &str) -> Option<Value> {
    let mut rest = text.trim();
    let negative = rest.starts_with('-');
    rest = rest.strip_prefix('-').unwrap_or(rest);
    let mut total = Value::from(0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let unit = Value::from(unit_seconds(&rest[..letters])?);
        total = apply(
            Operator::Add,
            &total,
            &apply(Operator::Multiply, &from_float(amount), &unit),
        );
        rest = rest[letters..].trim_start();
    }
    Some(if negative {
        crate::number::negate(&total)
    } else {
        total
    })
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    })
}
