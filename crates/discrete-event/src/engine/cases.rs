//! Cases and their tokens.

use super::Engine;
use crate::network::NONE;
use crate::random::Key;

#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) key: Key,
    /// Place in the order of arrival.
    pub(super) number: u64,
    pub(super) arrived: f64,
    pub(super) waited: f64,
    pub(super) worked: f64,
    pub(super) cost: f64,
    /// When its last token that counts had come to an end, and how.
    pub(super) ended: f64,
    pub(super) outcome: u32,
    pub(super) profile: u32,
    pub(super) class: u32,
    pub(super) measured: bool,
    /// First of its tokens.
    pub(super) first: u32,
    pub(super) tokens: u32,
    /// Tokens that the case waits for.
    pub(super) counting: u32,
    /// Tokens that wait at joins.
    pub(super) at_joins: u32,
    pub(super) steps: u32,
}

/// What a token is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Between two nodes, or between two states.
    Moving,
    /// Waits for a pool.
    Queued,
    /// Is worked on.
    Served,
    /// Waits for a batch to fill.
    Collected,
    /// Is part of a batch, which is queued or served.
    Batched,
    /// Waits for its next attempt.
    Pausing,
    /// Waits at a join.
    AtJoin,
}

/// A case at one place; or a batch, which belongs to no case.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) case: u32,
    pub(super) key: Key,
    pub(super) state: State,
    pub(super) node: u32,
    pub(super) task: u32,
    /// Changes when it leaves a task: events of before do not concern it any more.
    pub(super) generation: u32,
    /// Changes when it leaves its queues.
    pub(super) ticket: u32,
    pub(super) class: u32,
    pub(super) visit: u32,
    pub(super) attempt: u32,
    /// Came to the task.
    pub(super) entered: f64,
    /// Came to the queue.
    pub(super) queued: f64,
    /// Work began.
    pub(super) started: f64,
    /// Work of this attempt.
    pub(super) demand: f64,
    /// Work of all attempts at this visit.
    pub(super) worked: f64,
    /// Who works, unless nobody in particular.
    pub(super) server: u32,
    /// Whether a timeout is armed.
    pub(super) timer: bool,
    /// Way by which it came to a join.
    pub(super) slot: u32,
    /// The join that went on without it.
    pub(super) late_for: u32,
    /// Neighbours in the case.
    pub(super) next: u32,
    pub(super) previous: u32,
    /// The batch it is in; for a batch its first member.
    pub(super) batch: u32,
    /// Neighbours in the batch or in what is collected.
    pub(super) batch_next: u32,
    pub(super) batch_previous: u32,
    /// Members of a batch.
    pub(super) members: u32,
}

impl Token {
    fn fresh() -> Self {
        Self {
            case: NONE,
            key: Key::replication(0, 0),
            state: State::Moving,
            node: NONE,
            task: NONE,
            generation: 0,
            ticket: 0,
            class: 0,
            visit: 0,
            attempt: 0,
            entered: 0.0,
            queued: 0.0,
            started: 0.0,
            demand: 0.0,
            worked: 0.0,
            server: NONE,
            timer: false,
            slot: NONE,
            late_for: NONE,
            next: NONE,
            previous: NONE,
            batch: NONE,
            batch_next: NONE,
            batch_previous: NONE,
            members: 0,
        }
    }

    pub(super) fn is_batch(&self) -> bool {
        self.case == NONE
    }
}

impl Engine<'_> {
    /// A case that has no token yet.
    pub(super) fn new_case(&mut self, case: Case) -> u32 {
        let places = self.cases.len();
        let place = self.cases.place(|| case);
        let (slots, counters) = (self.net.join_slots, self.net.counted);
        let index = place as usize;
        if place == places {
            self.arrived_at.resize((index + 1) * slots, 0);
            self.visits.resize((index + 1) * counters, 0);
        } else {
            self.cases[place] = case;
            // Filling nothing is not free: a masked store to nowhere takes a hundred cycles.
            if slots > 0 {
                self.arrived_at[index * slots..(index + 1) * slots].fill(0);
            }
            if counters > 0 {
                self.visits[index * counters..(index + 1) * counters].fill(0);
            }
        }
        place
    }

    /// A further token of a case, for which the case does not yet wait.
    pub(super) fn new_token(&mut self, case: u32) -> u32 {
        let of = &mut self.cases[case];
        let (key, class, first) = (of.key, of.class, of.first);
        of.tokens += 1;
        let token = self.tokens.place(Token::fresh);
        // What a used token keeps is set before it is read: coming to a task, a join, a batch.
        let new = &mut self.tokens[token];
        new.case = case;
        new.key = key;
        new.class = class;
        new.task = NONE;
        new.server = NONE;
        new.late_for = NONE;
        new.next = first;
        new.previous = NONE;
        of.first = token;
        if first != NONE {
            self.tokens[first].previous = token;
        }
        token
    }

    /// A token that stands for a batch.
    pub(super) fn new_batch(&mut self, key: Key) -> u32 {
        let batch = self.tokens.place(Token::fresh);
        let new = &mut self.tokens[batch];
        new.case = NONE;
        new.key = key;
        new.server = NONE;
        batch
    }

    /// Takes a token out of its case and out of the world. A case without tokens has ended.
    pub(super) fn drop_token(&mut self, token: u32) {
        let Token {
            case,
            next,
            previous,
            ..
        } = self.tokens[token];
        if previous == NONE {
            self.cases[case].first = next;
        } else {
            self.tokens[previous].next = next;
        }
        if next != NONE {
            self.tokens[next].previous = previous;
        }
        self.free_token(token);
        self.cases[case].tokens -= 1;
        if self.cases[case].tokens == 0 {
            self.case_is_done(case);
            self.cases.give_back(case);
        }
    }

    /// Gives the place of a token back; its events and entries in queues die.
    pub(super) fn free_token(&mut self, token: u32) {
        let gone = &mut self.tokens[token];
        gone.generation = gone.generation.wrapping_add(1);
        gone.ticket = gone.ticket.wrapping_add(1);
        gone.state = State::Moving;
        self.tokens.give_back(token);
    }

    /// The case need not wait for one of its tokens any more.
    pub(super) fn stop_counting(&mut self, case: u32, outcome: u32) {
        self.cases[case].counting -= 1;
        if self.cases[case].counting == 0 {
            self.cases[case].ended = self.now;
            self.cases[case].outcome = outcome;
            self.case_has_ended();
        }
    }
}
