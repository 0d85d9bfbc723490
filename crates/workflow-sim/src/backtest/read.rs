//! Reads the fields of a request that are those of a back-test.

use super::request::{
    BacktestAssumptions, BacktestChange, BacktestRequest, BacktestWindow, DefinitionChange,
    StepPlace,
};
use crate::read::DESCRIPTIVE;
use document::{Field, Node, Object, Problems};
use serde_json::Value;
use std::collections::BTreeMap;
use workflow_model::{Definition, StepRef, read_definition_fields};

const MAX_CHANGES: usize = 100;
const MAX_NAME: usize = 200;
const MAX_PATH: usize = 1000;
const MAX_ASSUMPTIONS: usize = 1000;
/// Ten years: a longer step is a mistake of units.
const MAX_STEP_SECONDS: f64 = 315_360_000.0;
const MAX_COST: f64 = 1e9;

/// Reads `from`, `until`, `window_days`, `changed_definition` or `changes`, `assumptions`,
/// `examples`, `seed` and `max_executions`; the caller finishes the object.
pub fn read_backtest(body: &mut Object<'_>) -> Option<BacktestRequest> {
    let window = read_window(body);
    let change = read_change(body);
    let assumptions = match body.not_null("assumptions") {
        Some(node) => node.object().and_then(read_assumptions),
        None => Some(BacktestAssumptions::default()),
    };
    let most = i64::try_from(BacktestRequest::MAX_EXAMPLES).unwrap_or(i64::MAX);
    let examples = match body.not_null("examples") {
        Some(node) => node.integer(0..=most).and_then(|n| usize::try_from(n).ok()),
        None => Some(BacktestRequest::DEFAULT_EXAMPLES),
    };
    let seed = match body.not_null("seed") {
        Some(node) => node
            .integer(0..=i64::MAX)
            .and_then(|n| u64::try_from(n).ok()),
        None => Some(0),
    };
    let highest = i64::try_from(BacktestRequest::HIGHEST_MAX_EXECUTIONS).unwrap_or(i64::MAX);
    let max_executions = match body.not_null("max_executions") {
        Some(node) => node
            .integer(1..=highest)
            .and_then(|n| u64::try_from(n).ok()),
        None => Some(BacktestRequest::DEFAULT_MAX_EXECUTIONS),
    };
    Some(BacktestRequest {
        window: window?,
        change: change?,
        assumptions: assumptions?,
        examples: examples?,
        seed: seed?,
        max_executions: max_executions?,
    })
}

fn read_window(body: &mut Object<'_>) -> Option<BacktestWindow> {
    let from = body.not_null("from").map(|node| node.instant());
    let until = body.not_null("until").map(|node| node.instant());
    let days = body
        .not_null("window_days")
        .map(|node| node.integer(1..=i64::from(BacktestWindow::MAX_DAYS)));
    if from.is_some() && days.is_some() {
        body.fail(
            "window_days",
            "Give either from or window_days, not both: each says where the window begins.",
        );
        return None;
    }
    if let (Some(Some(from)), Some(Some(until))) = (from, until)
        && from >= until
    {
        body.fail("until", "The window must end after it begins.");
        return None;
    }
    // A field that is there and wrong has said so.
    let wrong = from == Some(None) || until == Some(None) || days == Some(None);
    (!wrong).then(|| BacktestWindow {
        from: from.flatten(),
        until: until.flatten(),
        days: days.flatten().and_then(|days| u32::try_from(days).ok()),
    })
}

fn read_change(body: &mut Object<'_>) -> Option<BacktestChange> {
    let whole = body.not_null("changed_definition");
    let list = body.not_null("changes");
    match (whole, list) {
        (Some(node), None) => read_whole(&node).map(|whole| BacktestChange::Whole(Box::new(whole))),
        (None, Some(node)) => read_changes(&node).map(BacktestChange::List),
        (None, None) => {
            body.fail(
                "changes",
                "Say what is to be changed: a list of changes, or a whole changed_definition.",
            );
            None
        }
        (Some(_), Some(_)) => {
            body.fail(
                "changes",
                "Give either changes or changed_definition, not both.",
            );
            None
        }
    }
}

fn read_whole(node: &Node<'_>) -> Option<Definition> {
    let mut body = Node::new(node.value(), node.path().to_owned(), node.problems()).object()?;
    let definition = read_definition_fields(&mut body);
    // What `GET workflows/{id}/` gives can be edited and sent back whole.
    body.read_only(&["name"]);
    body.read_only(&DESCRIPTIVE);
    body.finish();
    definition
}

fn read_changes(node: &Node<'_>) -> Option<Vec<DefinitionChange>> {
    let items = node.list(MAX_CHANGES)?;
    if items.is_empty() {
        return node.fail("Name at least one change.");
    }
    let changes: Vec<_> = items
        .into_iter()
        .map(|item| item.object().and_then(read_one))
        .collect();
    changes.into_iter().collect()
}

