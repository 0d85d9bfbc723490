//! What holds for every record.

use super::support::*;
use crate::{Backtest, BacktestReport, Facts};
use proptest::prelude::*;
use serde_json::{Value, json};
use workflow_model::{Execution, ExecutionStatus, RecordedStep, StepStatus};

/// Every construct at once: a guard, a choice, a loop, a parallel part.
fn rich(bound: i64, urgent: &str) -> Value {
    json!([
        {"name": "Intake", "action": "work"},
        {"name": "Triage", "action": "decision",
         "branches": [{"condition": format!("amount > {bound}"), "next_step": "Review"},
                      {"condition": urgent, "next_step": "Book"}]},
        {"name": "Review", "action": "approval", "approver": ["lead", "cfo"],
         "branches": [{"condition": "rejected", "next_step": "Intake"}]},
        {"name": "Second", "action": "approval", "approver": "cfo",
         "conditions": format!("amount > {}", 2 * bound)},
        {"name": "Book", "action": "update", "on_failure": "continue"},
        {"name": "Mail", "action": "notification", "depends_on": ["Book"]},
        {"name": "File", "action": "update", "depends_on": ["Book"]},
        {"name": "Close", "action": "update", "depends_on": ["Mail", "File"]},
    ])
}

const NAMES: [&str; 9] = [
    "Intake", "Triage", "Review", "Second", "Book", "Mail", "File", "Close", "Stranger",
];

fn any_step() -> impl Strategy<Value = RecordedStep> {
    let outcome = prop_oneof![Just(None), Just(Some("approved")), Just(Some("rejected"))];
    let status = prop_oneof![
        6 => Just(StepStatus::Completed),
        1 => Just(StepStatus::Failed),
        1 => Just(StepStatus::Skipped),
    ];
    let times = (0..100_i64, 0..50_i64, any::<(bool, bool)>());
    (0..NAMES.len(), outcome, status, times).prop_map(|(name, outcome, status, times)| {
        let (from, length, (has_start, has_end)) = times;
        let mut step = ran(NAMES[name], from, from + length);
        step.started_at = step.started_at.filter(|_| has_start || has_end);
        step.completed_at = step.completed_at.filter(|_| has_end || !has_start);
        step.outcome = outcome.map(str::to_owned);
        step.status = status;
        step
    })
}

fn any_execution() -> impl Strategy<Value = Execution> {
    let status = prop_oneof![
        6 => Just(ExecutionStatus::Completed),
        1 => Just(ExecutionStatus::Failed),
        1 => Just(ExecutionStatus::Running),
    ];
    let input = prop_oneof![
        4 => (0..400_i64, any::<bool>()).prop_map(|(a, u)| json!({"amount": a, "urgent": u})),
        1 => (0..400_i64).prop_map(|amount| json!({ "amount": amount })),
        1 => Just(json!({})),
    ];
    let steps = prop::collection::vec(any_step(), 0..12);
    let outcome = prop_oneof![Just(None), Just(Some("approved")), Just(Some("rejected"))];
    (input, steps, status, outcome, 0..200_i64).prop_map(
        |(input, steps, status, outcome, length)| {
            let mut case = lasting(execution(0, &input, steps), length);
            case.status = status;
            case.outcome = outcome.map(str::to_owned);
            case
        },
    )
}

fn any_log() -> impl Strategy<Value = Vec<Execution>> {
    prop::collection::vec(any_execution(), 0..25).prop_map(|mut log| {
        for (id, case) in (1_i64..).zip(&mut log) {
            case.id = workflow_model::ExecutionId(id);
        }
        log
    })
}

fn setting(bound: i64, urgent: &str) -> Setting {
    let mut setting = Setting::new(rich(100, "urgent"), rich(bound, urgent));
    setting.slas = vec![sla("a minute", 60)];
    setting.request.assumptions.cost_per_hour = [("approval".to_owned(), 60.0)].into();
    setting
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn an_unchanged_definition_changes_no_case(log in any_log()) {
        let report = setting(100, "urgent").run(&log);
        prop_assert_eq!(report.cases.changed, 0, "{:#?}", report.examples);
        prop_assert_eq!(report.time.difference_total_ms, 0);
        prop_assert_eq!(&report.time.median_difference_ms, &None);
        prop_assert_eq!(report.time.dropped_work_ms, 0);
        prop_assert_eq!(report.time.added_work_ms, 0);
        prop_assert!(report.decisions.is_empty());
        prop_assert!(report.outcomes.is_empty());
        prop_assert!(report.approvals.iter().all(|a| a.saved == 0 && a.added == 0 && a.old == a.new));
        prop_assert!(report.slas.iter().all(|s| s.appear == 0 && s.vanish == 0));
        prop_assert!(report.cost.unwrap().difference_total.abs() < 1e-9);
    }

    #[test]
    fn the_order_of_cases_changes_nothing(log in any_log(), bound in 1..400_i64, turn in 0..25_usize) {
        let setting = setting(bound, "urgent or amount < 10");
        let mut turned = log.clone();
        turned.rotate_left(turn % log.len().max(1));
        turned.reverse();
        prop_assert_eq!(setting.run(&log), setting.run(&turned));
    }

    #[test]
    fn the_whole_is_the_sum_of_its_cases(log in any_log(), bound in 1..400_i64) {
        let mut setting = setting(bound, "urgent or amount < 10");
        // What is learned of the window would differ between the whole and its cases.
        setting.learns = false;
        setting.request.examples = 50;
        let whole = setting.run(&log);
        let each: Vec<BacktestReport> = log.iter().map(|case| setting.run(std::slice::from_ref(case))).collect();
        recount(&whole, &each)?;
        prop_assert!(whole.examples.len() <= 50);
        consistent(&whole)?;
    }

    #[test]
    fn ways_and_examples_add_up(log in any_log(), bound in 1..400_i64) {
        let report = setting(bound, "urgent").run(&log);
        for change in &report.decisions {
            let ways: u64 = change.from_to.iter().map(|way| way.count).sum();
            prop_assert_eq!(ways, change.diverted);
            prop_assert!(change.diverted <= change.decisions);
            prop_assert!(change.from_to.iter().all(|way| way.from != way.to));
        }
        for case in &report.examples {
            prop_assert_eq!(case.difference_ms, case.new_duration_ms.zip(case.old_duration_ms).map(|(n, o)| n - o));
            prop_assert!((0.0..=1.0).contains(&case.estimated_share));
        }
    }
}

