//! How long steps take that never ran.

use super::support::*;
use crate::{ActionFact, MeasuredStep, StepSource};
use serde_json::{Value, json};

fn director() -> Setting {
    Setting::new(purchase(1000), purchase(100))
}

#[test]
fn the_request_comes_before_the_window_before_what_was_measured() {
    let log = [small(1, 500), large(2, 1500)];
    let mut setting = director();
    setting.facts.steps = vec![MeasuredStep {
        step_name: "Director".to_owned(),
        action_type: "approval".to_owned(),
        mean_millis: 7000.0,
        timed: 3,
        success_rate: 1.0,
    }];
    let source = |setting: &Setting| {
        let report = setting.run(&log);
        let step = &report.estimated_steps[0];
        (
            step.estimated_duration_ms,
            step.estimated_wait_ms,
            step.source,
        )
    };
    assert_eq!(
        source(&setting),
        (30 * SECOND, 2 * SECOND, StepSource::Window)
    );
    setting.learns = false;
    assert_eq!(source(&setting), (7 * SECOND, 0, StepSource::Measured));
    setting.facts.steps.clear();
    assert_eq!(source(&setting), (SECOND, 0, StepSource::Default));
    setting.learns = true;
    setting.request.assumptions.step_millis = [("Director".to_owned(), 3 * SECOND)].into();
    assert_eq!(source(&setting), (3 * SECOND, 0, StepSource::Assumed));
}

#[test]
fn a_conventional_estimate_is_said_to_be_one() {
    let mut setting = director();
    setting.learns = false;
    let notes = setting.run(&[small(1, 500)]).notes;
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("Nothing was measured of \"Director\"")),
        "{notes:?}"
    );
}

#[test]
fn another_action_does_not_take_as_long_as_the_one_before() {
    let mut automated = purchase(1000);
    automated[1] = json!({"name": "Director", "action": "score", "conditions": "amount > 1000"});
    let mut setting = Setting::new(purchase(1000), automated);
    setting.facts.actions = vec![ActionFact {
        action_type: "score".to_owned(),
        name: "Score".to_owned(),
        is_active: true,
        is_idempotent: true,
        side_effects: Vec::new(),
        input_schema: json!({}),
        p95_millis: None,
        measured: Some((2000.0, 10)),
    }];
    let report = setting.run(&[large(1, 5000), small(2, 10)]);
    assert_eq!(report.cases.changed, 1);
    let step = &report.estimated_steps[0];
    assert_eq!(
        (step.estimated_duration_ms, step.source),
        (2 * SECOND, StepSource::Catalogue)
    );
    // From 12–42 to 10–12: the wait was that of the director.
    assert_eq!(report.time.difference_total_ms, -30 * SECOND);
    assert_eq!(
        (report.time.dropped_work_ms, report.time.added_work_ms),
        (30 * SECOND, 2 * SECOND)
    );
    assert_eq!(report.approvals[0].saved, 1);
}

#[test]
fn what_came_of_a_step_stays_when_it_is_done_otherwise() {
    let review = |action: &str| {
        json!([
            {"name": "Review", "action": action,
             "branches": [{"condition": "rejected", "next_step": "Archive"}]},
            {"name": "Publish", "action": "work", "branches": [{"next_step": "end"}]},
            {"name": "Archive", "action": "work"},
        ])
    };
    let steps = vec![
        with_outcome(ran("Review", 0, 50), "rejected"),
        ran("Archive", 50, 52),
    ];
    let log = [ending(execution(1, &json!({}), steps), "rejected")];
    let mut setting = Setting::new(review("approval"), review("score"));
    setting.request.assumptions.step_millis = [("Review".to_owned(), SECOND)].into();
    let report = setting.run(&log);
    assert_eq!((report.cases.changed, report.cases.outcome_changed), (1, 0));
    assert_eq!(report.time.difference_total_ms, -49 * SECOND);
    assert!(
        report.decisions.is_empty(),
        "a machine rejects what was rejected"
    );
    assert!(
        report.notes[0].contains("does \"score\" instead of \"approval\""),
        "{:?}",
        report.notes
    );
}

#[test]
fn a_new_name_is_called_in_question() {
    let mut renamed = purchase(1000);
    renamed[2]["name"] = json!("Post");
    let report = run(purchase(1000), renamed, &[large(1, 2000)]);
    let note =
        "Steps are known by their names: \"Book\" are taken to be removed and \"Post\" to be new.";
    assert!(
        report.notes.iter().any(|it| it == note),
        "{:?}",
        report.notes
    );
}

