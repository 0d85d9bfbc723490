//! Reads the public logs and compares them with what the oracle says.

use chrono::{DateTime, Utc};
use log_import::{ImportOptions, ImportedLog, open};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where the data is"
)]
pub(crate) fn folder() -> PathBuf {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var("WFI_SHARED_DATA").unwrap_or_else(|_| default.to_owned());
    let folder = PathBuf::from(root).join("eventlogs");
    assert!(
        folder.is_dir(),
        "there are no event logs in {}; set WFI_SHARED_DATA to the folder that holds eventlogs/",
        folder.display()
    );
    folder
}

pub(crate) fn read(file: &str) -> ImportedLog {
    let log = open(&folder().join(file), &ImportOptions::default()).unwrap();
    assert_eq!(log.rejected, [], "{file}");
    log
}

pub(crate) fn counts(log: &ImportedLog) -> (usize, usize, usize) {
    (log.cases.len(), log.event_count(), log.activities.len())
}

/// Says that the log holds these numbers of cases, events and activities.
pub(crate) fn has(file: &str, expected: (usize, usize, usize)) -> ImportedLog {
    let log = read(file);
    assert_eq!(counts(&log), expected, "{file}: {:#?}", log.notes);
    for case in &log.cases {
        assert!(
            case.events.is_sorted_by_key(|event| event.end),
            "{}",
            case.case_id
        );
        let mut events = case.events.iter();
        assert!(events.all(|event| event.start.is_none_or(|start| start <= event.end)));
    }
    log
}

pub(crate) fn noted(log: &ImportedLog, part: &str) {
    let found = log.notes.iter().any(|note| note.contains(part));
    assert!(found, "no note says {part:?}: {:#?}", log.notes);
}

pub(crate) fn oracle(file: &str) -> Value {
    let path = folder().join("oracle").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) type Flows = BTreeMap<(String, String), u64>;

pub(crate) fn directly_follows(log: &ImportedLog) -> Flows {
    let mut flows = Flows::new();
    for pair in log.cases.iter().flat_map(|case| case.events.windows(2)) {
        let pair = (pair[0].activity.clone(), pair[1].activity.clone());
        *flows.entry(pair).or_default() += 1;
    }
    flows
}

/// Compares everything that the oracle says about the order of events.
pub(crate) fn agrees_with_oracle(log: &ImportedLog, file: &str) {
    let oracle = oracle(file);
    assert_eq!(log.cases.len() as u64, oracle["cases"].as_u64().unwrap());
    assert_eq!(log.event_count() as u64, oracle["events"].as_u64().unwrap());
    let found: BTreeMap<_, _> = log
        .activities
        .iter()
        .map(|a| (a.name.clone(), a.count))
        .collect();
    let expected: BTreeMap<String, u64> =
        serde_json::from_value(oracle["activities"].clone()).unwrap();
    assert_eq!(found, expected);
    let flows: Vec<(String, String, u64)> = serde_json::from_value(oracle["dfg"].clone()).unwrap();
    let expected: Flows = flows.into_iter().map(|(a, b, n)| ((a, b), n)).collect();
    assert_eq!(directly_follows(log), expected);
    let at = |key: &str| {
        oracle[key]
            .as_str()
            .unwrap()
            .parse::<DateTime<Utc>>()
            .unwrap()
    };
    let ends = || {
        log.cases
            .iter()
            .flat_map(|case| &case.events)
            .map(|event| event.end)
    };
    assert_eq!(ends().min().unwrap(), at("first_timestamp"));
    assert_eq!(ends().max().unwrap(), at("last_timestamp"));
    let variants: BTreeSet<Vec<&str>> = log
        .cases
        .iter()
        .map(|case| {
            case.events
                .iter()
                .map(|event| event.activity.as_str())
                .collect()
        })
        .collect();
    assert_eq!(
        variants.len() as u64,
        oracle["variant_count"].as_u64().unwrap()
    );
    let resources: HashSet<_> = log
        .cases
        .iter()
        .flat_map(|case| {
            case.events
                .iter()
                .filter_map(|event| event.resource.as_ref())
        })
        .collect();
    if let Some(expected) = oracle["resources"].as_u64() {
        assert_eq!(resources.len() as u64, expected);
    }
}
