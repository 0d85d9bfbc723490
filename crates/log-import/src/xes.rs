//! XES (IEEE 1849), trace by trace through `process_mining`.

mod attributes;
mod lifecycle;
#[cfg(test)]
mod tests;

use crate::raw::{Cell, Key, Raw, RawCase, filled};
use crate::watch::{Fault, Seen, Watch};
use crate::{ImportError, ImportOptions};
use attributes::{RawXesEvent, read_event};
use lifecycle::{Lifecycle, completed, instantaneous, only_starts};
use process_mining::core::event_data::case_centric::xes::{
    XESImportOptions, XESParseError, stream_xes_bufread,
};
use process_mining::core::event_data::case_centric::{Attributes, Trace};
use std::io::BufRead;

/// How Disco marks an attribute of the case that it writes on every event.
const CASE_PREFIX: &str = "(case)_";

pub(crate) fn read(
    text: Watch<impl BufRead>,
    seen: &Seen,
    options: &ImportOptions,
) -> Result<Raw, ImportError> {
    let quiet = XESImportOptions {
        verbose: false,
        ..XESImportOptions::default()
    };
    let failed = |error: &XESParseError| refusal(error, seen, options);
    let (mut stream, _) = stream_xes_bufread(text, false, quiet).map_err(|error| failed(&error))?;
    let mut reader = Reader {
        raw: Raw::new(options, true),
        lifecycle: Lifecycle::default(),
        open_cases: Vec::new(),
        traces: 0,
        bookkeeping: false,
    };
    let mut traces = &mut stream;
    for trace in traces.by_ref() {
        reader.trace(trace, seen.line())?;
    }
    if let Some(error) = stream.check_for_errors() {
        return Err(failed(&error));
    }
    Ok(reader.finish())
}

struct Reader {
    raw: Raw,
    lifecycle: Lifecycle,
    /// Cases that have starts only; what that means is known at the end of the log.
    open_cases: Vec<(usize, Vec<RawXesEvent>)>,
    traces: usize,
    bookkeeping: bool,
}

impl Reader {
    fn trace(&mut self, trace: Trace, line: u64) -> Result<(), ImportError> {
        self.traces += 1;
        let mut case = RawCase::default();
        for attribute in trace.attributes {
            match attribute.key.as_str() {
                "concept:name" => case.id = attributes::text(&attribute.value).unwrap_or_default(),
                key => self.keep(key, &attribute.value, &mut case.attributes),
            }
        }
        if case.id.is_empty() {
            case.id = format!("trace-{}", self.traces);
        }
        let mut events = Vec::with_capacity(trace.events.len());
        for (index, event) in trace.events.into_iter().enumerate() {
            match read_event(&event.attributes) {
                Ok(head) => events.push(self.event(head, event.attributes, &mut case)),
                Err(why) => {
                    let id = &case.id;
                    let sentence = format!("event {} of trace \"{id}\" {why}", index + 1);
                    self.raw.reject(line, sentence)?;
                }
            }
        }
        if only_starts(&events) {
            self.open_cases.push((self.raw.cases.len(), events));
        } else {
            case.events = completed(events, &mut self.lifecycle);
        }
        self.raw.cases.push(case);
        Ok(())
    }

    /// An event with the attributes that have no meaning of their own.
    fn event(&mut self, mut head: RawXesEvent, all: Attributes, case: &mut RawCase) -> RawXesEvent {
        for attribute in all {
            let key = attribute.key.as_str();
            if attributes::is_read(key) {
                continue;
            }
            if let Some(name) = key.strip_prefix(CASE_PREFIX).and_then(filled) {
                self.keep_first(&name, &attribute.value, &mut case.attributes);
            } else {
                self.keep(key, &attribute.value, &mut head.attributes);
            }
        }
        head
    }

    fn keep(
        &mut self,
        name: &str,
        value: &attributes::AttributeValue,
        into: &mut Vec<(Key, Cell)>,
    ) {
        if crate::raw::is_bookkeeping(name) {
            self.bookkeeping = true;
            return;
        }
        if let Some(cell) = attributes::cell(value) {
            into.push((self.raw.keys.number(name), cell));
        }
    }

    /// Keeps the value unless the case has one.
    fn keep_first(
        &mut self,
        name: &str,
        value: &attributes::AttributeValue,
        into: &mut Vec<(Key, Cell)>,
    ) {
        let key = self.raw.keys.number(name);
        if !into.iter().any(|(known, _)| *known == key) {
            self.keep(name, value, into);
        }
    }

    fn finish(mut self) -> Raw {
        for (index, entries) in std::mem::take(&mut self.open_cases) {
            self.raw.cases[index].events = instantaneous(entries, &mut self.lifecycle);
        }
        if self.bookkeeping {
            self.raw.note(
                "Attributes whose names begin with @@ are the books of a tool and were left out.",
            );
        }
        for sentence in self.lifecycle.sentences() {
            self.raw.note(sentence);
        }
        self.raw
    }
}

fn refusal(error: &XESParseError, seen: &Seen, options: &ImportOptions) -> ImportError {
    if seen.too_large() {
        return ImportError::TooLarge {
            max_bytes: options.max_bytes,
        };
    }
    let line = seen.line();
    let message = match (seen.fault(), error) {
        (Some(Fault::Text(line, message)), _) => return ImportError::Malformed { line, message },
        (Some(Fault::Source(message)), _) => return ImportError::Read { line, message },
        (None, XESParseError::NoTopLevelLog) => "this is no XES: there is no <log> element",
        (None, XESParseError::AttributeOutsideLog) => "an attribute stands outside of <log>",
        (None, XESParseError::MissingLastEvent | XESParseError::MissingLastTrace) => {
            "an attribute or an event stands outside of its trace"
        }
        (None, XESParseError::MissingKey(key) | XESParseError::InvalidKeyValue(key)) => {
            let message = format!("the XML attribute \"{key}\" is missing or wrong");
            return ImportError::Malformed { line, message };
        }
        (None, XESParseError::XMLParsingError(error)) => {
            let message = format!("this is no well-formed XML: {error}");
            return ImportError::Malformed { line, message };
        }
        (None, other) => {
            let message = other.to_string();
            return ImportError::Malformed { line, message };
        }
    };
    ImportError::Malformed {
        line,
        message: message.to_owned(),
    }
}
