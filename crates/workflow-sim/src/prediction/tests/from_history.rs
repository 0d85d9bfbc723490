//! What history says goes into the prediction, and the answer says so.

use super::support::{
    at, close, definition, execution, history, predicted, predicted_with, row, sla, source, step,
};
use crate::prediction::Fit;
use serde_json::{Value, json};
use workflow_model::{Definition, Execution, StepStatus};

/// Two steps; big ones go to the second.
fn two_steps() -> Definition {
    definition(&json!({"steps": [
        {"name": "A", "action": "check", "max_retries": 2},
        {"name": "B", "action": "approval", "conditions": {"amount": {"$gt": 10}}}
    ]}))
}

/// A case an hour; one in four is big; A waits 60 s and takes 30 s, B waits 100 s and takes 10 s.
fn cases(count: i64) -> Vec<Execution> {
    (0..count)
        .map(|id| {
            let from = id * 3600;
            let big = id % 4 == 0;
            let mut steps = vec![step("A", from + 60, from + 90)];
            if big {
                steps.push(step("B", from + 190, from + 200));
            }
            let amount = if big { 20 } else { 5 };
            execution(id + 1, &json!({"amount": amount}), from, steps)
        })
        .collect()
}

#[test]
fn times_inputs_and_arrivals_come_from_history() {
    let definition = two_steps();
    let fit = history(&definition, &cases(400));
    let slas = [sla("two minutes", 120)];
    let found = predicted_with(&definition, &fit, &slas, &json!({"cases": 2000}));
    let (a, b) = (row(&found, "A"), row(&found, "B"));
    close(a.runs_per_case, 1.0, 1e-9);
    close(a.waiting_time, 60.0, 1e-6);
    close(a.processing_time, 30.0, 1e-6);
    close(b.runs_per_case, 0.25, 0.02);
    close(b.waiting_time, 100.0, 1e-6);
    close(b.processing_time, 10.0, 1e-6);
    close(found.totals.cycle_time.p50.value, 90.0, 1.0);
    close(found.totals.cycle_time.p90.value, 200.0, 2.0);
    close(found.totals.waiting_time.p90.value, 160.0, 2.0);
    close(found.slas[0].breach_probability.value, 0.25, 0.02);
    close(found.totals.throughput_per_hour.value, 1.0, 0.01);
    for about in ["arrivals", "steps.0.duration", "steps.1.waiting"] {
        assert_eq!(source(&found, about), "history", "{about}");
    }
    assert_eq!(found.start_at, at(399 * 3600));
}

#[test]
fn order_of_observation_does_not_matter() {
    let definition = two_steps();
    let mut executions = cases(2500);
    let forwards = history(&definition, &executions);
    executions.reverse();
    assert_eq!(history(&definition, &executions), forwards);
}

#[test]
fn what_is_kept_is_bounded() {
    let definition = two_steps();
    let fit: Fit = history(&definition, &cases(5000));
    assert_eq!(fit.executions(), 5000);
    assert_eq!(fit.profiles.len(), 1000);
    assert_eq!(fit.activities[0].processing.values.len(), 1000);
    assert_eq!(fit.activities[0].processing.seen, 5000);
}

#[test]
fn failures_and_retries_come_from_history() {
    let definition = two_steps();
    let executions: Vec<_> = cases(400)
        .into_iter()
        .enumerate()
        .map(|(at, mut execution)| {
            if at % 5 == 0 {
                let mut again = execution.steps[0].clone();
                let gone = chrono::TimeDelta::seconds(40);
                again.attempt = 2;
                again.started_at = again.started_at.map(|start| start + gone);
                again.completed_at = again.completed_at.map(|end| end + gone);
                execution.steps[0].status = StepStatus::Failed;
                execution.steps.insert(1, again);
            }
            execution
        })
        .collect();
    let fit = history(&definition, &executions);
    assert_eq!(fit.activities[0].attempts, 480);
    assert_eq!(fit.activities[0].failed, 80);
    assert_eq!(fit.activities[0].retry_delay.values, vec![10.0; 80]);
    let found = predicted(
        &definition,
        &fit,
        &json!({"cases": 2000, "flow": "definition"}),
    );
    let a = row(&found, "A");
    close(a.failure_rate, 1.0 / 6.0, 0.01);
    close(a.retries_per_case, 1.0 / 6.0 + 1.0 / 36.0, 0.01);
    assert_eq!(source(&found, "steps.0.failure"), "history");
    let failed = found
        .outcomes
        .iter()
        .find(|one| one.outcome == "failed")
        .unwrap();
    close(failed.share.value, 1.0 / 216.0, 0.004);
}

/// A choice by outcome: approved goes on, rejected ends.
fn approval() -> Definition {
    definition(&json!({"steps": [
        {"name": "Ask", "action": "approval", "branches": [
            {"condition": "approved", "next_step": "Pay"}, {"condition": "rejected", "next_step": "end"}
        ]},
        {"name": "Pay", "action": "payment"}
    ]}))
}

fn asked(outcome: Option<&str>) -> Vec<Execution> {
    (0..200)
        .map(|id| {
            let from = id * 60;
            let mut ask = step("Ask", from, from + 10);
            let approved = id % 10 < 7;
            ask.outcome =
                outcome.map(|_| if approved { "approved" } else { "rejected" }.to_owned());
            let mut steps = vec![ask];
            if approved {
                steps.push(step("Pay", from + 10, from + 15));
            }
            execution(id + 1, &json!({}), from, steps)
        })
        .collect()
}

