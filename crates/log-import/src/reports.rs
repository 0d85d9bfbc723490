//! Turns a log into what this service records: a workflow, and reports of executions.

mod actions;
mod outcome;
#[cfg(test)]
mod tests;

pub use actions::{DiscoveredAction, discovered_actions};

use crate::{ImportMapping, ImportedCase, ImportedEvent, ImportedLog};
use actions::definition;
use chrono::{DateTime, SubsecRound, Utc};
use execution_log::{Known, Report, WorkflowKey};
use outcome::Outcome;
use serde_json::Value;
use std::collections::HashMap;
use workflow_model::{ExecutionStatus, RecordedStep, StepStatus};

/// The definition of the workflow that the log shows, as `Definition::read` takes it, and a
/// report of each case. The definition has a step for each activity, in their mean order; the
/// steps of the reports name them.
///
/// An execution takes the case's id as `external_id` and its attributes as `input_data`; it
/// begins with the earliest known instant of its first event and ends with its last event. Of
/// repeated activities each is an attempt of its own, numbered in order of time. Instants are
/// cut to milliseconds.
///
/// The outcome of an execution is that of its last deciding step: one whose outcome the log
/// records, or, with [`ImportMapping::infer_outcomes`], whose activity says a decision by its
/// name (approve, accept, reject, decline, refuse, deny, cancel, withdraw and their forms; not
/// when it names two different ones): `approved`, `rejected` or `cancelled`. A step itself has
/// only the outcome that the log records: an activity that is named for its outcome never has
/// another one, so the name says nothing about what was decided *at* that step. A log records no
/// failures, so every step and every execution is reported as completed.
#[must_use]
pub fn to_reports(
    log: &ImportedLog,
    workflow: WorkflowKey,
    mapping: ImportMapping,
) -> (Value, Vec<Report>) {
    let actions = discovered_actions(log);
    let definition = definition(log, &actions);
    let steps = actions
        .iter()
        .zip(0..)
        .map(|(action, index)| {
            let outcome = mapping
                .infer_outcomes
                .then(|| Outcome::of_activity(&action.activity));
            let known = Step {
                index,
                action: &action.action,
                outcome: outcome.flatten(),
            };
            (action.activity.as_str(), known)
        })
        .collect();
    let reporter = Reporter {
        workflow,
        steps,
        since_previous: mapping.since_previous && !log.has_starts(),
    };
    let reports = log.cases.iter().map(|case| reporter.report(case));
    (definition, reports.collect())
}

struct Step<'a> {
    index: u32,
    action: &'a str,
    outcome: Option<Outcome>,
}

struct Reporter<'a> {
    workflow: WorkflowKey,
    steps: HashMap<&'a str, Step<'a>>,
    since_previous: bool,
}

impl Reporter<'_> {
    fn report(&self, case: &ImportedCase) -> Report {
        let began = case
            .events
            .iter()
            .map(|event| event.start.unwrap_or(event.end))
            .min();
        let ended = case.events.last().map(|event| event.end);
        let steps = self.recorded_steps(&case.events);
        let outcome = case
            .events
            .iter()
            .rev()
            .find_map(|event| self.decided(event));
        Report {
            known: Known::ByExternalId,
            workflow: Some(self.workflow.clone()),
            workflow_version: None,
            external_id: Some(case.case_id.clone()),
            status: Some(ExecutionStatus::Completed),
            input_data: Some(case.attributes.clone()),
            outcome,
            error_message: None,
            started_at: began.map(stored),
            completed_at: ended.map(stored),
            triggered_by: None,
            steps,
            reported_at: None,
        }
    }

    /// What an event decides about its case.
    fn decided(&self, event: &ImportedEvent) -> Option<String> {
        let by_name = || self.steps.get(event.activity.as_str())?.outcome;
        let recorded = event.outcome.clone();
        recorded.or_else(|| by_name().map(|outcome| outcome.as_str().to_owned()))
    }

    fn recorded_steps(&self, events: &[ImportedEvent]) -> Vec<RecordedStep> {
        let mut attempts: HashMap<&str, u32> = HashMap::new();
        let mut previous = None;
        let mut steps = Vec::with_capacity(events.len());
        for event in events {
            let attempt = attempts.entry(&event.activity).or_default();
            *attempt += 1;
            let known = self.steps.get(event.activity.as_str());
            let start = event.start.or(previous.filter(|_| self.since_previous));
            previous = Some(event.end);
            steps.push(RecordedStep {
                step_index: known.map(|step| step.index),
                step_name: event.activity.clone(),
                action: known.map(|step| step.action.to_owned()),
                actor: event.resource.clone(),
                status: StepStatus::Completed,
                outcome: event.outcome.clone(),
                attempt: *attempt,
                started_at: start.map(stored),
                completed_at: Some(stored(event.end)),
                error_message: None,
            });
        }
        steps
    }
}

/// An instant as it is stored: to the millisecond.
fn stored(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(3)
}
