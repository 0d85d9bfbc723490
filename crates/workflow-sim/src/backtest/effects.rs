//! What a change means for one case, in the words of the answer.

use super::case::{Answer, Case, NewOutcome, Pair, approvers, by_time};
use super::cost;
use super::net::Net;
use super::request::BacktestAssumptions;
use super::walk::{Path, Visit};
use crate::SlaTarget;
use std::collections::BTreeMap;

/// Everything that is counted of an answered case.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// How often each is asked, before and after.
    pub(super) asked: BTreeMap<String, (u64, u64)>,
    /// For each SLA whether it is broken, before and after.
    pub(super) breaches: Vec<(bool, bool)>,
    /// In ten-thousandths, before and after.
    pub(super) costs: Option<(i64, i64)>,
    pub(super) steps_without_price: u64,
    pub(super) dropped_millis: i64,
    pub(super) added_millis: i64,
    /// Visits of the new path that were never recorded.
    pub(super) guessed: Vec<usize>,
}

pub(super) fn effects(
    pair: &Pair,
    targets: &[SlaTarget],
    prices: &BacktestAssumptions,
    case: &Case<'_>,
    answer: &Answer,
) -> Effects {
    let mut effects = Effects {
        breaches: targets
            .iter()
            .map(|target| {
                answer.millis.map_or((false, false), |(old, new)| {
                    (target.is_breached_by(old), target.is_breached_by(new))
                })
            })
            .collect(),
        ..Effects::default()
    };
    for name in asked(&pair.baseline, &answer.old, case) {
        effects.asked.entry(name).or_default().0 += 1;
    }
    for name in asked(&pair.changed, &answer.new, case) {
        effects.asked.entry(name).or_default().1 += 1;
    }
    if prices.has_costs() {
        let (old, unpriced) = cost::of_path(prices, &pair.baseline, &answer.old, case);
        let (new, also) = cost::of_path(prices, &pair.changed, &answer.new, case);
        effects.costs = Some((old, new));
        effects.steps_without_price = unpriced + also;
    }
    work(pair, case, answer, &mut effects);
    effects
}

/// Who is asked on a path, by time.
pub(super) fn asked(net: &Net, path: &Path, case: &Case<'_>) -> Vec<String> {
    by_time(net, path)
        .into_iter()
        .flat_map(|visit| approvers(&net.nodes[visit.node], &case.trace, visit))
        .collect()
}

/// The recorded work that is dropped, and the work that is added.
fn work(pair: &Pair, case: &Case<'_>, answer: &Answer, effects: &mut Effects) {
    let mut kept = vec![false; case.trace.runs.len()];
    for (at, visit) in answer.new.visits.iter().enumerate() {
        if let Some(run) = visit.run {
            kept[run] = true;
        }
        if is_new(pair, answer, at, visit) {
            effects.guessed.push(at);
            effects.added_millis = effects.added_millis.saturating_add(length(visit));
        }
    }
    for visit in &answer.old.visits {
        if visit.ran && visit.run.is_some_and(|run| !kept[run]) {
            effects.dropped_millis = effects.dropped_millis.saturating_add(length(visit));
        }
    }
}

fn length(visit: &Visit) -> i64 {
    visit.end - visit.start
}

fn is_new(pair: &Pair, answer: &Answer, at: usize, visit: &Visit) -> bool {
    let ran_before = answer.twins[at].is_some_and(|twin| answer.old.visits[twin].ran);
    let same = ran_before && pair.matches[visit.node].same_work;
    visit.ran && pair.changed.nodes[visit.node].is_recorded && !same
}

/// The recorded outcome: what came of it, else how it ended.
pub(super) fn old_outcome<'c>(case: &Case<'c>) -> &'c str {
    let execution = case.execution;
    execution
        .outcome
        .as_deref()
        .unwrap_or(execution.status.as_str())
}

/// The new outcome, and whether it rests on an approval that is taken as given.
pub(super) fn new_outcome<'a>(case: &Case<'a>, answer: &'a Answer) -> (Option<&'a str>, bool) {
    if answer.not_started {
        return (Some("not started"), false);
    }
    match &answer.outcome {
        None => (Some(old_outcome(case)), false),
        Some(NewOutcome { value, assumed }) => (value.as_deref(), *assumed),
    }
}
