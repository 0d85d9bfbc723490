//! What history says of a workflow.

use super::sample::Sample;
use crate::Facts;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// What history says of a workflow: made by [`super::History`], of bounded size.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Executions that were observed.
    pub(crate) executions: u64,
    /// Those that ended.
    pub(crate) ended: u64,
    /// When the first and the last of them began.
    pub(crate) period: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The nodes of the definition in order, then other recorded activities.
    pub(crate) activities: Vec<ActivityFit>,
    /// Recorded cases, each with the input and the way of one execution.
    pub(crate) profiles: Vec<Profile>,
    /// The times between the beginnings of executions, in seconds.
    pub(crate) gaps: Sample,
    /// How many executions began in each hour of the week, Monday first.
    pub(crate) arrival_hours: Vec<u64>,
    /// Who did the work.
    pub(crate) actors: Vec<ActorFit>,
    /// The clock of `arrival_hours` and of the actors.
    pub(crate) time_zone: chrono_tz::Tz,
    /// The time from the end of the last step to that of the execution.
    pub(crate) closing: Sample,
    /// Catalogue, and workflows that steps run.
    pub(crate) facts: Facts,
}

impl Fit {
    /// Adds what the catalogue measured and the workflows that steps run: used where history
    /// says nothing.
    #[must_use]
    pub fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    /// How many executions were observed.
    #[must_use]
    pub fn executions(&self) -> u64 {
        self.executions
    }

    /// When the first and the last of them began.
    #[must_use]
    pub fn period(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.period
    }

    /// The share of the kept executions that ran as the definition says, and how many were kept.
    #[must_use]
    pub fn conformance(&self) -> Option<(f64, usize)> {
        let kept = self.profiles.len();
        let followed = self.profiles.iter().filter(|case| case.followed).count();
        let share = super::distribution::count(followed) / super::distribution::count(kept);
        (kept > 0).then_some((share, kept))
    }
}

/// What history says of one activity.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ActivityFit {
    pub(crate) name: String,
    pub(crate) action: String,
    /// Attempts that ended.
    pub(crate) attempts: u64,
    /// Those that failed.
    pub(crate) failed: u64,
    /// From the beginning to the end of an attempt.
    pub(crate) processing: Sample,
    /// From the end of what it waited for to its beginning.
    pub(crate) waiting: Sample,
    /// The part of `processing` in which nothing before it was still under way.
    pub(crate) processing_alone: Sample,
    /// From the end of everything before it to its beginning.
    pub(crate) waiting_alone: Sample,
    /// From the end of everything before it to its end, where beginnings were not recorded.
    pub(crate) elapsed: Sample,
    /// From the end of a failed attempt to the beginning of the next.
    pub(crate) retry_delay: Sample,
    /// How often it ended how.
    pub(crate) outcomes: Vec<(String, u64)>,
    /// How often each way was taken from it.
    pub(crate) ways: Vec<u64>,
    /// How often a case that came by ran it, and how often one came by.
    pub(crate) guard: (u64, u64),
    /// How often each resource did it.
    pub(crate) actors: Vec<(u32, u64)>,
}

impl ActivityFit {
    /// Whether beginnings were recorded of at least half.
    pub(crate) fn has_starts(&self) -> bool {
        self.processing.seen > 0 && self.processing.seen >= self.elapsed.seen
    }
}

/// A recorded case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Profile {
    pub(crate) input: Map<String, Value>,
    /// The activities that it ran, by the time of their ends.
    pub(crate) route: Vec<u32>,
    /// How it ended.
    pub(crate) outcome: String,
    /// Whether it ran as the definition says.
    pub(crate) followed: bool,
    /// How long it took, in seconds.
    pub(crate) cycle: f64,
}

/// What history says of one who does work.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ActorFit {
    pub(crate) name: String,
    /// The activities that they did, with how often, by position.
    pub(crate) did: Vec<(u32, u64)>,
    /// How often they began or ended something in each hour of the week, Monday first.
    pub(crate) hours: Vec<u32>,
}
