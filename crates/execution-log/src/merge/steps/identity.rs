//! Which known step a reported one is.
//!
//! A step is identified by its place in the definition (else its name), its attempt and its
//! start. Logs are poorer than that: many say only when a step ended, and some say the same
//! step twice at one instant because it ran twice. So steps are matched as a multiset, each
//! known one at most once, the surest matches first. What is told apart by nothing but the list
//! it stands in is matched in that order, as well as can be.

use super::Row;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use workflow_model::RecordedStep;

/// Of this many open attempts at one step none can be told from the others.
const MAX_OPEN: usize = 1_000;

type Times = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// For each reported step, the known one that it is.
pub(super) fn matches(rows: &[Row], said: &[RecordedStep]) -> Vec<Option<usize>> {
    let mut matching = Matching {
        rows,
        said,
        found: vec![None; said.len()],
        taken: vec![false; rows.len()],
    };
    if !rows.is_empty() {
        let exact = |step: &RecordedStep| Some((step.started_at, step.completed_at));
        let start = |step: &RecordedStep| Some((Some(step.started_at?), None));
        let end = |step: &RecordedStep| Some((None, Some(step.completed_at?)));
        // Several people may do one step side by side.
        let same_actor = |a: &RecordedStep, b: &RecordedStep| a.actor == b.actor;
        matching.by_times(exact, same_actor);
        matching.by_times(exact, |_, _| true);
        matching.by_times(start, same_actor);
        matching.by_times(start, |_, _| true);
        matching.by_times(end, |a, b| a.started_at.is_none() || b.started_at.is_none());
        matching.by_complement();
    }
    matching.found
}

/// Whether one may say what the other lacks: never two different starts, or two different ends.
fn complements(known: &RecordedStep, said: &RecordedStep) -> bool {
    let start = known.started_at.or(said.started_at);
    let end = known.completed_at.or(said.completed_at);
    let both = (known.started_at.is_some() && said.started_at.is_some())
        || (known.completed_at.is_some() && said.completed_at.is_some());
    let in_order = start.zip(end).is_none_or(|(start, end)| start <= end);
    !both && in_order
}

/// Whether both are attempts of one number at one step.
fn same_step(known: &RecordedStep, said: &RecordedStep) -> bool {
    known.attempt == said.attempt
        && match (known.step_index, said.step_index) {
            (Some(known), Some(said)) => known == said,
            _ => known.step_name == said.step_name,
        }
}

/// What steps are looked up by: those that are one step share a place or a name.
#[derive(PartialEq, Eq, Hash)]
enum Label<'a> {
    Place(u32),
    Name(&'a str),
}

fn labels(step: &RecordedStep) -> impl Iterator<Item = Label<'_>> {
    step.step_index
        .map(Label::Place)
        .into_iter()
        .chain([Label::Name(&step.step_name)])
}

/// Numbers steps that cannot be told apart by name, attempt and time.
#[derive(Default)]
pub(super) struct Ordinals(HashMap<u64, u32>);

impl Ordinals {
    /// How many such steps came before this one.
    pub(super) fn next(&mut self, step: &RecordedStep) -> u32 {
        let time = step.started_at.or(step.completed_at);
        let mut hasher = DefaultHasher::new();
        (
            labels(step).next(),
            step.attempt,
            step.started_at.is_some(),
            time,
        )
            .hash(&mut hasher);
        let count = self.0.entry(hasher.finish()).or_default();
        let ordinal = *count;
        *count += 1;
        ordinal
    }
}

struct Matching<'a> {
    rows: &'a [Row],
    said: &'a [RecordedStep],
    found: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'a> Matching<'a> {
    /// Known steps that are still free, in the order in which they are to be matched.
    fn free(&self) -> Vec<(usize, &'a RecordedStep)> {
        let rows = self.rows.iter().zip(&self.taken).enumerate();
        let mut free: Vec<_> = rows.filter(|(_, (_, taken))| !**taken).collect();
        free.sort_by_key(|(_, (row, _))| (row.state.ordinal, row.state.position));
        free.into_iter()
            .map(|(place, (row, _))| (place, &row.step))
            .collect()
    }

    /// Matches each reported step with the first known one that has its times and fits.
    fn by_times(
        &mut self,
        times: impl Fn(&RecordedStep) -> Option<Times>,
        fits: impl Fn(&RecordedStep, &RecordedStep) -> bool,
    ) {
        let mut waiting: HashMap<(Label<'_>, u32, Times), VecDeque<(usize, usize)>> =
            HashMap::new();
        for (rank, (place, step)) in self.free().into_iter().enumerate() {
            for label in labels(step) {
                let Some(times) = times(step) else { continue };
                waiting
                    .entry((label, step.attempt, times))
                    .or_default()
                    .push_back((rank, place));
            }
        }
        let rows = self.rows;
        for (said, found) in self.said.iter().zip(&mut self.found) {
            let Some(times) = times(said).filter(|_| found.is_none()) else {
                continue;
            };
            let mut best: Option<(usize, usize)> = None;
            for label in labels(said) {
                let Some(queue) = waiting.get_mut(&(label, said.attempt, times)) else {
                    continue;
                };
                let is_taken = |place: usize| self.taken.get(place).is_none_or(|taken| *taken);
                while queue.front().is_some_and(|(_, place)| is_taken(*place)) {
                    queue.pop_front();
                }
                let first = queue.iter().copied().find(|(_, place)| {
                    let row = rows.get(*place).filter(|_| !is_taken(*place));
                    row.is_some_and(|row| same_step(&row.step, said) && fits(&row.step, said))
                });
                best = best.into_iter().chain(first).min();
            }
            if let Some((_, place)) = best
                && let Some(taken) = self.taken.get_mut(place)
            {
                *taken = true;
                *found = Some(place);
            }
        }
    }

    /// Matches where exactly one reported step and exactly one known one can be the same.
    fn by_complement(&mut self) {
        let mut free: HashMap<(Label<'_>, u32), Vec<usize>> = HashMap::new();
        for (place, step) in self.free() {
            for label in labels(step) {
                free.entry((label, step.attempt)).or_default().push(place);
            }
        }
        // For each known step the reported ones that it could be.
        let mut suitors: HashMap<usize, Vec<usize>> = HashMap::new();
        for (number, said) in self.said.iter().enumerate() {
            if self.found.get(number).is_none_or(Option::is_some) {
                continue;
            }
            for place in self.candidates(&free, said) {
                suitors.entry(place).or_default().push(number);
            }
        }
        for (place, numbers) in &suitors {
            let [number] = numbers.as_slice() else {
                continue;
            };
            let only = self
                .said
                .get(*number)
                .map(|said| self.candidates(&free, said));
            if only.is_some_and(|only| only == [*place])
                && let Some(found) = self.found.get_mut(*number)
            {
                *found = Some(*place);
            }
        }
    }

    /// The known steps that the reported one could be, by place.
    fn candidates(
        &self,
        free: &HashMap<(Label<'_>, u32), Vec<usize>>,
        said: &RecordedStep,
    ) -> Vec<usize> {
        let lists = labels(said).filter_map(|label| free.get(&(label, said.attempt)));
        let fits = |place: &&usize| {
            self.rows
                .get(**place)
                .is_some_and(|row| same_step(&row.step, said) && complements(&row.step, said))
        };
        let small = lists.filter(|list| list.len() <= MAX_OPEN);
        let mut places: Vec<usize> = small.flatten().filter(fits).copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}
