use super::outcome::Outcome;
use crate::raw::{Raw, RawCase, RawEvent};
use crate::{ImportMapping, ImportOptions, ImportedLog, assemble, discovered_actions, to_reports};
use chrono::{DateTime, Utc};
use execution_log::{Known, Report, WorkflowKey};
use serde_json::json;
use workflow_model::{Definition, ExecutionStatus, StepStatus};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn event(activity: &str, start: Option<i64>, end: i64) -> RawEvent {
    RawEvent {
        activity: activity.to_owned(),
        resource: Some("ann".to_owned()),
        start: start.map(at),
        end: at(end),
        outcome: None,
        attributes: Vec::new(),
    }
}

fn log(cases: Vec<Vec<RawEvent>>) -> ImportedLog {
    let mut raw = Raw::new(&ImportOptions::default(), false);
    raw.cases = cases
        .into_iter()
        .zip(1..)
        .map(|(events, n)| RawCase {
            id: format!("c{n}"),
            attributes: Vec::new(),
            events,
        })
        .collect();
    assemble::log("test".to_owned(), raw).unwrap()
}

fn reports(log: &ImportedLog, mapping: ImportMapping) -> Vec<Report> {
    to_reports(log, WorkflowKey::Name("test".to_owned()), mapping).1
}

#[test]
fn a_case_becomes_an_execution() {
    let mut log = log(vec![vec![
        event("Submit", Some(0), 10),
        event("Approve", Some(20), 30),
    ]]);
    let attributes = &mut log.cases[0].attributes;
    attributes.insert("amount".to_owned(), json!(5));
    let report = reports(&log, ImportMapping::default()).remove(0);
    assert_eq!(report.known, Known::ByExternalId);
    assert_eq!(report.workflow, Some(WorkflowKey::Name("test".to_owned())));
    assert_eq!(report.external_id.as_deref(), Some("c1"));
    assert_eq!(report.status, Some(ExecutionStatus::Completed));
    assert_eq!(report.input_data.unwrap()["amount"], json!(5));
    assert_eq!(report.outcome.as_deref(), Some("approved"));
    assert_eq!(report.started_at, Some(at(0)));
    assert_eq!(report.completed_at, Some(at(30)));
    assert_eq!(report.triggered_by, None);
    let step = &report.steps[1];
    assert_eq!(
        (step.step_index, step.step_name.as_str()),
        (Some(1), "Approve")
    );
    assert_eq!(step.action.as_deref(), Some("approve"));
    assert_eq!(step.actor.as_deref(), Some("ann"));
    assert_eq!(step.status, StepStatus::Completed);
    assert_eq!(
        (step.started_at, step.completed_at),
        (Some(at(20)), Some(at(30)))
    );
}

#[test]
fn without_any_start_a_step_begins_when_the_one_before_it_ended() {
    let log = log(vec![vec![
        event("A", None, 0),
        event("B", None, 10),
        event("C", None, 25),
    ]]);
    let starts = |mapping| -> Vec<_> {
        let report = reports(&log, mapping).remove(0);
        report
            .steps
            .into_iter()
            .map(|step| step.started_at)
            .collect()
    };
    assert_eq!(
        starts(ImportMapping::default()),
        [None, Some(at(0)), Some(at(10))]
    );
    let own = ImportMapping {
        since_previous: false,
        ..ImportMapping::default()
    };
    assert_eq!(starts(own), [None, None, None]);
    assert!(
        log.notes[0].contains("measured from the previous event"),
        "{:?}",
        log.notes
    );
}

#[test]
fn with_some_starts_the_other_steps_have_none() {
    let log = log(vec![vec![
        event("A", None, 0),
        event("B", Some(5), 10),
        event("C", None, 25),
    ]]);
    let report = reports(&log, ImportMapping::default()).remove(0);
    let starts: Vec<_> = report.steps.iter().map(|step| step.started_at).collect();
    assert_eq!(starts, [None, Some(at(5)), None]);
    assert!(
        log.notes[0].starts_with("1 of 3 events say when they began"),
        "{:?}",
        log.notes
    );
}

#[test]
fn an_execution_begins_with_the_earliest_instant_of_its_events() {
    // The longer event ends last, though it began first.
    let log = log(vec![vec![
        event("Long", Some(0), 100),
        event("Short", Some(10), 20),
    ]]);
    let report = reports(&log, ImportMapping::default()).remove(0);
    assert_eq!(report.steps[0].step_name, "Short");
    assert_eq!(
        (report.started_at, report.completed_at),
        (Some(at(0)), Some(at(100)))
    );
}

#[test]
fn repeated_activities_are_attempts_in_order() {
    let log = log(vec![vec![
        event("Check", None, 0),
        event("Fix", None, 1),
        event("Check", None, 2),
        event("Check", None, 2),
    ]]);
    let report = reports(&log, ImportMapping::default()).remove(0);
    let attempts: Vec<_> = report
        .steps
        .iter()
        .map(|step| (step.step_name.as_str(), step.attempt))
        .collect();
    assert_eq!(
        attempts,
        [("Check", 1), ("Fix", 1), ("Check", 2), ("Check", 3)]
    );
}

