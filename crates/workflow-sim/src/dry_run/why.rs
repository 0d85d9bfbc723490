//! Conditions in the words of the answer.

use super::{Clause, InputChange, TruthValue, VariableReading};
use condition::{Condition, Explanation, Scope, Truth};
use serde_json::Value;

impl From<&Truth> for TruthValue {
    fn from(truth: &Truth) -> Self {
        match truth {
            Truth::True => Self::True,
            Truth::False => Self::False,
            Truth::Unknown(_) => Self::Unknown,
        }
    }
}

/// A condition explained on an input.
pub(super) struct Why {
    pub(super) clauses: Vec<Clause>,
    pub(super) nearest: Vec<InputChange>,
    pub(super) missing: Vec<String>,
    pub(super) truth: Truth,
}

pub(super) fn explain(condition: &Condition, input: &Value, outcome: Option<&str>) -> Why {
    let scope = Scope::new(input).with_outcome(outcome);
    let Explanation {
        result,
        clauses,
        nearest,
    } = condition.explain(&scope);
    let clauses = clauses
        .into_iter()
        .map(|clause| Clause {
            truth: (&clause.result).into(),
            clause: clause.clause,
            values: clause
                .actual
                .into_iter()
                .map(|reading| VariableReading {
                    path: reading.path,
                    value: reading.value,
                })
                .collect(),
        })
        .collect();
    let nearest = nearest
        .into_iter()
        .map(|change| InputChange {
            path: change.path,
            from: change.from,
            to: change.to,
        })
        .collect();
    Why {
        clauses,
        nearest,
        missing: result.missing().to_vec(),
        truth: result,
    }
}

/// `` `amount > 10000` holds (amount is 15000) ``.
pub(super) fn sentence(condition: &Condition, input: &Value, outcome: Option<&str>) -> String {
    let why = explain(condition, input, outcome);
    let verb = match &why.truth {
        Truth::True => "holds",
        Truth::False => "does not hold",
        Truth::Unknown(_) => "cannot be told",
    };
    let mut values: Vec<String> = Vec::new();
    for reading in why.clauses.iter().flat_map(|clause| &clause.values) {
        let text = match &reading.value {
            Some(value) => format!("{} is {}", reading.path, shortened(value)),
            None => format!("{} is missing", reading.path),
        };
        if !values.contains(&text) {
            values.push(text);
        }
    }
    if values.is_empty() {
        format!("`{condition}` {verb}")
    } else {
        format!("`{condition}` {verb} ({})", values.join(", "))
    }
}

/// A value as JSON, cut after 60 characters.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
