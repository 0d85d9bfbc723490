//! Puts steps in, takes them out, and keeps what refers to them right.

use super::super::request::StepPlace;
use super::Refusal;
use serde_json::{Map, Value, json};
use workflow_model::StepRef;

/// The step that a reference names.
pub(super) fn named<'a>(
    document: &'a mut Value,
    reference: &StepRef,
) -> Result<&'a mut Map<String, Value>, Refusal> {
    let at = find(document, reference, "step")?;
    let step = list(document)?.get_mut(at).and_then(Value::as_object_mut);
    step.ok_or_else(|| ("step", format!("Step {at} cannot be changed.")))
}

pub(super) fn add(document: &mut Value, step: &Value, place: &StepPlace) -> Result<(), Refusal> {
    let at = match place {
        StepPlace::Before(reference) => find(document, reference, "before")?,
        StepPlace::After(reference) => find(document, reference, "after")? + 1,
        StepPlace::Last => list(document)?.len(),
    };
    let steps = list(document)?;
    for other in steps.iter_mut() {
        each_reference(other, &|reference| match position(reference) {
            Some(to) if to >= at => Some(json!(to + 1)),
            Some(_) | None => None,
        });
    }
    steps.insert(at, step.clone());
    Ok(())
}

pub(super) fn remove(document: &mut Value, reference: &StepRef) -> Result<(), Refusal> {
    let at = find(document, reference, "step")?;
    let steps = list(document)?;
    let removed = steps.remove(at);
    let branches = removed.get("branches").and_then(Value::as_array);
    if branches.is_some_and(|branches| !branches.is_empty()) {
        steps.insert(at, removed);
        return Err((
            "step",
            "This step has branches, so what comes after it is not one step. Set its branches \
             first, or send a changed_definition."
                .to_owned(),
        ));
    }
    let name = removed
        .get("name")
        .and_then(Value::as_str)
        .map(str::to_owned);
    // A name that another step has too goes on naming that one.
    let gone = name.filter(|name| !steps.iter().any(|step| is_named(step, name)));
    let next = if at < steps.len() {
        json!(at)
    } else {
        json!("end")
    };
    let before = removed.get("depends_on").cloned();
    for step in steps.iter_mut() {
        depend_on_what_it_did(step, at, gone.as_deref(), before.as_ref());
        each_reference(step, &|reference| match position(reference) {
            Some(to) if to == at => Some(next.clone()),
            Some(to) if to > at => Some(json!(to - 1)),
            None if reference.as_str().is_some() && reference.as_str() == gone.as_deref() => {
                Some(next.clone())
            }
            Some(_) | None => None,
        });
    }
    // What simply followed the removed step now starts when that one would have.
    let follower = steps.get_mut(at).and_then(Value::as_object_mut);
    if let (Some(follower), Some(before)) = (follower, before)
        && follower.get("depends_on").is_none_or(Value::is_null)
    {
        follower.insert("depends_on".to_owned(), before);
    }
    Ok(())
}

/// In `depends_on`, the removed step gives way to what it depended on itself.
fn depend_on_what_it_did(step: &mut Value, at: usize, gone: Option<&str>, before: Option<&Value>) {
    let Some(field) = step.get_mut("depends_on") else {
        return;
    };
    let is_gone = |reference: &Value| {
        position(reference) == Some(at) || (gone.is_some() && reference.as_str() == gone)
    };
    let listed: Vec<Value> = match &*field {
        Value::Array(items) => items.clone(),
        Value::Null => return,
        one => vec![one.clone()],
    };
    if !listed.iter().any(is_gone) {
        return;
    }
    let inherited: Vec<Value> = match before {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Null) | None if at > 0 => vec![json!(at - 1)],
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one.clone()],
    };
    let mut kept: Vec<Value> = Vec::new();
    for reference in listed.into_iter().flat_map(|reference| {
        if is_gone(&reference) {
            inherited.clone()
        } else {
            vec![reference]
        }
    }) {
        if !kept.contains(&reference) {
            kept.push(reference);
        }
    }
    *field = Value::Array(kept);
}

fn list(document: &mut Value) -> Result<&mut Vec<Value>, Refusal> {
    let steps = document.get_mut("steps").and_then(Value::as_array_mut);
    steps.ok_or_else(|| ("kind", "The definition has no list of steps.".to_owned()))
}

fn find(document: &mut Value, reference: &StepRef, field: &'static str) -> Result<usize, Refusal> {
    let steps = list(document)?;
    if steps.is_empty() {
        return Err((
            field,
            "The definition has no steps; send a changed_definition.".to_owned(),
        ));
    }
    match reference {
        StepRef::Index(at) if *at < steps.len() => Ok(*at),
        StepRef::Index(at) => Err((
            field,
            format!(
                "There is no step {at}: the steps are 0 to {}.",
                steps.len() - 1
            ),
        )),
        StepRef::Name(name) => {
            let at: Vec<usize> = (0..steps.len())
                .filter(|at| is_named(&steps[*at], name))
                .collect();
            match at.as_slice() {
                [only] => Ok(*only),
                [] => {
                    let names = steps.iter().filter_map(|step| step.get("name")?.as_str());
                    let hint = document::closest(name, names)
                        .map(|near| format!(" Did you mean \"{near}\"?"))
                        .unwrap_or_default();
                    Err((field, format!("There is no step named \"{name}\".{hint}")))
                }
                several => Err((
                    field,
                    format!(
                        "{} steps are named \"{name}\"; use the 0-based index.",
                        several.len()
                    ),
                )),
            }
        }
    }
}

fn is_named(step: &Value, name: &str) -> bool {
    // A step without a name goes by its action.
    let own = step.get("name").or_else(|| step.get("action"));
    own.and_then(Value::as_str).map(str::trim) == Some(name)
}

fn position(reference: &Value) -> Option<usize> {
    let number = reference.as_u64().or_else(|| {
        let number = reference
            .as_f64()
            .filter(|n| n.fract() == 0.0 && *n >= 0.0)?;
        format!("{number:.0}").parse().ok()
    })?;
    usize::try_from(number).ok()
}

/// Replaces the references of a step to others where `replace` has something else.
fn each_reference(step: &mut Value, replace: &dyn Fn(&Value) -> Option<Value>) {
    let put = |field: &mut Value| {
        if let Some(other) = replace(field) {
            *field = other;
        }
    };
    if let Some(branches) = step.get_mut("branches").and_then(Value::as_array_mut) {
        branches
            .iter_mut()
            .filter_map(|branch| branch.get_mut("next_step"))
            .for_each(put);
    }
    match step.get_mut("depends_on") {
        Some(Value::Array(items)) => items.iter_mut().for_each(put),
        Some(field) => put(field),
        None => {}
    }
    if let Some(field) = step.get_mut("on_failure") {
        put(field);
    }
}
