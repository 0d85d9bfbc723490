//! Reads history, one execution at a time, in bounded memory.
//!
//! How waiting is told from work: where the beginning of a step was recorded, the step is worked on
//! from there to its end, and has waited since the last end of a step that leads to it (since the
//! case began, if there is none). Where only ends were recorded, the time since the last end of any
//! step is all there is: it counts as the duration, and the answer says that it holds waiting too.

mod actors;
mod conformance;
mod visits;

use super::fit::{ActivityFit, Fit, Profile};
use super::net::Net;
use super::sample::{BottomK, Times, digest, mix};
use actors::Actors;
use chrono::{DateTime, Datelike, Timelike, Utc};
use std::collections::{BinaryHeap, HashMap};
use visits::{Visit, visits};
use workflow_model::{Definition, Execution, ExecutionStatus};

/// Recorded cases that are kept whole.
const KEPT_CASES: usize = 1000;
/// Beginnings that are kept: the latest.
const KEPT_STARTS: usize = 200_000;
/// Activities that the definition does not know; further ones are not told apart.
const MAX_OTHERS: usize = 2000;
/// Outcomes of one activity that are told apart.
const MAX_OUTCOMES: usize = 20;
/// Steps of one case that are kept in its way.
const MAX_ROUTE: usize = 500;

/// How history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryOptions {
    /// Decides which of many are kept as a sample.
    pub seed: u64,
    /// The clock by which working hours are measured.
    pub time_zone: chrono_tz::Tz,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            time_zone: chrono_tz::UTC,
        }
    }
}

/// Reads history. What it keeps does not grow with the number of executions: counts, and samples
/// that are the same in whatever order executions come.
#[derive(Debug)]
pub struct History {
    definition: Definition,
    options: HistoryOptions,
    net: Net,
    executions: u64,
    ended: u64,
    period: Option<(DateTime<Utc>, DateTime<Utc>)>,
    activities: Vec<Observed>,
    others: HashMap<String, usize>,
    cases: BottomK<Profile>,
    starts: BinaryHeap<std::cmp::Reverse<i64>>,
    arrival_hours: Vec<u64>,
    actors: Actors,
    closing: Times,
}

/// What is known of an activity while history is read.
#[derive(Debug, Default)]
struct Observed {
    name: String,
    action: String,
    attempts: u64,
    failed: u64,
    processing: Times,
    waiting: Times,
    processing_alone: Times,
    waiting_alone: Times,
    elapsed: Times,
    retry_delay: Times,
    outcomes: HashMap<String, u64>,
    ways: Vec<u64>,
    guard: (u64, u64),
}

impl History {
    /// Nothing was observed yet.
    #[must_use]
    pub fn new(definition: &Definition, options: HistoryOptions) -> Self {
        let net = Net::new(definition);
        let activities = (0..net.len())
            .map(|at| Observed {
                name: net.names[at].clone(),
                action: net.actions[at].clone(),
                ways: vec![0; net.ways(at)],
                ..Observed::default()
            })
            .collect();
        Self {
            definition: definition.clone(),
            options,
            net,
            executions: 0,
            ended: 0,
            period: None,
            activities,
            others: HashMap::new(),
            cases: BottomK::new(KEPT_CASES),
            starts: BinaryHeap::new(),
            arrival_hours: vec![0; 168],
            actors: Actors::default(),
            closing: Times::default(),
        }
    }

    /// Takes an execution into account. Of one that still runs only its arrival and the steps
    /// that ended count; of one that was cancelled nothing but its arrival.
    pub fn observe(&mut self, execution: &Execution) {
        self.arrived(execution);
        let told = match execution.status {
            ExecutionStatus::Cancelled => return,
            ExecutionStatus::Completed | ExecutionStatus::Failed => true,
            ExecutionStatus::Running | ExecutionStatus::Paused => false,
        };
        let visits = visits(execution, |step| self.activity_of(step));
        let key = key_of(self.options.seed, execution);
        for (at, visit) in visits.iter().enumerate() {
            self.time(execution, &visits, at, mix(key ^ at as u64));
            self.count_outcome(visit);
            let ended = told && execution.status == ExecutionStatus::Completed;
            self.count_way(&visits, at, ended);
        }
        if told {
            self.end(execution, &visits, key);
        }
    }

