//! Shares of ways, priorities, and names that must exist.

use super::{MAX_ENTRIES, MAX_NAME, entries, field};
use crate::prediction::request::{Change, PredictionRequest, PriorityRule, Resources};
use document::{Node, Object, closest};
use workflow_model::{Guard, read_condition};

/// Probabilities of ways; they are weights, so that they need not add up to 1.
pub(super) fn shares(node: &Node<'_>) -> Option<Vec<(String, f64)>> {
    let (path, problems) = (node.path().to_owned(), node.problems());
    let shares = entries(node, |n| n.number(0.0..=1.0))?;
    let total: f64 = shares.iter().map(|(_, share)| share).sum();
    if total <= 0.0 || total > 1.0 + 1e-9 {
        problems.add(
            path,
            format!("The probabilities add up to {total}; expected over 0 and at most 1."),
        );
        return None;
    }
    Some(shares)
}

pub(super) fn priorities(node: &Node<'_>) -> Option<Vec<PriorityRule>> {
    let read: Vec<_> = node
        .list(MAX_ENTRIES)?
        .into_iter()
        .map(|node| {
            let mut body = node.object()?;
            let step = field(&mut body, "step", None, |n| n.text(MAX_NAME).map(Some));
            let condition = field(&mut body, "condition", Guard::always(), |n| {
                read_condition(&n)
            });
            let priority = body
                .required("priority")
                .and_then(|n| n.integer(-1000..=1000));
            body.finish();
            Some(PriorityRule {
                step: step?,
                condition: condition?,
                priority: i32::try_from(priority?).ok()?,
            })
        })
        .collect();
    read.into_iter().collect()
}

/// Whether all calendars and resources that are named are given.
pub(super) fn references(body: &Object<'_>, request: &PredictionRequest) -> bool {
    let calendars: Vec<_> = request.calendars.iter().map(|c| c.name.as_str()).collect();
    let mut sound = true;
    let mut check = |path: String, name: &str, known: &[&str], what: &str| {
        if known.contains(&name) {
            return;
        }
        sound = false;
        let hint = closest(name, known.iter().copied())
            .map(|near| format!(" Did you mean \"{near}\"?"))
            .unwrap_or_default();
        body.fail(&path, format!("There is no {what} \"{name}\".{hint}"));
    };
    if let Some(name) = &request.arrivals.calendar {
        check("arrivals.calendar".to_owned(), name, &calendars, "calendar");
    }
    let Resources::Given(resources) = &request.resources else {
        return sound;
    };
    let names: Vec<_> = resources.iter().map(|r| r.name.as_str()).collect();
    for (at, resource) in resources.iter().enumerate() {
        if let Some(name) = &resource.calendar {
            let path = format!("resources.{at}.calendar");
            check(path, name, &calendars, "calendar");
        }
    }
    for (step, assigned) in &request.assignments {
        for (at, name) in assigned.iter().enumerate() {
            check(format!("assignments.{step}.{at}"), name, &names, "resource");
        }
    }
    for variant in &request.changes {
        for (at, change) in variant.changes.iter().enumerate() {
            let path = format!("{}.changes.{at}", variant.path);
            match change {
                Change::Amount { resource, .. } => {
                    check(format!("{path}.resource"), resource, &names, "resource");
                }
                Change::ResourceCalendar { resource, calendar } => {
                    check(format!("{path}.resource"), resource, &names, "resource");
                    if let Some(name) = calendar {
                        check(format!("{path}.calendar"), name, &calendars, "calendar");
                    }
                }
                Change::Automate { .. }
                | Change::Condition { .. }
                | Change::DurationFactor { .. }
                | Change::ArrivalFactor { .. }
                | Change::Definition(_) => {}
            }
        }
    }
    sound
}
