//! One execution as the patterns look at it.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use workflow_model::{Execution, RecordedStep, StepStatus};

/// One execution, with its ended steps in the order in which they ended.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) execution: &'a Execution,
    pub(super) ended: Vec<Ended<'a>>,
}

/// A step that ended at a known time. Between them, the ended steps share the whole time from
/// the start of the execution to the end of the last one: each has the time since the one before
/// it ended. That holds for logs that record ends only, and counts waiting as well as work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended<'a> {
    pub(super) step: &'a RecordedStep,
    /// When the step before it ended, or the execution began.
    pub(super) since: DateTime<Utc>,
    pub(super) at: DateTime<Utc>,
}

impl Ended<'_> {
    /// From the end of the step before it to its own end, in milliseconds.
    pub(super) fn share_millis(&self) -> u64 {
        millis_between(self.since, self.at)
    }

    /// How much of that passed before it began; `None` when its start was not recorded.
    pub(super) fn waiting_millis(&self) -> Option<u64> {
        let started = self.step.started_at?;
        Some(millis_between(self.since, started).min(self.share_millis()))
    }

    /// How long it took: from its start, or from the end of the step before it when no start was
    /// recorded.
    pub(super) fn took_millis(&self) -> u64 {
        millis_between(self.step.started_at.unwrap_or(self.since), self.at)
    }

    pub(super) fn decision(&self) -> Option<Decision> {
        Decision::of(self.step.outcome.as_deref()?)
    }
}

fn millis_between(from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
    u64::try_from((to - from).num_milliseconds()).unwrap_or(0)
}

/// What an approval came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Decision {
    Approved,
    Rejected,
}

impl Decision {
    /// The decision that an outcome names, in any case; `None` for other outcomes.
    pub(super) fn of(outcome: &str) -> Option<Self> {
        let is = |words: &[&str]| words.iter().any(|word| outcome.eq_ignore_ascii_case(word));
        if is(&["approved", "approve", "accepted", "accept", "granted"]) {
            Some(Self::Approved)
        } else if is(&["rejected", "reject", "declined", "denied", "refused"]) {
            Some(Self::Rejected)
        } else {
            None
        }
    }
}

/// What was decided at a step, and how long that took if it is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided {
    pub(super) decision: Decision,
    pub(super) took_millis: Option<u64>,
}

impl<'a> Case<'a> {
    pub(super) fn of(execution: &'a Execution) -> Self {
        let mut ended: Vec<_> = execution
            .steps
            .iter()
            .filter(|step| has_ended(step))
            .filter_map(|step| {
                Some(Ended {
                    step,
                    since: execution.started_at,
                    at: step.completed_at?,
                })
            })
            .collect();
        ended.sort_by_key(|step| step.at);
        let mut since = execution.started_at;
        for step in &mut ended {
            step.since = since;
            since = since.max(step.at);
        }
        Self { execution, ended }
    }

    /// The decision at each step that has one: the last, where work was done again. When no step
    /// has a decision, that of the execution as a whole, under `None`. What was decided by rule
    /// already (`auto_approve` and the like) is nobody's decision.
    pub(super) fn decisions(&self) -> BTreeMap<Option<&'a str>, Decided> {
        let mut decisions = BTreeMap::new();
        // Steps without a time first, so that a dated decision replaces an undated one.
        for step in self.execution.steps.iter().filter(|step| has_ended(step)) {
            if let (None, Some(decision)) = (step.completed_at, by_people(step)) {
                let decided = Decided {
                    decision,
                    took_millis: None,
                };
                decisions.insert(Some(step.step_name.as_str()), decided);
            }
        }
        for ended in &self.ended {
            if let Some(decision) = by_people(ended.step) {
                let decided = Decided {
                    decision,
                    took_millis: Some(ended.took_millis()),
                };
                decisions.insert(Some(ended.step.step_name.as_str()), decided);
            }
        }
        let whole = self.execution.outcome.as_deref().and_then(Decision::of);
        let undecided = decisions.is_empty() && !self.execution.steps.iter().any(is_automatic);
        if let (true, Some(decision)) = (undecided, whole) {
            let took = self.execution.duration_millis();
            let took_millis = took.and_then(|millis| u64::try_from(millis).ok());
            decisions.insert(
                None,
                Decided {
                    decision,
                    took_millis,
                },
            );
        }
        decisions
    }
}

fn by_people(step: &RecordedStep) -> Option<Decision> {
    Decision::of(step.outcome.as_deref()?).filter(|_| !is_automatic(step))
}

fn is_automatic(step: &RecordedStep) -> bool {
    step.action
        .as_deref()
        .is_some_and(|action| action.starts_with("auto_"))
}

fn has_ended(step: &RecordedStep) -> bool {
    match step.status {
        StepStatus::Completed | StepStatus::Failed => true,
        StepStatus::Running | StepStatus::Skipped => false,
    }
}