/// Every count of the whole against the naive sum over reports of single cases.
fn recount(whole: &BacktestReport, each: &[BacktestReport]) -> Result<(), TestCaseError> {
    let sum =
        |of: fn(&BacktestReport) -> i64| -> (i64, i64) { (of(whole), each.iter().map(of).sum()) };
    let count = |n: u64| i64::try_from(n).unwrap();
    let figures: [fn(&BacktestReport) -> i64; 9] = [
        |r| r.time.old_total_ms,
        |r| r.time.new_total_ms,
        |r| r.time.difference_total_ms,
        |r| r.time.dropped_work_ms,
        |r| r.time.added_work_ms,
        |r| i64::try_from(r.cases.changed + 1000 * r.cases.path_changed).unwrap(),
        |r| i64::try_from(r.cases.answered + 1000 * r.cases.unanswered).unwrap(),
        |r| i64::try_from(r.conformance.decisions + 10_000 * r.conformance.agreeing).unwrap(),
        |r| {
            r.slas
                .iter()
                .map(|s| i64::try_from(s.appear + 1000 * s.vanish).unwrap())
                .sum()
        },
    ];
    for (at, figure) in figures.into_iter().enumerate() {
        let (total, parts) = sum(figure);
        prop_assert_eq!(total, parts, "figure {}", at);
    }
    let diverted = |reports: &[BacktestReport]| -> i64 {
        let changes = reports.iter().flat_map(|report| &report.decisions);
        changes.map(|change| count(change.diverted)).sum()
    };
    prop_assert_eq!(diverted(std::slice::from_ref(whole)), diverted(each));
    let saved = |reports: &[BacktestReport]| -> (i64, i64) {
        let people = reports.iter().flat_map(|report| &report.approvals);
        people.fold((0, 0), |(saved, added), a| {
            (saved + count(a.saved), added + count(a.added))
        })
    };
    prop_assert_eq!(saved(std::slice::from_ref(whole)), saved(each));
    Ok(())
}

/// Sums that the documentation of the counts promises.
fn consistent(report: &BacktestReport) -> Result<(), TestCaseError> {
    let cases = &report.cases;
    prop_assert_eq!(
        cases.observed,
        cases.examined + cases.not_ended + cases.not_examined
    );
    prop_assert_eq!(cases.examined, cases.answered + cases.unanswered);
    prop_assert_eq!(cases.answered, cases.changed + cases.unchanged);
    let named: u64 = report.unanswered.iter().map(|it| it.cases).sum();
    prop_assert_eq!(named, cases.unanswered);
    prop_assert_eq!(
        report.time.difference_total_ms,
        report.time.new_total_ms - report.time.old_total_ms
    );
    let outcomes: u64 = report.outcomes.iter().map(|it| it.count).sum();
    prop_assert_eq!(outcomes, cases.outcome_changed + cases.not_started);
    Ok(())
}

#[test]
fn examples_and_names_are_bounded_whatever_the_log() {
    let (old, new) = (
        definition(&purchase(1000)),
        definition(&json!([
            {"name": "Manager", "action": "approval"}, {"name": "Book", "action": "update"},
        ])),
    );
    let mut setting = request();
    setting.max_executions = 100_000;
    let mut test = Backtest::new(&old, &new, &Facts::default(), &[], &setting).unwrap();
    for id in 0..5000 {
        let mut case = ending(large(id, 2000), &format!("outcome {id}"));
        case.steps[0].actor = Some(format!("person {id}"));
        test.observe(&case);
    }
    let report = test.finish(at(0));
    assert_eq!(report.cases.changed, 5000);
    assert!(report.examples.len() <= 5);
    assert!(report.approvals.len() <= 1001, "{}", report.approvals.len());
    assert!(report.outcomes.len() <= 1001, "{}", report.outcomes.len());
    let asked: u64 = report.approvals.iter().map(|it| it.new).sum();
    assert_eq!(asked, 5000, "what is not named is still counted");
}
