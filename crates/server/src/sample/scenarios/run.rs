//! Puts one execution together, step after step.

use chrono::{DateTime, TimeDelta, Utc};
use execution_log::{Known, Report};
use serde_json::{Map, Value};
use workflow_model::{ExecutionStatus, RecordedStep, StepStatus};

/// An execution under construction. What lies after the end of history has not happened yet.
pub(super) struct Run {
    report: Report,
    clock: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// One attempt at a step.
pub(super) struct Attempt<'a> {
    pub(super) name: &'a str,
    pub(super) action: &'a str,
    pub(super) actor: &'a str,
    pub(super) status: StepStatus,
    pub(super) outcome: Option<&'a str>,
    pub(super) number: u32,
    pub(super) takes: TimeDelta,
    pub(super) error: Option<&'a str>,
}

impl<'a> Attempt<'a> {
    /// A first attempt that ends well.
    pub(super) fn new(name: &'a str, action: &'a str, actor: &'a str, takes: TimeDelta) -> Self {
        Self {
            name,
            action,
            actor,
            status: StepStatus::Completed,
            outcome: None,
            number: 1,
            takes,
            error: None,
        }
    }

    /// With an outcome.
    pub(super) fn outcome(mut self, outcome: &'a str) -> Self {
        self.outcome = Some(outcome);
        self
    }
}

impl Run {
    pub(super) fn new(
        external_id: String,
        input: Value,
        started_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        let report = Report {
            known: Known::ByExternalId,
            workflow: None,
            workflow_version: None,
            external_id: Some(external_id),
            status: Some(ExecutionStatus::Running),
            input_data: Some(match input {
                Value::Object(map) => map,
                _ => Map::new(),
            }),
            outcome: None,
            error_message: None,
            started_at: Some(started_at),
            completed_at: None,
            triggered_by: Some("crm".to_owned()),
            steps: Vec::new(),
            reported_at: None,
        };
        Self {
            report,
            clock: started_at,
            now,
        }
    }

    /// Time passes and nobody works.
    pub(super) fn wait(&mut self, time: TimeDelta) {
        self.clock += time;
    }

    /// A step happens; `false` when it, or its end, lies after the end of history.
    pub(super) fn step(&mut self, attempt: &Attempt<'_>) -> bool {
        if self.clock >= self.now {
            return false;
        }
        let started_at = self.clock;
        self.clock += attempt.takes;
        let ended = self.clock < self.now;
        self.report.steps.push(RecordedStep {
            step_index: None,
            step_name: attempt.name.to_owned(),
            action: Some(attempt.action.to_owned()),
            actor: Some(attempt.actor.to_owned()),
            status: if ended {
                attempt.status
            } else {
                StepStatus::Running
            },
            outcome: attempt.outcome.filter(|_| ended).map(ToOwned::to_owned),
            attempt: attempt.number,
            started_at: Some(started_at),
            completed_at: ended.then_some(self.clock),
            error_message: attempt.error.filter(|_| ended).map(ToOwned::to_owned),
        });
        ended
    }

    /// The execution ends now, if that lies within history.
    pub(super) fn end(mut self, status: ExecutionStatus, outcome: Option<&str>) -> Report {
        if self.clock < self.now {
            self.report.status = Some(status);
            self.report.outcome = outcome.map(ToOwned::to_owned);
            self.report.completed_at = Some(self.clock);
        }
        self.report
    }
}
