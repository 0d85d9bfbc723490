//! Public event logs, against counts that another tool computed. Run with the feature
//! `shared-data`; the logs are in the folder that `WFI_SHARED_DATA` names.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod oracle;

use execution_log::WorkflowKey;
use log_import::{ImportMapping, ImportedLog, to_reports};
use oracle::{agrees_with_oracle, directly_follows, folder, has, noted, oracle, read};
use workflow_model::Definition;

#[test]
fn receipt() {
    let log = has("real/receipt.xes.gz", (1_434, 8_577, 27));
    agrees_with_oracle(&log, "receipt.json");
    noted(&log, "completion times only");
    let case = log
        .cases
        .iter()
        .find(|case| case.case_id == "case-10011")
        .unwrap();
    assert_eq!(case.attributes["channel"], "Internet");
    assert_eq!(case.attributes["startdate"], "2011-10-11T11:42:22.688Z");
}

#[test]
fn receipt_as_reports() {
    let log = read("real/receipt.xes.gz");
    let workflow = WorkflowKey::Name(log.name.clone());
    let (definition, reports) = to_reports(&log, workflow, ImportMapping::default());
    let definition = Definition::read(&definition).unwrap();
    assert_eq!(definition.steps.len(), 27);
    assert_eq!(definition.steps[0].name, "Confirmation of receipt");
    assert_eq!(reports.len(), 1_434);
    let oracle = oracle("receipt.json");
    // The duration of each step, measured from the event before, as the oracle measures it.
    let expected = oracle["time_since_previous_event_seconds"]
        .as_object()
        .unwrap();
    assert!(!expected.is_empty());
    for (activity, expected) in expected {
        let seconds: Vec<f64> = reports
            .iter()
            .flat_map(|report| report.steps.iter().enumerate())
            .filter(|(_, step)| step.step_name == *activity)
            .filter_map(|(_, step)| step.duration())
            .map(chrono::TimeDelta::as_seconds_f64)
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let mean = seconds.iter().sum::<f64>() / seconds.len() as f64;
        let wanted = expected["mean"].as_f64().unwrap();
        assert!(
            (mean - wanted).abs() <= 1e-6 * wanted.max(1.0),
            "{activity}: {mean} {wanted}"
        );
    }
    let repeated = reports
        .iter()
        .filter(|r| r.steps.iter().any(|step| step.attempt > 1))
        .count();
    let expected = oracle["cases_with_any_repeated_activity"].as_u64().unwrap();
    assert_eq!(repeated as u64, expected);
    let longest = reports
        .iter()
        .map(|report| report.completed_at.unwrap() - report.started_at.unwrap())
        .max();
    let expected = oracle["case_duration_seconds"]["max"].as_f64().unwrap();
    assert!((longest.unwrap().as_seconds_f64() - expected).abs() < 1e-3);
}

#[test]
fn domestic_declarations() {
    let log = has(
        "real/bpic2020_DomesticDeclarations.xes.gz",
        (10_357, 55_628, 14),
    );
    agrees_with_oracle(&log, "bpic2020_DomesticDeclarations.json");
    let case = log
        .cases
        .iter()
        .find(|case| case.case_id == "declaration86791")
        .unwrap();
    assert_eq!(case.attributes["Amount"], 26.851_204_508_621_28);
    assert_eq!(case.attributes["BudgetNumber"], "budget 86566");
    assert!(
        case.events
            .iter()
            .all(|event| !event.attributes.contains_key("(case)_Amount"))
    );
    let (_, reports) = to_reports(
        &log,
        WorkflowKey::Name("D".to_owned()),
        ImportMapping::default(),
    );
    // No step has an outcome that is merely its name's; the oracle's count is by name.
    assert!(
        reports
            .iter()
            .flat_map(|report| &report.steps)
            .all(|step| step.outcome.is_none())
    );
    let never = reports
        .iter()
        .filter(|r| {
            !r.steps
                .iter()
                .any(|step| step.step_name.contains("REJECTED"))
        })
        .count();
    let oracle = oracle("findings.json");
    let expected = &oracle["bpic2020_DomesticDeclarations"]["cases_never_rejected"];
    assert_eq!(never as u64, expected.as_u64().unwrap());
}

#[test]
fn bpic2012() {
    // Entries of the life cycle become events: every completion is one.
    let log = has("real/bpic2012.xes.gz", (13_087, 164_506, 23));
    agrees_with_oracle(&log, "bpic2012_complete.json");
    noted(
        &log,
        "26318 entries with the life-cycle transition \"schedule\"",
    );
    let paired = log
        .cases
        .iter()
        .flat_map(|case| &case.events)
        .filter(|event| event.start.is_some())
        .count();
    noted(
        &log,
        &format!("{paired} events have a start and a completion"),
    );
    noted(
        &log,
        &format!(
            "{} events were started and never completed",
            71_376 - paired
        ),
    );
    assert_eq!(log.cases[0].attributes["AMOUNT_REQ"], 20_000);
}

#[test]
fn helpdesk() {
    let log = has("real/helpdesk.xes.gz", (4_580, 21_348, 14));
    noted(&log, "Never changing within a case");
}

#[test]
fn small_xes() {
    agrees_with_oracle(
        &has("simulated/running-example.xes", (6, 42, 8)),
        "running-example.json",
    );
    intervals();
}

