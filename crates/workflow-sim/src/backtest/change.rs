//! Makes the changed definition out of the recorded one.
//!
//! Changes are made on the document, so that what is not touched stays as it was written, and the
//! result is read as any definition is.

mod place;
mod steps;

use super::request::DefinitionChange;
use document::{Problem, Problems};
use serde_json::Value;
use workflow_model::Definition;

/// Applies the changes in order.
///
/// # Errors
/// Each change that could not be made, under `changes.N`; after them what is wrong with the
/// result.
pub(super) fn apply(
    baseline: &Definition,
    changes: &[DefinitionChange],
) -> Result<Definition, Vec<Problem>> {
    let problems = Problems::default();
    let mut document = baseline.to_json();
    for (at, change) in changes.iter().enumerate() {
        if let Err((field, message)) = make(&mut document, change) {
            problems.add(format!("changes.{at}.{field}"), message);
        }
    }
    if !problems.is_empty() {
        return Err(problems.into_list());
    }
    Definition::read(&document).map_err(|found| found.iter().map(after_changes).collect())
}

fn after_changes(problem: &Problem) -> Problem {
    Problem {
        path: "changes".to_owned(),
        message: format!("After the changes, {}: {}", problem.path, problem.message),
    }
}

/// The field of the change that is wrong, and why.
type Refusal = (&'static str, String);

fn make(document: &mut Value, change: &DefinitionChange) -> Result<(), Refusal> {
    match change {
        DefinitionChange::Set { path, value } => {
            place::set(document, path, value).map_err(|message| ("path", message))
        }
        DefinitionChange::RemoveStep { step } => steps::remove(document, step),
        DefinitionChange::AddStep { step, place } => steps::add(document, step, place),
        DefinitionChange::AutomateStep { step, action } => {
            let step = steps::named(document, step)?;
            step.insert("action".to_owned(), Value::String(action.clone()));
            step.shift_remove("approver");
            step.shift_remove("mode");
            Ok(())
        }
        DefinitionChange::ChangeApprover { step, approver } => {
            let step = steps::named(document, step)?;
            step.insert("approver".to_owned(), approver.clone());
            if !approver.is_array() {
                // The mode beside a single name, or beside an object that has its own, means nothing.
                step.shift_remove("mode");
            }
            Ok(())
        }
    }
}
