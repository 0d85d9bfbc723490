//! What is counted over all cases. Bounded by the definitions, not by the number of cases.

mod conformance;
mod report;

use super::case::{Answer, Case, Pair};
use super::effects::{Effects, new_outcome, old_outcome};
use super::stats::{Sample, Sums};
use super::walk::Stop;
use chrono::{DateTime, Utc};
use conformance::ConformanceTally;
use std::collections::BTreeMap;

/// Names that come from records are counted up to this many; the rest together.
const MAX_NAMES: usize = 1000;
/// What the rest is called.
const OTHERS: &str = "(others)";

/// How many executions.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) observed: u64,
    pub(super) not_ended: u64,
    pub(super) not_examined: u64,
    pub(super) examined: u64,
    answered: u64,
    changed: u64,
    path_changed: u64,
    approvers_changed: u64,
    outcome_changed: u64,
    faster: u64,
    slower: u64,
    not_started: u64,
    without_steps: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Asked {
    old: u64,
    new: u64,
    saved: u64,
    added: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Breaches {
    old: u64,
    new: u64,
    appear: u64,
    vanish: u64,
    appear_on_estimates: u64,
    vanish_on_estimates: u64,
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    seed: u64,
    pub(super) counts: Counts,
    first: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
    conformance: ConformanceTally,
    /// For each node of the changed definition.
    decisions: Vec<u64>,
    ways: BTreeMap<(usize, String, String), u64>,
    old: Sums,
    new: Sums,
    differences: Sums,
    sample: Sample,
    dropped: i128,
    added: i128,
    estimated: i128,
    with_estimates: u64,
    old_cost: Sums,
    new_cost: Sums,
    cost_differences: Sums,
    without_price: u64,
    asked: BTreeMap<String, Asked>,
    breaches: Vec<Breaches>,
    /// Cases, and those that rest on an assumption.
    outcomes: BTreeMap<(String, Option<String>), (u64, u64)>,
    /// For each node of the changed definition.
    guessed: Vec<u64>,
    unanswered: BTreeMap<Stop, u64>,
}

impl Tally {
    pub(super) fn new(pair: &Pair, slas: usize, seed: u64) -> Self {
        Self {
            seed,
            conformance: ConformanceTally::new(pair.baseline.nodes.len()),
            decisions: vec![0; pair.changed.nodes.len()],
            guessed: vec![0; pair.changed.nodes.len()],
            breaches: vec![Breaches::default(); slas],
            ..Self::default()
        }
    }

    /// Counts what every case has.
    pub(super) fn case(&mut self, case: &Case<'_>) {
        let started_at = case.execution.started_at;
        self.counts.examined += 1;
        self.first = Some(self.first.map_or(started_at, |first| first.min(started_at)));
        self.last = Some(self.last.map_or(started_at, |last| last.max(started_at)));
        self.counts.without_steps += u64::from(case.trace.runs.is_empty());
        self.conformance
            .add(&case.agreements, case.trace.runs.is_empty());
        if let Err(stop) = &case.answer {
            self.stop(stop);
        }
    }

    fn stop(&mut self, stop: &Stop) {
        let is_new = !self.unanswered.contains_key(stop);
        if is_new && self.unanswered.len() >= MAX_NAMES {
            let rest = Stop {
                missing: vec![OTHERS.to_owned()],
                ..stop.clone()
            };
            *self.unanswered.entry(rest).or_default() += 1;
        } else {
            *self.unanswered.entry(stop.clone()).or_default() += 1;
        }
    }

    /// Counts what an answered case has.
    pub(super) fn answer(&mut self, case: &Case<'_>, answer: &Answer, effects: &Effects) {
        let counts = &mut self.counts;
        counts.answered += 1;
        counts.changed += u64::from(answer.is_changed());
        counts.not_started += u64::from(answer.not_started);
        if answer.not_started {
            self.outcome(case, answer);
            return;
        }
        counts.path_changed += u64::from(answer.path_changed);
        counts.approvers_changed += u64::from(answer.approvers_changed);
        counts.outcome_changed += u64::from(answer.outcome.is_some());
        counts.faster += u64::from(answer.difference() < 0);
        counts.slower += u64::from(answer.difference() > 0);
        for diversion in &answer.diversions {
            self.decisions[diversion.node] += 1;
            if let Some((from, to)) = &diversion.from_to {
                let key = (diversion.node, from.clone(), to.clone());
                *self.ways.entry(key).or_default() += 1;
            }
        }
        self.outcome(case, answer);
        if let Some((old, new)) = answer.millis {
            self.times(case, answer, effects, (old, new));
            self.people(effects);
        }
    }

    fn outcome(&mut self, case: &Case<'_>, answer: &Answer) {
        if answer.outcome.is_none() && !answer.not_started {
            return;
        }
        let (new, assumed) = new_outcome(case, answer);
        let mut key = (old_outcome(case).to_owned(), new.map(str::to_owned));
        if self.outcomes.len() >= MAX_NAMES && !self.outcomes.contains_key(&key) {
            key = (OTHERS.to_owned(), None);
        }
        let (cases, on_assumption) = self.outcomes.entry(key).or_default();
        *cases += 1;
        *on_assumption += u64::from(assumed);
    }

    fn times(&mut self, case: &Case<'_>, answer: &Answer, effects: &Effects, millis: (i64, i64)) {
        let (old, new) = millis;
        let difference = new - old;
        self.old.add(old);
        self.new.add(new);
        self.differences.add(difference);
        if difference != 0 {
            // Ids are unique, which is all that a key must be.
            let key = u64::from_ne_bytes(case.execution.id.0.to_ne_bytes());
            self.sample.add(self.seed, key, difference);
        }
        self.dropped += i128::from(effects.dropped_millis);
        self.added += i128::from(effects.added_millis);
        self.estimated += i128::from(answer.estimated_millis);
        let on_estimates = answer.estimated_millis > 0;
        self.with_estimates += u64::from(on_estimates);
        for visit in &effects.guessed {
            self.guessed[answer.new.visits[*visit].node] += 1;
        }
        if let Some((old, new)) = effects.costs {
            self.old_cost.add(old);
            self.new_cost.add(new);
            self.cost_differences.add(new.saturating_sub(old));
        }
        self.without_price += effects.steps_without_price;
        for (sum, (old, new)) in self.breaches.iter_mut().zip(&effects.breaches) {
            let (appears, vanishes) = (!old && *new, *old && !new);
            sum.old += u64::from(*old);
            sum.new += u64::from(*new);
            sum.appear += u64::from(appears);
            sum.vanish += u64::from(vanishes);
            sum.appear_on_estimates += u64::from(appears && on_estimates);
            sum.vanish_on_estimates += u64::from(vanishes && on_estimates);
        }
    }

    fn people(&mut self, effects: &Effects) {
        for (name, (old, new)) in &effects.asked {
            let is_known = self.asked.len() < MAX_NAMES || self.asked.contains_key(name);
            let name = if is_known { name.as_str() } else { OTHERS };
            let asked = self.asked.entry(name.to_owned()).or_default();
            asked.old += old;
            asked.new += new;
            asked.saved += old.saturating_sub(*new);
            asked.added += new.saturating_sub(*old);
        }
    }
}
