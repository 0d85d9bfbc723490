//! Figures counted by hand.

use super::support::*;
use crate::{BacktestReport, StepSource, TellingKind};
use serde_json::json;

/// Amounts 500, 1500, 2500 and 3500 under a director's bound of 1000; two are raised above it.
fn raised(bound: i64) -> BacktestReport {
    let mut setting = Setting::new(purchase(1000), purchase(bound));
    setting.slas = vec![sla("half a minute", 30), sla("a minute", 60)];
    setting.run(&[
        small(1, 500),
        large(2, 1500),
        large(3, 2500),
        large(4, 3500),
    ])
}

#[test]
fn a_raised_bound_saves_the_directors_time() {
    let report = raised(3000);
    let cases = &report.cases;
    assert_eq!((cases.observed, cases.examined, cases.answered), (4, 4, 4));
    assert_eq!(
        (cases.changed, cases.unchanged, cases.unanswered),
        (2, 2, 0)
    );
    assert_eq!((cases.path_changed, cases.approvers_changed), (2, 2));
    assert_eq!(
        (cases.outcome_changed, cases.faster, cases.slower),
        (0, 2, 0)
    );
    // Without the director, who began 2 s after the manager and took 30 s, the booking, which
    // waited 1 s and took 2 s, ends after 13 s instead of 45.
    let time = &report.time;
    assert_eq!(time.cases, 4);
    assert_eq!(time.old_total_ms, (13 + 45 + 45 + 45) * SECOND);
    assert_eq!(time.new_total_ms, (13 + 13 + 13 + 45) * SECOND);
    assert_eq!(time.difference_total_ms, -64 * SECOND);
    assert_eq!(time.median_difference_ms, Some(-32_000.0));
    assert!(!time.median_is_sampled);
    assert_eq!(time.dropped_work_ms, 60 * SECOND);
    assert_eq!((time.added_work_ms, time.cases_with_estimates), (0, 0));
    assert_eq!(time.estimated_share.to_bits(), 0.0_f64.to_bits());
    // Differences 0, −32, −32, 0: mean −16, deviation √(1024/3), t(3) = 3.182446.
    let mean = time.mean_difference_ms.unwrap();
    assert!((mean.mean + 16_000.0).abs() < 1e-9);
    let half = 3.182_446 * (1024.0_f64 / 3.0).sqrt() / 2.0 * 1000.0;
    assert!(
        (mean.low.unwrap() + 16_000.0 + half).abs() < 0.1,
        "{mean:?}"
    );
    assert!(
        (mean.high.unwrap() + 16_000.0 - half).abs() < 0.1,
        "{mean:?}"
    );
}

#[test]
fn the_share_of_changed_cases_has_wilsons_interval() {
    let share = raised(3000).cases.changed_share.unwrap();
    assert!((share.value - 0.5).abs() < 1e-12);
    // 0.5 ∓ z √(1/16 + z²/64) / (1 + z²/4) with z² = 3.841459.
    assert!((share.low - 0.150_039).abs() < 1e-6, "{share:?}");
    assert!((share.high - 0.849_961).abs() < 1e-6, "{share:?}");
}

#[test]
fn approvals_and_breaches_are_counted_by_name() {
    let report = raised(3000);
    let director = &report.approvals[0];
    assert_eq!(director.approver, "director");
    assert_eq!((director.old, director.new), (3, 1));
    assert_eq!((director.saved, director.added), (2, 0));
    let manager = &report.approvals[1];
    assert_eq!((manager.old, manager.new, manager.saved), (4, 4, 0));
    let sla = &report.slas[0];
    assert_eq!(
        (sla.sla.as_str(), sla.target_seconds),
        ("half a minute", 30)
    );
    assert_eq!((sla.old_breaches, sla.new_breaches), (3, 1));
    assert_eq!((sla.appear, sla.vanish), (0, 2));
    let kept = &report.slas[1];
    assert_eq!(
        (kept.old_breaches, kept.new_breaches, kept.vanish),
        (0, 0, 0)
    );
}

