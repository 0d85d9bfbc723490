//! Who waits for whom.

use std::collections::VecDeque;

use super::Engine;
use super::cases::State;
use super::events::Kind;
use crate::network::{DemandPlace, NONE, Network};

/// A pool of units while it works.
#[derive(Debug, Clone)]
pub(super) struct PoolState {
    pub(super) free: u32,
    /// Tokens that wait, in all its queues.
    pub(super) waiting: u32,
    /// Whether it will be looked at when it opens.
    wakes: bool,
    /// Unit-seconds of work that has ended.
    pub(super) busy: f64,
    /// Waiting tokens integrated over time, up to `since`.
    pub(super) queue_seconds: f64,
    since: f64,
    pub(super) longest: u32,
    pub(super) started: u64,
    pub(super) waited: f64,
}

impl PoolState {
    pub(super) fn new(amount: u32) -> Self {
        Self {
            free: amount,
            waiting: 0,
            wakes: false,
            busy: 0.0,
            queue_seconds: 0.0,
            since: 0.0,
            longest: 0,
            started: 0,
            waited: 0.0,
        }
    }

    #[inline]
    pub(super) fn touch(&mut self, now: f64) {
        self.queue_seconds += f64::from(self.waiting) * (now - self.since);
        self.since = now;
    }
}

/// Who waits for one pool with one priority, in order of coming. A token may wait in several
/// queues: an entry counts only while the token has the entry's ticket.
#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: VecDeque<Entry>,
    /// Entries that count.
    waiting: u32,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    token: u32,
    ticket: u32,
    server: u32,
}

impl Queue {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.waiting = 0;
    }
}

fn queue_of(net: &Network, pool: u32, class: u32) -> usize {
    pool as usize * net.classes as usize + class as usize
}

impl Engine<'_> {
    /// Whether a server could take up a token now that is not yet queued.
    #[inline]
    pub(super) fn can_take_up(&mut self, server: u32, class: u32) -> bool {
        let server = &self.net.servers[server as usize];
        let pool = &self.pools[server.pool as usize];
        pool.free >= server.units
            && (pool.waiting == 0 || !self.waits_before(server.pool, class))
            && self.is_open(server.pool)
    }

    /// Whether somebody waits for a pool who goes before a newcomer of a priority.
    fn waits_before(&self, pool: u32, class: u32) -> bool {
        let first = queue_of(self.net, pool, 0);
        let queues = &self.queues[first..=first + class as usize];
        queues.iter().any(|queue| queue.waiting > 0)
    }

    #[inline]
    fn is_open(&mut self, pool: u32) -> bool {
        let hours = self.net.pools[pool as usize].hours;
        hours == NONE || self.hours[hours as usize].is_open(self.now)
    }

    pub(super) fn queue(&mut self, token: u32, first: u32, end: u32) {
        let net = self.net;
        self.tokens[token].state = State::Queued;
        let (ticket, class) = (self.tokens[token].ticket, self.tokens[token].class);
        for server in first..end {
            let pool = net.servers[server as usize].pool;
            let queue = &mut self.queues[queue_of(net, pool, class)];
            // Entries of tokens that others took up would pile up at a pool that is never free.
            if queue.entries.len() > 2 * queue.waiting as usize + 32 {
                let tokens = &self.tokens;
                queue
                    .entries
                    .retain(|entry| tokens[entry.token].ticket == entry.ticket);
            }
            queue.entries.push_back(Entry {
                token,
                ticket,
                server,
            });
            queue.waiting += 1;
            let state = &mut self.pools[pool as usize];
            state.touch(self.now);
            state.waiting += 1;
            state.longest = state.longest.max(state.waiting);
            if state.free > 0 {
                self.due.push(pool);
            }
        }
    }

    /// A token waits no more, for whatever reason.
    /// `serving` is the pool that takes it up, if one does.
    pub(super) fn leave_queues(&mut self, token: u32, serving: u32) {
        let net = self.net;
        let leaving = &mut self.tokens[token];
        leaving.ticket = leaving.ticket.wrapping_add(1);
        let DemandPlace::OneOf { first, end } = net.tasks[leaving.task as usize].demand else {
            return;
        };
        for server in first..end {
            let pool = net.servers[server as usize].pool;
            self.queues[queue_of(net, pool, leaving.class)].waiting -= 1;
            let state = &mut self.pools[pool as usize];
            state.touch(self.now);
            state.waiting -= 1;
            // It may have been at the head and too large for what is free.
            if pool != serving && state.free > 0 && state.waiting > 0 {
                self.due.push(pool);
            }
        }
    }

    /// Units begin to work.
    #[inline]
    pub(super) fn take_up(&mut self, server: u32, waited: f64) {
        let server = &self.net.servers[server as usize];
        let pool = &mut self.pools[server.pool as usize];
        pool.free -= server.units;
        pool.started += 1;
        pool.waited += waited;
    }

    /// Units that worked on a token or batch are free again.
    #[inline]
    pub(super) fn release(&mut self, token: u32, worked: f64) {
        let Some(server) = self.net.servers.get(self.tokens[token].server as usize) else {
            return;
        };
        let pool = &mut self.pools[server.pool as usize];
        pool.free += server.units;
        pool.busy += worked * f64::from(server.units);
        if pool.waiting > 0 {
            self.due.push(server.pool);
        }
    }

    /// Lets pools take up what waits for them, as far as they can.
    pub(super) fn serve_due(&mut self) {
        while let Some(pool) = self.due.pop() {
            self.serve(pool);
        }
    }

    fn serve(&mut self, pool: u32) {
        while self.pools[pool as usize].waiting > 0 && self.pools[pool as usize].free > 0 {
            if !self.is_open(pool) {
                self.wake_when_open(pool);
                return;
            }
            let Some(entry) = self.head(pool) else {
                return;
            };
            if self.net.servers[entry.server as usize].units > self.pools[pool as usize].free {
                return;
            }
            self.leave_queues(entry.token, pool);
            self.start(entry.token, entry.server);
        }
    }

    /// Who is next at a pool.
    fn head(&mut self, pool: u32) -> Option<Entry> {
        let first = queue_of(self.net, pool, 0);
        let queues = &mut self.queues[first..first + self.net.classes as usize];
        let queue = queues.iter_mut().find(|queue| queue.waiting > 0)?;
        while let Some(entry) = queue.entries.front() {
            if self.tokens[entry.token].ticket == entry.ticket {
                return Some(*entry);
            }
            queue.entries.pop_front();
        }
        None
    }

    fn wake_when_open(&mut self, pool: u32) {
        if !self.pools[pool as usize].wakes {
            self.pools[pool as usize].wakes = true;
            let hours = self.net.pools[pool as usize].hours as usize;
            let at = self.hours[hours].next_open(self.now);
            self.events.push(at, Kind::Opens, pool, 0);
        }
    }

    pub(super) fn open(&mut self, pool: u32) {
        self.pools[pool as usize].wakes = false;
        self.due.push(pool);
    }
}
