//! What was recorded of one execution, by the nodes of the recorded definition.

use super::net::Net;
use chrono::{DateTime, Utc};
use workflow_model::{Execution, RecordedStep, StepStatus};

/// One run of a step, with the attempts that failed before it.
#[derive(Debug)]
pub(super) struct Run<'e> {
    pub(super) name: &'e str,
    /// `None`: the definition has no such step.
    pub(super) node: Option<usize>,
    /// In milliseconds since the execution started.
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) actor: Option<&'e str>,
    pub(super) outcome: Option<&'e str>,
    /// Whether its last attempt failed.
    pub(super) failed: bool,
    /// The next run of the same node.
    next: Option<usize>,
}

/// The runs of one execution, in the order of the record.
#[derive(Debug)]
pub(super) struct Trace<'e> {
    pub(super) runs: Vec<Run<'e>>,
    /// The first run of each node.
    first: Vec<Option<usize>>,
}

impl<'e> Trace<'e> {
    pub(super) fn of(execution: &'e Execution, net: &Net) -> Self {
        let mut trace = Self {
            runs: Vec::with_capacity(execution.steps.len()),
            first: vec![None; net.nodes.len()],
        };
        let mut last: Vec<Option<usize>> = vec![None; net.nodes.len()];
        for step in &execution.steps {
            if step.status == StepStatus::Skipped {
                continue;
            }
            let node = node_of(step, net);
            let since = |at: DateTime<Utc>| (at - execution.started_at).num_milliseconds();
            let run = Run {
                name: &step.step_name,
                node,
                start: step.started_at.map(since),
                end: step.completed_at.map(since),
                actor: step.actor.as_deref(),
                outcome: step.outcome.as_deref(),
                failed: step.status == StepStatus::Failed,
                next: None,
            };
            let Some(node) = node else {
                trace.runs.push(run);
                continue;
            };
            match last[node] {
                Some(before) if trace.runs[before].failed => trace.runs[before].retried(&run),
                before => {
                    let at = trace.runs.len();
                    match before {
                        Some(before) => trace.runs[before].next = Some(at),
                        None => trace.first[node] = Some(at),
                    }
                    last[node] = Some(at);
                    trace.runs.push(run);
                }
            }
        }
        trace
    }

    /// The `nth` run of a node, from 0, given the one before it.
    pub(super) fn run_after(&self, node: usize, before: Option<usize>) -> Option<usize> {
        match before {
            None => self.first[node],
            Some(run) => self.runs[run].next,
        }
    }
}

impl Run<'_> {
    fn retried(&mut self, again: &Self) {
        self.start = self.start.or(again.start);
        self.end = again.end;
        self.failed = again.failed;
        if again.actor.is_some() {
            self.actor = again.actor;
        }
        self.outcome = again.outcome;
    }
}

/// By name; by position where several have the name, or where a step was renamed and still does
/// the same.
fn node_of(step: &RecordedStep, net: &Net) -> Option<usize> {
    let index = step.step_index.and_then(|at| usize::try_from(at).ok());
    match net.named(&step.step_name) {
        [only] => Some(*only),
        [] => index.filter(|at| {
            let node = net.nodes.get(*at);
            node.is_some_and(|node| Some(node.action.as_str()) == step.action.as_deref())
        }),
        several => index
            .filter(|at| several.contains(at))
            .or_else(|| several.first().copied()),
    }
}
