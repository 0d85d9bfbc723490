//! What is wrong with a document, and where.

use std::cell::RefCell;

/// One problem of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as dotted names and 0-based indices (`steps.2.conditions.amount`); empty for the
    /// document itself.
    pub path: String,
    /// A sentence that says what to do.
    pub message: String,
}

/// The problems found so far. Shared by every reader of one document.
#[derive(Debug, Default)]
pub struct Problems {
    list: RefCell<Vec<Problem>>,
}

/// Beyond this many the rest adds nothing for the reader.
const MAX_PROBLEMS: usize = 200;

impl Problems {
    /// Notes a problem.
    pub fn add(&self, path: impl Into<String>, message: impl Into<String>) {
        let mut list = self.list.borrow_mut();
        if list.len() < MAX_PROBLEMS {
            list.push(Problem {
                path: path.into(),
                message: message.into(),
            });
        }
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    /// The value, unless there were problems.
    ///
    /// # Errors
    /// All problems, in the order they were found.
    pub fn settle<T>(self, value: Option<T>) -> Result<T, Vec<Problem>> {
        let mut list = self.list.into_inner();
        match value {
            Some(value) if list.is_empty() => Ok(value),
            _ => {
                if list.is_empty() {
                    list.push(Problem {
                        path: String::new(),
                        message: "The document could not be read.".to_owned(),
                    });
                }
                Err(list)
            }
        }
    }

    /// All problems, in the order they were found.
    #[must_use]
    pub fn into_list(self) -> Vec<Problem> {
        self.list.into_inner()
    }
}
