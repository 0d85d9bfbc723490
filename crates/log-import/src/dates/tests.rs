use super::{DateParts, Parts};
use crate::DateOrder;
use chrono::{FixedOffset, SecondsFormat};

/// The instant that a text means, in UTC; `-` when it is none.
fn instant(text: &str, order: DateOrder) -> String {
    let utc = FixedOffset::east_opt(0).unwrap();
    Parts::read(text)
        .and_then(|parts| parts.instant(order, utc))
        .map_or_else(
            || "-".to_owned(),
            |at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        )
}

#[test]
fn the_forms_of_the_tools_are_read() {
    for (text, expected) in [
        ("2012-01-30 06:24:00+02:00", "2012-01-30T04:24:00Z"),
        ("2023-02-09T08:05:04.420", "2023-02-09T08:05:04.420Z"),
        ("2022-02-21 09:12:01.01", "2022-02-21T09:12:01.010Z"),
        (
            "2023-01-02 09:30:00.070000+00:00",
            "2023-01-02T09:30:00.070Z",
        ),
        ("2024-01-15T10:00:00Z", "2024-01-15T10:00:00Z"),
        ("2024-01-15T10:00:00-0530", "2024-01-15T15:30:00Z"),
        ("2024-01-15 10:00:00 UTC", "2024-01-15T10:00:00Z"),
        ("2024/01/15 10:00", "2024-01-15T10:00:00Z"),
        ("2024-01-15", "2024-01-15T00:00:00Z"),
        ("15-Mar-2010 12:30 AM", "2010-03-15T00:30:00Z"),
        ("15.March.2010 12:30:05,25 PM", "2010-03-15T12:30:05.250Z"),
        ("9.3.10 8:05", "2010-03-09T08:05:00Z"),
        ("09/03/1999 23:59:59", "1999-03-09T23:59:59Z"),
        ("1.1.70 0:00", "1970-01-01T00:00:00Z"),
        ("1700000000", "2023-11-14T22:13:20Z"),
        ("1700000000123", "2023-11-14T22:13:20.123Z"),
    ] {
        assert_eq!(instant(text, DateOrder::DayFirst), expected, "{text}");
    }
    assert_eq!(
        instant("03/09/10 8:05", DateOrder::MonthFirst),
        "2010-03-09T08:05:00Z"
    );
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "-",
        "yesterday",
        "2024",
        "12",
        "1.2",
        "1.2.3.4",
        "2024-13-01",
        "2023-02-29",
        "2024-01-15T25:00:00",
        "2024-01-15 10:61",
        "2024-01-15T10:00:00+2",
        "31.2.10",
        "99:99",
        "1969-12-31T23:59:59Z",
        "12345678901",
        "2024-01-15T10:00:00+99:00",
        "13:00 PM",
        "2024-01-15 13:00 PM",
        "2024-01-15T10",
        "ä.ö.ü",
        "1/2/203",
        "2024-01-15 10:00 Europe",
        "20240115",
        "T T",
        "2024-01-15T",
    ] {
        assert_eq!(instant(text, DateOrder::DayFirst), "-", "{text}");
    }
}

#[test]
fn an_offset_of_the_caller_applies_to_naive_times_only() {
    let east = FixedOffset::east_opt(2 * 3600).unwrap();
    let at = |text: &str| {
        let at = Parts::read(text)
            .unwrap()
            .instant(DateOrder::DayFirst, east);
        at.unwrap().to_rfc3339_opts(SecondsFormat::Secs, true)
    };
    assert_eq!(at("2024-01-15T10:00:00"), "2024-01-15T08:00:00Z");
    assert_eq!(at("2024-01-15T10:00:00Z"), "2024-01-15T10:00:00Z");
}

#[test]
fn a_year_in_front_leaves_no_doubt() {
    let known = |text: &str| matches!(Parts::read(text).unwrap().date, DateParts::Known(_));
    assert!(known("2010-03-04"));
    assert!(known("4-Mar-10"));
    assert!(!known("3/4/2010"));
}