/// Check and price begin together after the order; shipping waits for both.
fn parallel(with_check: bool) -> Value {
    let mut steps = vec![
        json!({"name": "Order", "action": "work"}),
        json!({"name": "Check", "action": "work", "depends_on": ["Order"]}),
        json!({"name": "Price", "action": "work", "depends_on": ["Order"]}),
        json!({"name": "Ship", "action": "work", "depends_on": ["Check", "Price"]}),
    ];
    if !with_check {
        steps.remove(1);
        steps[2]["depends_on"] = json!(["Price"]);
    }
    Value::Array(steps)
}

#[test]
fn side_by_side_only_the_critical_path_is_saved() {
    let record = |check_to: i64, price_to: i64, ship_from: i64| {
        vec![
            ran("Order", 0, 5),
            ran("Check", 5, check_to),
            ran("Price", 6, price_to),
            ran("Ship", ship_from, ship_from + 4),
        ]
    };
    // Check decides by 20 s; the shipping waits 1 s.
    let slow_check = execution(1, &json!({}), record(40, 20, 41));
    // Price decides, so that nothing is saved.
    let slow_price = execution(2, &json!({}), record(20, 40, 41));
    let report = run(parallel(true), parallel(false), &[slow_check, slow_price]);
    assert_eq!(report.cases.changed, 2);
    assert_eq!(report.time.difference_total_ms, -20 * SECOND);
    assert_eq!(report.time.dropped_work_ms, (35 + 15) * SECOND);
    assert_eq!((report.cases.faster, report.cases.slower), (1, 0));
}

#[test]
fn what_passes_after_the_last_step_and_pauses_stay() {
    let mut case = lasting(large(1, 2000), 100);
    case.paused_millis = 20 * SECOND;
    let report = run(purchase(1000), purchase(3000), &[case]);
    // Recorded 100 − 20; without the director's 32 s.
    assert_eq!(report.time.old_total_ms, 80 * SECOND);
    assert_eq!(report.time.new_total_ms, 48 * SECOND);
}

#[test]
fn a_step_whose_start_is_unknown_took_the_time_since_the_one_before() {
    let mut case = large(1, 2000);
    case.steps[1].started_at = None;
    let report = run(purchase(1000), purchase(3000), &[case]);
    assert_eq!(report.time.difference_total_ms, -32 * SECOND);
    assert_eq!(report.time.dropped_work_ms, 32 * SECOND);
}

#[test]
fn a_step_without_times_takes_the_mean_and_is_marked() {
    let mut untimed = large(1, 5000);
    untimed.steps[1].started_at = None;
    untimed.steps[1].completed_at = None;
    let report = run(purchase(1000), purchase(4000), &[untimed, large(2, 5000)]);
    assert_eq!(
        (report.cases.changed, report.time.difference_total_ms),
        (0, 0)
    );
    assert_eq!(report.time.cases_with_estimates, 1);
}

#[test]
fn attempts_that_failed_belong_to_the_run_that_followed() {
    let mut case = large(1, 2000);
    let mut failed = ran("Director", 11, 12);
    failed.status = workflow_model::StepStatus::Failed;
    case.steps.insert(1, failed);
    let report = run(purchase(1000), purchase(3000), &[case]);
    assert_eq!(report.time.dropped_work_ms, 31 * SECOND);
    assert_eq!(report.approvals[0].saved, 1);
    assert_eq!(report.conformance.steps_outside, 0);
}

#[test]
fn an_execution_without_steps_is_answered_by_the_definitions() {
    let mut setting = Setting::new(purchase(1000), purchase(3000));
    setting.request.assumptions.step_millis = [("Director".to_owned(), 20 * SECOND)].into();
    let bare = lasting(execution(1, &json!({"amount": 2000}), Vec::new()), 60);
    let report = setting.run(&[bare]);
    assert_eq!((report.cases.without_steps, report.cases.changed), (1, 1));
    assert_eq!(report.time.difference_total_ms, -20 * SECOND);
    assert_eq!(
        report.conformance.decisions, 0,
        "no record, nothing to agree with"
    );
    assert_eq!(report.conformance.conforming_cases, 0);
    let unknown = lasting(execution(2, &json!({}), Vec::new()), 60);
    let report = setting.run(&[unknown]);
    assert_eq!(report.cases.unanswered, 1);
    assert_eq!(report.unanswered[0].missing, ["amount"]);
}

#[test]
fn an_assumption_about_no_step_is_named() {
    let mut setting = director();
    setting.request.assumptions.step_millis = [("Directr".to_owned(), SECOND)].into();
    let notes = setting.run(&[small(1, 500)]).notes;
    let note = "assumptions.duration_seconds names steps that neither definition has: \"Directr\".";
    assert!(notes.iter().any(|it| it == note), "{notes:?}");
}
