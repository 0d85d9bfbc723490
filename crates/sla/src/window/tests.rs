use super::{HOUR, MINUTE, Part, WindowPart, percentage, window_parts};
use kernel::from_millis;
use proptest::prelude::*;

fn parts(now_millis: i64, hours: i64) -> Vec<(Part, i64, i64)> {
    window_parts(from_millis(now_millis).unwrap(), hours)
        .into_iter()
        .map(
            |WindowPart {
                 part,
                 from_millis,
                 until_millis,
             }| (part, from_millis, until_millis),
        )
        .collect()
}

#[test]
fn a_window_in_the_midst_of_a_minute_has_all_five_parts() {
    let now = 10 * HOUR + 30 * MINUTE + 500;
    assert_eq!(
        parts(now, 2),
        [
            (
                Part::Rest,
                8 * HOUR + 30 * MINUTE + 501,
                8 * HOUR + 31 * MINUTE
            ),
            (Part::Minutes, 8 * HOUR + 31 * MINUTE, 9 * HOUR),
            (Part::Hours, 9 * HOUR, 10 * HOUR),
            (Part::Minutes, 10 * HOUR, 10 * HOUR + 30 * MINUTE),
            (
                Part::Rest,
                10 * HOUR + 30 * MINUTE,
                10 * HOUR + 30 * MINUTE + 501
            ),
        ]
    );
}

#[test]
fn a_window_that_ends_with_the_last_millisecond_of_an_hour_is_whole_hours() {
    assert_eq!(
        parts(10 * HOUR - 1, 24),
        [(Part::Hours, -14 * HOUR, 10 * HOUR)]
    );
}

#[test]
fn an_hour_across_two_hours_is_minutes_and_the_rest() {
    assert_eq!(
        parts(10 * HOUR, 1),
        [
            (Part::Rest, 9 * HOUR + 1, 9 * HOUR + MINUTE),
            (Part::Minutes, 9 * HOUR + MINUTE, 10 * HOUR),
            (Part::Rest, 10 * HOUR, 10 * HOUR + 1),
        ]
    );
}

#[test]
fn no_hours_are_no_window() {
    assert_eq!(parts(10 * HOUR, 0), []);
    assert_eq!(parts(10 * HOUR, -5), []);
}

#[test]
fn percentages_come_from_integers() {
    for (total, breached, expected) in [
        (0, 0, 100.0),
        (1000, 5, 99.5),
        (3, 1, 200.0 / 3.0),
        (7, 7, 0.0),
        (1, 0, 100.0),
    ] {
        assert!(
            (percentage(total, breached) - expected).abs() < 1e-12,
            "{breached}/{total}"
        );
    }
}

proptest! {
    #[test]
    fn parts_tile_the_window(now in -4_000_000_000_000..4_000_000_000_000_i64, hours in 1..=8760_i64) {
        let parts = parts(now, hours);
        prop_assert!(parts.len() <= 5);
        prop_assert_eq!(parts[0].1, now - hours * HOUR + 1);
        prop_assert_eq!(parts[parts.len() - 1].2, now + 1);
        for pair in parts.windows(2) {
            prop_assert_eq!(pair[0].2, pair[1].1);
        }
        for (part, from, until) in &parts {
            prop_assert!(from < until);
            let unit = match part {
                Part::Hours => HOUR,
                Part::Minutes => MINUTE,
                Part::Rest => 1,
            };
            prop_assert_eq!((from.rem_euclid(unit), until.rem_euclid(unit)), (0, 0));
            // Each part is as coarse as it can be.
            match part {
                Part::Hours => {}
                Part::Minutes => prop_assert!(until - from < 2 * HOUR),
                Part::Rest => prop_assert!(until - from < MINUTE),
            }
        }
        prop_assert!(parts.iter().filter(|part| part.0 == Part::Hours).count() <= 1);
    }
}
