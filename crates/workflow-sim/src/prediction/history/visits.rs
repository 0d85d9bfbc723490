//! Recorded steps as visits: attempts at one step in a row are one visit.

use chrono::{DateTime, Utc};
use std::collections::HashMap;
use workflow_model::{Execution, RecordedStep, StepStatus};

/// One visit of a case to an activity.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) activity: usize,
    /// When the first attempt began, if that was recorded.
    pub(super) start: Option<DateTime<Utc>>,
    /// When the last attempt ended.
    pub(super) end: Option<DateTime<Utc>>,
    /// Whether the last attempt failed.
    pub(super) failed: bool,
    /// Attempts that ended, and those of them that failed.
    pub(super) attempts: u64,
    pub(super) failures: u64,
    /// Beginning and end of each attempt that has both.
    pub(super) worked: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// From the end of each failed attempt to the beginning of the next, in seconds.
    pub(super) retry_delays: Vec<f64>,
    pub(super) outcome: Option<&'a str>,
    /// Who was seen to begin or end something, and when.
    pub(super) actors: Vec<(&'a str, DateTime<Utc>)>,
}

/// The visits of an execution, by the time of their ends.
pub(super) fn visits<'a>(
    execution: &'a Execution,
    mut activity_of: impl FnMut(&RecordedStep) -> Option<usize>,
) -> Vec<Visit<'a>> {
    let mut visits: Vec<Visit<'a>> = Vec::new();
    // The visit of each activity whose last attempt failed: the next attempt belongs to it.
    let mut open: HashMap<usize, usize> = HashMap::new();
    for step in &execution.steps {
        if step.status == StepStatus::Skipped {
            continue;
        }
        let Some(activity) = activity_of(step) else {
            continue;
        };
        let at = match open.remove(&activity) {
            Some(at) if step.attempt > 1 => at,
            Some(_) | None => {
                visits.push(Visit::new(activity, step));
                visits.len() - 1
            }
        };
        visits[at].attempt(step);
        if visits[at].failed {
            open.insert(activity, at);
        }
    }
    let late = DateTime::<Utc>::MAX_UTC;
    visits.sort_by_key(|visit| (visit.end.unwrap_or(late), visit.start));
    visits
}

impl<'a> Visit<'a> {
    fn new(activity: usize, step: &RecordedStep) -> Self {
        Self {
            activity,
            start: step.started_at,
            end: None,
            failed: false,
            attempts: 0,
            failures: 0,
            worked: Vec::new(),
            retry_delays: Vec::new(),
            outcome: None,
            actors: Vec::new(),
        }
    }

    fn attempt(&mut self, step: &'a RecordedStep) {
        if let (true, Some(before), Some(start)) = (self.failed, self.end, step.started_at) {
            self.retry_delays.push(super::seconds(before, start));
        }
        self.failed = step.status == StepStatus::Failed;
        if step.status != StepStatus::Running {
            self.attempts += 1;
            self.failures += u64::from(self.failed);
            self.end = step.completed_at.max(self.end);
        }
        if let (Some(start), Some(end)) = (step.started_at, step.completed_at) {
            self.worked.push((start, end));
        }
        self.outcome = step.outcome.as_deref();
        if let Some(actor) = step.actor.as_deref() {
            let times = [step.started_at, step.completed_at];
            self.actors
                .extend(times.into_iter().flatten().map(|at| (actor, at)));
        }
    }
}
