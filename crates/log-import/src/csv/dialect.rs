//! How the file is written: delimiter, line ends, encoding.

use crate::ImportError;
use crate::raw::Raw;
use ::csv::Position;

/// Delimiters, in order of preference when a header holds as many of two of them.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) line_end: LineEnd,
}

/// What ends the first line, and so probably all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// A line feed.
    Feed,
    /// A carriage return and a line feed.
    ReturnFeed,
    /// A carriage return alone, as in files of the old Mac OS.
    Return,
}

impl Dialect {
    /// The line on which a record begins, of the position that the reader of CSV has and of
    /// the number of records before it. That reader counts line feeds, and is at a record
    /// before it has taken the line feed that follows a carriage return.
    pub(super) fn line(self, position: Option<&Position>, records: u64) -> u64 {
        match (self.line_end, position) {
            (LineEnd::Feed, Some(position)) => position.line(),
            (LineEnd::ReturnFeed, Some(position)) => position.line() + 1,
            (LineEnd::Return, _) | (_, None) => records + 1,
        }
    }

    /// Looks at the beginning of a file.
    ///
    /// # Errors
    /// It is UTF-16 or binary.
    pub(super) fn of(head: &[u8]) -> Result<Self, ImportError> {
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(malformed("the file is UTF-16; save it as UTF-8"));
        }
        if head.contains(&0) {
            return Err(malformed("the file holds binary data; it is no CSV"));
        }
        let header = header(head);
        let count = |delimiter: u8| outside_quotes(header, |byte| byte == delimiter).count();
        let best = DELIMITERS
            .iter()
            .rev()
            .max_by_key(|delimiter| count(**delimiter));
        Ok(Self {
            delimiter: best.copied().unwrap_or(b','),
            line_end: line_end(head, header.len()),
        })
    }

    pub(super) fn note(self, raw: &mut Raw) {
        let name = match self.delimiter {
            b',' => return,
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "vertical bars",
        };
        raw.note(format!("Fields are separated by {name}."));
    }
}

fn malformed(message: &str) -> ImportError {
    ImportError::Malformed {
        line: 1,
        message: message.to_owned(),
    }
}

/// The first line.
fn header(head: &[u8]) -> &[u8] {
    let end = outside_quotes(head, |byte| matches!(byte, b'\r' | b'\n')).next();
    &head[..end.unwrap_or(head.len())]
}

fn line_end(head: &[u8], header: usize) -> LineEnd {
    match head.get(header..).unwrap_or_default() {
        [b'\r', b'\n', ..] => LineEnd::ReturnFeed,
        [b'\r', ..] => LineEnd::Return,
        _ => LineEnd::Feed,
    }
}

/// Where bytes stand that are not in quotes.
fn outside_quotes(text: &[u8], wanted: impl Fn(u8) -> bool) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    text.iter().enumerate().filter_map(move |(at, byte)| {
        quoted ^= *byte == b'"';
        (!quoted && wanted(*byte)).then_some(at)
    })
}

/// A field as text, and whether it was UTF-8. What is not is Latin-1, where every byte is a
/// character.
pub(super) fn decode(field: &[u8]) -> (String, bool) {
    let field = field.strip_prefix(b"\xef\xbb\xbf").unwrap_or(field);
    match std::str::from_utf8(field) {
        Ok(text) => (text.to_owned(), true),
        Err(_) => (field.iter().map(|byte| char::from(*byte)).collect(), false),
    }
}
