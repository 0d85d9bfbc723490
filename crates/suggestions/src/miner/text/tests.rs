use super::{bounded, counted, duration, percent};

#[test]
fn durations_are_in_the_unit_that_suits_them() {
    let said = [
        0,
        999,
        1000,
        1500,
        59_960,
        120_000,
        5_400_000,
        90_000_000,
        864_000_000,
    ]
    .map(duration);
    assert_eq!(
        said,
        [
            "0 ms",
            "999 ms",
            "1 second",
            "1.5 seconds",
            "60 seconds",
            "2 minutes",
            "1.5 hours",
            "1 day",
            "10 days",
        ]
    );
}

#[test]
fn percentages_are_never_rounded_to_all_or_none() {
    let said = [
        (1, 2),
        (1, 3),
        (9999, 10_000),
        (1, 10_000),
        (5, 5),
        (0, 5),
        (0, 0),
    ];
    let said = said.map(|(count, of)| percent(count, of));
    assert_eq!(
        said,
        ["50 %", "33.3 %", "99.9 %", "0.1 %", "100 %", "0 %", "0 %"]
    );
}

#[test]
fn long_texts_are_cut_between_characters() {
    assert_eq!(bounded("größer", 6), "größer");
    assert_eq!(bounded("größer", 5), "größ…");
    assert_eq!(counted(1, "execution"), "1 execution");
    assert_eq!(counted(0, "execution"), "0 executions");
}