/// Of a log of intervals, the oracle took directly-follows pairs in the order of starts (as its
/// tool does when it finds a start), and the times between events in the order of completions.
fn intervals() {
    let mut log = has("simulated/interval_event_log.xes.gz", (1_266, 8_109, 8));
    let oracle = oracle("interval_event_log.json");
    let flows = directly_follows(&log);
    let transitions = oracle["transition_time_seconds_top40_by_total"]
        .as_array()
        .unwrap();
    assert!(!transitions.is_empty());
    for transition in transitions {
        let name = |index: usize| transition[index].as_str().unwrap().to_owned();
        let count = flows.get(&(name(0), name(1))).copied();
        assert_eq!(count, transition[2].as_u64(), "{transition}");
    }
    for case in &mut log.cases {
        case.events.sort_by_key(|event| event.start.unwrap());
    }
    agrees_with_oracle(&log, "interval_event_log.json");
}

#[test]
fn fairness() {
    let log = has("fairness/lending_log_high.xes.gz", (10_000, 58_822, 12));
    assert_eq!(log.cases[0].attributes["age"], 52);
    assert_eq!(log.cases[0].attributes["protected"], true);
    assert!(!log.cases[0].attributes.contains_key("@@case_index"));
    has("fairness/hiring_log_high.xes.gz", (10_000, 63_869, 12));
}

#[test]
fn purchasing_example() {
    let log = has("simulated/PurchasingExample.csv.gz", (608, 9_119, 21));
    agrees_with_oracle(&log, "PurchasingExample.json");
    let first = &log.cases[0].events[0];
    assert_eq!((first.end - first.start.unwrap()).num_minutes(), 37);
    assert_eq!(first.resource.as_deref(), Some("Kim Passa"));
    assert_eq!(log.cases[0].attributes["variant-index"], 2);
}

#[test]
fn call_centre_with_carriage_returns_and_days_first() {
    let log = has("simulated/CallcenterExample.csv.gz", (3_885, 7_548, 6));
    noted(
        &log,
        "with the day first, since some first numbers are over 12",
    );
    noted(&log, "case \"Service ID\"");
    let first = &log.cases[0].events[0];
    assert_eq!(
        first.start.unwrap().to_rfc3339(),
        "2010-03-09T08:05:00+00:00"
    );
    assert_eq!(first.resource.as_deref(), Some("Helen"));
    assert_eq!(log.cases[0].attributes["Product"], "MacBook Pro");
}

#[test]
fn every_other_csv() {
    let log = has("real/Production.csv.gz", (225, 4_953, 26));
    assert!(log.has_starts());
    has(
        "simulated/LoanApp_simplified_train.csv.gz",
        (1_000, 7_544, 12),
    );
    let log = log_with_cases(
        "planted/ko_synthetic_example_enriched.csv.gz",
        3_000,
        22_905,
    );
    assert_eq!(log.cases[0].attributes["Owns Vehicle"], true);
    assert_eq!(log.cases[0].attributes["Monthly Income"], 1_376.719_216);
    for timers in ["", "_1_timer", "_3_timers", "_5_timers"] {
        for process in ["Loan_Application", "Procure_to_Pay"] {
            let file = format!("planted/{process}{timers}.csv.gz");
            let log = read(&file);
            assert_eq!(log.cases.len(), 1_000, "{file}");
            assert_eq!(log.event_count(), rows(&file), "{file}");
        }
    }
    for n in [1, 2, 6] {
        let file = format!("planted/branch_rules/xor_{n}.csv.gz");
        log_with_cases(&file, 501, rows(&file));
    }
    for name in [
        "handoff-test",
        "manual_log_1",
        "manual_log_2",
        "manual_log_3",
        "ping_pong_case",
    ] {
        let file = format!("waiting/{name}.csv");
        assert_eq!(read(&file).event_count(), rows(&file), "{file}");
    }
}

fn log_with_cases(file: &str, cases: usize, events: usize) -> ImportedLog {
    let log = read(file);
    assert_eq!(
        (log.cases.len(), log.event_count()),
        (cases, events),
        "{file}"
    );
    log
}

/// The rows of a file without quoted line breaks, counted apart from the importer.
fn rows(file: &str) -> usize {
    use std::io::Read;
    let bytes = std::fs::read(folder().join(file)).unwrap();
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut zip = flate2::read::MultiGzDecoder::new(bytes.as_slice());
        zip.read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().filter(|line| !line.trim().is_empty()).count() - 1
}

#[test]
fn every_log_becomes_a_definition_that_reads() {
    for file in [
        "real/helpdesk.xes.gz",
        "real/Production.csv.gz",
        "simulated/CallcenterExample.csv.gz",
        "fairness/lending_log_high.xes.gz",
    ] {
        let log = read(file);
        let name = WorkflowKey::Name(log.name.clone());
        let (definition, reports) = to_reports(&log, name, ImportMapping::default());
        let definition = Definition::read(&definition).unwrap();
        assert_eq!(definition.steps.len(), log.activities.len(), "{file}");
        let steps: usize = reports.iter().map(|report| report.steps.len()).sum();
        assert_eq!(steps, log.event_count(), "{file}");
        for report in &reports {
            assert!(report.started_at.unwrap() <= report.completed_at.unwrap());
            let mut durations = report
                .steps
                .iter()
                .filter_map(workflow_model::RecordedStep::duration);
            assert!(durations.all(|duration| duration >= chrono::TimeDelta::zero()));
        }
    }
}
