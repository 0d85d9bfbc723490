//! The changed definition, walked on a recorded execution.
//!
//! Where both definitions say the same on this input, it goes as the record went, even where the
//! record does not follow the definition: what differs is due to the change alone. Where they
//! differ, the changed one decides, by the recorded input and the recorded outcomes.

use super::durations::Durations;
use super::matching::{Match, same_targets};
use super::net::{AfterFailure, Net, NetNode, Way};
use super::recorded::{Note, Recorded, outcome_before};
use super::walk::{Guide, MAX_ROUNDS, Path, Stop, Token, Visit, endless};
use crate::backtest::report::UnansweredReason;
use crate::plan::Target;
use condition::{Condition, Scope, Truth};
use serde_json::Value;

/// A decision under both definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diversion {
    /// The node of the changed definition.
    pub(super) node: usize,
    /// From which way to which, when it is diverted.
    pub(super) from_to: Option<(String, String)>,
}

pub(super) struct Counterfactual<'a> {
    pub(super) net: &'a Net,
    pub(super) matches: &'a [Match],
    pub(super) of: &'a [Option<usize>],
    pub(super) durations: &'a Durations,
    pub(super) recorded: &'a Recorded<'a>,
    pub(super) old: &'a Path,
    pub(super) input: &'a Value,
    pub(super) diversions: Vec<Diversion>,
    /// For each visit, that of the recorded definition.
    pub(super) twins: Vec<Option<usize>>,
    /// For each node of the recorded definition its visits, first to last.
    visits: Vec<Vec<usize>>,
}

impl<'a> Counterfactual<'a> {
    pub(super) fn new(
        (net, matches, of): (&'a Net, &'a [Match], &'a [Option<usize>]),
        durations: &'a Durations,
        recorded: &'a Recorded<'a>,
        old: &'a Path,
        input: &'a Value,
    ) -> Self {
        let mut visits = vec![Vec::new(); recorded.net.nodes.len()];
        for (at, visit) in old.visits.iter().enumerate() {
            visits[visit.node].push(at);
        }
        Self {
            net,
            matches,
            of,
            durations,
            recorded,
            old,
            input,
            diversions: Vec::new(),
            twins: Vec::new(),
            visits,
        }
    }

    /// The same visit under the recorded definition.
    fn twin(&self, node: usize, nth: usize) -> Option<usize> {
        let of = self.of[node]?;
        self.visits[of].get(nth).copied()
    }

    fn note(&self, twin: Option<usize>) -> Option<&'a Note> {
        twin.map(|twin| &self.recorded.notes[twin])
    }

