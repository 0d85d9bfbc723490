//! Makes a log of raw cases: types, case attributes, order.

#[cfg(test)]
mod tests;

use crate::raw::{Cell, Key, Keys, Raw, RawCase, RawEvent};
use crate::typed::{self, Kind};
use crate::{ActivitySummary, ImportError, ImportedCase, ImportedEvent, ImportedLog};
use chrono::FixedOffset;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Makes a log of what was read.
///
/// # Errors
/// There is no event in it.
pub(crate) fn log(name: String, mut raw: Raw) -> Result<ImportedLog, ImportError> {
    let without = raw
        .cases
        .iter()
        .filter(|case| case.events.is_empty())
        .count();
    raw.cases.retain(|case| !case.events.is_empty());
    if raw.cases.is_empty() {
        let first = raw.rejected.first();
        return Err(ImportError::Empty(
            first.map_or_else(String::new, |first| {
                format!("; line {}: {}", first.line, first.message)
            }),
        ));
    }
    if without > 0 {
        raw.note(format!(
            "{without} cases have no usable event and were left out."
        ));
    }
    order(&mut raw);
    unique_ids(&mut raw);
    lift_constants(&mut raw);
    let kinds = kinds(&raw);
    note_kinds(&mut raw, &kinds);
    note_starts(&mut raw);
    let activities = activities(&raw.cases);
    let typing = Typing {
        keys: &raw.keys,
        kinds: &kinds,
        offset: raw.offset,
    };
    Ok(ImportedLog {
        name,
        activities,
        cases: raw
            .cases
            .into_iter()
            .map(|case| typing.case(case))
            .collect(),
        notes: raw.notes,
        rejected: raw.rejected,
    })
}

/// By time of completion; the sort is stable, so that file order breaks ties. A start after its
/// end is a contradiction: it is left out.
fn order(raw: &mut Raw) {
    let mut reversed = 0;
    for case in &mut raw.cases {
        for event in &mut case.events {
            if event.start.is_some_and(|start| start > event.end) {
                event.start = None;
                reversed += 1;
            }
        }
        case.events.sort_by_key(|event| event.end);
    }
    if reversed > 0 {
        raw.note(format!(
            "{reversed} events begin after they end; their beginning was left out."
        ));
    }
}

/// Two cases of one id would be taken for one execution.
fn unique_ids(raw: &mut Raw) {
    let mut taken = HashSet::new();
    let mut renamed = 0;
    for case in &mut raw.cases {
        let mut id = case.id.clone();
        let mut n = 1;
        while !taken.insert(id.clone()) {
            n += 1;
            id = format!("{} ({n})", case.id);
        }
        renamed += usize::from(id != case.id);
        case.id = id;
    }
    if renamed > 0 {
        raw.note(format!(
            "{renamed} cases have the id of an earlier one; a number was added to theirs."
        ));
    }
}

/// An attribute of events that never changes within any case, and is on every event of each case
/// that has it, is one of the case. A log in which no case has two events shows no such thing.
fn lift_constants(raw: &mut Raw) {
    let constant = constants(raw);
    if !constant.contains(&true) {
        return;
    }
    for case in &mut raw.cases {
        let mut own: HashSet<Key> = case.attributes.iter().map(|(key, _)| *key).collect();
        for event in &mut case.events {
            for (key, cell) in std::mem::take(&mut event.attributes) {
                if !constant[key] {
                    event.attributes.push((key, cell));
                } else if own.insert(key) {
                    case.attributes.push((key, cell));
                }
            }
        }
    }
    let names: Vec<_> = (0..raw.keys.len())
        .filter(|key| constant[*key])
        .map(|key| raw.keys.name(key))
        .collect();
    let names = names.join(", ");
    raw.note(format!(
        "Never changing within a case, and so taken as attributes of the case: {names}."
    ));
}

/// For each key, whether it is an attribute of cases that was written on events.
fn constants(raw: &Raw) -> Vec<bool> {
    let mut constant = vec![false; raw.keys.len()];
    let mut broken = vec![false; raw.keys.len()];
    for case in &raw.cases {
        let mut seen: HashMap<Key, (&Cell, usize)> = HashMap::new();
        for (key, cell) in case.events.iter().flat_map(|event| &event.attributes) {
            let (first, times) = seen.entry(*key).or_insert((cell, 0));
            *times += 1;
            broken[*key] |= *first != cell;
        }
        for (key, (_, times)) in seen {
            broken[key] |= times != case.events.len();
            constant[key] |= times > 1;
        }
    }
    for (constant, broken) in constant.iter_mut().zip(broken) {
        *constant &= !broken;
    }
    constant
}

