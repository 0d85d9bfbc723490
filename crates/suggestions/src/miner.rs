//! Finds patterns in finished executions: counts first, names afterwards.
//!
//! [`Miner::observe`] only counts; what it keeps is bounded by the numbers of workflows, steps
//! and variables and by caps on distinct values ([`table`]), never by how much history there is.
//! [`Miner::findings`] then looks for patterns in the counts. Same executions in the same order,
//! same findings.

mod case;
mod decisions;
mod evidence;
mod failing;
mod friendly;
mod parallel;
mod rework;
mod rules;
mod significance;
mod slow;
mod table;
mod text;

use crate::{Finding, SuggestionSource};
use case::Case;
use chrono::{DateTime, Utc};
use evidence::Scope;
use std::collections::BTreeMap;
use table::Budget;
use workflow_model::{Execution, ExecutionStatus, WorkflowId};

/// What to mine, and how much must carry a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MiningOptions {
    /// Executions that started at or after this instant count,
    pub window_start: DateTime<Utc>,
    /// if they started at or before this one.
    pub window_end: DateTime<Utc>,
    /// The fewest executions (or attempts at a step) that may carry a pattern.
    pub min_support: u64,
    /// Only patterns from these sources; only history and pattern can be mined.
    pub sources: Vec<SuggestionSource>,
}

impl MiningOptions {
    /// Everything from a window, with at least 20 executions behind each pattern: as few as can
    /// reach a lower bound of 0.8 with an exception to spare.
    #[must_use]
    pub fn of_window(window_start: DateTime<Utc>, window_end: DateTime<Utc>) -> Self {
        Self {
            window_start,
            window_end,
            min_support: 20,
            sources: vec![SuggestionSource::Historical, SuggestionSource::Pattern],
        }
    }
}

/// Folds executions into counts and names the patterns in them.
#[derive(Debug)]
pub struct Miner {
    options: MiningOptions,
    budget: Budget,
    workflows: BTreeMap<WorkflowId, WorkflowTally>,
}

/// The counts of one workflow.
#[derive(Debug, Default)]
struct WorkflowTally {
    name: String,
    executions: u64,
    decisions: decisions::DecisionTally,
    parallel: parallel::ParallelTally,
    slow: slow::TimeTally,
    failing: failing::FailureTally,
    rework: rework::ReworkTally,
}

impl Miner {
    /// A miner that has seen nothing.
    #[must_use]
    pub fn new(options: MiningOptions) -> Self {
        Self {
            options,
            budget: Budget::default(),
            workflows: BTreeMap::new(),
        }
    }

    /// Counts one execution, if it completed or failed and started within the window.
    pub fn observe(&mut self, execution: &Execution) {
        let ended = match execution.status {
            ExecutionStatus::Completed | ExecutionStatus::Failed => true,
            ExecutionStatus::Running | ExecutionStatus::Paused | ExecutionStatus::Cancelled => {
                false
            }
        };
        let window = self.options.window_start..=self.options.window_end;
        if !ended || !window.contains(&execution.started_at) {
            return;
        }
        let tally = self.workflows.entry(execution.workflow).or_default();
        tally.name.clone_from(&execution.workflow_name);
        tally.executions += 1;
        let case = Case::of(execution);
        tally.decisions.observe(&case, &mut self.budget);
        tally.parallel.observe(&case);
        tally.slow.observe(&case, &mut self.budget);
        tally.failing.observe(&case);
        tally.rework.observe(&case);
    }

    /// How many executions were counted.
    #[must_use]
    pub fn observed(&self) -> u64 {
        self.workflows.values().map(|tally| tally.executions).sum()
    }

    /// The patterns in what was seen so far, the most certain first; among equals the most
    /// frequent first.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        // Every threshold and value in every workflow is one hypothesis of the same run.
        let hypotheses = self
            .workflows
            .values()
            .map(|tally| tally.decisions.hypotheses())
            .sum();
        let mut findings = Vec::new();
        for (id, tally) in &self.workflows {
            let scope = Scope {
                workflow: *id,
                workflow_name: &tally.name,
                executions: tally.executions,
                options: &self.options,
                hypotheses,
            };
            findings.extend(tally.decisions.findings(&scope));
            findings.extend(tally.parallel.finding(&scope));
            findings.extend(tally.slow.finding(&scope));
            findings.extend(tally.failing.findings(&scope));
            findings.extend(tally.rework.finding(&scope));
        }
        findings.retain(|finding| self.options.sources.contains(&finding.kind.source()));
        findings.sort_by(|a, b| {
            (b.confidence().total_cmp(&a.confidence()))
                .then(b.pattern_frequency.cmp(&a.pattern_frequency))
                .then((a.kind, a.workflow, &a.title).cmp(&(b.kind, b.workflow, &b.title)))
        });
        findings
    }
}

/// The patterns in `executions`.
#[must_use]
pub fn mine<'a>(
    executions: impl IntoIterator<Item = &'a Execution>,
    options: MiningOptions,
) -> Vec<Finding> {
    let mut miner = Miner::new(options);
    for execution in executions {
        miner.observe(execution);
    }
    miner.findings()
}

#[cfg(test)]
mod tests;