    fn outcome_of(&self, visit: &Visit) -> Option<&'a str> {
        let run = visit.heard.map(|run| &self.recorded.trace.runs[run])?;
        run.outcome
    }

    fn missing(&self, node: usize, condition: Option<String>, missing: Vec<String>) -> Stop {
        Stop {
            reason: UnansweredReason::MissingVariables,
            step: Some(self.net.nodes[node].name.clone()),
            condition,
            missing,
        }
    }

    /// Whether it runs.
    fn runs(&mut self, node: usize, token: Token, twin: Option<usize>) -> Result<bool, Stop> {
        let it = &self.net.nodes[node];
        let old = twin.map(|twin| (&self.old.visits[twin], &self.recorded.notes[twin]));
        let asks = it.guard.as_ref().is_some_and(Condition::uses_outcome);
        if let Some((old, note)) = old
            && self.matches[node].same_guard
            && (!asks || (note.after, note.after_guess) == (token.run, token.after_guess))
        {
            if it.guard.is_some() {
                self.diversions.push(Diversion {
                    node,
                    from_to: None,
                });
            }
            return Ok(old.ran);
        }
        let says = self.judge_guard(node, token)?;
        let Some((old, note)) = old else {
            return Ok(says);
        };
        // The definitions agree: as recorded.
        let runs = if note.guard == Some(says) {
            old.ran
        } else {
            says
        };
        let word = |ran: bool| if ran { "run" } else { "skip" }.to_owned();
        self.diversions.push(Diversion {
            node,
            from_to: (runs != old.ran).then(|| (word(old.ran), word(runs))),
        });
        Ok(runs)
    }

    fn judge_guard(&self, node: usize, token: Token) -> Result<bool, Stop> {
        let Some(guard) = &self.net.nodes[node].guard else {
            return Ok(true);
        };
        let outcome = outcome_before(self.recorded.trace, guard, self.input, token);
        let scope = Scope::new(self.input).with_outcome(outcome);
        match guard.evaluate(&scope) {
            Truth::True => Ok(true),
            Truth::False => Ok(false),
            Truth::Unknown(missing) => Err(self.missing(node, Some(guard.to_string()), missing)),
        }
    }

    /// The way of a node that chooses, or that chose.
    fn way(&mut self, visit: &Visit, twin: Option<usize>) -> Result<Option<Way>, Stop> {
        let node = &self.net.nodes[visit.node];
        // What did not run then and does now chose nothing then.
        let twin = twin.filter(|twin| self.old.visits[*twin].ran == visit.ran);
        let note = self.note(twin);
        if let Some(note) = note
            && self.matches[visit.node].same_choice
        {
            if node.is_choice() && note.way.is_some() {
                self.diversions.push(Diversion {
                    node: visit.node,
                    from_to: None,
                });
            }
            return Ok(note.way);
        }
        let says = self.judge(visit, node)?;
        let Some((note, old)) = note.zip(twin.map(|twin| self.old.visits[twin].node)) else {
            return Ok(Some(says));
        };
        let old = &self.recorded.net.nodes[old];
        let leads =
            |old_way: Way, way: Way| same_targets(old.targets(old_way), node.targets(way), self.of);
        let agrees = note.rule.is_some_and(|rule| leads(rule, says));
        let Some(went) = note.way else {
            // The record shows no way from here.
            return match (agrees, self.recorded.completed) {
                (true, _) => Ok(None),
                (false, true) => Ok(Some(says)),
                (false, false) => Err(not_completed()),
            };
        };
        let as_recorded = node.ways.iter().copied().find(|way| leads(went, *way));
        let way = match as_recorded {
            Some(way) if agrees || leads(went, says) => way,
            Some(_) | None => says,
        };
        if node.is_choice() || old.is_choice() {
            let name = || self.recorded.net.name_of(old.targets(went)).to_owned();
            let diverted = !leads(went, way);
            self.diversions.push(Diversion {
                node: visit.node,
                from_to: diverted.then(|| (name(), self.net.name_of(node.targets(way)).to_owned())),
            });
        }
        Ok(Some(way))
    }

    fn judge(&self, visit: &Visit, node: &NetNode) -> Result<Way, Stop> {
        if !node.is_choice() {
            return Ok(node.ways.first().copied().unwrap_or(Way::Default));
        }
        let outcome = if visit.heard.is_some() {
            self.outcome_of(visit)
        } else {
            node.assumed_outcome()
        };
        node.judge(self.input, outcome).map_err(|(exit, missing)| {
            let condition = node.exits[exit].condition.to_string();
            self.missing(visit.node, Some(condition), missing)
        })
    }
}

pub(super) fn not_completed() -> Stop {
    Stop {
        reason: UnansweredReason::NotCompleted,
        step: None,
        condition: None,
        missing: Vec::new(),
    }
}

impl Guide for Counterfactual<'_> {
    fn enter(&mut self, node: usize, nth: usize, token: Token) -> Result<Option<Visit>, Stop> {
        let twin = self.twin(node, nth);
        if twin.is_none() && nth > MAX_ROUNDS + self.recorded.trace.runs.len() {
            return Err(endless(self.net, node));
        }
        let stopped_there =
            self.of[node].is_some_and(|of| self.recorded.stopped.contains(&(of, nth)));
        if stopped_there && self.matches[node].same_guard {
            return Ok(None);
        }
        let runs = self.runs(node, token, twin)?;
        let old = twin.map(|twin| &self.old.visits[twin]);
        let visit = match old {
            Some(old) if old.ran == runs && (!runs || self.matches[node].same_work) => {
                Durations::moved(old, node, token)
            }
            Some(_) | None if runs => {
                let heard = old.and_then(|old| old.heard);
                self.durations.guessed(node, token, heard)
            }
            Some(_) | None => Durations::passed_by(node, token),
        };
        self.twins.push(twin);
        Ok(Some(visit))
    }

    fn leave(
        &mut self,
        path: &Path,
        at: usize,
        _after: Option<usize>,
    ) -> Result<Option<Vec<Target>>, Stop> {
        let visit = &path.visits[at];
        let node = &self.net.nodes[visit.node];
        let goes_on = self.recorded.completed && node.after_failure == AfterFailure::Stop;
        if visit.failed && !goes_on {
            return Ok(match node.after_failure {
                AfterFailure::Stop => None,
                AfterFailure::PassBy => Some(node.default.clone()),
                AfterFailure::GoTo(target) => Some(vec![target]),
            });
        }
        if !visit.ran && node.guard.is_some() {
            return Ok(Some(node.default.clone()));
        }
        let way = self.way(visit, self.twins[at])?;
        Ok(way.map(|way| node.targets(way).to_vec()))
    }
}
