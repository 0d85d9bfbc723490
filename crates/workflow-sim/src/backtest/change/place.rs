//! Puts a value at a path of a document.

use serde_json::Value;

/// Replaces what stands at `path`, or adds a key to the object that is there.
pub(super) fn set(document: &mut Value, path: &str, value: &Value) -> Result<(), String> {
    let segments: Vec<&str> = path.split('.').collect();
    let Some((last, parents)) = segments.split_last() else {
        return Err("Name a place, such as steps.0.conditions.".to_owned());
    };
    let mut here = document;
    let mut walked = String::new();
    for segment in parents {
        here = step_into(here, segment, &walked)?;
        if !walked.is_empty() {
            walked.push('.');
        }
        walked.push_str(segment);
    }
    if parents.is_empty() && here.get(last).is_none() {
        let known = here.as_object().into_iter().flat_map(|map| map.keys());
        let known: Vec<&str> = known.map(String::as_str).collect();
        return Err(format!(
            "A definition has no \"{last}\"; its parts are {}.",
            known.join(", ")
        ));
    }
    match here {
        Value::Object(map) => {
            map.insert((*last).to_owned(), value.clone());
            Ok(())
        }
        Value::Array(_) => {
            *step_into(here, last, &walked)? = value.clone();
            Ok(())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(format!(
            "\"{walked}\" holds neither fields nor a list, so it has no \"{last}\"."
        )),
    }
}

fn step_into<'a>(
    here: &'a mut Value,
    segment: &str,
    walked: &str,
) -> Result<&'a mut Value, String> {
    let place = if walked.is_empty() {
        "The definition"
    } else {
        walked
    };
    match here {
        Value::Object(map) => map.get_mut(segment).ok_or_else(|| {
            format!("{place} has no \"{segment}\". Set the object that is to hold it as a whole.")
        }),
        Value::Array(items) => {
            let at = position(items, segment);
            let count = items.len();
            let found = at.and_then(|at| items.get_mut(at));
            found.ok_or_else(|| {
                if count == 0 {
                    format!("{place} is empty, so it has no \"{segment}\".")
                } else {
                    format!(
                        "{place} has no \"{segment}\": use a position from 0 to {}, or a name that \
                         stands there once.",
                        count - 1
                    )
                }
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(format!(
            "{place} holds neither fields nor a list, so it has no \"{segment}\"."
        )),
    }
}

/// By position, or by a name or id that only one item has.
fn position(items: &[Value], segment: &str) -> Option<usize> {
    if let Ok(at) = segment.parse::<usize>() {
        return Some(at);
    }
    let is_called = |item: &Value| {
        ["name", "id"]
            .iter()
            .any(|key| item.get(key).and_then(Value::as_str) == Some(segment))
    };
    let mut found = (0..items.len()).filter(|at| is_called(&items[*at]));
    let first = found.next();
    first.filter(|_| found.next().is_none())
}
