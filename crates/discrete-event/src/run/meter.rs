//! What was spent so far, and whether to go on.

use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::engine::{Halt, Watch};
use crate::error::Error;
use crate::experiment::{Control, Experiment, Progress, Replications, Stop};
use crate::model::Model;

/// What all threads together have spent, and whether they should go on. The first reason to stop is
/// kept.
pub(super) struct Meter<'a> {
    control: &'a Control<'a>,
    max_tasks: u64,
    max_steps: u32,
    tasks: AtomicU64,
    cases: AtomicU64,
    done: AtomicU32,
    planned: AtomicU32,
    stop: OnceLock<Error>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(control: &'a Control<'a>, experiment: &Experiment) -> Self {
        let planned = match experiment.replications {
            Replications::Fixed(count) => count,
            Replications::Precision { min, .. } => min,
        };
        Self {
            control,
            max_tasks: experiment.budget.max_tasks,
            max_steps: experiment.budget.max_steps_per_case,
            tasks: AtomicU64::new(0),
            cases: AtomicU64::new(0),
            done: AtomicU32::new(0),
            planned: AtomicU32::new(planned),
            stop: OnceLock::new(),
        }
    }

    pub(super) fn tasks(&self) -> u64 {
        self.tasks.load(Ordering::Relaxed)
    }

    pub(super) fn replication_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// So many further replications will be run.
    pub(super) fn plan(&self, further: u32) {
        let done = self.done.load(Ordering::Relaxed);
        self.planned
            .fetch_max(done.saturating_add(further), Ordering::Relaxed);
    }

    fn progress(&self) -> Progress {
        Progress {
            replications_done: self.done.load(Ordering::Relaxed),
            replications_planned: self.planned.load(Ordering::Relaxed),
            cases: self.cases.load(Ordering::Relaxed),
            tasks: self.tasks(),
        }
    }

    /// Why a run was halted.
    pub(super) fn error(&self, halt: Halt, model: &Model) -> Error {
        match halt {
            Halt::Stopped => self.stop.get().cloned().unwrap_or(Error::Cancelled {
                tasks: self.tasks(),
            }),
            Halt::Endless(node) => Error::EndlessCase {
                max_steps: self.max_steps,
                node: model
                    .nodes
                    .get(node as usize)
                    .map_or_else(String::new, |node| node.name.clone()),
            },
        }
    }
}

impl Watch for Meter<'_> {
    fn tell(&self, cases: u64, tasks: u64) -> bool {
        self.cases.fetch_add(cases, Ordering::Relaxed);
        self.tasks.fetch_add(tasks, Ordering::Relaxed);
        if self.stop.get().is_some() {
            return false;
        }
        let progress = self.progress();
        // Whether the sum of all replications is above the limit does not depend on which thread
        // comes first, so neither does the answer.
        let error = if progress.tasks > self.max_tasks {
            Error::BudgetExhausted {
                max_tasks: self.max_tasks,
                replications: progress.replications_done,
                cases: progress.cases,
            }
        } else {
            match (self.control)(progress) {
                ControlFlow::Continue(()) => return true,
                ControlFlow::Break(Stop::Cancelled) => Error::Cancelled {
                    tasks: progress.tasks,
                },
                ControlFlow::Break(Stop::OutOfTime) => Error::OutOfTime {
                    replications: progress.replications_done,
                    tasks: progress.tasks,
                },
            }
        };
        self.stop.get_or_init(|| error);
        false
    }
}
