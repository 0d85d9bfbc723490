use crate::tests::{read, refused};
use crate::{ImportError, ImportedLog};
use chrono::{DateTime, Utc};
use serde_json::json;

fn at(minute: u32) -> DateTime<Utc> {
    format!("2024-01-15T10:{minute:02}:00Z").parse().unwrap()
}

/// An event: activity, minute, and more attributes.
fn event(activity: &str, minute: u32, more: &str) -> String {
    format!(
        "<event><string key=\"concept:name\" value=\"{activity}\"/>\
         <date key=\"time:timestamp\" value=\"2024-01-15T10:{minute:02}:00Z\"/>{more}</event>\n"
    )
}

/// An entry of a life cycle.
fn entry(activity: &str, minute: u32, transition: &str, more: &str) -> String {
    let transition = format!("<string key=\"lifecycle:transition\" value=\"{transition}\"/>{more}");
    event(activity, minute, &transition)
}

fn text(key: &str, value: &str) -> String {
    format!("<string key=\"{key}\" value=\"{value}\"/>")
}

fn log_of(events: &[String]) -> String {
    let events = events.concat();
    format!(
        "<?xml version=\"1.0\"?>\n<log>\n<trace>{}{events}</trace>\n</log>\n",
        text("concept:name", "c")
    )
}

fn log(events: &[String]) -> ImportedLog {
    read("log.xes", log_of(events)).unwrap()
}

fn noted(log: &ImportedLog, part: &str) {
    let found = log.notes.iter().any(|note| note.contains(part));
    assert!(found, "no note says {part:?}: {:#?}", log.notes);
}

/// Activity, start and end.
type Span<'a> = (&'a str, Option<DateTime<Utc>>, DateTime<Utc>);

fn spans(log: &ImportedLog) -> Vec<Span<'_>> {
    let events = log.cases.iter().flat_map(|case| &case.events);
    events
        .map(|event| (event.activity.as_str(), event.start, event.end))
        .collect()
}

#[test]
fn events_without_a_life_cycle_are_complete_and_in_order_of_time() {
    let log = log(&[
        event("B", 5, ""),
        event("A", 1, &text("org:resource", "ann")),
        event("C", 5, ""),
    ]);
    assert_eq!(
        spans(&log),
        [("A", None, at(1)), ("B", None, at(5)), ("C", None, at(5))]
    );
    assert_eq!(log.cases[0].events[0].resource.as_deref(), Some("ann"));
    noted(&log, "completion times only");
}

#[test]
fn starts_and_completions_are_paired_first_in_first_out() {
    let log = log(&[
        entry("A", 0, "schedule", ""),
        entry("A", 1, "START", ""),
        entry("A", 2, "start", ""),
        entry("B", 3, "complete", ""),
        entry("A", 4, "COMPLETE", ""),
        entry("A", 6, "complete", ""),
        entry("A", 7, "start", ""),
    ]);
    let expected = [
        ("B", None, at(3)),
        ("A", Some(at(1)), at(4)),
        ("A", Some(at(2)), at(6)),
    ];
    assert_eq!(spans(&log), expected);
    noted(
        &log,
        "2 events have a start and a completion in the log; 1 have a completion only.",
    );
    noted(&log, "1 events were started and never completed");
    noted(
        &log,
        "1 entries with the life-cycle transition \"schedule\"",
    );
}

#[test]
fn instances_and_resources_tell_pairs_apart() {
    let of = |instance: &str| text("concept:instance", instance);
    let by = |resource: &str| text("org:resource", resource);
    let paired = log(&[
        entry("A", 1, "start", &of("x")),
        entry("A", 2, "start", &of("y")),
        entry("A", 3, "complete", &of("y")),
        entry("A", 4, "complete", &of("x")),
    ]);
    assert_eq!(
        spans(&paired),
        [("A", Some(at(2)), at(3)), ("A", Some(at(1)), at(4))]
    );
    let paired = log(&[
        entry("A", 1, "start", &by("ann")),
        entry("A", 2, "start", &by("bob")),
        entry("A", 3, "complete", &by("bob")),
        entry("A", 4, "complete", &by("eve")),
    ]);
    assert_eq!(
        spans(&paired),
        [("A", Some(at(2)), at(3)), ("A", Some(at(1)), at(4))]
    );
}

#[test]
fn a_log_of_starts_only_says_when_things_were_done() {
    let only = log(&[entry("A", 1, "start", ""), entry("B", 2, "start", "")]);
    assert_eq!(spans(&only), [("A", None, at(1)), ("B", None, at(2))]);
    noted(&only, "The log has starts only; each of its 2 events");
    // Where other cases have completions, a start is of work that is under way.
    let open = format!("<trace>{}</trace>", entry("A", 1, "start", ""));
    let done = format!("<trace>{}</trace>", entry("A", 1, "complete", ""));
    let log = read("log.xes", format!("<log>{open}{done}</log>")).unwrap();
    assert_eq!(spans(&log), [("A", None, at(1))]);
    assert_eq!(log.cases[0].case_id, "trace-2");
    noted(&log, "1 cases have no usable event");
}

