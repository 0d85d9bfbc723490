//! Cases and events before their attributes are typed: what both formats are read into.

use crate::{ImportError, ImportOptions, Rejected};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;
use std::collections::HashMap;

/// The longest name of an activity that is kept, in characters.
const MAX_ACTIVITY: usize = 200;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// A text that may spell something else.
    Text(String),
    /// A value whose type the file declares.
    Typed(Value),
}

/// A name of an attribute by its number in [`Raw::keys`].
pub(crate) type Key = usize;

#[derive(Debug, Default)]
pub(crate) struct RawCase {
    pub(crate) id: String,
    pub(crate) attributes: Vec<(Key, Cell)>,
    pub(crate) events: Vec<RawEvent>,
}

#[derive(Debug)]
pub(crate) struct RawEvent {
    pub(crate) activity: String,
    pub(crate) resource: Option<String>,
    pub(crate) start: Option<DateTime<Utc>>,
    pub(crate) end: DateTime<Utc>,
    pub(crate) outcome: Option<String>,
    pub(crate) attributes: Vec<(Key, Cell)>,
}

/// A log before its attributes are typed.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) keys: Keys,
    pub(crate) cases: Vec<RawCase>,
    pub(crate) notes: Vec<String>,
    pub(crate) rejected: Vec<Rejected>,
    max_rejected: usize,
    /// The offset of times that have none.
    pub(crate) offset: FixedOffset,
    /// Whether the format says which attribute is a number, so that a text is remarkable.
    pub(crate) declares_types: bool,
}

impl Raw {
    pub(crate) fn new(options: &ImportOptions, declares_types: bool) -> Self {
        Self {
            keys: Keys::default(),
            cases: Vec::new(),
            notes: Vec::new(),
            rejected: Vec::new(),
            max_rejected: options.max_rejected,
            offset: options.utc_offset,
            declares_types,
        }
    }

    pub(crate) fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// Notes a row that cannot be used.
    ///
    /// # Errors
    /// That is one too many.
    pub(crate) fn reject(
        &mut self,
        line: u64,
        message: impl Into<String>,
    ) -> Result<(), ImportError> {
        let message = message.into();
        self.rejected.push(Rejected { line, message });
        if self.rejected.len() <= self.max_rejected {
            return Ok(());
        }
        let first = self.rejected.swap_remove(0);
        Err(ImportError::TooManyRejected {
            max: self.max_rejected,
            line: first.line,
            message: first.message,
        })
    }
}

/// Names, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    names: Vec<String>,
    numbers: HashMap<String, Key>,
}

impl Keys {
    pub(crate) fn number(&mut self, name: &str) -> Key {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub(crate) fn name(&self, key: Key) -> &str {
        &self.names[key]
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

/// A name as it is kept: trimmed, without line breaks, at most 200 characters. `None` when
/// nothing is left.
pub(crate) fn activity_name(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(MAX_ACTIVITY).collect();
    (!name.is_empty()).then(|| name.trim_end().to_owned())
}

/// A text with something in it, trimmed.
pub(crate) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether a tool keeps its own books under this name (`@@index`, `@@duration`).
pub(crate) fn is_bookkeeping(name: &str) -> bool {
    name.starts_with("@@")
}
