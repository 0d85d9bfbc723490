//! Why a log was refused as a whole.

use std::path::PathBuf;

/// Why a log was refused as a whole. Every text says what to do or where to look.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be read to its end, such as a damaged gzip stream.
    #[error("cannot read on after line {line}: {message}")]
    Read {
        /// The last whole line that was read.
        line: u64,
        /// Why.
        message: String,
    },
    /// The file is larger, once decompressed, than allowed.
    #[error(
        "the log is larger than {max_bytes} bytes after decompression; raise the limit if that is right"
    )]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
    /// The file is neither XES nor CSV.
    #[error("{0}")]
    UnknownFormat(String),
    /// The file is not a well-formed log.
    #[error("line {line}: {message}")]
    Malformed {
        /// Where, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// A needed column is missing.
    #[error("{message} The header has: {}.", header.join(", "))]
    Column {
        /// Which, and what to do.
        message: String,
        /// The columns there are.
        header: Vec<String>,
    },
    /// More rows or events are unusable than allowed.
    #[error("more than {max} rows are unusable; the first: line {line}: {message}")]
    TooManyRejected {
        /// The limit.
        max: usize,
        /// The line of the first.
        line: u64,
        /// What is wrong with the first.
        message: String,
    },
    /// There is no event in it.
    #[error("the log has no usable event{0}")]
    Empty(String),
}
