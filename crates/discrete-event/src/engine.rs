//! Runs a network once: one replication.
//!
//! A *token* stands for a case at one place; a case on parallel ways has several. The events are in
//! [`events`], tokens and cases in [`slab`]s whose places are used again, so that memory follows
//! what is in progress, and nothing is allocated for a task. [`moves`] takes a token from node to
//! node, [`joins`] says when parallel ways come together, [`service`] is work from its beginning to
//! its end, [`queues`] who waits for whom, [`batches`] what is collected, [`window`] what is
//! measured.

mod batches;
mod cases;
mod events;
mod joins;
mod moves;
mod queues;
mod service;
mod slab;
mod streams;
mod window;

use crate::calendar::WorkingTime;
use crate::experiment::Length;
use crate::network::{Edge, NONE, Network};
use crate::random::Key;
use crate::statistics::{Histogram, MEASURES, Replication, Series};

use cases::{Case, Token};
use events::{Events, Kind};
use queues::{PoolState, Queue};
use slab::Slab;
use streams::StreamState;
use window::Window;

/// What of an experiment concerns a single replication.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) length: Length,
    /// Cases to leave out.
    pub(crate) warm_up: u64,
    pub(crate) thresholds: Vec<f64>,
    pub(crate) max_steps: u32,
}

/// Why a replication has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The watch said so.
    Stopped,
    /// A case goes round for ever; its node.
    Endless(u32),
}

/// Told every few thousand events what was done since the last time; false stops the run.
pub(crate) trait Watch {
    fn tell(&self, cases: u64, tasks: u64) -> bool;
}

const EVENTS_BETWEEN_TELLING: u32 = 4096;

/// Runs a network, one replication after another.
#[derive(Debug)]
pub(crate) struct Engine<'n> {
    net: &'n Network,
    hours: Vec<WorkingTime>,
    now: f64,
    events: Events,
    cases: Slab<Case>,
    tokens: Slab<Token>,
    /// For each case, how many tokens wait at each way into a join.
    arrived_at: Vec<u16>,
    /// For each case, how often it has passed each node that can be passed again.
    visits: Vec<u32>,
    pools: Vec<PoolState>,
    /// For each pool one for each priority.
    queues: Vec<Queue>,
    tasks: Vec<batches::TaskState>,
    streams: Vec<StreamState>,
    /// Tokens on their way.
    moves: Vec<(u32, Edge)>,
    /// Pools that may have something to do.
    due: Vec<u32>,
    scratch: Vec<(u32, u32)>,
    window: Window,
    endless: Option<u32>,
    measured: Replication,
    histograms: [Histogram; MEASURES],
    /// Cycle times, if this is a pilot.
    series: Option<Series>,
}

impl<'n> Engine<'n> {
    pub(crate) fn new(net: &'n Network) -> Self {
        Self {
            net,
            hours: net.hours.clone(),
            now: 0.0,
            events: Events::default(),
            cases: Slab::default(),
            tokens: Slab::default(),
            arrived_at: Vec::new(),
            visits: Vec::new(),
            pools: Vec::new(),
            queues: Vec::new(),
            tasks: Vec::new(),
            streams: Vec::new(),
            moves: Vec::new(),
            due: Vec::new(),
            scratch: Vec::new(),
            window: Window::default(),
            endless: None,
            measured: Replication::default(),
            histograms: std::array::from_fn(|_| Histogram::new()),
            series: None,
        }
    }

    /// Keeps the cycle times of the next replications.
    pub(crate) fn keep_series(&mut self) {
        self.series = Some(Series::new());
    }

    pub(crate) fn take_series(&mut self) -> Option<Series> {
        self.series.take()
    }

    /// Of the last replication.
    pub(crate) fn histograms(&self) -> &[Histogram; MEASURES] {
        &self.histograms
    }

