//! What the texts of an attribute spell, decided over all of them together.

use crate::DateOrder;
use crate::dates::{DateParts, Parts};
use crate::raw::Cell;
use chrono::{FixedOffset, SecondsFormat};
use serde_json::{Number, Value};

/// More digits than a double holds exactly are an identifier.
const MAX_DIGITS: usize = 15;

/// What a text spells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number; numbers that begin with 0 are identifiers.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date, year first.
    Date,
    /// A date and time, year first.
    Instant,
    /// Anything else.
    Text,
}

impl Kind {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.trim();
        if is_number(text) {
            let whole = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
            return if whole { Self::Integer } else { Self::Number };
        }
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
            return Self::Boolean;
        }
        match Parts::read(text) {
            Some(parts) if matches!(parts.date, DateParts::Known(_)) && text.contains('-') => {
                parts.time.map_or(Self::Date, |_| Self::Instant)
            }
            _ => Self::Text,
        }
    }

    /// What both spell.
    pub(crate) fn join(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Number,
            (Self::Date, Self::Instant) | (Self::Instant, Self::Date) => Self::Instant,
            (
                Self::Integer
                | Self::Number
                | Self::Boolean
                | Self::Date
                | Self::Instant
                | Self::Text,
                _,
            ) => Self::Text,
        }
    }

    /// What it is called in a note; `None` for a text, which stays as it is.
    pub(crate) fn noun(self) -> Option<&'static str> {
        match self {
            Self::Integer | Self::Number => Some("numbers"),
            Self::Boolean => Some("true or false"),
            Self::Date | Self::Instant => Some("dates"),
            Self::Text => None,
        }
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = match digits.find(['.', 'e']) {
        Some(at) => (&digits[..at], &digits[at..]),
        None => (digits, ""),
    };
    let led_by_zero = whole.len() > 1 && whole.starts_with('0');
    let plain = |c: u8| c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'-' | b'+');
    // "1e5" may be an identifier; "1e-05" and "1.5e+05" are how programs print numbers.
    let exponent = !rest.contains('e') || rest.contains("e-") || rest.contains("e+");
    !whole.is_empty()
        && whole.len() <= MAX_DIGITS
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && !led_by_zero
        && rest.bytes().all(plain)
        && exponent
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The value that a cell has, once it is known what the attribute spells.
pub(crate) fn value(cell: Cell, kind: Kind, offset: FixedOffset) -> Value {
    let text = match cell {
        Cell::Typed(value) => return value,
        Cell::Text(text) => text,
    };
    let spelled = match kind {
        Kind::Integer => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Number => number(text.trim()).map(Value::Number),
        Kind::Boolean => Some(Value::Bool(text.trim().eq_ignore_ascii_case("true"))),
        Kind::Date | Kind::Text => None,
        Kind::Instant => Parts::read(&text)
            .and_then(|parts| parts.instant(DateOrder::DayFirst, offset))
            .map(|at| Value::String(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))),
    };
    spelled.unwrap_or(Value::String(text))
}

fn number(text: &str) -> Option<Number> {
    match text.parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => Number::from_f64(text.parse().ok()?),
    }
}
