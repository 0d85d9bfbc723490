//! How to read a log.

use chrono::{FixedOffset, Offset, Utc};

/// Whether the day or the month comes first in `03/04/2010`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// The fourth of March comes as `04.03.2010`.
    DayFirst,
    /// The fourth of March comes as `03/04/2010`.
    MonthFirst,
}

/// Columns of a CSV file by their names in its header; absent ones are found by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The case.
    pub case: Option<String>,
    /// What was done.
    pub activity: Option<String>,
    /// When it began.
    pub start: Option<String>,
    /// When it was completed.
    pub end: Option<String>,
    /// Who or what did it.
    pub resource: Option<String>,
}

/// How to read a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Columns of a CSV file.
    pub columns: Columns,
    /// The offset of times that have none; UTC unless said otherwise.
    pub utc_offset: FixedOffset,
    /// The order of dates whose year comes last; found by looking unless said.
    pub date_order: Option<DateOrder>,
    /// The most bytes that are read after decompression; 2 GiB unless said otherwise.
    pub max_bytes: u64,
    /// How many rows or events may be unusable before the whole file is refused; 1000 unless
    /// said otherwise.
    pub max_rejected: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            columns: Columns::default(),
            utc_offset: Utc.fix(),
            date_order: None,
            max_bytes: 2 << 30,
            max_rejected: 1000,
        }
    }
}

/// How to make reports of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportMapping {
    /// Whether a step of a log without any start begins when the event before it ended. The
    /// duration of such a step includes its waiting time. The first event of a case has no start.
    pub since_previous: bool,
    /// Whether outcomes of executions are read off the names of activities.
    pub infer_outcomes: bool,
}

impl Default for ImportMapping {
    fn default() -> Self {
        Self {
            since_previous: true,
            infer_outcomes: true,
        }
    }
}