    /// Runs one replication.
    pub(crate) fn run(
        &mut self,
        number: u32,
        settings: &Settings,
        watch: &impl Watch,
    ) -> Result<Replication, Halt> {
        self.reset(number, settings);
        let (mut told_cases, mut told_tasks) = (0, 0);
        let mut tell = |measured: &Replication| {
            let cases = measured.ended - told_cases;
            let tasks = measured.attempts - told_tasks;
            (told_cases, told_tasks) = (measured.ended, measured.attempts);
            watch.tell(cases, tasks)
        };
        let mut until_telling = EVENTS_BETWEEN_TELLING;
        while !self.window.is_over() {
            match self.events.pop() {
                Some(event) => {
                    self.now = event.time();
                    self.happen(event);
                }
                None if self.start_waiting_batches() => {}
                None => break,
            }
            self.serve_due();
            until_telling -= 1;
            if until_telling == 0 {
                until_telling = EVENTS_BETWEEN_TELLING;
                if !tell(&self.measured) {
                    return Err(Halt::Stopped);
                }
            }
            if let Some(node) = self.endless {
                return Err(Halt::Endless(node));
            }
        }
        self.close_window();
        if !tell(&self.measured) {
            return Err(Halt::Stopped);
        }
        Ok(self.summary())
    }

    fn happen(&mut self, event: events::Event) {
        let thing = event.thing;
        let concerns_token = match event.kind() {
            Kind::Finish | Kind::Retry | Kind::Timeout => true,
            Kind::Arrival | Kind::BatchDue | Kind::Opens | Kind::WindowEnds | Kind::WindowHalf => {
                false
            }
        };
        if concerns_token && self.tokens[thing].generation != event.generation() {
            self.events.met_stale();
            return;
        }
        match event.kind() {
            Kind::Arrival => self.arrive(thing),
            Kind::Finish => self.finish(thing),
            Kind::Retry => self.retry(thing),
            Kind::Timeout => self.time_out(thing),
            Kind::BatchDue => self.batch_due(thing, event.generation()),
            Kind::Opens => self.open(thing),
            Kind::WindowEnds => self.close_window(),
            Kind::WindowHalf => self.window_half(),
        }
    }

    fn reset(&mut self, number: u32, settings: &Settings) {
        let net = self.net;
        self.now = 0.0;
        self.events.clear();
        self.cases.clear();
        self.tokens.clear();
        self.arrived_at.clear();
        self.visits.clear();
        self.moves.clear();
        self.due.clear();
        self.endless = None;
        self.pools.clear();
        self.pools
            .extend(net.pools.iter().map(|pool| PoolState::new(pool.amount)));
        let queues = net.pools.len() * net.classes as usize;
        self.queues.resize_with(queues, Queue::default);
        self.queues.iter_mut().for_each(Queue::clear);
        self.tasks.clear();
        self.tasks
            .resize(net.tasks.len(), batches::TaskState::default());
        self.reset_measurement(settings);
        self.start_streams(Key::replication(settings.seed, number), settings);
    }

    /// Working time `seconds` from now.
    #[inline]
    fn later(&mut self, hours: u32, seconds: f64) -> f64 {
        if hours == NONE {
            self.now + seconds
        } else {
            self.hours[hours as usize].add_worked(self.now, seconds)
        }
    }

    /// Working time between a moment and now.
    fn worked_since(&mut self, hours: u32, since: f64) -> f64 {
        if hours == NONE {
            self.now - since
        } else {
            self.hours[hours as usize].worked_between(since, self.now)
        }
    }

    fn forsake_event(&mut self) {
        if self.events.forsake() {
            let tokens = &self.tokens;
            self.events.sweep(|event| match event.kind() {
                Kind::Finish | Kind::Retry | Kind::Timeout => {
                    tokens[event.thing].generation == event.generation()
                }
                Kind::Arrival
                | Kind::BatchDue
                | Kind::Opens
                | Kind::WindowEnds
                | Kind::WindowHalf => true,
            });
        }
    }
}

#[cfg(test)]
mod tests;
