//! The recorded definition, walked as the record says it went; what its conditions say is noted
//! beside it.

use super::durations::Durations;
use super::firsts::Follow;
use super::net::{AfterFailure, Net, Way};
use super::trace::Trace;
use super::walk::{Guide, MAX_ROUNDS, Path, Stop, Token, Visit, endless};
use crate::backtest::report::UnansweredReason;
use crate::plan::Target;
use crate::verdict::assumed_before;
use condition::{Condition, Scope, Truth};
use serde_json::Value;

/// What is noted of a visit beside its times.
#[derive(Debug, Clone, Default)]
pub(super) struct Note {
    /// What the guard says; `None` where it cannot be told.
    pub(super) guard: Option<bool>,
    /// The way it went; `None` where it stopped, or where the record does not show it.
    pub(super) way: Option<Way>,
    /// The way that the definition takes on this input; `None` where it cannot be told.
    pub(super) rule: Option<Way>,
    /// The last recorded run before it.
    pub(super) after: Option<usize>,
    /// Whether a step ran since then that was never recorded.
    pub(super) after_guess: bool,
}

/// Agreement of record and definition at one node.
#[derive(Debug, Clone)]
pub(super) struct Agreement {
    pub(super) node: usize,
    pub(super) agrees: Result<bool, Undecided>,
}

/// A condition that the recorded input does not decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Undecided {
    /// The exit that asks; `None` for the guard.
    pub(super) exit: Option<usize>,
    /// The variables that it lacks.
    pub(super) missing: Vec<String>,
}

/// The recorded walk of one execution.
pub(super) struct Recorded<'a> {
    pub(super) net: &'a Net,
    pub(super) follows: &'a [Vec<Follow>],
    pub(super) durations: &'a Durations,
    pub(super) trace: &'a Trace<'a>,
    pub(super) input: &'a Value,
    pub(super) completed: bool,
    pub(super) notes: Vec<Note>,
    pub(super) agreements: Vec<Agreement>,
    pub(super) missing_steps: u64,
    /// Where the record ends before the workflow does: node and visit of it.
    pub(super) stopped: Vec<(usize, usize)>,
    /// The last run taken of each node.
    last: Vec<Option<usize>>,
}

impl<'a> Recorded<'a> {
    pub(super) fn new(
        (net, follows): (&'a Net, &'a [Vec<Follow>]),
        durations: &'a Durations,
        trace: &'a Trace<'a>,
        input: &'a Value,
        completed: bool,
    ) -> Self {
        Self {
            net,
            follows,
            durations,
            trace,
            input,
            completed,
            notes: Vec::new(),
            agreements: Vec::new(),
            missing_steps: 0,
            stopped: Vec::new(),
            last: vec![None; net.nodes.len()],
        }
    }

    /// Without any recorded step the definition itself says how it went.
    fn by_rule(&self) -> bool {
        self.trace.runs.is_empty()
    }

    /// What the guard says, or the variables that it lacks.
    fn judge_guard(&self, node: usize, token: Token) -> Truth {
        let it = &self.net.nodes[node];
        let Some(guard) = &it.guard else {
            return Truth::True;
        };
        let outcome = outcome_before(self.trace, guard, self.input, token);
        guard.evaluate(&Scope::new(self.input).with_outcome(outcome))
    }

    /// Whether it ran. `None`: the record ends here.
    fn ran(
        &mut self,
        node: usize,
        run: Option<usize>,
        guard: &Truth,
    ) -> Result<Option<bool>, Stop> {
        let it = &self.net.nodes[node];
        if run.is_some() {
            self.agree_on_guard(node, true, guard);
            return Ok(Some(true));
        }
        if self.by_rule() || !it.is_recorded {
            return match guard {
                Truth::True => Ok(Some(true)),
                Truth::False => Ok(Some(false)),
                // Nothing shows whether it ran; taken in order it makes no difference.
                Truth::Unknown(_) if !self.by_rule() => Ok(Some(true)),
                Truth::Unknown(missing) => Err(Stop {
                    reason: UnansweredReason::MissingVariables,
                    step: Some(it.name.clone()),
                    condition: it.guard.as_ref().map(ToString::to_string),
                    missing: missing.clone(),
                }),
            };
        }
        if !self.completed && !guard.is_false() {
            return Ok(None);
        }
        if it.guard.is_none() {
            self.missing_steps += 1;
        } else {
            self.agree_on_guard(node, false, guard);
        }
        Ok(Some(false))
    }

