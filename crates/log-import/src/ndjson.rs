//! Reports of executions as the API takes them, one JSON object in a line.

use crate::ImportError;
use document::Problem;
use execution_log::{Report, read_report};
use flate2::bufread::MultiGzDecoder;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

#[cfg(test)]
mod tests;

/// The longest line, in bytes.
const MAX_LINE: u64 = 1024 * 1024;
const BUFFER: usize = 64 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// One line of a file of reports.
#[derive(Debug)]
pub struct ReportLine {
    /// From 1.
    pub line: u64,
    /// The report, or everything that is wrong with it, each problem under its path.
    pub report: Result<Report, Vec<Problem>>,
}

/// The lines of a file of reports, read one by one: memory is flat however long the file.
pub struct ReportLines {
    source: Box<dyn BufRead + Send>,
    workflow: Option<String>,
    line: u64,
}

impl ReportLines {
    /// Opens a file, gzipped or not. A report that names no workflow is taken to be of
    /// `workflow`.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path, workflow: Option<String>) -> Result<Self, ImportError> {
        let failed = |source| ImportError::Open {
            path: path.to_owned(),
            source,
        };
        let mut file = BufReader::with_capacity(BUFFER, File::open(path).map_err(failed)?);
        let source: Box<dyn BufRead + Send> = if file.fill_buf().map_err(failed)?.starts_with(&GZIP)
        {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        Ok(Self::new(source, workflow))
    }

    pub(crate) fn new(source: Box<dyn BufRead + Send>, workflow: Option<String>) -> Self {
        Self {
            source,
            workflow,
            line: 0,
        }
    }

    /// The next line that is not blank; `None` at the end.
    ///
    /// # Errors
    /// The file cannot be read on, such as a damaged archive.
    pub fn next_line(&mut self) -> io::Result<Option<ReportLine>> {
        loop {
            let mut text = Vec::new();
            let read = self
                .source
                .by_ref()
                .take(MAX_LINE + 1)
                .read_until(b'\n', &mut text)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            let line = self.line;
            if read as u64 > MAX_LINE && text.last() != Some(&b'\n') {
                self.skip_line()?;
                let report = Err(problem("A line may have up to 1 MiB."));
                return Ok(Some(ReportLine { line, report }));
            }
            let content = text.trim_ascii();
            if !content.is_empty() {
                let report = self.read(content);
                return Ok(Some(ReportLine { line, report }));
            }
        }
    }

    fn read(&self, content: &[u8]) -> Result<Report, Vec<Problem>> {
        let mut value =
            document::parse(content).map_err(|error| problem(&format!("Not JSON: {error}")))?;
        if let (Value::Object(fields), Some(workflow)) = (&mut value, &self.workflow) {
            fields.entry("workflow").or_insert_with(|| json!(workflow));
        }
        read_report(&value)
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.source.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (length, done) = match end {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.source.consume(length);
            if done {
                return Ok(());
            }
        }
    }
}

/// Whether a file of this name holds reports: `.ndjson` or `.jsonl`, each also with `.gz`.
#[must_use]
pub fn holds_reports(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".ndjson", ".jsonl"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn problem(message: &str) -> Vec<Problem> {
    vec![Problem {
        path: String::new(),
        message: message.to_owned(),
    }]
}
