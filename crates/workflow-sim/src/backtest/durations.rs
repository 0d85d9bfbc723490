//! How long steps take: as recorded, else as estimated.

use super::matching::Match;
use super::net::{Net, NetNode};
use super::report::StepSource;
use super::request::BacktestAssumptions;
use super::trace::Run;
use super::walk::{Path, Token, Visit};
use crate::{Facts, estimate};

/// How long a step is taken to last where it was not recorded.
#[derive(Debug, Clone)]
pub(super) struct Guess {
    pub(super) millis: i64,
    /// How long it waits before it starts.
    pub(super) wait: i64,
    pub(super) source: StepSource,
    pub(super) basis: String,
}

impl Guess {
    fn of(node: &NetNode, name: &str, facts: &Facts, assumptions: &BacktestAssumptions) -> Self {
        if !node.is_recorded {
            return Self {
                millis: 0,
                wait: 0,
                source: StepSource::Default,
                basis: "takes no time of its own".to_owned(),
            };
        }
        if let Some(millis) = assumptions.step_millis.get(&node.name) {
            return Self {
                millis: *millis,
                wait: 0,
                source: StepSource::Assumed,
                basis: "given in the request".to_owned(),
            };
        }
        let known = estimate(name, &node.action, facts);
        Self {
            millis: known.millis,
            wait: 0,
            source: known.source.into(),
            basis: known.basis,
        }
    }
}

/// Sums over the runs of one step in the window. Whole numbers, so that their order is nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    runs: i64,
    millis: i128,
    wait: i128,
}

impl Seen {
    /// To the nearest millisecond; not below zero.
    fn mean(&self, sum: i128) -> i64 {
        let runs = i128::from(self.runs);
        let mean = (2 * sum + runs).div_euclid(2 * runs);
        i64::try_from(mean.max(0)).unwrap_or(i64::MAX)
    }
}

/// What is known of durations.
#[derive(Debug)]
pub(super) struct Durations {
    seen: Vec<Seen>,
    /// For each node of the recorded definition.
    pub(super) old: Vec<Guess>,
    /// For each node of the changed one.
    pub(super) new: Vec<Guess>,
    /// For each node of the changed definition the recorded one that does the same.
    of: Vec<Option<usize>>,
}

impl Durations {
    pub(super) fn new(
        (baseline, changed): (&Net, &Net),
        matches: &[Match],
        facts: &Facts,
        assumptions: &BacktestAssumptions,
    ) -> Self {
        let old = baseline
            .nodes
            .iter()
            .map(|node| Guess::of(node, &node.name, facts, assumptions));
        let new = changed.nodes.iter().zip(matches).map(|(node, matched)| {
            // What was measured under this name was another action.
            let other_work = matched.of.is_some() && !matched.same_work;
            let name = if other_work { "" } else { &node.name };
            Guess::of(node, name, facts, assumptions)
        });
        let of = matches
            .iter()
            .map(|matched| matched.of.filter(|_| matched.same_work));
        Self {
            seen: vec![Seen::default(); baseline.nodes.len()],
            old: old.collect(),
            new: new.collect(),
            of: of.collect(),
        }
    }

    /// Takes in the recorded runs of one execution.
    pub(super) fn learn(&mut self, path: &Path) {
        for visit in &path.visits {
            if visit.run.is_none() || visit.is_estimated {
                continue;
            }
            let seen = &mut self.seen[visit.node];
            seen.runs += 1;
            seen.millis += i128::from(visit.end - visit.start);
            seen.wait += i128::from(visit.wait);
        }
    }

    /// What was learned holds from now on for the steps of both definitions.
    pub(super) fn settle(&mut self) {
        for (old, seen) in self.old.iter_mut().zip(&self.seen) {
            if seen.runs > 0 && old.source != StepSource::Assumed {
                *old = Guess {
                    millis: seen.mean(seen.millis),
                    wait: seen.mean(seen.wait),
                    source: StepSource::Window,
                    basis: format!("mean of {} recorded in the window", seen.runs),
                };
            }
        }
        for (new, of) in self.new.iter_mut().zip(&self.of) {
            if let Some(old) = of.map(|of| &self.old[of])
                && old.source == StepSource::Window
                && new.source != StepSource::Assumed
            {
                new.clone_from(old);
            }
        }
    }

    /// A visit of the recorded definition.
    pub(super) fn recorded(
        &self,
        net: &Net,
        node: usize,
        token: Token,
        ran: bool,
        run: Option<(usize, &Run<'_>)>,
    ) -> Visit {
        let mut visit = Visit {
            node,
            start: token.at,
            end: token.at,
            wait: 0,
            ran,
            run: run.map(|(at, _)| at),
            heard: run.map(|(at, _)| at),
            estimated: 0,
            is_estimated: false,
            failed: run.is_some_and(|(_, run)| run.failed),
        };
        if !ran || (run.is_none() && !net.nodes[node].is_recorded) {
            return visit;
        }
        let guess = &self.old[node];
        match run.map(|(_, run)| (run.start, run.end)) {
            // Reports set right later may put an end before its start.
            Some((Some(start), Some(end))) => (visit.start, visit.end) = (start, end.max(start)),
            // Only the end is known: it took all the time since it could have begun.
            Some((None, Some(end))) => (visit.start, visit.end) = (token.at.min(end), end),
            Some((start, None)) => {
                visit.start = start.unwrap_or(token.at);
                visit.end = visit.start.saturating_add(guess.millis);
                (visit.estimated, visit.is_estimated) = (guess.millis, true);
            }
            None => {
                visit.start = token.at.saturating_add(guess.wait);
                visit.end = visit.start.saturating_add(guess.millis);
                visit.estimated = guess.wait.saturating_add(guess.millis);
                visit.is_estimated = true;
            }
        }
        visit.wait = visit.start - token.at;
        visit
    }

    /// A visit of the changed definition that runs as `recorded` did, only at another time.
    pub(super) fn moved(recorded: &Visit, node: usize, token: Token) -> Visit {
        let start = token.at.saturating_add(recorded.wait);
        let length = recorded.end - recorded.start;
        Visit {
            node,
            start,
            end: start.saturating_add(length),
            ..recorded.clone()
        }
    }

    /// A visit of the changed definition whose duration was never recorded. Where the step ran
    /// in another way, what came of it stays.
    pub(super) fn guessed(&self, node: usize, token: Token, heard: Option<usize>) -> Visit {
        let guess = &self.new[node];
        let start = token.at.saturating_add(guess.wait);
        let estimated = guess.wait.saturating_add(guess.millis);
        Visit {
            node,
            start,
            end: start.saturating_add(guess.millis),
            wait: guess.wait,
            ran: true,
            run: None,
            heard,
            estimated,
            is_estimated: guess.source != StepSource::Default || estimated > 0,
            failed: false,
        }
    }

    /// A visit that passes by.
    pub(super) fn passed_by(node: usize, token: Token) -> Visit {
        Visit {
            node,
            start: token.at,
            end: token.at,
            wait: 0,
            ran: false,
            run: None,
            heard: None,
            estimated: 0,
            is_estimated: false,
            failed: false,
        }
    }
}