/// The kinds of change by their names on the wire.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Set,
    RemoveStep,
    AddStep,
    AutomateStep,
    ChangeApprover,
}

const KINDS: [(&str, Kind); 5] = [
    ("set", Kind::Set),
    ("remove_step", Kind::RemoveStep),
    ("add_step", Kind::AddStep),
    ("automate_step", Kind::AutomateStep),
    ("change_approver", Kind::ChangeApprover),
];

fn read_one(mut body: Object<'_>) -> Option<DefinitionChange> {
    let kind = body.required("kind").and_then(|node| node.choice(&KINDS))?;
    let change = match kind {
        Kind::Set => {
            let path = body.required("path").and_then(|node| node.text(MAX_PATH));
            let value = present(&mut body, "value");
            path.zip(value)
                .map(|(path, value)| DefinitionChange::Set { path, value })
        }
        Kind::RemoveStep => read_step(&mut body).map(|step| DefinitionChange::RemoveStep { step }),
        Kind::AddStep => {
            let place = read_place(&mut body);
            let step = body
                .required("step")
                .and_then(|node| node.any_object().map(Value::Object));
            place
                .zip(step)
                .map(|(place, step)| DefinitionChange::AddStep { step, place })
        }
        Kind::AutomateStep => {
            let step = read_step(&mut body);
            let action = body.required("action").and_then(|node| node.text(MAX_NAME));
            step.zip(action)
                .map(|(step, action)| DefinitionChange::AutomateStep { step, action })
        }
        Kind::ChangeApprover => {
            let step = read_step(&mut body);
            let approver = body.required("approver").map(|node| node.value().clone());
            step.zip(approver)
                .map(|(step, approver)| DefinitionChange::ChangeApprover { step, approver })
        }
    };
    body.finish();
    change
}

/// A field that must be there, though it may be `null`.
fn present(body: &mut Object<'_>, name: &'static str) -> Option<Value> {
    match body.field(name) {
        Field::Present(node) => Some(node.value().clone()),
        Field::Null => Some(Value::Null),
        Field::Absent => {
            body.fail(name, "This field is required");
            None
        }
    }
}

fn read_step(body: &mut Object<'_>) -> Option<StepRef> {
    body.required("step").and_then(|node| reference(&node))
}

fn reference(node: &Node<'_>) -> Option<StepRef> {
    match node.value() {
        Value::String(_) => node.text(MAX_NAME).map(StepRef::Name),
        Value::Number(_) => node
            .integer(0..=i64::from(u32::MAX))
            .and_then(|at| usize::try_from(at).ok())
            .map(StepRef::Index),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            node.fail("Expected a 0-based step index or a step name.")
        }
    }
}

fn read_place(body: &mut Object<'_>) -> Option<StepPlace> {
    let before = body.not_null("before").map(|node| reference(&node));
    let after = body.not_null("after").map(|node| reference(&node));
    match (before, after) {
        (None, None) => Some(StepPlace::Last),
        (Some(before), None) => before.map(StepPlace::Before),
        (None, Some(after)) => after.map(StepPlace::After),
        (Some(_), Some(_)) => {
            body.fail("after", "Give either before or after, not both.");
            None
        }
    }
}

fn read_assumptions(mut body: Object<'_>) -> Option<BacktestAssumptions> {
    let millis = read_numbers(&mut body, "duration_seconds", MAX_STEP_SECONDS);
    let cost_per_hour = read_numbers(&mut body, "cost_per_hour", MAX_COST);
    let cost_per_run = read_numbers(&mut body, "cost_per_run", MAX_COST);
    body.finish();
    Some(BacktestAssumptions {
        step_millis: millis?
            .into_iter()
            .map(|(name, seconds)| (name, whole_millis(seconds)))
            .collect(),
        cost_per_hour: cost_per_hour?,
        cost_per_run: cost_per_run?,
    })
}

/// Seconds in the range that was checked, as whole milliseconds.
fn whole_millis(seconds: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be at most ten years"
    )]
    let millis = (seconds * 1000.0).round() as i64;
    millis
}

/// Numbers from 0 to `most` by name; none when the field is absent.
fn read_numbers(
    body: &mut Object<'_>,
    name: &'static str,
    most: f64,
) -> Option<BTreeMap<String, f64>> {
    let Some(node) = body.not_null(name) else {
        return Some(BTreeMap::new());
    };
    let map = node.any_object()?;
    if map.len() > MAX_ASSUMPTIONS {
        return node.fail(format!(
            "At most {MAX_ASSUMPTIONS} entries, got {}.",
            map.len()
        ));
    }
    let problems: &Problems = node.problems();
    let numbers: Vec<_> = map
        .iter()
        .map(|(key, value)| {
            let path = format!("{}.{key}", node.path());
            let number = Node::new(value, path, problems).number(0.0..=most);
            number.map(|number| (key.trim().to_owned(), number))
        })
        .collect();
    numbers.into_iter().collect()
}
