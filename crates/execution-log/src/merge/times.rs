//! The start, and times that cannot be true.

use super::state::{MergeState, Stamp, Start};
use crate::{Known, RecordError, Report};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::cmp::Reverse;
use workflow_model::{Execution, RecordedStep, StepStatus};

/// Clocks differ, and time zones are confused; beyond a day it is an error.
const MAX_AHEAD: TimeDelta = TimeDelta::days(1);

/// Every time that the report says of the run.
pub(super) fn said(report: &Report) -> impl Iterator<Item = DateTime<Utc>> + '_ {
    let steps = report
        .steps
        .iter()
        .flat_map(|step| [step.started_at, step.completed_at]);
    [report.started_at, report.completed_at]
        .into_iter()
        .chain(steps)
        .flatten()
}

/// Joins the start: a correction by id beats an earliest one said, which beats a default.
pub(super) fn join_start(
    execution: &mut Execution,
    state: &mut MergeState,
    report: &Report,
    stamp: Stamp,
) {
    if let Some(said) = report.started_at {
        let how = match report.known {
            Known::ByExternalId => Start::Earliest,
            Known::ById(..) => Start::Corrected(stamp.at),
        };
        if (how, Reverse(said)) > (state.start, Reverse(execution.started_at)) {
            execution.started_at = said;
            state.start = how;
        }
    }
    if state.start == Start::Default {
        // Nobody said when it began: not after the first thing that is known of it.
        let earliest = said(report).chain(report.reported_at).min();
        execution.started_at =
            earliest.map_or(execution.started_at, |at| at.min(execution.started_at));
    }
}

/// What is wrong with an end that lies before its start.
pub(crate) fn ends_before_start(
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
) -> Option<String> {
    let (start, end) = (started_at?, completed_at?);
    (end < start).then(|| {
        format!(
            "The end ({}) lies before the start ({}).",
            written(end),
            written(start)
        )
    })
}

/// What is wrong with the end of something that has not ended.
pub(crate) fn running_with_end(what: &str, has_end: bool, status: &str) -> Option<String> {
    has_end.then(|| {
        format!("A {what} that is {status} has no end yet: leave it out, or say how it ended.")
    })
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Refuses a report that contradicts itself or the clock.
pub(super) fn check_report(report: &Report, now: DateTime<Utc>) -> Result<(), RecordError> {
    let ahead = |path: &str, at: Option<DateTime<Utc>>| match at {
        Some(at) if at > now + MAX_AHEAD => refuse(
            path.to_owned(),
            format!(
                "{} lies in the future: it is {} now.",
                written(at),
                written(now)
            ),
        ),
        _ => Ok(()),
    };
    ahead("started_at", report.started_at)?;
    ahead("completed_at", report.completed_at)?;
    ahead("reported_at", report.reported_at)?;
    if let Some(status) = report.status.filter(|status| !status.is_final()) {
        let has_end = report.completed_at.is_some();
        if let Some(wrong) = running_with_end("run", has_end, status.as_str()) {
            return refuse("completed_at".to_owned(), wrong);
        }
    }
    for (index, step) in report.steps.iter().enumerate() {
        ahead(&format!("steps.{index}.started_at"), step.started_at)?;
        ahead(&format!("steps.{index}.completed_at"), step.completed_at)?;
        check_step(index, step)?;
    }
    Ok(())
}

fn check_step(index: usize, step: &RecordedStep) -> Result<(), RecordError> {
    let path = || format!("steps.{index}.completed_at");
    if let Some(wrong) = ends_before_start(step.started_at, step.completed_at) {
        return refuse(path(), wrong);
    }
    let has_end = step.completed_at.is_some() && step.status == StepStatus::Running;
    match running_with_end("step", has_end, "running") {
        Some(wrong) => refuse(path(), wrong),
        None => Ok(()),
    }
}

/// Refuses what only shows when the report is put together with what was known.
pub(super) fn check_merged(execution: &Execution) -> Result<(), RecordError> {
    match ends_before_start(Some(execution.started_at), execution.completed_at) {
        Some(wrong) => refuse("completed_at".to_owned(), wrong),
        None => Ok(()),
    }
}

fn refuse(path: String, sentence: String) -> Result<(), RecordError> {
    Err(RecordError::Contradiction(path, sentence))
}
