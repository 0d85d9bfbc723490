//! Work, from the coming of a token to a task to its leaving.

use super::Engine;
use super::cases::State;
use super::events::Kind;
use crate::network::{DemandPlace, Edge, NONE};
use crate::random::Purpose;

impl Engine<'_> {
    /// A token comes to a task.
    pub(super) fn enter(&mut self, token: u32, task: u32, counter: u32) {
        let place = &self.net.tasks[task as usize];
        let case = self.tokens[token].case;
        let state = &mut self.tasks[task as usize];
        if state.inside >= place.capacity {
            if self.cases[case].measured {
                self.measured.tasks[task as usize].blocked += 1;
            }
            self.moves.push((token, place.when_full));
            return;
        }
        state.inside += 1;
        let visit = self.visit(case, counter);
        let class = place.class.unwrap_or(self.cases[case].class);
        let now = self.now;
        let entering = &mut self.tokens[token];
        entering.task = task;
        entering.visit = visit;
        entering.attempt = 0;
        entering.class = class;
        entering.entered = now;
        entering.worked = 0.0;
        if let Some(timeout) = &place.timeout {
            let at = self.later(timeout.hours, timeout.seconds);
            let timed = &mut self.tokens[token];
            timed.timer = true;
            let generation = timed.generation;
            self.events.push(at, Kind::Timeout, token, generation);
        }
        self.attempt(token);
    }

    fn attempt(&mut self, token: u32) {
        let task = self.tokens[token].task;
        if self.net.tasks[task as usize].batch.is_some() {
            self.collect(token);
        } else {
            self.seek(token);
        }
    }

    /// Starts work on a token or a batch, by the first candidate that is free, or queues it.
    pub(super) fn seek(&mut self, token: u32) {
        let place = &self.net.tasks[self.tokens[token].task as usize];
        self.tokens[token].queued = self.now;
        match place.demand {
            DemandPlace::Unattended { .. } => self.start(token, NONE),
            DemandPlace::OneOf { first, end } => {
                let class = self.tokens[token].class;
                for server in first..end {
                    if self.can_take_up(server, class) {
                        self.start(token, server);
                        return;
                    }
                }
                self.queue(token, first, end);
            }
        }
    }

    /// Work begins; `server` says who works, if anybody in particular.
    pub(super) fn start(&mut self, token: u32, server: u32) {
        let net = self.net;
        let working = &self.tokens[token];
        let place = &net.tasks[working.task as usize];
        let key = working.key;
        let mut draw = key.draw(
            place.node,
            working.visit,
            working.attempt,
            Purpose::Duration,
        );
        let (duration, hours) = match &place.demand {
            DemandPlace::Unattended { duration, hours } => (duration, *hours),
            DemandPlace::OneOf { .. } => {
                let server = &net.servers[server as usize];
                (&server.duration, net.pools[server.pool as usize].hours)
            }
        };
        let demand = duration.sample(|| draw.uniform());
        if server != NONE {
            let waited = self.now - working.queued;
            self.take_up(server, waited);
        }
        self.count_attempt(token);
        let end = self.later(hours, demand);
        let now = self.now;
        let working = &mut self.tokens[token];
        working.state = State::Served;
        working.server = server;
        working.started = now;
        working.demand = demand;
        let generation = working.generation;
        self.events.push(end, Kind::Finish, token, generation);
    }

    /// Work on a token or a batch ends.
    pub(super) fn finish(&mut self, token: u32) {
        let worked = self.tokens[token].demand;
        self.release(token, worked);
        if self.tokens[token].is_batch() {
            self.finish_batch(token, worked);
        } else {
            self.pay(token, worked, 1.0);
            self.finish_attempt(token);
        }
    }

    /// The worked time and the cost of an attempt, of which a batch's cases bear a share each.
    pub(super) fn pay(&mut self, token: u32, worked: f64, share: f64) {
        let (case, task) = (self.tokens[token].case, self.tokens[token].task);
        let fixed = self.net.tasks[task as usize].fixed_cost;
        let cost = self.cost_of_work(token, worked);
        self.tokens[token].worked += worked;
        self.cases[case].cost += (fixed + cost) * share;
    }

    /// What the units cost that work on a token.
    pub(super) fn cost_of_work(&self, token: u32, worked: f64) -> f64 {
        match self.net.servers.get(self.tokens[token].server as usize) {
            Some(server) => {
                let pool = &self.net.pools[server.pool as usize];
                f64::from(server.units) * worked * pool.cost_per_second
            }
            None => 0.0,
        }
    }

    /// An attempt has had its time: it has succeeded or failed.
    pub(super) fn finish_attempt(&mut self, token: u32) {
        let net = self.net;
        let done = &mut self.tokens[token];
        done.state = State::Moving;
        let task = done.task as usize;
        let place = &net.tasks[task];
        let mut next = place.next;
        if let Some(failure) = &place.failure {
            let (key, visit, attempt) = (done.key, done.visit, done.attempt);
            let number = key
                .draw(place.node, visit, attempt, Purpose::Failure)
                .uniform();
            if number < failure.probability {
                let measured = self.cases[self.tokens[token].case].measured;
                let again = attempt < failure.max_retries;
                if measured {
                    self.measured.tasks[task].failures += 1;
                    self.measured.tasks[task].retries += u64::from(again);
                }
                if again {
                    let mut draw = key.draw(place.node, visit, attempt, Purpose::RetryDelay);
                    let at = self.now + failure.retry_delay.sample(|| draw.uniform());
                    let pausing = &mut self.tokens[token];
                    pausing.state = State::Pausing;
                    let generation = pausing.generation;
                    self.events.push(at, Kind::Retry, token, generation);
                    return;
                }
                next = failure.on_failure;
            }
        }
        self.leave(token, next);
    }

    pub(super) fn retry(&mut self, token: u32) {
        self.tokens[token].attempt += 1;
        self.attempt(token);
    }

    pub(super) fn time_out(&mut self, token: u32) {
        let (case, task) = (self.tokens[token].case, self.tokens[token].task);
        let Some(timeout) = &self.net.tasks[task as usize].timeout else {
            return;
        };
        self.tokens[token].timer = false;
        if self.cases[case].measured {
            self.measured.tasks[task as usize].timeouts += 1;
        }
        self.stop_work(token);
        self.leave(token, timeout.on_timeout);
    }

    fn leave(&mut self, token: u32, next: Edge) {
        self.end_visit(token);
        self.go(token, next);
    }

    /// A token is not at its task any more.
    fn end_visit(&mut self, token: u32) {
        let leaving = &mut self.tokens[token];
        leaving.generation = leaving.generation.wrapping_add(1);
        let timer = std::mem::take(&mut leaving.timer);
        let worked = leaving.worked;
        let waited = (self.now - leaving.entered - worked).max(0.0);
        let task = leaving.task as usize;
        let case = &mut self.cases[leaving.case];
        leaving.task = NONE;
        case.waited += waited;
        case.worked += worked;
        if case.measured {
            let record = &mut self.measured.tasks[task];
            record.visits += 1;
            record.waited += waited;
            record.worked += worked;
        }
        self.tasks[task].inside -= 1;
        if timer {
            self.forsake_event();
        }
    }

    /// Takes a token out of whatever it is in, so that it can be dropped.
    pub(super) fn interrupt(&mut self, token: u32) {
        if self.tokens[token].state == State::AtJoin {
            self.leave_join(token);
        } else if self.tokens[token].task != NONE {
            self.stop_work(token);
            self.end_visit(token);
        }
    }

    /// Work on a token, or its waiting for work, stops before its end.
    pub(super) fn stop_work(&mut self, token: u32) {
        match self.tokens[token].state {
            State::Moving | State::AtJoin => {}
            State::Queued => self.leave_queues(token, NONE),
            State::Served => {
                let worked = self.worked_so_far(token);
                self.release(token, worked);
                self.pay(token, worked, 1.0);
                self.forsake_event();
            }
            State::Collected => self.leave_collection(token),
            State::Batched => self.leave_batch(token),
            State::Pausing => self.forsake_event(),
        }
        self.tokens[token].state = State::Moving;
    }

    /// Worked on a token or batch that is served, since that began.
    pub(super) fn worked_so_far(&mut self, token: u32) -> f64 {
        let working = &self.tokens[token];
        let (started, demand) = (working.started, working.demand);
        let hours = match &self.net.tasks[working.task as usize].demand {
            DemandPlace::Unattended { hours, .. } => *hours,
            DemandPlace::OneOf { .. } => {
                let pool = self.net.servers[working.server as usize].pool;
                self.net.pools[pool as usize].hours
            }
        };
        self.worked_since(hours, started).min(demand)
    }
}
