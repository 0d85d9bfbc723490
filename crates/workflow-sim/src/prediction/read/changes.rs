//! What-if variants.

use super::distributions::factor;
use super::{MAX_NAME, MAX_SECONDS, field};
use crate::prediction::request::{Amount, Change, Variant};
use document::{Node, Object};
use std::collections::HashSet;
use workflow_model::{Definition, read_condition};

const MAX_VARIANTS: usize = 20;
const MAX_CHANGES: usize = 50;

#[derive(Clone, Copy)]
enum Kind {
    Amount,
    Calendar,
    Automate,
    Condition,
    Duration,
    Arrivals,
    Definition,
}

const KINDS: [(&str, Kind); 7] = [
    ("resource_amount", Kind::Amount),
    ("resource_calendar", Kind::Calendar),
    ("automate", Kind::Automate),
    ("condition", Kind::Condition),
    ("duration", Kind::Duration),
    ("arrivals", Kind::Arrivals),
    ("definition", Kind::Definition),
];

pub(super) fn variants(node: &Node<'_>) -> Option<Vec<Variant>> {
    let mut names = HashSet::new();
    let read: Vec<_> = node
        .list(MAX_VARIANTS)?
        .into_iter()
        .map(|node| {
            let (path, problems) = (node.path().to_owned(), node.problems());
            let variant = variant(node)?;
            if !names.insert(variant.name.clone()) {
                problems.add(
                    format!("{path}.name"),
                    format!("Another variant is named \"{}\" too.", variant.name),
                );
                return None;
            }
            Some(variant)
        })
        .collect();
    read.into_iter().collect()
}

fn variant(node: Node<'_>) -> Option<Variant> {
    let path = node.path().to_owned();
    let mut body = node.object()?;
    let name = body.required("name").and_then(|n| n.text(MAX_NAME));
    let changes = body.required("changes").and_then(|n| {
        let items = n.list(MAX_CHANGES)?;
        if items.is_empty() {
            return n.fail("Give at least one change.");
        }
        let read: Vec<_> = items.into_iter().map(change).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    body.finish();
    Some(Variant {
        name: name?,
        changes: changes?,
        path,
    })
}

fn change(node: Node<'_>) -> Option<Change> {
    let mut body = node.object()?;
    let kind = body.required("change").and_then(|n| n.choice(&KINDS))?;
    let read = match kind {
        Kind::Amount => amount(&mut body),
        Kind::Calendar => {
            let resource = required_name(&mut body, "resource");
            let calendar = field(&mut body, "calendar", None, |n| n.text(MAX_NAME).map(Some));
            resource
                .zip(calendar)
                .map(|(resource, calendar)| Change::ResourceCalendar { resource, calendar })
        }
        Kind::Automate => {
            let step = required_name(&mut body, "step");
            let seconds = field(&mut body, "seconds", 0.0, |n| n.number(0.0..=MAX_SECONDS));
            step.zip(seconds)
                .map(|(step, seconds)| Change::Automate { step, seconds })
        }
        Kind::Condition => condition(&mut body),
        Kind::Duration => {
            let step = field(&mut body, "step", None, |n| n.text(MAX_NAME).map(Some));
            let factor = factor(&mut body);
            step.zip(factor)
                .map(|(step, factor)| Change::DurationFactor { step, factor })
        }
        Kind::Arrivals => factor(&mut body).map(|factor| Change::ArrivalFactor { factor }),
        Kind::Definition => body.required("definition").and_then(|n| definition(&n)),
    };
    body.finish();
    read
}

fn required_name(body: &mut Object<'_>, key: &'static str) -> Option<String> {
    body.required(key)?.text(MAX_NAME)
}

fn amount(body: &mut Object<'_>) -> Option<Change> {
    let resource = required_name(body, "resource");
    let add = field(body, "add", None, |n| n.integer(-10_000..=10_000).map(Some));
    let set = field(body, "set", None, |n| n.integer(1..=10_000).map(Some));
    let to = match (add?, set?) {
        (Some(add), None) => Amount::Add(i32::try_from(add).ok()?),
        (None, Some(set)) => Amount::Set(u32::try_from(set).ok()?),
        (None, None) => {
            body.fail("add", "Give add or set.");
            return None;
        }
        (Some(_), Some(_)) => {
            body.fail("set", "Give either add or set, not both.");
            return None;
        }
    };
    Some(Change::Amount {
        resource: resource?,
        to,
    })
}

fn condition(body: &mut Object<'_>) -> Option<Change> {
    let step = required_name(body, "step");
    let branch = field(body, "branch", None, |n| n.integer(0..=99).map(Some));
    let node = body.required("condition")?;
    // A branch may be an outcome label, which is read with the definition that it becomes part of.
    let branch = branch?;
    if branch.is_none() {
        read_condition(&node)?;
    }
    Some(Change::Condition {
        step: step?,
        branch: branch.and_then(|at| usize::try_from(at).ok()),
        condition: node.value().clone(),
    })
}

fn definition(node: &Node<'_>) -> Option<Change> {
    match Definition::read(node.value()) {
        Ok(definition) => Some(Change::Definition(Box::new(definition))),
        Err(problems) => {
            for problem in problems {
                let path = match problem.path.as_str() {
                    "" => node.path().to_owned(),
                    inner => format!("{}.{inner}", node.path()),
                };
                node.problems().add(path, problem.message);
            }
            None
        }
    }
}
