//! How cases come.

use super::Engine;
use super::Settings;
use super::cases::Case;
use super::events::Kind;
use crate::experiment::Length;
use crate::model::Profiles;
use crate::network::{NONE, StreamTimes};
use crate::random::{Key, Purpose};

#[derive(Debug, Clone, Copy)]
pub(super) struct StreamState {
    key: Key,
    /// Cases that came.
    count: u64,
    /// The key of the next one.
    next: Key,
}

impl Engine<'_> {
    pub(super) fn start_streams(&mut self, key: Key, settings: &Settings) {
        if let Length::Until(end) = settings.length {
            self.events.push(end / 2.0, Kind::WindowHalf, 0, 0);
            self.events.push(end, Kind::WindowEnds, 0, 0);
        }
        self.streams.clear();
        for (number, _) in (0u32..).zip(&self.net.streams) {
            let key = key.child(u64::from(number));
            self.streams.push(StreamState {
                key,
                count: 0,
                next: key.child(0),
            });
        }
        for number in (0u32..).take(self.net.streams.len()) {
            self.schedule_arrival(number);
        }
    }

    fn schedule_arrival(&mut self, number: u32) {
        let net = self.net;
        let StreamState {
            next: key, count, ..
        } = self.streams[number as usize];
        let time = match &net.streams[number as usize].times {
            StreamTimes::Renewal {
                interarrival,
                hours,
            } => {
                let mut draw = key.draw(NONE, 0, 0, Purpose::Interarrival);
                let gap = interarrival.sample(|| draw.uniform());
                self.later(*hours, gap)
            }
            StreamTimes::At(times) => {
                let next = usize::try_from(count)
                    .ok()
                    .and_then(|count| times.get(count));
                let Some(time) = next else { return };
                *time
            }
        };
        self.window.streams_left += 1;
        self.events.push(time, Kind::Arrival, number, 0);
    }

    pub(super) fn arrive(&mut self, number: u32) {
        let stream = &self.net.streams[number as usize];
        let state = &mut self.streams[number as usize];
        let (key, count) = (state.next, state.count);
        state.count += 1;
        state.next = state.key.child(state.count);
        let profile = profile(&stream.profiles, key, count);
        self.window.streams_left -= 1;
        let (place, measured) = self.count_arrival();
        if self.window.wants_more() {
            self.schedule_arrival(number);
        }
        let case = self.new_case(Case {
            key,
            number: place,
            arrived: self.now,
            waited: 0.0,
            worked: 0.0,
            cost: 0.0,
            ended: 0.0,
            outcome: NONE,
            profile,
            class: stream.class,
            measured,
            first: NONE,
            tokens: 0,
            counting: 1,
            at_joins: 0,
            steps: 0,
        });
        let token = self.new_token(case);
        self.go(token, stream.start);
    }
}

fn profile(profiles: &Profiles, key: Key, count: u64) -> u32 {
    match profiles {
        Profiles::None => NONE,
        Profiles::Drawn(range) => {
            let mut draw = key.draw(NONE, 0, 0, Purpose::Profile);
            let width = f64::from(range.end - range.start);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "below the width of the range"
            )]
            let place = (draw.uniform() * width) as u32;
            range.start + place.min(range.end - range.start - 1)
        }
        Profiles::InOrder(range) => {
            let place = count % u64::from(range.end - range.start);
            range.start + u32::try_from(place).unwrap_or(0)
        }
    }
}
