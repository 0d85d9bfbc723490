//! What a case passes.

use super::{CalendarId, NodeId, ResourceId};
use crate::distribution::Distribution;

/// A place that cases pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// For the result and for messages; tasks have unique names.
    pub name: String,
    /// What happens here.
    pub kind: NodeKind,
}

impl Node {
    /// The task, if this is one.
    #[must_use]
    pub fn as_task(&self) -> Option<&Task> {
        match &self.kind {
            NodeKind::Task(task) => Some(task),
            NodeKind::Choice(_) | NodeKind::Fork(_) | NodeKind::Join(_) | NodeKind::End { .. } => {
                None
            }
        }
    }

    /// The task, if this is one, to change it.
    pub fn as_task_mut(&mut self) -> Option<&mut Task> {
        match &mut self.kind {
            NodeKind::Task(task) => Some(task),
            NodeKind::Choice(_) | NodeKind::Fork(_) | NodeKind::Join(_) | NodeKind::End { .. } => {
                None
            }
        }
    }
}

/// What happens at a node.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// Work.
    Task(Task),
    /// The case goes one of several ways.
    Choice(Choice),
    /// The case goes all of these ways at once; at least one.
    Fork(Vec<NodeId>),
    /// Ways that run side by side come together.
    Join(Join),
    /// The way ends. The case ends with the last of its ways, with the outcome of that one.
    End {
        /// What the result counts the case under.
        outcome: String,
    },
}

/// Work on a case, by a resource or by nobody.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Who works, and how long.
    pub demand: Demand,
    /// In place of the case's priority. The smaller number is served first; among equals who came
    /// first; work that has begun is not interrupted.
    pub priority: Option<i32>,
    /// Cases are collected and worked on together.
    pub batch: Option<Batch>,
    /// Cases beyond a number are turned away.
    pub capacity: Option<Capacity>,
    /// An attempt may fail.
    pub failure: Option<Failure>,
    /// Cases that stay too long leave.
    pub timeout: Option<Timeout>,
    /// Cost of one attempt on top of the hours of its resource. A batch is one attempt, whose cost
    /// its cases share.
    pub fixed_cost: f64,
    /// Where the case goes when the work has succeeded.
    pub next: NodeId,
}

/// Who works on a task, and how long.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// Nobody in particular: every case is served at once (an infinite server).
    Unattended {
        /// Seconds of one attempt.
        duration: Distribution,
        /// The attempt goes on only while this is open.
        calendar: Option<CalendarId>,
    },
    /// One of these, in order of preference: the first that is free, else whichever is free first.
    /// At least one, no resource twice.
    OneOf(Vec<Candidate>),
}

/// A resource that can do a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Who.
    pub resource: ResourceId,
    /// How many of its units at once; at least one and not more than there are. Who needs several
    /// is not overtaken by who needs fewer.
    pub units: u32,
    /// Seconds of work of one attempt when this resource does it.
    pub duration: Distribution,
}

/// Cases are collected until there are `size` of them or the first has waited `max_wait` seconds,
/// then worked on together for one duration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batch {
    /// At least one.
    pub size: u32,
    /// Seconds; without it a batch waits until it is full (and cases may be left over at the end
    /// of a finite run, which ends incomplete batches by starting them).
    pub max_wait: Option<f64>,
}

/// At most `limit` cases are at the task, waiting or served. With Poisson arrivals, exponential
/// work and c units this is M/M/c/K, and Erlang's loss system when K = c.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// At least one.
    pub limit: u32,
    /// Where a case goes that finds the task full.
    pub when_full: NodeId,
}

/// An attempt takes its whole duration and then fails with this probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// From zero to one.
    pub probability: f64,
    /// Further attempts after the first.
    pub max_retries: u32,
    /// Seconds from a failure to the next attempt, which queues anew.
    pub retry_delay: Distribution,
    /// Where the case goes when the last attempt has failed.
    pub on_failure: NodeId,
}

/// A case that has been at the task this long leaves it, also while it is worked on or waits for a
/// retry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timeout {
    /// Seconds since the case came to the task.
    pub seconds: f64,
    /// The seconds count only while this is open.
    pub calendar: Option<CalendarId>,
    /// Where the case goes.
    pub on_timeout: NodeId,
}

/// The case goes one of these ways: the one fixed for its profile, else by probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// At least one. The probabilities sum to one.
    pub ways: Vec<Way>,
    /// For each profile (by number) the index of its way, if its data decide. A profile beyond the
    /// end is undecided; empty when no data decide.
    pub fixed: Vec<Option<u32>>,
}

/// One way of a choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// From zero to one.
    pub probability: f64,
    /// Where it leads.
    pub to: NodeId,
}

/// Ways that run side by side come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// When the case goes on.
    pub rule: JoinRule,
    /// Where it goes on.
    pub next: NodeId,
}

/// When a case goes on from a join. No rule waits for what cannot come any more: a way not taken
/// keeps no join waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinRule {
    /// When every way that can still come has come.
    All,
    /// When so many have come (approval by any: one).
    First {
        /// At least one.
        count: u32,
        /// What becomes of the ways that have not come by then.
        rest: Rest,
    },
}

/// What becomes of the ways that a join did not wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They are withdrawn: out of every queue, and work on them stops.
    Withdrawn,
    /// They go on, occupy resources and cost, and end at the join. The case does not wait for
    /// them.
    GoesOn,
}
