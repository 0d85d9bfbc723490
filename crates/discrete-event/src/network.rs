//! A model made ready to run: flat, numbered, with everything worked out that a run asks for often.

mod build;
mod graph;

use std::sync::Arc;

use crate::calendar::WorkingTime;
use crate::distribution::Sampler;
use crate::model::{Batch, JoinRule, Profiles};

pub(crate) use graph::{Graph, ways_out};

/// No index.
pub(crate) const NONE: u32 = u32::MAX;

/// A model made ready to run.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) places: Vec<Place>,
    pub(crate) tasks: Vec<TaskPlace>,
    pub(crate) servers: Vec<Server>,
    pub(crate) joins: Vec<JoinPlace>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) streams: Vec<Stream>,
    /// Distinct, in the order of the end nodes.
    pub(crate) outcomes: Vec<String>,
    /// Those of the calendars, then those of resources with absences of their own.
    pub(crate) hours: Vec<WorkingTime>,
    /// Distinct priorities.
    pub(crate) classes: u32,
    /// Ways into all joins together.
    pub(crate) join_slots: usize,
    /// Nodes that a case may pass more than once.
    pub(crate) counted: usize,
}

/// A way to a node; `slot` numbers the ways into a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) node: u32,
    pub(crate) slot: u32,
}

/// A node.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) kind: PlaceKind,
    /// Where its visits by one case are counted, if there can be several.
    pub(crate) counter: u32,
}

#[derive(Debug)]
pub(crate) enum PlaceKind {
    Task(u32),
    Choice {
        /// Running sums of the probabilities.
        cumulative: Box<[f64]>,
        ways: Box<[Edge]>,
        fixed: Box<[u32]>,
    },
    Fork(Box<[Edge]>),
    Join(u32),
    End(u32),
}

#[derive(Debug)]
pub(crate) struct TaskPlace {
    pub(crate) node: u32,
    pub(crate) demand: DemandPlace,
    pub(crate) class: Option<u32>,
    pub(crate) batch: Option<Batch>,
    pub(crate) capacity: u32,
    pub(crate) when_full: Edge,
    pub(crate) failure: Option<FailurePlace>,
    pub(crate) timeout: Option<TimeoutPlace>,
    pub(crate) fixed_cost: f64,
    pub(crate) next: Edge,
}

#[derive(Debug)]
pub(crate) enum DemandPlace {
    Unattended {
        duration: Sampler,
        hours: u32,
    },
    /// Indices of servers.
    OneOf {
        first: u32,
        end: u32,
    },
}

/// A resource as one of the candidates of a task.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) pool: u32,
    pub(crate) units: u32,
    pub(crate) duration: Sampler,
}

#[derive(Debug)]
pub(crate) struct FailurePlace {
    pub(crate) probability: f64,
    pub(crate) max_retries: u32,
    pub(crate) retry_delay: Sampler,
    pub(crate) on_failure: Edge,
}

#[derive(Debug)]
pub(crate) struct TimeoutPlace {
    pub(crate) seconds: f64,
    pub(crate) hours: u32,
    pub(crate) on_timeout: Edge,
}

#[derive(Debug)]
pub(crate) struct JoinPlace {
    pub(crate) rule: JoinRule,
    pub(crate) next: Edge,
    /// The slots of its ways in, among all slots.
    pub(crate) first_slot: usize,
    pub(crate) slots: usize,
    /// For each node a bit for each slot: whether a way from behind the node leads into the slot
    /// without passing the join.
    pub(crate) reach: Vec<u64>,
}

impl JoinPlace {
    /// Words of [`JoinPlace::reach`] for each node.
    pub(crate) fn words(&self) -> usize {
        self.slots.div_ceil(64)
    }
}

#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) amount: u32,
    pub(crate) hours: u32,
    pub(crate) cost_per_second: f64,
}

#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) times: StreamTimes,
    pub(crate) start: Edge,
    pub(crate) class: u32,
    pub(crate) profiles: Profiles,
}

#[derive(Debug)]
pub(crate) enum StreamTimes {
    Renewal { interarrival: Sampler, hours: u32 },
    At(Arc<[f64]>),
}
