//! Finds out what a file is, and has it read.

use crate::watch::Watch;
use crate::{ImportError, ImportOptions, ImportedLog, assemble, csv, xes};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// How much of a file is looked at before it is read.
const HEAD: usize = 64 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Xes,
    Csv,
}

/// Reads an event log: XES or CSV, either of them gzipped or not. Compression is known by the
/// content; the format by the extension, without a known one by the content.
///
/// # Errors
/// The file cannot be read, is not a log, is larger than allowed, or has too many unusable rows.
pub fn open(path: &Path, options: &ImportOptions) -> Result<ImportedLog, ImportError> {
    let failed = |source| ImportError::Open {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let mut file = BufReader::with_capacity(HEAD, file);
    let zipped = file.fill_buf().map_err(failed)?.starts_with(&GZIP);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if zipped {
        let text = BufReader::with_capacity(HEAD, MultiGzDecoder::new(file));
        read(&name, text, options)
    } else {
        read(&name, file, options)
    }
}

fn read(
    name: &str,
    mut text: impl BufRead,
    options: &ImportOptions,
) -> Result<ImportedLog, ImportError> {
    let head = text.fill_buf().map_err(|error| ImportError::Read {
        line: 0,
        message: error.to_string(),
    })?;
    let (stem, extension) = split(name);
    let format = format(extension.as_deref(), head)?;
    let (text, seen) = Watch::new(text, options.max_bytes);
    let raw = match format {
        Format::Xes => xes::read(text.guarded(), &seen, options),
        Format::Csv => csv::read(text, &seen, options),
    }?;
    assemble::log(stem, raw)
}

/// The name without its extensions, and the extension that tells the format.
fn split(name: &str) -> (String, Option<String>) {
    let name = match name.rsplit_once('.') {
        Some((stem, zip)) if zip.eq_ignore_ascii_case("gz") => stem,
        _ => name,
    };
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            (stem.to_owned(), Some(extension.to_ascii_lowercase()))
        }
        _ => (name.to_owned(), None),
    }
}

fn format(extension: Option<&str>, head: &[u8]) -> Result<Format, ImportError> {
    let refuse = |message: &str| Err(ImportError::UnknownFormat(message.to_owned()));
    match extension {
        Some("xes") => return Ok(Format::Xes),
        Some("csv" | "tsv") => return Ok(Format::Csv),
        Some("json" | "jsonl" | "ndjson") => {
            return refuse(
                "this is no XES or CSV file; a file with one JSON report per line goes to bulk import",
            );
        }
        _ => {}
    }
    if head.is_empty() {
        return refuse("the file is empty");
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Ok(Format::Csv); // UTF-16, which the reader of CSV refuses with a sentence.
    }
    if head.contains(&0) {
        return refuse("this is neither XES nor CSV: it holds binary data");
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'<') => Ok(Format::Xes),
        Some(_) => Ok(Format::Csv),
        None => refuse("the file is blank"),
    }
}