fn cells(raw: &Raw) -> impl Iterator<Item = &(Key, Cell)> {
    raw.cases.iter().flat_map(|case| {
        let events = case.events.iter().flat_map(|event| &event.attributes);
        case.attributes.iter().chain(events)
    })
}

/// What the texts of each key spell; `None` for a key without any.
fn kinds(raw: &Raw) -> Vec<Option<Kind>> {
    let mut kinds: Vec<Option<Kind>> = vec![None; raw.keys.len()];
    for (key, cell) in cells(raw) {
        if let Cell::Text(text) = cell
            && kinds[*key] != Some(Kind::Text)
        {
            let kind = Kind::of(text);
            kinds[*key] = Some(kinds[*key].map_or(kind, |known| known.join(kind)));
        }
    }
    kinds
}

fn note_kinds(raw: &mut Raw, kinds: &[Option<Kind>]) {
    if !raw.declares_types {
        return;
    }
    for (key, kind) in kinds.iter().enumerate() {
        if let Some(noun) = kind.and_then(Kind::noun) {
            let name = raw.keys.name(key);
            let sentence = format!("Attribute \"{name}\" holds texts; they were read as {noun}.");
            raw.note(sentence);
        }
    }
}

fn note_starts(raw: &mut Raw) {
    let events = raw.cases.iter().flat_map(|case| &case.events);
    let starts = events.clone().filter(|event| event.start.is_some()).count();
    let all = events.count();
    if starts == 0 {
        raw.note(
            "Step durations are measured from the previous event, since the log has completion \
             times only; they include waiting.",
        );
    } else if starts < all {
        raw.note(format!(
            "{starts} of {all} events say when they began; the others have no duration."
        ));
    }
}

/// Activities by mean relative position, ties by first appearance.
fn activities(cases: &[RawCase]) -> Vec<ActivitySummary> {
    struct Seen {
        count: u32,
        positions: f64,
        first: usize,
    }
    let mut seen: HashMap<&str, Seen> = HashMap::new();
    for case in cases {
        let last = u32::try_from(case.events.len() - 1).unwrap_or(u32::MAX);
        for (position, event) in (0u32..).zip(&case.events) {
            let first = seen.len();
            let entry = seen.entry(&event.activity).or_insert(Seen {
                count: 0,
                positions: 0.0,
                first,
            });
            entry.count += 1;
            if last > 0 {
                entry.positions += f64::from(position) / f64::from(last);
            }
        }
    }
    let mut list: Vec<_> = seen.into_iter().collect();
    let mean = |seen: &Seen| seen.positions / f64::from(seen.count);
    list.sort_by(|(_, a), (_, b)| mean(a).total_cmp(&mean(b)).then(a.first.cmp(&b.first)));
    list.into_iter()
        .map(|(name, seen)| ActivitySummary {
            name: name.to_owned(),
            count: u64::from(seen.count),
        })
        .collect()
}

struct Typing<'a> {
    keys: &'a Keys,
    kinds: &'a [Option<Kind>],
    offset: FixedOffset,
}

impl Typing<'_> {
    fn case(&self, case: RawCase) -> ImportedCase {
        ImportedCase {
            case_id: case.id,
            attributes: self.attributes(case.attributes),
            events: case
                .events
                .into_iter()
                .map(|event| self.event(event))
                .collect(),
        }
    }

    fn event(&self, event: RawEvent) -> ImportedEvent {
        ImportedEvent {
            activity: event.activity,
            resource: event.resource,
            start: event.start,
            end: event.end,
            outcome: event.outcome,
            attributes: self.attributes(event.attributes),
        }
    }

    fn attributes(&self, cells: Vec<(Key, Cell)>) -> Map<String, Value> {
        let typed = |(key, cell): (Key, Cell)| {
            let kind = self.kinds[key].unwrap_or(Kind::Text);
            (
                self.keys.name(key).to_owned(),
                typed::value(cell, kind, self.offset),
            )
        };
        cells.into_iter().map(typed).collect()
    }
}
