//! Takes a token from node to node until something holds it.

use super::Engine;
use super::cases::State;
use crate::network::{Edge, NONE, PlaceKind};
use crate::random::Purpose;

impl Engine<'_> {
    /// Takes a token, and those that come of it, as far as they get now.
    pub(super) fn go(&mut self, token: u32, edge: Edge) {
        let case = self.tokens[token].case;
        self.moves.push((token, edge));
        self.move_all();
        if self.cases[case].at_joins > 0 {
            self.settle_joins(case);
        }
    }

    pub(super) fn move_all(&mut self) {
        while let Some((token, edge)) = self.moves.pop() {
            self.step(token, edge);
        }
    }

    #[inline]
    fn step(&mut self, token: u32, edge: Edge) {
        let place = &self.net.places[edge.node as usize];
        let moved = &mut self.tokens[token];
        moved.node = edge.node;
        let case = moved.case;
        self.cases[case].steps += 1;
        if self.cases[case].steps > self.window.max_steps() {
            self.endless = Some(edge.node);
            self.moves.clear();
            return;
        }
        match &place.kind {
            PlaceKind::Task(task) => self.enter(token, *task, place.counter),
            PlaceKind::Choice {
                cumulative,
                ways,
                fixed,
            } => {
                let visit = self.visit(case, place.counter);
                let way = self.way(case, edge.node, visit, cumulative, fixed);
                self.moves.push((token, ways[way]));
            }
            PlaceKind::Fork(ways) => self.fork(token, ways),
            PlaceKind::Join(join) => self.reach_join(token, *join, edge.slot),
            PlaceKind::End(outcome) => {
                if self.tokens[token].late_for == NONE {
                    self.stop_counting(case, *outcome);
                }
                self.drop_token(token);
            }
        }
    }

    /// How often the case has passed a node before.
    #[inline]
    pub(super) fn visit(&mut self, case: u32, counter: u32) -> u32 {
        if counter == NONE {
            return 0;
        }
        let count = &mut self.visits[case as usize * self.net.counted + counter as usize];
        *count += 1;
        *count - 1
    }

    fn way(&self, case: u32, node: u32, visit: u32, cumulative: &[f64], fixed: &[u32]) -> usize {
        let case = &self.cases[case];
        if let Some(way) = fixed.get(case.profile as usize)
            && *way != NONE
        {
            return *way as usize;
        }
        let number = case.key.draw(node, visit, 0, Purpose::Way).uniform();
        let way = cumulative.iter().position(|sum| number < *sum);
        // The sum may be a hair less than one; the last way that can be taken is meant.
        way.unwrap_or_else(|| {
            let last = cumulative.last().copied().unwrap_or(0.0);
            cumulative.iter().position(|sum| *sum >= last).unwrap_or(0)
        })
    }

    /// The token itself goes the first way, and first.
    fn fork(&mut self, token: u32, ways: &[Edge]) {
        let case = self.tokens[token].case;
        let late_for = self.tokens[token].late_for;
        let Some((first, others)) = ways.split_first() else {
            return;
        };
        for way in others.iter().rev() {
            let further = self.new_token(case);
            self.tokens[further].late_for = late_for;
            if late_for == NONE {
                self.cases[case].counting += 1;
            }
            self.moves.push((further, *way));
        }
        self.tokens[token].state = State::Moving;
        self.moves.push((token, *first));
    }
}
