//! A log as read, whatever its format.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// An event log.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedLog {
    /// The name of the file without its extensions.
    pub name: String,
    /// What was done, in the order in which it is done on average: by mean relative position in
    /// the cases, ties by first appearance.
    pub activities: Vec<ActivitySummary>,
    /// The cases, in order of first appearance.
    pub cases: Vec<ImportedCase>,
    /// Every guess and every omission, one sentence each.
    pub notes: Vec<String>,
    /// What could not be used.
    pub rejected: Vec<Rejected>,
}

impl ImportedLog {
    /// How many events there are.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.cases.iter().map(|case| case.events.len()).sum()
    }

    /// Whether any event says when it began.
    #[must_use]
    pub fn has_starts(&self) -> bool {
        let mut events = self.cases.iter().flat_map(|case| &case.events);
        events.any(|event| event.start.is_some())
    }
}

/// An activity and how often it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivitySummary {
    /// Its name.
    pub name: String,
    /// In how many events.
    pub count: u64,
}

/// One case: one run of the process.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedCase {
    /// Its id, unique in the log.
    pub case_id: String,
    /// What is known of the case as a whole: numbers, booleans, strings; dates as RFC 3339.
    pub attributes: Map<String, Value>,
    /// What happened, by time of completion; what happened at the same time in file order.
    pub events: Vec<ImportedEvent>,
}

/// One event: an activity that was completed.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedEvent {
    /// What was done; 1 to 200 characters.
    pub activity: String,
    /// By whom or what.
    pub resource: Option<String>,
    /// When it began, if that was recorded; never after `end`.
    pub start: Option<DateTime<Utc>>,
    /// When it was completed.
    pub end: DateTime<Utc>,
    /// What came of it, if that was recorded in a field named `outcome`.
    pub outcome: Option<String>,
    /// What else is known of the event; types as in [`ImportedCase::attributes`].
    pub attributes: Map<String, Value>,
}

/// A part of the file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The line, from 1; in XES the line on which the trace of the event ends.
    pub line: u64,
    /// Why, as a sentence.
    pub message: String,
}
