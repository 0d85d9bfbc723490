//! Resources and calendars.

use super::{MAX_ENTRIES, MAX_NAME, entries, field, natural};
use crate::prediction::request::{Calendar, Resource, Resources};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use document::{Node, Object};
use serde_json::Value;
use std::collections::HashSet;

const MAX_CALENDARS: usize = 100;
const MAX_HOURS: usize = 24;
const MAX_DAYS: usize = 1000;
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// A list of resources, `"unlimited"` or `"history"`.
pub(super) fn resources(node: &Node<'_>) -> Option<Resources> {
    match node.value() {
        Value::String(word) if word == "unlimited" => return Some(Resources::Unlimited),
        Value::String(word) if word == "history" => return Some(Resources::FromHistory),
        Value::Array(_) => {}
        _ => return node.fail("Expected a list of resources, \"unlimited\" or \"history\"."),
    }
    let mut names = HashSet::new();
    let read: Vec<_> = node
        .list(MAX_ENTRIES)?
        .into_iter()
        .map(|node| {
            let (path, problems) = (node.path().to_owned(), node.problems());
            let resource = resource(node)?;
            if !names.insert(resource.name.clone()) {
                problems.add(
                    format!("{path}.name"),
                    format!("Another resource is named \"{}\" too.", resource.name),
                );
                return None;
            }
            Some(resource)
        })
        .collect();
    Some(Resources::Given(read.into_iter().collect::<Option<_>>()?))
}

fn resource(node: Node<'_>) -> Option<Resource> {
    let mut body = node.object()?;
    let name = body.required("name").and_then(|n| n.text(MAX_NAME));
    let amount = field(&mut body, "amount", 1, |n| natural(&n, 1, 10_000));
    let cost = field(&mut body, "cost_per_hour", 0.0, |n| n.number(0.0..=1e9));
    let skills = field(&mut body, "skills", Vec::new(), |n| {
        n.texts(MAX_ENTRIES, MAX_NAME)
    });
    let calendar = field(&mut body, "calendar", None, |n| n.text(MAX_NAME).map(Some));
    let absences = field(&mut body, "absences", Vec::new(), |n| {
        let read: Vec<_> = n.list(MAX_DAYS)?.into_iter().map(absence).collect();
        read.into_iter().collect()
    });
    body.finish();
    Some(Resource {
        name: name?,
        amount: amount?,
        cost_per_hour: cost?,
        skills: skills?,
        calendar: calendar?,
        absences: absences?,
    })
}

fn absence(node: Node<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let mut body = node.object()?;
    let from = body.required("from").and_then(|n| n.instant());
    let until = body.required("until").and_then(|n| n.instant());
    let (from, until) = (from?, until?);
    if until <= from {
        body.fail("until", "Ensure this is after from.");
        return None;
    }
    body.finish();
    Some((from, until))
}

pub(super) fn calendars(node: &Node<'_>) -> Option<Vec<Calendar>> {
    let read = entries(node, calendar)?;
    if read.len() > MAX_CALENDARS {
        return node.fail(format!(
            "At most {MAX_CALENDARS} calendars, got {}.",
            read.len()
        ));
    }
    Some(
        read.into_iter()
            .map(|(name, calendar)| Calendar { name, ..calendar })
            .collect(),
    )
}

fn calendar(node: Node<'_>) -> Option<Calendar> {
    let mut body = node.object()?;
    let zone = field(&mut body, "time_zone", chrono_tz::UTC, |n| zone(&n));
    let weekly = body.required("weekly").and_then(weekly);
    let holidays = field(&mut body, "holidays", Vec::new(), |n| {
        let read: Vec<_> = n.list(MAX_DAYS)?.into_iter().map(|n| day(&n)).collect();
        read.into_iter().collect()
    });
    let weekly = weekly?;
    if weekly.iter().all(Vec::is_empty) {
        body.fail("weekly", "Give at least one interval.");
        return None;
    }
    body.finish();
    Some(Calendar {
        name: String::new(),
        time_zone: zone?,
        weekly,
        holidays: holidays?,
    })
}

fn zone(node: &Node<'_>) -> Option<chrono_tz::Tz> {
    let name = node.text(MAX_NAME)?;
    match name.parse() {
        Ok(zone) => Some(zone),
        Err(_unknown) => {
            let hint = document::closest(&name, chrono_tz::TZ_VARIANTS.iter().map(|z| z.name()))
                .map(|near| format!(" Did you mean \"{near}\"?"))
                .unwrap_or_default();
            node.fail(format!(
                "\"{name}\" is not a time zone of the IANA database, such as \
                 \"Europe/Berlin\".{hint}"
            ))
        }
    }
}

fn day(node: &Node<'_>) -> Option<NaiveDate> {
    let text = node.text(10)?;
    match text.parse() {
        Ok(day) => Some(day),
        Err(_malformed) => node.fail("Expected a date, such as \"2024-12-25\"."),
    }
}

fn weekly(node: Node<'_>) -> Option<[Vec<(NaiveTime, NaiveTime)>; 7]> {
    let mut body = node.object()?;
    let days = DAYS.map(|day| hours_of(&mut body, day));
    body.finish();
    let mut weekly: [Vec<_>; 7] = Default::default();
    for (at, hours) in days.into_iter().enumerate() {
        weekly[at] = hours?;
    }
    Some(weekly)
}

fn hours_of(body: &mut Object<'_>, day: &'static str) -> Option<Vec<(NaiveTime, NaiveTime)>> {
    field(body, day, Vec::new(), |n| {
        let read: Vec<_> = n.list(MAX_HOURS)?.into_iter().map(interval).collect();
        read.into_iter().collect()
    })
}

/// `{"from": "09:00", "to": "17:00"}`; `24:00` is the midnight at the end of the day.
fn interval(node: Node<'_>) -> Option<(NaiveTime, NaiveTime)> {
    let mut body = node.object()?;
    let from = body.required("from").and_then(|n| clock(&n));
    let to = body.required("to").and_then(|n| clock(&n));
    body.finish();
    Some((from?, to?))
}

fn clock(node: &Node<'_>) -> Option<NaiveTime> {
    let text = node.text(8)?;
    if text == "24:00" {
        return Some(NaiveTime::MIN);
    }
    let read = NaiveTime::parse_from_str(&text, "%H:%M")
        .or_else(|_seconds| NaiveTime::parse_from_str(&text, "%H:%M:%S"));
    match read {
        Ok(time) => Some(time),
        Err(_malformed) => node.fail("Expected a time of day, such as \"09:00\"."),
    }
}
