//! Why there is no result.

use std::fmt;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The model or the experiment is faulty; all faults.
    #[error("the model cannot be simulated: {}", list(.0))]
    Invalid(Vec<Problem>),
    /// The control asked to stop.
    #[error("the simulation was cancelled after {tasks} tasks")]
    Cancelled {
        /// Attempts at tasks until then.
        tasks: u64,
    },
    /// The control said that the time is used up.
    #[error(
        "the time for the simulation was used up after {replications} replications and {tasks} tasks"
    )]
    OutOfTime {
        /// Replications that were done.
        replications: u32,
        /// Attempts at tasks until then.
        tasks: u64,
    },
    /// More work than [`crate::Budget::max_tasks`].
    #[error(
        "the simulation needs more than the allowed {max_tasks} tasks \
         ({replications} replications were done); ask for fewer cases or less precision"
    )]
    BudgetExhausted {
        /// What was allowed.
        max_tasks: u64,
        /// Replications that were done.
        replications: u32,
        /// Cases that had ended.
        cases: u64,
    },
    /// No case came within the measured time.
    #[error("no case came within the measured time; measure longer or warm up less")]
    NothingMeasured,
    /// A case passed more nodes than [`crate::Budget::max_steps_per_case`].
    #[error(
        "a case passed more than {max_steps} nodes without an end and was last at \"{node}\": its loop is never left"
    )]
    EndlessCase {
        /// What was allowed.
        max_steps: u32,
        /// Where it was then.
        node: String,
    },
}

/// A fault of a model or an experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `nodes.3.failure.probability`.
    pub path: String,
    /// What, as a sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

fn list(problems: &[Problem]) -> String {
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    all.join(" ")
}
