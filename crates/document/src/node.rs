//! One value of a document, and the getters that check it.

use crate::{Object, Problems, closest};
use chrono::{DateTime, Datelike, SubsecRound, Utc};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// One value of a document. Every getter returns `None` after noting what is wrong.
#[derive(Debug)]
pub struct Node<'a> {
    value: &'a Value,
    path: String,
    problems: &'a Problems,
}

impl<'a> Node<'a> {
    /// The document itself.
    #[must_use]
    pub fn root(value: &'a Value, problems: &'a Problems) -> Self {
        Self::new(value, String::new(), problems)
    }

    /// A value that stands at `path`.
    #[must_use]
    pub fn new(value: &'a Value, path: String, problems: &'a Problems) -> Self {
        Self {
            value,
            path,
            problems,
        }
    }

    /// Where the value stands.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value as it is.
    #[must_use]
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The problems of this document.
    #[must_use]
    pub fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Notes a problem of this value.
    pub fn fail<T>(&self, message: impl Into<String>) -> Option<T> {
        self.problems.add(self.path.clone(), message);
        None
    }

    /// An object.
    #[must_use]
    pub fn object(self) -> Option<Object<'a>> {
        match self.value {
            Value::Object(map) => Some(Object::new(map, self.path, self.problems)),
            other => self.fail(format!("Expected an object, got {}.", kind(other))),
        }
    }

    /// An object with any content, as it is.
    #[must_use]
    pub fn any_object(&self) -> Option<Map<String, Value>> {
        match self.value {
            Value::Object(map) => Some(map.clone()),
            other => self.fail(format!("Expected an object, got {}.", kind(other))),
        }
    }

    /// A list of at most `max` items.
    #[must_use]
    pub fn list(&self, max: usize) -> Option<Vec<Node<'a>>> {
        let Value::Array(items) = self.value else {
            return self.fail(format!("Expected a list, got {}.", kind(self.value)));
        };
        if items.len() > max {
            return self.fail(format!("At most {max} items, got {}.", items.len()));
        }
        let at = |i: usize| {
            if self.path.is_empty() {
                i.to_string()
            } else {
                format!("{}.{i}", self.path)
            }
        };
        Some(
            items
                .iter()
                .enumerate()
                .map(|(i, v)| Node::new(v, at(i), self.problems))
                .collect(),
        )
    }

    /// A list of texts, each not blank.
    #[must_use]
    pub fn texts(&self, max_items: usize, max_chars: usize) -> Option<Vec<String>> {
        // All items are read before the first `None` counts, so that all problems are found.
        let texts: Vec<_> = self
            .list(max_items)?
            .iter()
            .map(|n| n.text(max_chars))
            .collect();
        texts.into_iter().collect()
    }

    /// A text of 1 to `max_chars` characters after trimming.
    #[must_use]
    pub fn text(&self, max_chars: usize) -> Option<String> {
        let text = self.text_or_blank(max_chars)?;
        if text.is_empty() {
            return self.fail("This field may not be blank.");
        }
        Some(text)
    }

    /// A text of at most `max_chars` characters after trimming.
    #[must_use]
    pub fn text_or_blank(&self, max_chars: usize) -> Option<String> {
        let Value::String(text) = self.value else {
            return self.fail(format!("Expected a string, got {}.", kind(self.value)));
        };
        let text = text.trim();
        if text.chars().count() > max_chars {
            return self.fail(format!(
                "Ensure this field has no more than {max_chars} characters."
            ));
        }
        Some(text.to_owned())
    }

    /// A foreign system's identifier: a text, or a whole number, which is taken as its text.
    #[must_use]
    pub fn identifier(&self, max_chars: usize) -> Option<String> {
        match self.value {
            Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
            _ => self.text(max_chars),
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(*value),
            other => self.fail(format!("Expected true or false, got {}.", kind(other))),
        }
    }

    /// A whole number in `range`; `12.0` is one, the text `"12"` is not.
    #[must_use]
    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let number = match self.value {
            Value::Number(number) => number
                .as_i64()
                .map(Some)
                .or_else(|| number.as_f64().map(whole))
                .unwrap_or(None),
            _ => None,
        };
        let beyond =
            matches!(self.value, Value::Number(n) if n.as_f64().is_some_and(|f| f.fract() == 0.0));
        match number {
            Some(number) if range.contains(&number) => Some(number),
            None if !beyond => self.fail("A valid integer is required."),
            _ => self.fail(format!(
                "Ensure this value is between {} and {}.",
                range.start(),
                range.end()
            )),
        }
    }

    /// A finite number in `range`.
    #[must_use]
    pub fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let number = match self.value {
            Value::Number(number) => number.as_f64(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            None => self.fail("A valid number is required."),
            Some(_) => self.fail(format!(
                "Ensure this value is between {} and {}.",
                range.start(),
                range.end()
            )),
        }
    }

    /// One of the named values.
    #[must_use]
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let Value::String(text) = self.value else {
            return self.fail(format!("Expected a string, got {}.", kind(self.value)));
        };
        let text = text.trim();
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let hint = closest(text, names.iter().copied())
            .map(|near| format!(" Did you mean \"{near}\"?"))
            .unwrap_or_default();
        self.fail(format!(
            "\"{}\" is not a valid choice. Choose one of: {}.{hint}",
            text.chars().take(64).collect::<String>(),
            names.join(", ")
        ))
    }

    /// An instant in RFC 3339 with its offset, in the years 1970 to 9999, to the millisecond.
    #[must_use]
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        let Value::String(text) = self.value else {
            return self.fail(format!(
                "Expected a date and time, got {}.",
                kind(self.value)
            ));
        };
        match DateTime::parse_from_rfc3339(text.trim()) {
            Ok(at) => {
                let at = at.with_timezone(&Utc).trunc_subsecs(3);
                if (1970..=9999).contains(&at.year()) {
                    Some(at)
                } else {
                    self.fail("Ensure the year is between 1970 and 9999.")
                }
            }
            Err(_) => self.fail(
                "Expected a date and time with its offset, such as \"2024-01-15T10:00:00Z\".",
            ),
        }
    }
}

/// A double as a whole number, when it is one and a double can hold it exactly.
fn whole(value: f64) -> Option<i64> {
    /// 2^53: beyond it, doubles skip whole numbers.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked: whole and below 2^53"
    )]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