    fn agree_on_guard(&mut self, node: usize, ran: bool, guard: &Truth) {
        if self.net.nodes[node].guard.is_none() {
            return;
        }
        let agrees = match guard {
            Truth::True => Ok(ran),
            Truth::False => Ok(!ran),
            Truth::Unknown(missing) => Err(Undecided {
                exit: None,
                missing: missing.clone(),
            }),
        };
        self.agreements.push(Agreement { node, agrees });
    }

    /// The way that the record shows, given the one that the definition takes.
    fn shown(
        &mut self,
        node: usize,
        after: Option<usize>,
        rule: Result<Way, (usize, Vec<String>)>,
    ) -> Option<Way> {
        let follows = &self.follows[node];
        let from = after.map_or(0, |run| run + 1);
        let next = self.trace.runs[from..].iter().find_map(|run| {
            let node = run.node?;
            let leads = |follow: &&Follow| follow.can_begin_with(node);
            follows.iter().any(|follow| leads(&follow)).then_some(node)
        });
        let fits = |follow: &&Follow| match next {
            Some(node) => follow.can_begin_with(node),
            None => self.completed && follow.can_end,
        };
        let mut fitting = follows.iter().filter(fits).map(|follow| follow.way);
        let first = fitting.clone().next()?;
        let (way, agrees) = match rule {
            Ok(rule) => {
                let agrees = fitting.any(|way| way == rule);
                (if agrees { rule } else { first }, Ok(agrees))
            }
            Err((exit, missing)) => {
                let exit = Some(exit);
                (first, Err(Undecided { exit, missing }))
            }
        };
        self.agreements.push(Agreement { node, agrees });
        Some(way)
    }
}

/// How the step before ended, which a guard may ask for: as recorded, or well where it never ran.
pub(super) fn outcome_before<'t>(
    trace: &Trace<'t>,
    guard: &Condition,
    input: &Value,
    token: Token,
) -> Option<&'t str> {
    if token.after_guess {
        return assumed_before(guard, input);
    }
    token.run.and_then(|run| trace.runs[run].outcome)
}

impl Guide for Recorded<'_> {
    fn enter(&mut self, node: usize, nth: usize, token: Token) -> Result<Option<Visit>, Stop> {
        let run = self.trace.run_after(node, self.last[node]);
        if run.is_none() && nth > MAX_ROUNDS + self.trace.runs.len() {
            return Err(endless(self.net, node));
        }
        let guard = self.judge_guard(node, token);
        let Some(ran) = self.ran(node, run, &guard)? else {
            self.stopped.push((node, nth));
            return Ok(None);
        };
        self.notes.push(Note {
            guard: match guard {
                Truth::True => Some(true),
                Truth::False => Some(false),
                Truth::Unknown(_) => None,
            },
            after: token.run,
            after_guess: token.after_guess,
            ..Note::default()
        });
        self.last[node] = run.or(self.last[node]);
        let recorded = run.map(|run| (run, &self.trace.runs[run]));
        Ok(Some(
            self.durations
                .recorded(self.net, node, token, ran, recorded),
        ))
    }

    fn leave(
        &mut self,
        path: &Path,
        at: usize,
        after: Option<usize>,
    ) -> Result<Option<Vec<Target>>, Stop> {
        let visit = &path.visits[at];
        let node = &self.net.nodes[visit.node];
        // What completed all the same went on as if the step had not failed.
        if visit.failed && !(self.completed && node.after_failure == AfterFailure::Stop) {
            return Ok(match node.after_failure {
                AfterFailure::Stop => None,
                AfterFailure::PassBy => Some(node.default.clone()),
                AfterFailure::GoTo(target) => Some(vec![target]),
            });
        }
        if (!visit.ran && node.guard.is_some()) || !node.is_choice() {
            let way = if visit.ran || node.guard.is_none() {
                node.ways.first().copied().unwrap_or(Way::Default)
            } else {
                Way::Default
            };
            self.notes[at].way = Some(way);
            self.notes[at].rule = Some(way);
            return Ok(Some(node.targets(way).to_vec()));
        }
        let recorded = visit.run.and_then(|run| self.trace.runs[run].outcome);
        let outcome = if self.by_rule() {
            node.assumed_outcome()
        } else {
            recorded
        };
        let rule = node.judge(self.input, outcome);
        self.notes[at].rule = rule.as_ref().ok().copied();
        let way = if self.by_rule() {
            match rule {
                Ok(way) => Some(way),
                Err((exit, missing)) => {
                    return Err(Stop {
                        reason: UnansweredReason::MissingVariables,
                        step: Some(node.name.clone()),
                        condition: Some(node.exits[exit].condition.to_string()),
                        missing,
                    });
                }
            }
        } else {
            self.shown(visit.node, after, rule)
        };
        self.notes[at].way = way;
        Ok(way.map(|way| self.net.nodes[visit.node].targets(way).to_vec()))
    }
}