    fn arrived(&mut self, execution: &Execution) {
        self.executions += 1;
        let at = execution.started_at;
        self.period = Some(match self.period {
            None => (at, at),
            Some((first, last)) => (first.min(at), last.max(at)),
        });
        self.starts.push(std::cmp::Reverse(at.timestamp_millis()));
        if self.starts.len() > KEPT_STARTS {
            self.starts.pop();
        }
        self.arrival_hours[hour_of_week(at, self.options.time_zone)] += 1;
    }

    /// The position of a recorded step's activity; `None` when there are too many.
    fn activity_of(&mut self, step: &workflow_model::RecordedStep) -> Option<usize> {
        if let Some(node) = self.net.node_of(step) {
            return Some(node);
        }
        if let Some(at) = self.others.get(&step.step_name) {
            return Some(*at);
        }
        if self.others.len() >= MAX_OTHERS {
            return None;
        }
        let at = self.activities.len();
        self.others.insert(step.step_name.clone(), at);
        self.activities.push(Observed {
            name: step.step_name.clone(),
            action: step.action.clone().unwrap_or_default(),
            ..Observed::default()
        });
        Some(at)
    }

    /// How long a visit waited and was worked on.
    fn time(&mut self, execution: &Execution, visits: &[Visit<'_>], at: usize, key: u64) {
        let visit = &visits[at];
        let net = &self.net;
        let leads = |from: usize, to: usize| {
            let both = from < net.len() && to < net.len();
            !both || net.leads(from, to)
        };
        let since = |limit: DateTime<Utc>, related: bool| {
            visits[..at]
                .iter()
                .filter(|before| !related || leads(before.activity, visit.activity))
                .filter_map(|before| before.end)
                .filter(|end| *end <= limit)
                .fold(execution.started_at, DateTime::max)
        };
        let before = visits[..at]
            .iter()
            .filter_map(|before| before.end)
            .fold(execution.started_at, DateTime::max);
        let observed = &mut self.activities[visit.activity];
        observed.attempts += visit.attempts;
        observed.failed += visit.failures;
        for (start, end) in &visit.worked {
            let worked = seconds(*start, *end);
            observed.processing.offer(key, worked);
            let alone = seconds((*start).max(before), *end);
            observed.processing_alone.offer(key, alone);
        }
        for delay in &visit.retry_delays {
            observed.retry_delay.offer(key, *delay);
        }
        match (visit.start, visit.end) {
            (Some(start), _) => {
                observed
                    .waiting
                    .offer(key, seconds(since(start, true), start));
                observed.waiting_alone.offer(key, seconds(before, start));
            }
            (None, Some(end)) => observed.elapsed.offer(key, seconds(before, end)),
            (None, None) => {}
        }
        for (actor, at) in &visit.actors {
            let hour = hour_of_week(*at, self.options.time_zone);
            self.actors.saw(actor, visit.activity, hour);
        }
    }

    fn count_outcome(&mut self, visit: &Visit<'_>) {
        let Some(outcome) = visit.outcome.filter(|_| !visit.failed) else {
            return;
        };
        let outcomes = &mut self.activities[visit.activity].outcomes;
        if let Some(count) = outcomes.get_mut(outcome) {
            *count += 1;
        } else if outcomes.len() < MAX_OUTCOMES {
            outcomes.insert(outcome.to_owned(), 1);
        }
    }

    fn count_way(&mut self, visits: &[Visit<'_>], at: usize, ended: bool) {
        let visit = &visits[at];
        if visit.activity >= self.net.len() || visit.failed || visit.end.is_none() {
            return;
        }
        let later = visits[at + 1..]
            .iter()
            .map(|later| later.activity)
            .filter(|activity| *activity < self.net.len());
        if let Some(way) = self.net.way_taken(visit.activity, later, ended) {
            self.activities[visit.activity].ways[way] += 1;
        }
    }

    /// What is told only by a case that ended.
    fn end(&mut self, execution: &Execution, visits: &[Visit<'_>], key: u64) {
        self.ended += 1;
        let mut ran = vec![false; self.net.len()];
        for visit in visits {
            if let Some(ran) = ran.get_mut(visit.activity) {
                *ran = true;
            }
        }
        for guarded in self.net.guards_met(&ran) {
            let (runs, met) = &mut self.activities[guarded].guard;
            *met += 1;
            *runs += u64::from(ran[guarded]);
        }
        let last = visits.iter().filter_map(|visit| visit.end).max();
        if let (Some(last), Some(completed)) = (last, execution.completed_at) {
            self.closing.offer(key, seconds(last, completed));
        }
        let Some(millis) = execution.duration_millis() else {
            return;
        };
        self.cases.offer(key, || Profile {
            input: execution.input_data.clone(),
            route: visits
                .iter()
                .filter_map(|visit| u32::try_from(visit.activity).ok())
                .take(MAX_ROUTE)
                .collect(),
            outcome: execution
                .outcome
                .clone()
                .unwrap_or_else(|| execution.status.as_str().to_owned()),
            followed: false,
            #[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
            cycle: millis as f64 / 1000.0,
        });
    }

    /// What history says.
    #[must_use]
    pub fn finish(self) -> Fit {
        let mut starts: Vec<i64> = self.starts.into_iter().map(|start| start.0).collect();
        starts.sort_unstable();
        let mut gaps = Times::default();
        for (at, pair) in starts.windows(2).enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
            let gap = (pair[1] - pair[0]) as f64 / 1000.0;
            gaps.offer(mix(self.options.seed ^ at as u64), gap);
        }
        let mut profiles = self.cases.into_items();
        conformance::judge(&self.definition, &mut profiles);
        let actors = self.actors.finish();
        let mut activities: Vec<_> = self.activities.into_iter().map(Observed::finish).collect();
        for (actor, one) in (0_u32..).zip(&actors) {
            for (activity, count) in &one.did {
                if let Some(found) = activities.get_mut(*activity as usize) {
                    found.actors.push((actor, *count));
                }
            }
        }
        Fit {
            executions: self.executions,
            ended: self.ended,
            period: self.period,
            activities,
            profiles,
            gaps: gaps.finish(),
            arrival_hours: self.arrival_hours,
            actors,
            time_zone: self.options.time_zone,
            closing: self.closing.finish(),
            facts: crate::Facts::default(),
        }
    }
}

impl Observed {
    fn finish(self) -> ActivityFit {
        let mut outcomes: Vec<_> = self.outcomes.into_iter().collect();
        outcomes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ActivityFit {
            name: self.name,
            action: self.action,
            attempts: self.attempts,
            failed: self.failed,
            processing: self.processing.finish(),
            waiting: self.waiting.finish(),
            processing_alone: self.processing_alone.finish(),
            waiting_alone: self.waiting_alone.finish(),
            elapsed: self.elapsed.finish(),
            retry_delay: self.retry_delay.finish(),
            outcomes,
            ways: self.ways,
            guard: self.guard,
            actors: Vec::new(),
        }
    }
}

/// A number for an execution, whatever the order in which executions come.
pub(super) fn key_of(seed: u64, execution: &Execution) -> u64 {
    let external = execution.external_id.as_deref().map_or(0, digest);
    let started = execution.started_at.timestamp_millis();
    mix(mix(mix(seed ^ execution.id.0.unsigned_abs()) ^ external) ^ started.unsigned_abs())
}

/// From one instant to another, in seconds; 0 if the other is before it.
#[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
pub(super) fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).num_milliseconds().max(0) as f64 / 1000.0
}

/// The hour of the week, from Monday 0:00 on the wall clock.
pub(super) fn hour_of_week(at: DateTime<Utc>, zone: chrono_tz::Tz) -> usize {
    let local = at.with_timezone(&zone);
    let hour = local.weekday().num_days_from_monday() * 24 + local.hour();
    usize::try_from(hour).unwrap_or(0).min(167)
}
