//! CSV as event-log tools write it: one row for each event.

mod columns;
mod dialect;
mod order;
#[cfg(test)]
mod tests;

use crate::dates::Parts;
use crate::raw::{Cell, Key, Raw, RawCase, RawEvent, activity_name, filled, is_bookkeeping};
use crate::watch::{Fault, Seen, Watch};
use crate::{ImportError, ImportOptions};
use ::csv::{ByteRecord, ReaderBuilder};
use columns::Roles;
use dialect::Dialect;
use std::collections::HashMap;
use std::io::BufRead;

/// How a column of the case as a whole begins.
const CASE_PREFIX: &str = "case:";

pub(crate) fn read(
    mut text: Watch<impl BufRead>,
    seen: &Seen,
    options: &ImportOptions,
) -> Result<Raw, ImportError> {
    let failed = |error: &dyn std::fmt::Display| refusal(error, seen, options);
    let dialect = Dialect::of(text.fill_buf().map_err(|error| failed(&error))?)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    let mut record = ByteRecord::new();
    if !reader
        .read_byte_record(&mut record)
        .map_err(|error| failed(&error))?
    {
        return Err(ImportError::Empty(": the file is blank".to_owned()));
    }
    let mut raw = Raw::new(options, false);
    let header: Vec<String> = record
        .iter()
        .map(|field| dialect::decode(field).0)
        .collect();
    let roles = Roles::find(&header, &options.columns, &mut raw)?;
    let mut rows = Rows::new(&header, &roles, raw);
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| failed(&error))?
    {
        rows.count += 1;
        let line = dialect.line(record.position(), rows.count);
        rows.row(&record, line)?;
    }
    rows.finish(&roles, dialect, options)
}

/// A row whose times are not read yet: which number is the day is known at the end.
struct Row {
    line: u64,
    case: usize,
    activity: String,
    resource: Option<String>,
    outcome: Option<String>,
    start: Option<Parts>,
    end: Parts,
    attributes: Vec<(Key, Cell)>,
}

struct Rows<'a> {
    roles: &'a Roles,
    width: usize,
    /// What each column is kept as, when it is an attribute: its key, and whether of the case.
    attributes: Vec<Option<(Key, bool)>>,
    cases: HashMap<String, usize>,
    pending: Vec<Row>,
    count: u64,
    not_utf8: Option<u64>,
    raw: Raw,
}

impl<'a> Rows<'a> {
    fn new(header: &[String], roles: &'a Roles, mut raw: Raw) -> Self {
        let attributes = columns::attributes(header, roles, &mut raw.keys);
        if header.iter().any(|name| is_bookkeeping(name.trim())) {
            raw.note(
                "Columns whose names begin with @@ are the books of a tool and were left out.",
            );
        }
        Self {
            roles,
            width: header.len(),
            attributes,
            cases: HashMap::new(),
            pending: Vec::new(),
            count: 0,
            not_utf8: None,
            raw,
        }
    }

    fn row(&mut self, record: &ByteRecord, line: u64) -> Result<(), ImportError> {
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            return Ok(());
        }
        if record.len() != self.width {
            let (found, width) = (record.len(), self.width);
            let sentence = format!("the row has {found} fields, the header has {width}");
            return self.raw.reject(line, sentence);
        }
        match self.read_row(record, line) {
            Ok(row) => {
                self.pending.push(row);
                Ok(())
            }
            Err(why) => self.raw.reject(line, why),
        }
    }

    fn read_row(&mut self, record: &ByteRecord, line: u64) -> Result<Row, String> {
        let mut lossy = false;
        let mut field = |index: usize| {
            let (text, was_utf8) = dialect::decode(record.get(index).unwrap_or_default());
            lossy |= !was_utf8;
            filled(&text)
        };
        let case = field(self.roles.case).ok_or("the row has no case")?;
        let activity = field(self.roles.activity)
            .and_then(|name| activity_name(&name))
            .ok_or("the row has no activity")?;
        let end = field(self.roles.end).ok_or("the row has no time of completion")?;
        let end = Parts::read(&end)
            .ok_or_else(|| format!("\"{}\" is no date and time that is known", shown(&end)))?;
        let start = match self.roles.start.and_then(&mut field) {
            None => None,
            Some(text) => Some(Parts::read(&text).ok_or_else(|| {
                format!("\"{}\" is no date and time that is known", shown(&text))
            })?),
        };
        let resource = self.roles.resource.and_then(&mut field);
        let outcome = self.roles.outcome.and_then(&mut field);
        let mut of_event = Vec::new();
        let mut of_case = Vec::new();
        for (index, kept) in self.attributes.iter().enumerate() {
            if let Some((key, is_of_case)) = kept
                && let Some(text) = field(index)
            {
                let into = if *is_of_case {
                    &mut of_case
                } else {
                    &mut of_event
                };
                into.push((*key, Cell::Text(text)));
            }
        }
        if lossy && self.not_utf8.is_none() {
            self.not_utf8 = Some(line);
        }
        Ok(Row {
            line,
            case: self.case(case, of_case),
            activity,
            resource,
            outcome,
            start,
            end,
            attributes: of_event,
        })
    }

    /// The number of the case; its attributes are those of its first row that has them.
    fn case(&mut self, id: String, attributes: Vec<(Key, Cell)>) -> usize {
        let next = self.raw.cases.len();
        let number = *self.cases.entry(id.clone()).or_insert(next);
        if number == next {
            self.raw.cases.push(RawCase {
                id,
                ..RawCase::default()
            });
        }
        let case = &mut self.raw.cases[number];
        for (key, cell) in attributes {
            if !case.attributes.iter().any(|(known, _)| *known == key) {
                case.attributes.push((key, cell));
            }
        }
        number
    }

    /// Reads the times, now that all of them are there.
    fn finish(
        self,
        roles: &Roles,
        dialect: Dialect,
        options: &ImportOptions,
    ) -> Result<Raw, ImportError> {
        let Self {
            pending: rows,
            mut raw,
            not_utf8,
            ..
        } = self;
        dialect.note(&mut raw);
        if let Some(line) = not_utf8 {
            raw.note(format!(
                "Line {line} is not UTF-8; such texts were read as Latin-1 (ISO 8859-1)."
            ));
        }
        if roles.end_is_start {
            raw.note("The log has starts only; each event was taken as completed at once.");
        }
        let times = || {
            rows.iter()
                .flat_map(|row| row.start.iter().chain([&row.end]))
        };
        let order = order::decide(times(), options, &mut raw);
        for row in rows {
            let instant = |parts: Parts| parts.instant(order, options.utc_offset);
            let start = row.start.map(instant);
            let (Some(end), false) = (instant(row.end), start == Some(None)) else {
                raw.reject(row.line, order::misfit(order))?;
                continue;
            };
            raw.cases[row.case].events.push(RawEvent {
                activity: row.activity,
                resource: row.resource,
                start: start.flatten(),
                end,
                outcome: row.outcome,
                attributes: row.attributes,
            });
        }
        Ok(raw)
    }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

fn refusal(error: &dyn std::fmt::Display, seen: &Seen, options: &ImportOptions) -> ImportError {
    if seen.too_large() {
        return ImportError::TooLarge {
            max_bytes: options.max_bytes,
        };
    }
    match seen.fault() {
        Some(Fault::Source(message)) => ImportError::Read {
            line: seen.line(),
            message,
        },
        Some(Fault::Text(line, message)) => ImportError::Malformed { line, message },
        None => ImportError::Malformed {
            line: seen.line(),
            message: error.to_string(),
        },
    }
}
