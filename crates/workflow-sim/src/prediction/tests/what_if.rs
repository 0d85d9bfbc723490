//! What-if variants, and control.

use super::documented::discount_approval;
use super::support::{close, definition, execution, history, no_history, predicted, request, step};
use crate::prediction::{PredictionError, PredictionRequest, Progress, Stop, predict, unhindered};
use serde_json::{Value, json};
use std::ops::ControlFlow;

fn busy() -> Value {
    json!({
        "cases": 2000, "arrivals": {"per_hour": 3000}, "warm_up": "none",
        "resources": [{"name": "manager"}, {"name": "director", "amount": 3}],
        "durations": {"Manager Approval": {"distribution": "exponential", "mean": 1}},
        "precision": {"max_replications": 10}
    })
}

#[test]
fn one_more_manager_shortens_the_queue_for_certain() {
    let definition = definition(&discount_approval());
    let mut written = busy();
    written["changes"] = json!([
        {"name": "same", "changes": [{"change": "duration", "factor": 1}]},
        {"name": "one more", "changes": [{"change": "resource_amount", "resource": "manager", "add": 1}]},
        {"name": "automated", "changes": [{"change": "automate", "step": "Manager Approval"}]},
        {"name": "fewer", "changes": [{"change": "arrivals", "factor": 0.5}]}
    ]);
    let found = predicted(&definition, &no_history(&definition), &written);
    let [same, more, automated, fewer] = found.variants.as_slice() else {
        panic!("{:?}", found.variants)
    };
    let nothing = &same.differences.cycle_time;
    assert_eq!((nothing.value, nothing.low, nothing.high), (0.0, 0.0, 0.0));
    for variant in [more, automated, fewer] {
        let difference = &variant.differences.waiting_time;
        assert!(difference.high < 0.0, "{}: {difference:?}", variant.name);
    }
    // The difference is known far better than the value.
    let width = |one: &crate::prediction::Interval| one.high - one.low;
    let value = &found.totals.cycle_time.mean;
    assert!(width(&more.differences.cycle_time) < 1.5 * width(value));
    assert_eq!(more.resources[0].amount, 2);
    close(automated.resources[0].busy_hours.value, 0.0, 0.0);
}

#[test]
fn a_threshold_moved_sends_fewer_to_the_director() {
    let definition = definition(&discount_approval());
    let executions: Vec<_> = (0..200)
        .map(|id| {
            let from = id * 600;
            let amount = 100 * id;
            let mut steps = vec![
                step("Validate Request", from, from + 1),
                step("Manager Approval", from + 1, from + 11),
            ];
            if amount > 10000 {
                steps.push(step("Director Approval", from + 11, from + 111));
            }
            execution(id + 1, &json!({"amount": amount}), from, steps)
        })
        .collect();
    let fit = history(&definition, &executions);
    let found = predicted(
        &definition,
        &fit,
        &json!({"cases": 4000, "changes": [{"name": "15000", "changes": [
            {"change": "condition", "step": "Director Approval", "condition": {"amount": {"$gt": 15000}}}
        ]}]}),
    );
    close(
        found.totals.cycle_time.mean.value,
        11.0 + 0.495 * 100.0,
        2.0,
    );
    let moved = &found.variants[0];
    close(
        moved.totals.cycle_time.mean.value,
        11.0 + 0.245 * 100.0,
        2.0,
    );
    let difference = &moved.differences.cycle_time;
    assert!(
        difference.low <= -25.0 + 2.0 && difference.high >= -25.0 - 2.0 && difference.high < -20.0,
        "{difference:?}"
    );
}

#[test]
fn the_answer_is_the_same_from_any_number_of_threads() {
    let definition = definition(&discount_approval());
    let fit = no_history(&definition);
    let mut answers = Vec::new();
    for threads in [1, 2, 8, 1] {
        let mut request = request(&busy());
        request.threads = threads;
        let found = predict("W", &definition, &fit, &[], &request, &unhindered).unwrap();
        answers.push(serde_json::to_string(&found).unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let mut other = request(&busy());
    other.seed = 1;
    let found = predict("W", &definition, &fit, &[], &other, &unhindered).unwrap();
    assert_ne!(serde_json::to_string(&found).unwrap(), answers[0]);
}

#[test]
fn it_can_be_cancelled_and_has_a_budget() {
    let definition = definition(&discount_approval());
    let fit = no_history(&definition);
    let mut request = request(&busy());
    request.cases = 100_000;
    let run = |control: crate::prediction::Control<'_>, request: &PredictionRequest| {
        predict("W", &definition, &fit, &[], request, control).unwrap_err()
    };
    let cancel = |_: Progress| ControlFlow::Break(Stop::Cancelled);
    assert_eq!(run(&cancel, &request), PredictionError::Cancelled);
    let late = |_: Progress| ControlFlow::Break(Stop::OutOfTime);
    assert!(matches!(
        run(&late, &request),
        PredictionError::OverBudget { .. }
    ));
    request.budget.tasks = 10_000;
    assert!(matches!(
        run(&unhindered, &request),
        PredictionError::OverBudget { .. }
    ));
}

#[test]
fn one_of_several_approvers_is_quicker_than_all_of_them() {
    let cycle = |approver: Value| {
        let written =
            json!({"steps": [{"name": "Ask", "action": "approval", "approver": approver}]});
        let definition = definition(&written);
        let request = json!({
            "cases": 4000, "arrivals": {"interval": 1000}, "warm_up": "none",
            "durations": {"Ask": {"distribution": "exponential", "mean": 6}},
            "resources": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
            "precision": {"max_replications": 5}
        });
        let found = predicted(&definition, &no_history(&definition), &request);
        close(super::support::row(&found, "Ask").runs_per_case, 1.0, 1e-9);
        found.totals.cycle_time.mean.value
    };
    let of = |mode: &str| json!({"approvers": ["a", "b", "c"], "mode": mode});
    // The least, the middle and the greatest of three exponential times (Rényi 1953).
    close(cycle(of("any")), 6.0 / 3.0, 0.1);
    close(cycle(of("2-of")), 6.0 * (1.0 / 3.0 + 1.0 / 2.0), 0.15);
    close(cycle(of("all")), 6.0 * (1.0 / 3.0 + 1.0 / 2.0 + 1.0), 0.3);
}
