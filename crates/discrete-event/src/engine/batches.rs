//! Tokens that are worked on together.
//!
//! Those that wait for a batch to fill form a list at the task. A batch is a token of its own that
//! belongs to no case: it queues and is served as any other, and its members hang on it.

use super::Engine;
use super::cases::State;
use super::events::Kind;
use crate::network::NONE;

/// What is at a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct TaskState {
    /// Tokens at the task.
    pub(super) inside: u32,
    /// First and last of the list of those that wait for a batch to fill.
    first: u32,
    last: u32,
    collected: u32,
    /// Changes with every batch: the event for a batch that has left does not concern the next.
    generation: u32,
}

impl Default for TaskState {
    fn default() -> Self {
        Self {
            inside: 0,
            first: NONE,
            last: NONE,
            collected: 0,
            generation: 0,
        }
    }
}

impl Engine<'_> {
    pub(super) fn collect(&mut self, token: u32) {
        let task = self.tokens[token].task;
        let Some(batch) = self.net.tasks[task as usize].batch else {
            return;
        };
        let state = &mut self.tasks[task as usize];
        let last = std::mem::replace(&mut state.last, token);
        state.collected += 1;
        let (collected, generation) = (state.collected, state.generation);
        if last == NONE {
            state.first = token;
        } else {
            self.tokens[last].batch_next = token;
        }
        let joining = &mut self.tokens[token];
        joining.state = State::Collected;
        joining.batch_previous = last;
        joining.batch_next = NONE;
        if collected >= batch.size {
            self.start_batch(task);
        } else if let (1, Some(wait)) = (collected, batch.max_wait) {
            self.events
                .push(self.now + wait, Kind::BatchDue, task, generation);
        }
    }

    pub(super) fn batch_due(&mut self, task: u32, generation: u32) {
        let state = &self.tasks[task as usize];
        if state.generation == generation && state.collected > 0 {
            self.start_batch(task);
        }
    }

    /// Starts the batches that wait for cases that will not come. Returns whether there are any.
    pub(super) fn start_waiting_batches(&mut self) -> bool {
        let mut any = false;
        for task in (0u32..).take(self.tasks.len()) {
            if self.tasks[task as usize].collected > 0 {
                self.start_batch(task);
                any = true;
            }
        }
        any
    }

    fn start_batch(&mut self, task: u32) {
        let state = &mut self.tasks[task as usize];
        let (first, members) = (state.first, state.collected);
        state.first = NONE;
        state.last = NONE;
        state.collected = 0;
        state.generation = state.generation.wrapping_add(1);
        let (key, visit, attempt) = {
            let first = &self.tokens[first];
            (first.key, first.visit, first.attempt)
        };
        let node = self.tokens[first].node;
        let batch = self.new_batch(key);
        let new = &mut self.tokens[batch];
        new.node = node;
        new.task = task;
        new.visit = visit;
        new.attempt = attempt;
        new.batch = first;
        new.members = members;
        let mut class = u32::MAX;
        let mut member = first;
        while member != NONE {
            let joined = &mut self.tokens[member];
            joined.state = State::Batched;
            joined.batch = batch;
            class = class.min(joined.class);
            member = joined.batch_next;
        }
        self.tokens[batch].class = class;
        self.count_batch(first, task, members);
        self.seek(batch);
    }

    pub(super) fn finish_batch(&mut self, batch: u32, worked: f64) {
        let members = self.tokens[batch].members;
        let cost = self.cost_of_work(batch, worked);
        let mut finished = std::mem::take(&mut self.scratch);
        let mut member = self.tokens[batch].batch;
        while member != NONE {
            let (case, task) = (self.tokens[member].case, self.tokens[member].task);
            let fixed = self.net.tasks[task as usize].fixed_cost;
            self.cases[case].cost += (fixed + cost) / f64::from(members);
            let done = &mut self.tokens[member];
            done.worked += worked;
            done.state = State::Moving;
            done.batch = NONE;
            finished.push((member, done.generation));
            member = done.batch_next;
        }
        self.free_token(batch);
        for (member, generation) in finished.drain(..) {
            // One of the same case may have made this one needless.
            if self.tokens[member].generation == generation {
                self.finish_attempt(member);
            }
        }
        self.scratch = finished;
    }

    /// A token goes that waited for a batch to fill.
    pub(super) fn leave_collection(&mut self, token: u32) {
        let (previous, next) = self.unlink(token);
        let state = &mut self.tasks[self.tokens[token].task as usize];
        state.collected -= 1;
        if previous == NONE {
            state.first = next;
        }
        if next == NONE {
            state.last = previous;
        }
        if state.collected == 0 {
            state.generation = state.generation.wrapping_add(1);
        }
    }

    /// A token goes that is part of a batch. It bears no cost of it; the others do. With the last
    /// one the batch goes.
    pub(super) fn leave_batch(&mut self, token: u32) {
        let batch = self.tokens[token].batch;
        let (previous, next) = self.unlink(token);
        if previous == NONE {
            self.tokens[batch].batch = next;
        }
        self.tokens[batch].members -= 1;
        let served = self.tokens[batch].state == State::Served;
        let worked = if served {
            self.worked_so_far(batch)
        } else {
            0.0
        };
        self.tokens[token].worked += worked;
        self.tokens[token].batch = NONE;
        if self.tokens[batch].members == 0 {
            if served {
                self.release(batch, worked);
                self.forsake_event();
            } else {
                self.leave_queues(batch, NONE);
            }
            self.free_token(batch);
        }
    }

    fn unlink(&mut self, token: u32) -> (u32, u32) {
        let (previous, next) = (
            self.tokens[token].batch_previous,
            self.tokens[token].batch_next,
        );
        if previous != NONE {
            self.tokens[previous].batch_next = next;
        }
        if next != NONE {
            self.tokens[next].batch_previous = previous;
        }
        (previous, next)
    }
}
