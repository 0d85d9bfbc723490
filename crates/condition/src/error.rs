use std::fmt;

/// One fault of a condition, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// Path of the faulty member inside an operator object (`amount.$gt`, `$or.1.status`); empty
    /// for the condition as a whole and for an expression string.
    pub path: String,
    /// A sentence for the author, with what to do. Faults of an expression name the column.
    pub message: String,
}

impl ConditionError {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for ConditionError {}

/// The known name nearest to `given`, as the end of a sentence, or nothing if none is near.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let lower = given.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&lower, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= 1 + name.len() / 5)
        .min()
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}
