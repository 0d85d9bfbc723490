//! The life cycle of events (XES 1849, lifecycle extension): several entries of one activity, such
//! as `start` and `complete`, become one event.

use super::attributes::RawXesEvent;
use crate::raw::RawEvent;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// What became of the entries, for the notes.
#[derive(Debug, Default)]
pub(super) struct Lifecycle {
    completions: usize,
    paired: usize,
    /// Completions whose start is not in the log, in logs that have starts.
    unstarted: usize,
    unfinished: usize,
    dropped: BTreeMap<String, usize>,
    instantaneous: usize,
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Complete,
    Other,
}

fn stage(event: &RawXesEvent) -> Stage {
    match event.transition.as_deref() {
        None | Some("complete") => Stage::Complete,
        Some("start") => Stage::Start,
        Some(_) => Stage::Other,
    }
}

/// A start that waits for its completion.
struct Open {
    instance: Option<String>,
    resource: Option<String>,
    at: DateTime<Utc>,
}

/// The completed events of a case, in order of time.
///
/// A completion takes the oldest open start of its activity, of its instance when both say one;
/// among those, one of its own resource if there is one. Other transitions (`schedule`,
/// `suspend`, …) are counted and dropped.
pub(super) fn completed(mut entries: Vec<RawXesEvent>, counts: &mut Lifecycle) -> Vec<RawEvent> {
    entries.sort_by_key(|entry| entry.at);
    let mut open: HashMap<String, VecDeque<Open>> = HashMap::new();
    let mut events = Vec::with_capacity(entries.len());
    for entry in entries {
        match stage(&entry) {
            Stage::Start => open.entry(entry.activity).or_default().push_back(Open {
                instance: entry.instance,
                resource: entry.resource,
                at: entry.at,
            }),
            Stage::Complete => {
                counts.completions += 1;
                let starts = open.get_mut(&entry.activity);
                let start = starts.and_then(|starts| take_partner(starts, &entry));
                counts.paired += usize::from(start.is_some());
                counts.unstarted += usize::from(start.is_none() && entry.start.is_none());
                events.push(event(entry, start));
            }
            Stage::Other => {
                let transition = entry.transition.unwrap_or_default();
                *counts.dropped.entry(transition).or_default() += 1;
            }
        }
    }
    counts.unfinished += open.values().map(VecDeque::len).sum::<usize>();
    events
}

/// Whether a case has starts and nothing else.
pub(super) fn only_starts(entries: &[RawXesEvent]) -> bool {
    !entries.is_empty() && entries.iter().all(|entry| stage(entry) == Stage::Start)
}

/// The events of a case that has starts only. In a log without any completion they say when
/// things were done; in another one they are of work that is under way.
pub(super) fn instantaneous(entries: Vec<RawXesEvent>, counts: &mut Lifecycle) -> Vec<RawEvent> {
    if counts.completions > 0 {
        counts.unfinished += entries.len();
        return Vec::new();
    }
    counts.instantaneous += entries.len();
    entries
        .into_iter()
        .map(|entry| event(entry, None))
        .collect()
}

/// Takes the start that the completion belongs to out of the open ones of its activity.
fn take_partner(starts: &mut VecDeque<Open>, entry: &RawXesEvent) -> Option<DateTime<Utc>> {
    let fits = |start: &Open| match (&start.instance, &entry.instance) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => true,
    };
    let of_resource = |start: &Open| fits(start) && start.resource == entry.resource;
    let index = starts.iter().position(of_resource);
    let index = index.or_else(|| starts.iter().position(fits))?;
    starts.remove(index).map(|start| start.at)
}

fn event(entry: RawXesEvent, start: Option<DateTime<Utc>>) -> RawEvent {
    RawEvent {
        activity: entry.activity,
        resource: entry.resource,
        start: entry.start.or(start),
        end: entry.at,
        outcome: entry.outcome,
        attributes: entry.attributes,
    }
}

impl Lifecycle {
    /// What to tell, one sentence each.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.paired > 0 {
            sentences.push(format!(
                "{} events have a start and a completion in the log; {} have a completion only.",
                self.paired, self.unstarted
            ));
        }
        if self.unfinished > 0 {
            sentences.push(format!(
                "{} events were started and never completed in the log; they were left out.",
                self.unfinished
            ));
        }
        for (transition, count) in &self.dropped {
            sentences.push(format!(
                "{count} entries with the life-cycle transition \"{transition}\" were left out."
            ));
        }
        if self.instantaneous > 0 {
            sentences.push(format!(
                "The log has starts only; each of its {} events was taken as completed at once.",
                self.instantaneous
            ));
        }
        sentences
    }
}