#[test]
fn the_outcome_is_that_of_the_last_deciding_step() {
    let decisions = |names: &[&str]| {
        let events = names
            .iter()
            .zip(0..)
            .map(|(name, n)| event(name, None, n))
            .collect();
        log(vec![events])
    };
    let outcome = |log: &ImportedLog| reports(log, ImportMapping::default()).remove(0).outcome;
    let log = decisions(&["Reject by A", "Resubmit", "Approve by B", "Pay"]);
    assert_eq!(outcome(&log).as_deref(), Some("approved"));
    assert_eq!(outcome(&decisions(&["Submit", "Pay"])), None);
    let off = ImportMapping {
        infer_outcomes: false,
        ..ImportMapping::default()
    };
    assert_eq!(reports(&log, off)[0].outcome, None);
    // What the log records counts more than what a name says.
    let mut recorded = decisions(&["Approve", "Pay"]);
    recorded.cases[0].events[0].outcome = Some("escalated".to_owned());
    assert_eq!(outcome(&recorded).as_deref(), Some("escalated"));
}

/// "Declaration APPROVED" is approved every time: that is no evidence that approving is idle.
#[test]
fn a_name_decides_a_case_and_not_its_own_step() {
    let mut log = log(vec![vec![
        event("Declaration APPROVED by SUPERVISOR", None, 0),
        event("Review", None, 1),
    ]]);
    log.cases[0].events[1].outcome = Some("passed".to_owned());
    let report = reports(&log, ImportMapping::default()).remove(0);
    let steps: Vec<_> = report.steps.iter().map(|s| s.outcome.as_deref()).collect();
    assert_eq!(steps, [None, Some("passed")]);
    assert_eq!(report.outcome.as_deref(), Some("passed"));
    log.cases[0].events[1].outcome = None;
    let report = reports(&log, ImportMapping::default()).remove(0);
    assert_eq!(report.outcome.as_deref(), Some("approved"));
}

#[test]
fn names_of_decisions_are_told_from_other_names() {
    for (name, expected) in [
        (
            "Declaration APPROVED by PRE_APPROVER",
            Some(Outcome::Approved),
        ),
        (
            "Declaration REJECTED by PRE_APPROVER",
            Some(Outcome::Rejected),
        ),
        ("A_DECLINED", Some(Outcome::Rejected)),
        ("O_CANCELLED", Some(Outcome::Cancelled)),
        ("Accept offer", Some(Outcome::Approved)),
        ("not approved", Some(Outcome::Rejected)),
        ("not rejected", None),
        ("Approve or reject", None),
        ("Send to approver", None),
        ("Request approval", None),
        ("A_PREACCEPTED", None),
        ("", None),
    ] {
        assert_eq!(Outcome::of_activity(name), expected, "{name}");
    }
}

#[test]
fn actions_are_slugs_that_differ_and_mean_nothing_else() {
    let names = [
        "T07-1 Draft  advice",
        "t07 1 draft advice",
        "Decision",
        "Prüfung",
        "???",
        "!!!",
    ];
    let log = log(vec![
        names
            .iter()
            .zip(0..)
            .map(|(name, n)| event(name, None, n))
            .collect(),
    ]);
    let slugs: Vec<_> = discovered_actions(&log)
        .into_iter()
        .map(|a| a.action)
        .collect();
    assert_eq!(
        slugs,
        [
            "t07_1_draft_advice",
            "t07_1_draft_advice_2",
            "decision_2",
            "prüfung",
            "activity",
            "activity_2"
        ]
    );
}

#[test]
fn the_definition_reads_and_is_in_mean_order() {
    let mut log = log(vec![
        vec![
            event("A", None, 0),
            event("B", None, 1),
            event("C", None, 2),
        ],
        vec![
            event("A", None, 0),
            event("C", None, 1),
            event("B", None, 2),
            event("C", None, 3),
        ],
    ]);
    for (case, amount) in log.cases.iter_mut().zip([json!(1), json!(1.5)]) {
        case.attributes.insert("amount".to_owned(), amount);
        case.attributes
            .insert("at".to_owned(), json!("2024-01-15T10:00:00Z"));
        case.attributes.insert(" ".to_owned(), json!(1));
    }
    log.cases[0]
        .attributes
        .insert("mixed".to_owned(), json!(true));
    log.cases[1]
        .attributes
        .insert("mixed".to_owned(), json!("no"));
    let (definition, _) = to_reports(
        &log,
        WorkflowKey::Name("t".to_owned()),
        ImportMapping::default(),
    );
    let read = Definition::read(&definition).unwrap();
    let steps: Vec<_> = read.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(steps, ["A", "B", "C"]);
    assert_eq!(
        definition["variables"],
        json!([
            {"name": "amount", "type": "number"},
            {"name": "at", "type": "date"},
            {"name": "mixed"}
        ])
    );
}

#[test]
fn more_activities_than_a_definition_takes_leave_the_rarest_out() {
    let mut events: Vec<_> = (0..1_200)
        .map(|n| event(&format!("a{n}"), None, n))
        .collect();
    events.extend((600..1_200).map(|n| event(&format!("a{n}"), None, 2_000 + n)));
    let log = log(vec![events]);
    let actions = discovered_actions(&log);
    assert_eq!(actions.len(), 1_000);
    assert_eq!(
        actions.iter().filter(|action| action.count == 2).count(),
        600
    );
}
