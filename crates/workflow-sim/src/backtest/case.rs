//! One recorded execution under both definitions.

use super::counterfactual::{Counterfactual, Diversion, not_completed};
use super::durations::Durations;
use super::firsts::{Follow, entries};
use super::matching::Match;
use super::net::{Net, NetNode};
use super::recorded::{Agreement, Recorded};
use super::report::UnansweredReason;
use super::trace::Trace;
use super::walk::{Path, Stop, Visit, walk};
use condition::{Scope, Truth};
use serde_json::Value;
use std::borrow::Cow;
use workflow_model::{Execution, ExecutionStatus};

/// Both definitions, compiled.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) baseline: Net,
    pub(super) changed: Net,
    pub(super) follows: Vec<Vec<Follow>>,
    pub(super) matches: Vec<Match>,
    /// For each node of the changed definition that of the recorded one.
    pub(super) of: Vec<Option<usize>>,
}

/// Whether the record agrees with the recorded definition.
#[derive(Debug, Default)]
pub(super) struct Agreements {
    pub(super) at: Vec<Agreement>,
    pub(super) missing: u64,
    pub(super) outside: u64,
}

/// What became of a case.
#[derive(Debug)]
pub(super) struct Case<'e> {
    pub(super) execution: &'e Execution,
    pub(super) trace: Trace<'e>,
    pub(super) agreements: Agreements,
    pub(super) answer: Result<Answer, Stop>,
}

/// A case that could be answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) old: Path,
    pub(super) new: Path,
    /// For each new visit that of the record.
    pub(super) twins: Vec<Option<usize>>,
    pub(super) diversions: Vec<Diversion>,
    pub(super) not_started: bool,
    pub(super) path_changed: bool,
    pub(super) approvers_changed: bool,
    /// `None`: it stays.
    pub(super) outcome: Option<NewOutcome>,
    /// Recorded and new duration, of a case that completed.
    pub(super) millis: Option<(i64, i64)>,
    /// The part of the new duration that is estimated.
    pub(super) estimated_millis: i64,
}

/// An outcome that is not the recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewOutcome {
    /// `None` where it cannot be told.
    pub(super) value: Option<String>,
    /// Whether it rests on an approval that is taken as given.
    pub(super) assumed: bool,
}

impl Answer {
    pub(super) fn is_changed(&self) -> bool {
        self.not_started
            || self.path_changed
            || self.approvers_changed
            || self.outcome.is_some()
            || self.difference() != 0
    }

    pub(super) fn difference(&self) -> i64 {
        self.millis.map_or(0, |(old, new)| new - old)
    }
}

/// Replays one execution that has ended.
pub(super) fn replay<'e>(pair: &Pair, durations: &Durations, execution: &'e Execution) -> Case<'e> {
    let trace = Trace::of(execution, &pair.baseline);
    let old_input = pair.baseline.input(&execution.input_data);
    let completed = execution.status == ExecutionStatus::Completed;
    let (agreements, answer) = {
        let mut recorded = Recorded::new(
            (&pair.baseline, &pair.follows),
            durations,
            &trace,
            &old_input,
            completed,
        );
        let old = walk_recorded(pair, &mut recorded);
        let agreements = Agreements {
            outside: outside(&trace, old.as_ref().ok()),
            at: std::mem::take(&mut recorded.agreements),
            missing: recorded.missing_steps,
        };
        let answer = old.and_then(|old| answer(pair, durations, &recorded, old, execution));
        (agreements, answer)
    };
    Case {
        execution,
        trace,
        agreements,
        answer,
    }
}

/// Only the recorded walk, to learn durations from.
pub(super) fn replay_recorded(
    pair: &Pair,
    durations: &Durations,
    execution: &Execution,
) -> Option<Path> {
    let trace = Trace::of(execution, &pair.baseline);
    let input = pair.baseline.input(&execution.input_data);
    let completed = execution.status == ExecutionStatus::Completed;
    let nets = (&pair.baseline, pair.follows.as_slice());
    let mut recorded = Recorded::new(nets, durations, &trace, &input, completed);
    walk_recorded(pair, &mut recorded).ok()
}

fn walk_recorded(pair: &Pair, recorded: &mut Recorded<'_>) -> Result<Path, Stop> {
    let first = recorded.trace.runs.iter().find_map(|run| run.node);
    let entries = entries(&pair.baseline, first);
    walk(
        &pair.baseline,
        &entries,
        recorded.trace.runs.len(),
        recorded,
    )
}

/// Recorded runs that the definition does not know or does not lead to.
fn outside(trace: &Trace<'_>, path: Option<&Path>) -> u64 {
    let within = path.map_or(trace.runs.len(), |path| {
        path.visits
            .iter()
            .filter(|visit| visit.run.is_some())
            .count()
    });
    let outside = trace.runs.len().saturating_sub(within);
    u64::try_from(outside).unwrap_or(u64::MAX)
}

