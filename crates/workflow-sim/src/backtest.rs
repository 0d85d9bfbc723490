//! Back-test: a changed definition against the recorded executions of a window.
//!
//! ```text
//! Definition, Definition ─ net ─► two nets ─ matching ─► which nodes, guards, choices are the same
//! Execution ─ trace ─► runs by node
//!     recorded:        tokens through the recorded net, as the record shows
//!     counterfactual:  tokens through the changed net, as the record where both definitions say
//!                      the same, else as the changed one says
//!     case, effects:   path, approvers, outcome, duration, cost, breaches of both
//! tally, telling ─► BacktestReport
//! ```
//!
//! * **What differs is due to the change.** Where both definitions say the same on the recorded
//!   input, a case goes as it went, even where the engine did not follow the definition. So an
//!   unchanged definition changes no case. How far record and definition agree is `conformance`.
//! * **Time.** A step that ran takes what it took, and waits after what it waits for as long as it
//!   waited. A step that never ran in this case takes the request's assumption, else the mean of
//!   the window ([`Backtest::learn`]), else the estimate of a dry run, and is marked. What passed
//!   between the last step and the end stays. Several steps side by side take the longest.
//! * **Nothing is guessed silently.** A changed condition whose variables the record lacks, a
//!   change that touches a run that failed or was cancelled: such cases are counted, with the
//!   reason, and are not part of the figures.
//! * **Memory** is bounded by the definitions and by constants, not by the number of cases. All
//!   sums are of whole numbers, so the order of cases changes nothing.

mod case;
mod change;
mod cost;
mod counterfactual;
mod durations;
mod effects;
mod firsts;
mod matching;
mod net;
mod notes;
mod outcome;
mod read;
mod recorded;
mod report;
mod request;
mod stats;
mod tally;
mod telling;
#[cfg(test)]
mod tests;
mod trace;
mod walk;

pub use read::read_backtest;
pub use report::{
    ApproverChange, BacktestReport, CaseCounts, Conformance, CostChange, DecisionChange, Deviation,
    EstimatedStep, MeanInterval, OutcomeChange, ReplayedStep, Share, SlaChange, StepSource,
    TellingCase, TellingKind, TimeChange, Unanswered, UnansweredReason, UndecidedCondition,
    WayChange, WindowReport,
};
pub use request::{
    BacktestAssumptions, BacktestChange, BacktestRequest, BacktestWindow, DefinitionChange,
    StepPlace,
};

use crate::{Facts, SlaTarget};
use case::{Case, Pair, replay, replay_recorded};
use chrono::{DateTime, Utc};
use document::Problem;
use durations::Durations;
use effects::{Effects, effects};
use matching::match_nets;
use net::Net;
use tally::Tally;
use telling::{Telling, Words};
use workflow_model::{Definition, Execution};

/// A back-test under way. Executions are handed to it one by one, in any order:
///
/// 1. [`Backtest::learn`] with each execution of the window, if the caller can read it twice;
/// 2. [`Backtest::observe`] with each execution of the window;
/// 3. [`Backtest::finish`].
#[derive(Debug)]
pub struct Backtest {
    pair: Pair,
    durations: Durations,
    has_learned: bool,
    targets: Vec<SlaTarget>,
    assumptions: BacktestAssumptions,
    window: BacktestWindow,
    max_executions: u64,
    tally: Tally,
    telling: Telling,
    notes: Vec<String>,
}

impl Backtest {
    /// Compiles both definitions. `baseline` is what ran; `changed` what would have, such as
    /// [`BacktestRequest::changed_definition`] makes. `facts` fill in durations that the window
    /// does not have.
    ///
    /// # Errors
    /// References of either definition that lead nowhere, under `definition` and
    /// `changed_definition` (or `changes`).
    pub fn new(
        baseline: &Definition,
        changed: &Definition,
        facts: &Facts,
        sla_targets: &[SlaTarget],
        request: &BacktestRequest,
    ) -> Result<Self, Vec<Problem>> {
        let field = match &request.change {
            BacktestChange::Whole(_) => "changed_definition",
            BacktestChange::List(_) => "changes",
        };
        let (baseline_net, changed_net) = both(
            Net::compile(baseline, "definition"),
            Net::compile(changed, field),
        )?;
        let matches = match_nets(&baseline_net, &changed_net);
        let nets = (&baseline_net, &changed_net);
        let durations = Durations::new(nets, &matches, facts, &request.assumptions);
        let notes = notes::about_change(nets, &matches, &request.assumptions);
        let pair = Pair {
            follows: firsts::follows(&baseline_net),
            of: matches.iter().map(|matched| matched.of).collect(),
            matches,
            baseline: baseline_net,
            changed: changed_net,
        };
        Ok(Self {
            tally: Tally::new(&pair, sla_targets.len(), request.seed),
            telling: Telling::new(request.examples),
            pair,
            durations,
            has_learned: false,
            targets: sla_targets.to_vec(),
            assumptions: request.assumptions.clone(),
            window: request.window,
            max_executions: request.max_executions,
            notes,
        })
    }

    /// Takes in how long the steps of an execution took, to fill in those that never ran in
    /// others. Has no effect once something was observed.
    pub fn learn(&mut self, execution: &Execution) {
        if self.tally.counts.observed > 0 || !execution.status.is_final() {
            return;
        }
        if let Some(path) = replay_recorded(&self.pair, &self.durations, execution) {
            self.durations.learn(&path);
            self.has_learned = true;
        }
    }

    /// Replays an execution under both definitions, and counts.
    pub fn observe(&mut self, execution: &Execution) {
        if self.tally.counts.observed == 0 {
            self.durations.settle();
        }
        let counts = &mut self.tally.counts;
        counts.observed += 1;
        if counts.examined >= self.max_executions {
            counts.not_examined += 1;
            return;
        }
        if !execution.status.is_final() {
            counts.not_ended += 1;
            return;
        }
        let case = replay(&self.pair, &self.durations, execution);
        self.tally.case(&case);
        let Ok(answer) = &case.answer else { return };
        let effects = self.effects(&case, answer);
        self.tally.answer(&case, answer, &effects);
        if answer.is_changed() {
            let words = Words {
                pair: &self.pair,
                durations: &self.durations,
                targets: &self.targets,
            };
            self.telling.offer(&words, &case, answer, &effects);
        }
    }

    fn effects(&self, case: &Case<'_>, answer: &case::Answer) -> Effects {
        effects(&self.pair, &self.targets, &self.assumptions, case, answer)
    }

    /// Whether as many executions were examined as the request allows: more are only counted.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.tally.counts.examined >= self.max_executions
    }

    /// The answer. `now` is where a window without an end ends.
    #[must_use]
    pub fn finish(self, now: DateTime<Utc>) -> BacktestReport {
        let mut report = self.tally.report(
            (&self.pair, &self.durations),
            &self.targets,
            self.assumptions.has_costs(),
            self.window.bounds(now),
            self.telling.finish(),
        );
        report.notes = notes::about_answer(&report, self.max_executions, self.has_learned);
        report.notes.extend(self.notes);
        report
    }
}

/// Both, or all that is wrong with either.
fn both<A, B>(
    one: Result<A, Vec<Problem>>,
    other: Result<B, Vec<Problem>>,
) -> Result<(A, B), Vec<Problem>> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (one, other) => {
            let mut problems = one.err().unwrap_or_default();
            problems.extend(other.err().unwrap_or_default());
            Err(problems)
        }
    }
}
