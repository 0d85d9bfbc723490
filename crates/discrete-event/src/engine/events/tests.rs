use proptest::prelude::*;

use super::{Events, Kind};

fn drained(events: &mut Events) -> Vec<(u8, u32)> {
    let mut met = Vec::new();
    while let Some(event) = events.pop() {
        let time = (0..20).find(|time| f64::from(*time).to_bits() == event.time().to_bits());
        met.push((time.unwrap(), event.thing));
    }
    met
}

proptest! {
    #[test]
    fn events_come_by_time_and_then_as_they_were_made(times in prop::collection::vec(0u8..20, 0..300)) {
        let mut events = Events::default();
        for (number, time) in (0u32..).zip(&times) {
            events.push(f64::from(*time), Kind::Finish, number, 0);
        }
        let mut expected: Vec<(u8, u32)> = times.iter().copied().zip(0u32..).collect();
        expected.sort_unstable();
        prop_assert_eq!(drained(&mut events), expected);
    }

    #[test]
    fn a_sweep_drops_the_forsaken_and_keeps_the_order(times in prop::collection::vec(0u8..20, 0..300)) {
        let mut events = Events::default();
        for (number, time) in (0u32..).zip(&times) {
            events.push(f64::from(*time), Kind::Finish, number, number % 3);
        }
        events.sweep(|event| event.generation() != 1);
        let mut expected: Vec<(u8, u32)> = times.iter().copied().zip(0u32..).collect();
        expected.retain(|(_, number)| number % 3 != 1);
        expected.sort_unstable();
        prop_assert_eq!(drained(&mut events), expected);
    }
}