fn answer(
    pair: &Pair,
    durations: &Durations,
    recorded: &Recorded<'_>,
    old: Path,
    execution: &Execution,
) -> Result<Answer, Stop> {
    let input = if pair.baseline.defaults == pair.changed.defaults {
        Cow::Borrowed(recorded.input)
    } else {
        Cow::Owned(pair.changed.input(&execution.input_data))
    };
    if !starts(pair, &input)? {
        return Ok(Answer {
            old,
            not_started: true,
            ..Answer::default()
        });
    }
    let nets = (&pair.changed, &pair.matches[..], &pair.of[..]);
    let mut guide = Counterfactual::new(nets, durations, recorded, &old, &input);
    let first = recorded.trace.runs.iter().find_map(|run| run.node);
    let first = first.and_then(|first| pair.of.iter().position(|of| *of == Some(first)));
    let new = walk(
        &pair.changed,
        &entries(&pair.changed, first),
        recorded.trace.runs.len(),
        &mut guide,
    )?;
    let diversions = std::mem::take(&mut guide.diversions);
    let twins = std::mem::take(&mut guide.twins);
    let path_changed = !same_path(pair, &old, &new);
    if path_changed && execution.status != ExecutionStatus::Completed {
        return Err(not_completed());
    }
    let approvers_changed =
        asked(&pair.baseline, recorded.trace, &old) != asked(&pair.changed, recorded.trace, &new);
    let outcome = if path_changed {
        super::outcome::new_outcome(pair, recorded, (&old, &new), &twins, execution)
    } else {
        None
    };
    let (millis, estimated_millis) = times(&old, &new, execution);
    Ok(Answer {
        old,
        new,
        twins,
        diversions,
        not_started: false,
        path_changed,
        approvers_changed,
        outcome,
        millis,
        estimated_millis,
    })
}

/// Who is asked on a path, by name.
fn asked(net: &Net, trace: &Trace<'_>, path: &Path) -> Vec<String> {
    let mut names: Vec<String> = by_time(net, path)
        .into_iter()
        .flat_map(|visit| approvers(&net.nodes[visit.node], trace, visit))
        .collect();
    names.sort_unstable();
    names
}

/// Whether the changed trigger lets the input through. Where both definitions say the same, the
/// execution did start.
fn starts(pair: &Pair, input: &Value) -> Result<bool, Stop> {
    let trigger = &pair.changed.trigger;
    if *trigger == pair.baseline.trigger {
        return Ok(true);
    }
    let scope = Scope::new(input);
    match trigger.evaluate(&scope) {
        Truth::True => Ok(true),
        Truth::False => Ok(pair.baseline.trigger.evaluate(&scope).is_false()),
        Truth::Unknown(missing) => Err(Stop {
            reason: UnansweredReason::MissingVariables,
            step: Some("trigger".to_owned()),
            condition: Some(trigger.to_string()),
            missing,
        }),
    }
}

/// The new duration keeps what lies between the end of the last step and that of the execution,
/// and the time it was paused.
fn times(old: &Path, new: &Path, execution: &Execution) -> (Option<(i64, i64)>, i64) {
    if execution.status != ExecutionStatus::Completed {
        return (None, 0);
    }
    let millis = execution.duration_millis().map(|recorded| {
        let shift = new.end.saturating_sub(old.end);
        (recorded, recorded.saturating_add(shift).max(0))
    });
    let estimated = new
        .visits
        .iter()
        .fold(0_i64, |sum, visit| sum.saturating_add(visit.estimated));
    let most = millis.map_or(0, |(_, new)| new);
    (millis, estimated.clamp(0, most))
}

/// The steps that ran, by time; those of one instant by name.
pub(super) fn by_time<'p>(net: &Net, path: &'p Path) -> Vec<&'p Visit> {
    let mut visits: Vec<&Visit> = path
        .visits
        .iter()
        .filter(|visit| is_shown(net, visit))
        .collect();
    visits.sort_by(|one, other| {
        let name = |visit: &Visit| net.nodes[visit.node].name.as_str();
        let of = |visit: &Visit| (visit.start, visit.end);
        of(one)
            .cmp(&of(other))
            .then_with(|| name(one).cmp(name(other)))
    });
    visits
}

/// Whether a visit is a step of the path: what only decides is one when that was recorded.
fn is_shown(net: &Net, visit: &Visit) -> bool {
    let node = &net.nodes[visit.node];
    visit.ran && node.is_work() && (node.is_recorded || visit.run.is_some())
}

fn same_path(pair: &Pair, old: &Path, new: &Path) -> bool {
    let (old, new) = (by_time(&pair.baseline, old), by_time(&pair.changed, new));
    if old.len() != new.len() {
        return false;
    }
    let same_step = |(old, new): (&&Visit, &&Visit)| {
        let matched = &pair.matches[new.node];
        matched.of == Some(old.node) && matched.same_work
    };
    old.iter().zip(&new).all(same_step)
}

/// Who is asked at a visit: as the definition says, else as the record does.
pub(super) fn approvers(node: &NetNode, trace: &Trace<'_>, visit: &Visit) -> Vec<String> {
    if !node.approvers.is_empty() {
        return node.approvers.clone();
    }
    let actor = visit.run.and_then(|run| trace.runs[run].actor);
    let named = actor.filter(|_| node.is_approval());
    named.map(str::to_owned).into_iter().collect()
}