#[test]
fn a_lowered_bound_asks_the_director_for_as_long_as_she_took_before() {
    let report = raised(100);
    assert_eq!((report.cases.changed, report.cases.slower), (1, 1));
    // The director's mean over the window: 30 s after a wait of 2 s; the booking still waits 1 s.
    assert_eq!(report.time.difference_total_ms, 32 * SECOND);
    assert_eq!(report.time.added_work_ms, 30 * SECOND);
    assert_eq!(report.time.cases_with_estimates, 1);
    let share = 32.0 / (45.0 * 4.0);
    assert!((report.time.estimated_share - share).abs() < 1e-12);
    let step = &report.estimated_steps[0];
    assert_eq!((step.step.as_str(), step.runs), ("Director", 1));
    assert_eq!(step.estimated_duration_ms, 30 * SECOND);
    assert_eq!(step.estimated_wait_ms, 2 * SECOND);
    assert_eq!(step.source, StepSource::Window);
    assert_eq!(step.basis, "mean of 3 recorded in the window");
    let sla = &report.slas[0];
    assert_eq!((sla.appear, sla.appear_on_estimates), (1, 1));
    let case = &report.examples[0];
    assert_eq!((case.execution, case.kind), (1, TellingKind::BiggestLoss));
    assert_eq!(case.new_approvers, ["manager", "director"]);
    assert_eq!(case.breaches_appear, ["half a minute"]);
    let steps: Vec<_> = case
        .new_path
        .iter()
        .map(|step| {
            (
                step.step.as_str(),
                step.start_ms,
                step.duration_ms,
                step.source,
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("Manager", 0, 10 * SECOND, StepSource::Recorded),
            ("Director", 12 * SECOND, 30 * SECOND, StepSource::Window),
            ("Book", 43 * SECOND, 2 * SECOND, StepSource::Recorded),
        ]
    );
    assert!((case.estimated_share - 32.0 / 45.0).abs() < 1e-12);
}

#[test]
fn guards_are_decisions_with_two_ways() {
    let report = raised(3000);
    assert_eq!(report.conformance.decisions, 4);
    assert_eq!(report.conformance.agreeing, 4);
    assert_eq!(report.conformance.conforming_cases, 4);
    let change = &report.decisions[0];
    assert_eq!(
        (change.step.as_str(), change.decisions, change.diverted),
        ("Director", 4, 2)
    );
    assert_eq!(
        (
            change.from_to[0].from.as_str(),
            change.from_to[0].to.as_str()
        ),
        ("run", "skip")
    );
}

#[test]
fn costs_are_those_of_the_given_prices() {
    let mut setting = Setting::new(purchase(1000), purchase(3000));
    let prices = &mut setting.request.assumptions;
    prices.cost_per_hour = [("director", 120.0), ("approval", 36.0)]
        .map(|(name, rate)| (name.to_owned(), rate))
        .into();
    prices.cost_per_run = [("update".to_owned(), 0.5)].into();
    let report = setting.run(&[
        small(1, 500),
        large(2, 1500),
        large(3, 2500),
        large(4, 3500),
    ]);
    let cost = report.cost.unwrap();
    // Manager 10 s at 36 an hour is 0.1, director 30 s at 120 is 1.0, booking 0.5.
    assert!(
        (cost.old_total - (0.6 + 3.0 * 1.6)).abs() < 1e-9,
        "{cost:?}"
    );
    assert!(
        (cost.new_total - (3.0 * 0.6 + 1.6)).abs() < 1e-9,
        "{cost:?}"
    );
    assert!((cost.difference_total + 2.0).abs() < 1e-9);
    assert!((cost.mean_difference.unwrap().mean + 0.5).abs() < 1e-9);
    assert_eq!(cost.steps_without_price, 0);
    let case = &report.examples[0];
    assert_eq!((case.old_cost, case.new_cost), (Some(1.6), Some(0.6)));
}

#[test]
fn what_has_no_price_is_counted() {
    let mut setting = Setting::new(purchase(1000), purchase(3000));
    setting.request.assumptions.cost_per_hour = [("director".to_owned(), 120.0)].into();
    let report = setting.run(&[large(1, 1500)]);
    // Manager and booking, before and after.
    assert_eq!(report.cost.unwrap().steps_without_price, 4);
    assert!(raised(3000).cost.is_none(), "nothing was given a price");
}

#[test]
fn a_recorded_actor_has_a_price_before_the_action() {
    let mut setting = Setting::new(purchase(1000), purchase(3000));
    setting.request.assumptions.cost_per_hour =
        [("mia", 360.0), ("approval", 36.0), ("update", 0.0)]
            .map(|(name, rate)| (name.to_owned(), rate))
            .into();
    let mut case = large(1, 1500);
    case.steps[1].actor = Some("mia".to_owned());
    let cost = setting.run(&[case]).cost.unwrap();
    assert!((cost.old_total - (0.1 + 3.0)).abs() < 1e-9, "{cost:?}");
    assert!((cost.new_total - 0.1).abs() < 1e-9, "{cost:?}");
}

#[test]
fn examples_are_the_strongest_and_no_more_than_asked_for() {
    let mut setting = Setting::new(purchase(1000), purchase(1_000_000));
    setting.request.examples = 3;
    let executions: Vec<_> = (1..=40)
        .map(|id| {
            let mut case = large(id, 2000);
            // The director takes up to 40 s more.
            case.steps[1].completed_at = Some(at((42 + id) * SECOND));
            case.steps[2].started_at = Some(at((43 + id) * SECOND));
            case.steps[2].completed_at = Some(at((45 + id) * SECOND));
            lasting(case, 45 + id)
        })
        .collect();
    let ids = |examples: &[crate::TellingCase]| -> Vec<i64> {
        examples.iter().map(|case| case.execution).collect()
    };
    assert_eq!(ids(&setting.run(&executions).examples), [40, 39, 38]);
    let reversed: Vec<_> = executions.iter().rev().cloned().collect();
    assert_eq!(ids(&setting.run(&reversed).examples), [40, 39, 38]);
    setting.request.examples = 0;
    assert!(setting.run(&executions).examples.is_empty());
}

#[test]
fn the_answer_is_json_with_its_documented_names() {
    let value = serde_json::to_value(raised(3000)).unwrap();
    assert_eq!(value["cases"]["changed"], json!(2));
    assert_eq!(value["cost"], json!(null));
    assert_eq!(value["time"]["difference_total_ms"], json!(-64_000));
    assert_eq!(
        value["decisions"][0]["from_to"][0],
        json!({"from": "run", "to": "skip", "count": 2})
    );
    assert_eq!(value["examples"][0]["kind"], json!("biggest_saving"));
    assert_eq!(
        value["examples"][0]["old_path"][1]["source"],
        json!("recorded")
    );
}
