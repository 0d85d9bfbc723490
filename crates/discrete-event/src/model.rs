//! What is simulated: nodes that cases pass, resources that work on them, calendars, arrivals.

mod node;

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::calendar::Calendar;
use crate::distribution::Distribution;

pub use node::{
    Batch, Candidate, Capacity, Choice, Demand, Failure, Join, JoinRule, Node, NodeKind, Rest,
    Task, Timeout, Way,
};

/// Index into [`Model::calendars`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarId(pub u32);

/// Index into [`Model::resources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// Index into [`Model::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A queueing network. Times are seconds since [`Model::origin`], durations are seconds.
///
/// [`crate::run`] names every fault of a model at once before anything is simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The instant that is time zero. Calendars are laid out from here.
    pub origin: DateTime<Utc>,
    /// Working hours, named by [`CalendarId`].
    pub calendars: Vec<Calendar>,
    /// Who works, named by [`ResourceId`].
    pub resources: Vec<Resource>,
    /// What cases pass, named by [`NodeId`].
    pub nodes: Vec<Node>,
    /// How cases come.
    pub arrivals: Vec<Arrival>,
}

/// A pool of interchangeable units (people, licences, machines).
///
/// Work that has begun is suspended while the pool is closed and goes on when it opens; its unit
/// stays with it. Units with skills or absences of their own are pools of their own, named by
/// several [`Candidate`]s.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// For the result; unique.
    pub name: String,
    /// Units; at least one.
    pub amount: u32,
    /// When the units work; always when there is none.
    pub calendar: Option<CalendarId>,
    /// When all units are away, calendar or not.
    pub absences: Vec<Absence>,
    /// Cost of one unit for each hour it works (suspended time is free).
    pub cost_per_hour: f64,
}

/// All units of a resource are away from `from` until just before `to`, in seconds since the
/// origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Absence {
    /// First second.
    pub from: f64,
    /// End, later than `from`.
    pub to: f64,
}

/// A stream of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// For messages; unique.
    pub name: String,
    /// When its cases come.
    pub times: Times,
    /// The first node of its cases.
    pub start: NodeId,
    /// The smaller number is served first; tasks may override it.
    pub priority: i32,
    /// The profiles of its cases, if decisions depend on them.
    pub profiles: Profiles,
}

/// When the cases of a stream come.
#[derive(Debug, Clone, PartialEq)]
pub enum Times {
    /// One after another, the first after one draw from the origin.
    Renewal {
        /// Seconds between two cases. Not zero on average.
        interarrival: Distribution,
        /// The time between cases runs only while this is open.
        calendar: Option<CalendarId>,
    },
    /// At these seconds since the origin, which ascend.
    At(Vec<f64>),
}

/// A profile stands for one recorded input: [`Choice::fixed`] says for each profile which way its
/// data lead. Profiles are numbered through the whole model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profiles {
    /// Decisions are drawn by probability alone.
    None,
    /// Each case draws one of these uniformly, with replacement (a bootstrap of the inputs).
    Drawn(Range<u32>),
    /// The n-th case has the n-th of these, and after the last the first again.
    InOrder(Range<u32>),
}

impl Profiles {
    /// Each once rather than at random, and how many there are.
    pub(crate) fn in_order(&self) -> (Self, u64) {
        match self {
            Self::None => (Self::None, 0),
            Self::Drawn(range) | Self::InOrder(range) => {
                let count = u64::from(range.end.saturating_sub(range.start));
                (Self::InOrder(range.clone()), count)
            }
        }
    }
}
