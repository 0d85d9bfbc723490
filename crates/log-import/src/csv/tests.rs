use crate::tests::{read, read_with, refused};
use crate::{Columns, DateOrder, ImportError, ImportOptions, ImportedLog};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::json;

fn noted(log: &ImportedLog, part: &str) {
    let found = log.notes.iter().any(|note| note.contains(part));
    assert!(found, "no note says {part:?}: {:#?}", log.notes);
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A log of one event on that date.
fn dated(dates: &[&str], options: &ImportOptions) -> Result<ImportedLog, ImportError> {
    let rows: Vec<_> = dates.iter().map(|date| format!("1,A,{date}")).collect();
    let rows = rows.join("\n");
    read_with(
        "log.csv",
        format!("case,activity,time\n{rows}").as_bytes(),
        options,
    )
}

#[test]
fn headers_of_several_tools_are_understood() {
    for header in [
        "case_id,activity,start_time,end_time,resource",
        "caseid,task,start_timestamp,end_timestamp,user",
        "case:concept:name,concept:name,start_timestamp,time:timestamp,org:resource",
        "Service ID,Operation,Start Date,End Date,Agent",
        "Case ID,Activity Name,Started At,Completed At,Assignee",
        "Shipment Id,Step,Begin,Timestamp,Performer",
    ] {
        let row = "7,Pack,2024-01-15T10:00:00Z,2024-01-15T10:05:00Z,ann";
        let log = read("log.csv", format!("{header}\n{row}\n")).unwrap();
        let event = &log.cases[0].events[0];
        assert_eq!(
            (log.cases[0].case_id.as_str(), event.activity.as_str()),
            ("7", "Pack")
        );
        assert_eq!(event.start, Some(at("2024-01-15T10:00:00Z")), "{header}");
        assert_eq!(event.end, at("2024-01-15T10:05:00Z"), "{header}");
        assert_eq!(event.resource.as_deref(), Some("ann"), "{header}");
        noted(&log, "Columns: case \"");
    }
}

#[test]
fn columns_can_be_given_and_must_exist() {
    let text = "who,what,when,item\nann,Pack,2024-01-15,7\n";
    refused(
        "log.csv",
        text,
        "No column looks like the case; name it. The header has: who, what",
    );
    let column = |name: &str| Some(name.to_owned());
    let mut options = ImportOptions {
        columns: Columns {
            case: column("ITEM"),
            activity: column("what"),
            start: None,
            end: column("when"),
            resource: column("who"),
        },
        ..ImportOptions::default()
    };
    let log = read_with("log.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(log.cases[0].case_id, "7");
    assert_eq!(log.cases[0].events[0].resource.as_deref(), Some("ann"));
    noted(&log, "dates alone");
    options.columns.end = column("wen");
    let error = read_with("log.csv", text.as_bytes(), &options)
        .unwrap_err()
        .to_string();
    assert!(error.contains("There is no column \"wen\"."), "{error}");
}

#[test]
fn line_ends_delimiters_and_encodings_make_no_difference() {
    let lines = [
        "case;activity;time;note",
        "1;\"A; \"\"x\"\"\";2024-01-15;é",
        "1;B;2024-01-16;",
    ];
    let check = |content: &[u8]| {
        let log = read("log.csv", content).unwrap();
        let case = &log.cases[0];
        let names: Vec<_> = case
            .events
            .iter()
            .map(|event| event.activity.as_str())
            .collect();
        assert_eq!(names, ["A; \"x\"", "B"]);
        assert_eq!(case.events[0].attributes["note"], "é");
        log
    };
    for end in ["\n", "\r\n", "\r"] {
        let log = check(lines.join(end).as_bytes());
        noted(&log, "separated by semicolons");
        check(format!("{}{end}{end}", lines.join(end)).as_bytes());
        check(format!("\u{feff}{}", lines.join(end)).as_bytes());
    }
    let latin: Vec<u8> = lines
        .join("\n")
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    noted(&check(&latin), "Line 2 is not UTF-8");
    let tabs = "case\tactivity\ttime\n1\tA, b\t2024-01-15\n";
    assert_eq!(read("log.tsv", tabs).unwrap().activities[0].name, "A, b");
}

#[test]
fn the_order_of_dates_is_found_or_told() {
    let options = ImportOptions::default();
    let first = |log: &ImportedLog| log.cases[0].events[0].end;
    let log = dated(&["9.3.10 8:05", "25.3.10 9:00"], &options).unwrap();
    assert_eq!(first(&log), at("2010-03-09T08:05:00Z"));
    noted(&log, "day first, since some first numbers are over 12");
    noted(&log, "Years of two digits");
    noted(&log, "without an offset were read as UTC");
    let log = dated(&["3/9/2010 8:05", "3/25/2010 9:00"], &options).unwrap();
    assert_eq!(first(&log), at("2010-03-09T08:05:00Z"));
    noted(&log, "month first, since some second numbers are over 12");
    let log = dated(&["3/9/2010 8:05"], &options).unwrap();
    noted(&log, "WARNING: no date shows");
    let log = dated(&["3.9.2010 8:05"], &options).unwrap();
    assert_eq!(first(&log), at("2010-09-03T08:05:00Z"));
    let day_first = ImportOptions {
        date_order: Some(DateOrder::DayFirst),
        utc_offset: FixedOffset::east_opt(3_600).unwrap(),
        ..options.clone()
    };
    let log = dated(&["3/9/2010 8:05"], &day_first).unwrap();
    assert_eq!(first(&log), at("2010-09-03T07:05:00Z"));
    noted(&log, "read as UTC+01:00");
    // One date against many is a mistake in that row.
    let log = dated(&["25.3.10", "26.3.10", "1.13.10"], &options).unwrap();
    assert_eq!((log.event_count(), log.rejected[0].line), (2, 4));
    assert!(
        log.rejected[0].message.contains("with the day first"),
        "{:?}",
        log.rejected
    );
}

#[test]
fn unusable_rows_are_told_by_line_and_bounded() {
    let text = "case,activity,time\n1,A,2024-01-15\n,B,2024-01-15\n1,,2024-01-15\n1,C,\n\
                1,D,soon\n1,E\n1,F,2024-01-16\n";
    for end in ["\n", "\r", "\r\n"] {
        let log = read("log.csv", text.replace('\n', end)).unwrap();
        assert_eq!(log.event_count(), 2);
        let found: Vec<_> = log
            .rejected
            .iter()
            .map(|row| (row.line, row.message.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (3, "the row has no case"),
                (4, "the row has no activity"),
                (5, "the row has no time of completion"),
                (6, "\"soon\" is no date and time that is known"),
                (7, "the row has 2 fields, the header has 3"),
            ]
        );
    }
    let options = ImportOptions {
        max_rejected: 4,
        ..ImportOptions::default()
    };
    let error = read_with("log.csv", text.as_bytes(), &options)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "more than 4 rows are unusable; the first: line 3: the row has no case"
    );
    refused(
        "log.csv",
        "case,activity,time\n1,A,x\n",
        "no usable event; line 2: \"x\" is no date",
    );
}

#[test]
fn attributes_are_typed_and_those_of_the_case_are_lifted() {
    let log = read(
        "log.csv",
        "case,activity,time,amount,vip,code,due,step_cost,case:tier,@@index\n\
         1,A,2024-01-15,20,TRUE,007,2024-02-01 10:00:00,1,gold,0\n\
         1,B,2024-01-16,20,TRUE,007,2024-02-01 10:00:00,2.5,gold,1\n\
         2,A,2024-01-17,30.5,false,12,2024-02-02 10:00:00,,tin,2\n",
    )
    .unwrap();
    let expected = json!({
        "tier": "gold", "amount": 20, "vip": true, "code": "007", "due": "2024-02-01T10:00:00Z"
    });
    assert_eq!(json!(log.cases[0].attributes), expected);
    assert_eq!(log.cases[1].attributes["amount"], json!(30.5));
    assert_eq!(
        json!(log.cases[0].events[1].attributes),
        json!({"step_cost": 2.5})
    );
    noted(&log, "attributes of the case: amount, vip, code, due.");
    noted(&log, "@@");
}

#[test]
fn a_log_of_starts_says_when_things_were_done() {
    let log = read("log.csv", "case,activity,start\n1,A,2024-01-15\n").unwrap();
    assert_eq!(log.cases[0].events[0].start, None);
    noted(&log, "starts only");
}
