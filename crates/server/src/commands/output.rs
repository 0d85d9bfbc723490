//! What commands print, and how they fail.

use kernel::StoreError;
use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;

/// Why a command failed, with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// Exit code 1.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self {
            code: 1,
            message: message.into(),
        }
    }

    /// Exit code 2: usage or configuration.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            code: 2,
            message: message.into(),
        }
    }

    /// Exit code 4: the database is away.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self {
            code: 4,
            message: message.into(),
        }
    }

    /// Says it on standard error.
    pub(crate) fn report(self) -> ExitCode {
        // Nothing is left to be done when standard error is closed.
        let _ = writeln!(std::io::stderr(), "wfi: {}", self.message);
        ExitCode::from(self.code)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable(cause) => {
                Self::unavailable(format!("the database does not answer: {cause}"))
            }
            StoreError::Duplicate { .. }
            | StoreError::StaleVersion
            | StoreError::AnswerExists
            | StoreError::Corrupt { .. } => Self::failed(error.to_string()),
        }
    }
}

/// Prints a line to standard output; a closed pipe ends the command quietly.
pub(crate) fn line(text: impl AsRef<str>) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{}", text.as_ref()) {
        Ok(()) => Ok(()),
        Err(error) => Err(Failure::failed(format!("cannot print: {error}"))),
    }
}

/// Prints a JSON document.
pub(crate) fn json(value: &Value) -> Result<(), Failure> {
    line(serde_json::to_string_pretty(value).unwrap_or_default())
}

/// Problems as one line.
pub(crate) fn sentences(problems: &[document::Problem]) -> String {
    let said: Vec<String> = problems
        .iter()
        .map(|problem| match problem.path.as_str() {
            "" => problem.message.clone(),
            path => format!("{path}: {}", problem.message),
        })
        .collect();
    said.join("\n     ")
}