#[test]
fn an_interval_may_be_on_one_event() {
    let start = "<date key=\"start_timestamp\" value=\"2024-01-15T10:01:00Z\"/>";
    let late = "<date key=\"start_timestamp\" value=\"2024-01-15T10:59:00Z\"/>";
    let log = log(&[event("A", 5, start), event("B", 6, late)]);
    assert_eq!(spans(&log), [("A", Some(at(1)), at(5)), ("B", None, at(6))]);
    noted(&log, "1 events begin after they end");
}

#[test]
fn attributes_of_the_case_are_lifted_and_typed() {
    let case = |amount: &str, id: &str| {
        text("(case)_Amount", amount) + &text("id", id) + &text("region", "north")
    };
    let trace = |name: &str, events: &str| {
        let typed = "<int key=\"age\" value=\"52\"/><boolean key=\"vip\" value=\"true\"/>\
                     <date key=\"due\" value=\"2024-01-15T10:00:00.5+02:00\"/>\
                     <int key=\"@@index\" value=\"1\"/>";
        format!(
            "<trace>{}{typed}{events}</trace>",
            text("concept:name", name)
        )
    };
    let first = event("A", 1, &case("20.5", "s1")) + &event("B", 2, &case("20.5", "s2"));
    let second = event("A", 3, &case("7", "s3"));
    let content = format!("<log>{}{}</log>", trace("1", &first), trace("2", &second));
    let log = read("log.xes", content).unwrap();
    let expected = json!({
        "age": 52, "vip": true, "due": "2024-01-15T08:00:00.500Z", "Amount": 20.5,
        "region": "north"
    });
    assert_eq!(json!(log.cases[0].attributes), expected);
    assert_eq!(log.cases[1].attributes["Amount"], json!(7));
    assert_eq!(
        json!(log.cases[0].events[0].attributes),
        json!({"id": "s1"})
    );
    noted(
        &log,
        "Attribute \"Amount\" holds texts; they were read as numbers.",
    );
    noted(&log, "attributes of the case: region.");
}

#[test]
fn cases_of_one_id_are_kept_apart() {
    let trace = format!(
        "<trace>{}{}</trace>",
        text("concept:name", "c"),
        event("A", 1, "")
    );
    let log = read("log.xes", format!("<log>{trace}{trace}</log>")).unwrap();
    let ids: Vec<_> = log.cases.iter().map(|case| case.case_id.as_str()).collect();
    assert_eq!(ids, ["c", "c (2)"]);
    noted(&log, "1 cases have the id of an earlier one");
}

#[test]
fn unusable_events_are_told() {
    let nameless = "<event><date key=\"time:timestamp\" value=\"2024-01-15T10:00:00Z\"/></event>";
    let timeless = format!("<event>{}</event>", text("concept:name", "A"));
    let wrong = format!(
        "<event>{}<date key=\"time:timestamp\" value=\"soon\"/></event>",
        text("concept:name", "A")
    );
    let log = log(&[event("A", 1, ""), nameless.to_owned(), timeless, wrong]);
    assert_eq!(log.event_count(), 1);
    let found: Vec<_> = log
        .rejected
        .iter()
        .map(|row| row.message.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "event 2 of trace \"c\" has no concept:name",
            "event 3 of trace \"c\" has no time:timestamp",
            "event 4 of trace \"c\" has a time:timestamp that is no date",
        ]
    );
    assert!(
        log.rejected.iter().all(|row| row.line == 4),
        "{:?}",
        log.rejected
    );
}

#[test]
fn damaged_files_are_refused_by_line() {
    let whole = log_of(&[event("A", 1, ""), event("B", 2, "")]);
    for cut in [whole.len() - 3, whole.len() - 10, whole.len() / 2] {
        refused("log.xes", &whole[..cut], "cut off");
    }
    refused("log.xes", "hello\nworld\n", "no <log> element");
    refused("log.xes", "<html><body>x</body></html>", "no <log> element");
    refused(
        "log.xes",
        "<log>\n<trace>\n<event/></trace></log>",
        "line 3: an event has no attribute",
    );
    refused(
        "log.xes",
        "<log><trace></log></trace>",
        "no well-formed XML",
    );
    refused("log.xes", "<log></log>", "no usable event");
    refused("log.xes", "<log/>", "no usable event");
    let error = read("log.xes", "<log>\n\n<trace><event></trace></log>").unwrap_err();
    assert!(
        matches!(error, ImportError::Malformed { line: 3, .. }),
        "{error}"
    );
}

#[test]
fn deep_nesting_is_refused_before_it_is_built() {
    let nested = |depth: usize| {
        let open = "<list key=\"a\">".repeat(depth);
        let close = "</list>".repeat(depth);
        format!(
            "<log><trace>{open}{close}{}</trace></log>",
            event("A", 1, "")
        )
    };
    assert_eq!(read("log.xes", nested(60)).unwrap().event_count(), 1);
    refused("log.xes", nested(1_000_000), "nested more than 64 deep");
}

#[test]
fn what_looks_like_markup_in_comments_and_values_is_none() {
    let tricky = "<!-- <event/> <a> ' \" --><![CDATA[ <event/> ]]><?pi <event/> ?>";
    let value = text("note", "a > b /> 'c'");
    let content = format!(
        "<log>{tricky}<trace>{}</trace></log>",
        event("A", 1, &value)
    );
    assert_eq!(read("log.xes", content).unwrap().event_count(), 1);
}
