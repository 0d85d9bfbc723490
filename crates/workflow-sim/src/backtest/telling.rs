//! A handful of cases that tell most: for each kind the strongest, whatever the order in which
//! they come.

use super::case::{Answer, Case, Pair, by_time};
use super::cost::in_units;
use super::durations::Durations;
use super::effects::{Effects, asked, new_outcome, old_outcome};
use super::net::Net;
use super::report::{ReplayedStep, StepSource, TellingCase, TellingKind};
use super::walk::{Path, Visit};
use crate::SlaTarget;
use std::collections::{BTreeMap, BTreeSet};

/// Steps of a path that are shown.
const MAX_STEPS: usize = 200;

/// The strongest cases of each kind; the smaller the key, the stronger.
#[derive(Debug, Default)]
pub(super) struct Telling {
    most: usize,
    kept: BTreeMap<TellingKind, BTreeMap<(i64, i64), TellingCase>>,
}

/// What it takes to describe a case.
pub(super) struct Words<'a> {
    pub(super) pair: &'a Pair,
    pub(super) durations: &'a Durations,
    pub(super) targets: &'a [SlaTarget],
}

impl Telling {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            kept: BTreeMap::new(),
        }
    }

    pub(super) fn offer(
        &mut self,
        words: &Words<'_>,
        case: &Case<'_>,
        answer: &Answer,
        effects: &Effects,
    ) {
        for (kind, strength) in kinds(answer, effects) {
            let key = (strength, case.execution.id.0);
            let kept = self.kept.entry(kind).or_default();
            let is_strong = kept.len() < self.most
                || kept.last_key_value().is_some_and(|(last, _)| key < *last);
            if self.most == 0 || !is_strong {
                continue;
            }
            kept.insert(key, words.describe(kind, case, answer, effects));
            if kept.len() > self.most {
                kept.pop_last();
            }
        }
    }

    /// The strongest of each kind, then the second of each, up to as many as were asked for; each
    /// case once.
    pub(super) fn finish(self) -> Vec<TellingCase> {
        let mut lists: Vec<_> = self.kept.into_values().map(BTreeMap::into_values).collect();
        let mut shown = BTreeSet::new();
        let mut found = Vec::new();
        loop {
            let mut any = false;
            for list in &mut lists {
                let next = list.find(|case| shown.insert(case.execution));
                if let Some(case) = next {
                    any = true;
                    found.push(case);
                    if found.len() == self.most {
                        return found;
                    }
                }
            }
            if !any {
                return found;
            }
        }
    }
}

/// The kinds that a case belongs to, each with its strength: the smaller, the stronger.
fn kinds(answer: &Answer, effects: &Effects) -> Vec<(TellingKind, i64)> {
    let difference = answer.difference();
    if answer.not_started {
        return vec![(TellingKind::NotStarted, 0)];
    }
    let appears = effects.breaches.iter().any(|(old, new)| !old && *new);
    let vanishes = effects.breaches.iter().any(|(old, new)| *old && !new);
    let is_asked_newly = effects
        .asked
        .values()
        .any(|(old, new)| *old == 0 && *new > 0);
    let all = [
        (difference < 0, TellingKind::BiggestSaving, difference),
        (difference > 0, TellingKind::BiggestLoss, -difference),
        (appears, TellingKind::NewBreach, -difference),
        (vanishes, TellingKind::VanishedBreach, difference),
        (is_asked_newly, TellingKind::NewApprover, -difference),
        (
            answer.outcome.is_some(),
            TellingKind::ChangedOutcome,
            -difference.abs(),
        ),
    ];
    let mut found: Vec<_> = all
        .into_iter()
        .filter(|(holds, ..)| *holds)
        .map(|(_, kind, strength)| (kind, strength))
        .collect();
    if found.is_empty() {
        found.push((TellingKind::ChangedPath, 0));
    }
    found
}

