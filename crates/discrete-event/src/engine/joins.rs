//! When ways that run side by side come together.
//!
//! A join goes on when nothing that can still come is missing. Whether a token elsewhere in the case
//! holds it up is decided as BPMN does for its inclusive join (Völzer, *A new semantics for the
//! inclusive converging gateway in safe processes*, BPM 2010): it does if it can come by a way in
//! that nothing has come by yet, without passing the join, and cannot come by one that something has
//! come by. The second part keeps loops around the join from holding it up. Joins that hold each
//! other up while nothing else moves go on one after another, so that no case is ever stuck.

use super::Engine;
use super::cases::State;
use crate::model::{JoinRule, Rest};
use crate::network::{JoinPlace, NONE};

impl Engine<'_> {
    pub(super) fn reach_join(&mut self, token: u32, join: u32, slot: u32) {
        if self.tokens[token].late_for == join {
            self.drop_token(token);
            return;
        }
        let case = self.tokens[token].case;
        let come = &mut self.tokens[token];
        come.state = State::AtJoin;
        come.slot = slot;
        self.cases[case].at_joins += 1;
        let place = self.slot(case, join, slot);
        self.arrived_at[place] += 1;
    }

    fn slot(&self, case: u32, join: u32, slot: u32) -> usize {
        let first = self.net.joins[join as usize].first_slot;
        case as usize * self.net.join_slots + first + slot as usize
    }

    /// A token that waited at a join does so no more.
    pub(super) fn leave_join(&mut self, token: u32) {
        let (case, slot) = (self.tokens[token].case, self.tokens[token].slot);
        let join = self.join_of(token);
        self.cases[case].at_joins -= 1;
        let place = self.slot(case, join, slot);
        self.arrived_at[place] -= 1;
        self.tokens[token].state = State::Moving;
    }

    fn join_of(&self, token: u32) -> u32 {
        match self.net.places[self.tokens[token].node as usize].kind {
            crate::network::PlaceKind::Join(join) => join,
            crate::network::PlaceKind::Task(_)
            | crate::network::PlaceKind::Choice { .. }
            | crate::network::PlaceKind::Fork(_)
            | crate::network::PlaceKind::End(_) => NONE,
        }
    }

    /// Lets every join of the case go on that nothing holds up.
    pub(super) fn settle_joins(&mut self, case: u32) {
        while self.endless.is_none() && self.cases[case].tokens > 0 && self.cases[case].at_joins > 0
        {
            let Some(join) = self.ready_join(case) else {
                return;
            };
            self.pass_join(case, join);
            self.move_all();
        }
    }

    /// A join of the case that can go on. If all tokens are at joins, the one of the lowest number
    /// can.
    fn ready_join(&self, case: u32) -> Option<u32> {
        let all_wait = self.cases[case].at_joins == self.cases[case].tokens;
        let mut lowest = None;
        let mut token = self.cases[case].first;
        while token != NONE {
            if self.tokens[token].state == State::AtJoin {
                let join = self.join_of(token);
                if self.is_ready(case, join) {
                    return Some(join);
                }
                lowest = Some(lowest.map_or(join, |lowest: u32| lowest.min(join)));
            }
            token = self.tokens[token].next;
        }
        if all_wait { lowest } else { None }
    }

    fn is_ready(&self, case: u32, join: u32) -> bool {
        let place = &self.net.joins[join as usize];
        let come = self.come(case, place);
        match place.rule {
            JoinRule::First { count, .. } => {
                let tokens: u32 = come.iter().map(|count| u32::from(*count)).sum();
                if tokens >= count {
                    return true;
                }
            }
            JoinRule::All => {}
        }
        if come.iter().all(|count| *count > 0) {
            return true;
        }
        let mut token = self.cases[case].first;
        while token != NONE {
            if self.holds_up(token, join, place, come) {
                return false;
            }
            token = self.tokens[token].next;
        }
        true
    }

    /// How many have come by each way into the join.
    fn come(&self, case: u32, place: &JoinPlace) -> &[u16] {
        let first = case as usize * self.net.join_slots + place.first_slot;
        &self.arrived_at[first..first + place.slots]
    }

    fn holds_up(&self, token: u32, join: u32, place: &JoinPlace, come: &[u16]) -> bool {
        let other = &self.tokens[token];
        if other.late_for == join || (other.state == State::AtJoin && self.join_of(token) == join) {
            return false;
        }
        let words = place.words();
        let reach = &place.reach[other.node as usize * words..(other.node as usize + 1) * words];
        let mut missing = false;
        for (word, slots) in reach.iter().zip(come.chunks(64)) {
            for (bit, count) in slots.iter().enumerate() {
                if word >> bit & 1 == 1 {
                    if *count > 0 {
                        return false;
                    }
                    missing = true;
                }
            }
        }
        missing
    }

    /// Lets a join go on: those that have come go on as one.
    fn pass_join(&mut self, case: u32, join: u32) {
        let place = &self.net.joins[join as usize];
        let counted_rest = match place.rule {
            JoinRule::First { rest, .. } => self.settle_rest(case, join, rest),
            JoinRule::All => 0,
        };
        let (mut survivor, mut counting, mut late_for) = (NONE, 0, NONE);
        let mut token = self.cases[case].first;
        while token != NONE {
            let next = self.tokens[token].next;
            if self.tokens[token].state == State::AtJoin && self.join_of(token) == join {
                self.leave_join(token);
                if self.tokens[token].late_for == NONE {
                    counting += 1;
                } else {
                    late_for = self.tokens[token].late_for;
                }
                if survivor == NONE {
                    survivor = token;
                } else {
                    self.drop_token(token); // the survivor keeps the case
                }
            }
            token = next;
        }
        if counting + counted_rest > 0 {
            self.cases[case].counting = self.cases[case].counting + 1 - counting;
            late_for = NONE;
        }
        if survivor != NONE {
            self.tokens[survivor].late_for = late_for;
            self.moves.push((survivor, place.next));
        }
    }

    /// What becomes of the tokens that the join does not wait for. Returns for how many of them the
    /// case waited until now.
    fn settle_rest(&mut self, case: u32, join: u32, rest: Rest) -> u32 {
        let place = &self.net.joins[join as usize];
        let mut counted = 0;
        let mut token = self.cases[case].first;
        while token != NONE {
            let next = self.tokens[token].next;
            if self.holds_up(token, join, place, self.come(case, place)) {
                if self.tokens[token].late_for == NONE {
                    self.cases[case].counting -= 1;
                    counted += 1;
                }
                match rest {
                    Rest::Withdrawn => {
                        self.interrupt(token);
                        self.drop_token(token);
                    }
                    Rest::GoesOn => self.tokens[token].late_for = join,
                }
            }
            token = next;
        }
        counted
    }
}