#[test]
fn outcomes_are_drawn_as_recorded_else_ways_are() {
    let definition = approval();
    for (outcome, about) in [(Some(""), "steps.0.outcome"), (None, "steps.0.branches")] {
        let fit = history(&definition, &asked(outcome));
        let found = predicted(&definition, &fit, &json!({"cases": 2000}));
        close(row(&found, "Pay").runs_per_case, 0.7, 0.02);
        assert_eq!(source(&found, about), "history", "{:#?}", found.assumptions);
    }
    let fit = history(&definition, &asked(Some("")));
    let found = predicted(&definition, &fit, &json!({"cases": 2000}));
    let rejected = found
        .outcomes
        .iter()
        .find(|one| one.outcome == "rejected")
        .unwrap();
    close(rejected.share.value, 0.3, 0.02);
    let given = json!({"cases": 2000, "branch_probabilities": {"Ask": {"Pay": 0.2, "end": 0.8}}});
    let found = predicted(&definition, &fit, &given);
    close(row(&found, "Pay").runs_per_case, 0.2, 0.02);
    assert_eq!(source(&found, "steps.0.branches"), "given");
}

#[test]
fn executions_that_do_not_follow_the_definition_are_followed_themselves() {
    let definition = definition(&json!({"steps": [
        {"name": "A", "action": "x"}, {"name": "B", "action": "x"}, {"name": "C", "action": "x"}
    ]}));
    let executions: Vec<_> = (0..300)
        .map(|id| {
            let from = id * 60;
            let other = if id % 3 == 0 { "Z" } else { "C" };
            let steps = vec![
                step("B", from, from + 10),
                step("A", from + 20, from + 25),
                step(other, from + 25, from + 30),
            ];
            execution(id + 1, &json!({}), from, steps)
        })
        .collect();
    let fit = history(&definition, &executions);
    assert_eq!(fit.conformance(), Some((0.0, 300)));
    let found = predicted(&definition, &fit, &json!({"cases": 2000}));
    assert_eq!(source(&found, "flow"), "history");
    close(found.totals.cycle_time.mean.value, 30.0, 1e-6);
    close(row(&found, "Z").runs_per_case, 1.0 / 3.0, 0.02);
    close(row(&found, "A").waiting_time, 10.0, 1e-6);
    let forced = predicted(
        &definition,
        &fit,
        &json!({"cases": 200, "flow": "definition"}),
    );
    assert_eq!(source(&forced, "flow"), "definition");
    let names: Vec<_> = forced
        .steps
        .iter()
        .map(|step| step.step_name.as_str())
        .collect();
    assert_eq!(names, ["A", "B", "C"]);
}

#[test]
fn logs_with_only_ends_say_so() {
    let definition = two_steps();
    let executions: Vec<_> = cases(200)
        .into_iter()
        .map(|mut execution| {
            for step in &mut execution.steps {
                step.started_at = None;
            }
            execution
        })
        .collect();
    let fit = history(&definition, &executions);
    let found = predicted(&definition, &fit, &json!({"cases": 500}));
    close(row(&found, "A").processing_time, 90.0, 1e-6);
    close(row(&found, "A").waiting_time, 0.0, 1e-6);
    let told = found
        .assumptions
        .iter()
        .find(|one| one.about == "steps.0.duration")
        .unwrap();
    assert!(told.text.contains("holds waiting"), "{told:?}");
}

#[test]
fn pools_and_hours_come_from_history() {
    let definition = two_steps();
    // A case every 20 minutes from 9 to 17 on five days, by two people who do the same.
    let executions: Vec<_> = (0..960)
        .map(|id| {
            let (day, slot) = (id / 24, id % 24);
            let from = (day / 5 * 7 + day % 5) * 86400 + 9 * 3600 + slot * 1200;
            let mut a = step("A", from, from + 600);
            a.actor = Some(if id % 2 == 0 { "ann" } else { "bob" }.to_owned());
            execution(id + 1, &json!({"amount": 5}), from, vec![a])
        })
        .collect();
    let fit = history(&definition, &executions);
    let found = predicted(
        &definition,
        &fit,
        &json!({"cases": 500, "resources": "history"}),
    );
    assert_eq!(found.resources.len(), 1, "{:?}", found.resources);
    let pool = &found.resources[0];
    assert_eq!(
        (pool.resource.as_str(), pool.amount),
        ("ann and 1 others", 2)
    );
    // 24 cases of 10 minutes on 5 days, for two people who are there for 8 hours.
    close(pool.utilisation.value, 4.0 / 16.0, 0.03);
    assert_eq!(source(&found, "resources"), "history");
    let warned = |warning: &String| warning.starts_with("resources: Recorded durations");
    assert!(found.warnings.iter().any(warned), "{:?}", found.warnings);
    assert_eq!(found.unstable, None);
}

#[test]
fn names_that_nothing_has_are_refused() {
    let definition = two_steps();
    let fit = history(&definition, &cases(20));
    let written: Value = json!({
        "durations": {"Z": 1, "check": 2}, "costs": {"AA": 1},
        "branch_probabilities": {"A": {"Q": 1.0}},
        "changes": [{"name": "v", "changes": [
            {"change": "automate", "step": "Y"},
            {"change": "condition", "step": "B", "condition": {"amount": {"$gt": 20}}}
        ]}]
    });
    let error = crate::prediction::predict(
        "W",
        &definition,
        &fit,
        &[],
        &super::support::request(&written),
        &crate::prediction::unhindered,
    )
    .unwrap_err();
    let crate::prediction::PredictionError::Invalid(problems) = error else {
        panic!("{error:?}")
    };
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "durations.Z",
            "costs.AA",
            "branch_probabilities.A.Q",
            "changes.0.changes.0.step"
        ]
    );
}