impl Words<'_> {
    fn describe(
        &self,
        kind: TellingKind,
        case: &Case<'_>,
        answer: &Answer,
        effects: &Effects,
    ) -> TellingCase {
        let execution = case.execution;
        let (new_outcome, outcome_assumed) = new_outcome(case, answer);
        let millis = answer.millis;
        let outside = outside(case, &answer.old);
        let named = |which: fn(&(bool, bool)) -> bool| {
            let breaches = self.targets.iter().zip(&effects.breaches);
            breaches
                .filter(|(_, breach)| which(breach))
                .map(|(target, _)| target.name.clone())
                .collect()
        };
        TellingCase {
            execution: execution.id.0,
            external_id: execution.external_id.clone(),
            kind,
            started_at: execution.started_at,
            old_path: steps(
                &self.pair.baseline,
                &answer.old,
                case,
                outside.clone(),
                &|visit| self.durations.old[visit.node].source,
            ),
            new_path: steps(&self.pair.changed, &answer.new, case, outside, &|visit| {
                self.durations.new[visit.node].source
            }),
            old_approvers: asked(&self.pair.baseline, &answer.old, case),
            new_approvers: asked(&self.pair.changed, &answer.new, case),
            old_outcome: old_outcome(case).to_owned(),
            new_outcome: new_outcome.map(str::to_owned),
            outcome_assumed,
            old_duration_ms: millis.map(|(old, _)| old),
            new_duration_ms: millis.map(|(_, new)| new),
            difference_ms: millis.map(|(old, new)| new - old),
            estimated_share: estimated_share(answer),
            old_cost: effects.costs.map(|(old, _)| in_units(old)),
            new_cost: effects.costs.map(|(_, new)| in_units(new)),
            breaches_appear: named(|(old, new)| !old && *new),
            breaches_vanish: named(|(old, new)| *old && !new),
        }
    }
}

/// A path as it is shown.
fn steps(
    net: &Net,
    path: &Path,
    case: &Case<'_>,
    outside: Vec<ReplayedStep>,
    guessed: &dyn Fn(&Visit) -> StepSource,
) -> Vec<ReplayedStep> {
    let step = |visit: &Visit| {
        let run = visit.run.map(|run| &case.trace.runs[run]);
        ReplayedStep {
            step: net.nodes[visit.node].name.clone(),
            start_ms: visit.start,
            duration_ms: visit.end - visit.start,
            source: if visit.is_estimated {
                guessed(visit)
            } else {
                StepSource::Recorded
            },
            actor: run.and_then(|run| run.actor).map(str::to_owned),
            outcome: run.and_then(|run| run.outcome).map(str::to_owned),
            outside_definition: false,
        }
    };
    let mut steps: Vec<ReplayedStep> = by_time(net, path).into_iter().map(step).collect();
    steps.extend(outside);
    steps.sort_by_key(|step| step.start_ms);
    steps.truncate(MAX_STEPS);
    steps
}

/// Recorded runs that the recorded definition does not lead to.
fn outside(case: &Case<'_>, old: &Path) -> Vec<ReplayedStep> {
    let mut within = vec![false; case.trace.runs.len()];
    for run in old.visits.iter().filter_map(|visit| visit.run) {
        within[run] = true;
    }
    let runs = case.trace.runs.iter().zip(within);
    runs.filter(|(_, within)| !within)
        .map(|(run, _)| {
            let start = run.start.or(run.end).unwrap_or(0);
            ReplayedStep {
                step: run.name.to_owned(),
                start_ms: start,
                duration_ms: run.end.map_or(0, |end| (end - start).max(0)),
                source: StepSource::Recorded,
                actor: run.actor.map(str::to_owned),
                outcome: run.outcome.map(str::to_owned),
                outside_definition: true,
            }
        })
        .collect()
}

fn estimated_share(answer: &Answer) -> f64 {
    let new = answer.millis.map_or(0, |(_, new)| new);
    if new == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "durations are below 2^53 ms")]
    let share = answer.estimated_millis as f64 / new as f64;
    share
}
