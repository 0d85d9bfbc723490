//! Slow steps, failing steps, and work done again.

use super::history::{Dice, History, did};
use super::{count, found, only};
use crate::{FindingKind, wilson_lower_bound};
use serde_json::json;
use std::collections::HashMap;

#[test]
fn the_step_that_takes_most_of_the_time() {
    let mut dice = Dice(1);
    let mut history = History::default();
    for _ in 0..500 {
        let (short, long) = (10 + dice.below(50), 20 + dice.below(400));
        // It waits for nine tenths of its time.
        let begin = short + long * 9 / 10;
        history.add(
            json!({}),
            vec![
                did("Check", 0, short),
                did("Review", begin, short + long),
                did("Book", short + long, short + long + 10),
            ],
        );
    }
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::SlowStep);
    let (mut longest, mut total, mut review, mut times) = (0, 0, 0, Vec::new());
    for execution in &history.executions {
        let end = |n: usize| {
            (execution.steps[n].completed_at.unwrap() - execution.started_at).num_milliseconds()
        };
        let (check, second) = (end(0), end(1) - end(0));
        longest += u64::from(second > check && second > end(2) - end(1));
        total += end(2);
        review += second;
        times.push(second);
    }
    times.sort_unstable();
    assert_eq!(count(finding, "longest_count"), longest);
    assert_eq!((finding.claimed.count, finding.claimed.of), (longest, 500));
    assert_eq!(
        count(finding, "total_milliseconds"),
        u64::try_from(total).unwrap()
    );
    assert_eq!(
        count(finding, "step_milliseconds"),
        u64::try_from(review).unwrap()
    );
    assert_eq!(
        count(finding, "median_milliseconds"),
        u64::try_from(times[249]).unwrap()
    );
    assert_eq!(
        count(finding, "p95_milliseconds"),
        u64::try_from(times[474]).unwrap()
    );
    assert!(
        finding.description.contains("passes before it begins"),
        "{}",
        finding.description
    );
    let limit = finding.workflow_template["steps"][0]["timeout_seconds"]
        .as_i64()
        .unwrap();
    assert_eq!(limit, (times[474] + 999) / 1000);
}

#[test]
fn a_log_of_ends_only_has_times_too() {
    let mut history = History::default();
    for _ in 0..100 {
        history.add(
            json!({}),
            vec![did("Register", 0, 1), did("Decide", 1, 100)],
        );
    }
    for step in history.executions.iter_mut().flat_map(|e| &mut e.steps) {
        step.started_at = None;
    }
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::SlowStep);
    assert_eq!(count(finding, "step_milliseconds"), 100 * 99_000);
    assert_eq!(count(finding, "started_milliseconds"), 0);
}

/// Fails in so many per cent; tried again that often; recovers in so many per cent.
fn failing(seed: u64, fails: i64, retries: i64, recovers: i64) -> History {
    let mut dice = Dice(seed);
    let mut history = History::default();
    for _ in 0..600 {
        let failed = dice.percent(fails);
        let call = did("Call API", 0, 10);
        let mut steps = vec![if failed {
            call.failed("HTTP 503")
        } else {
            call
        }];
        if failed && dice.percent(retries) {
            let again = did("Call API", 20, 30);
            steps.push(if dice.percent(recovers) {
                again
            } else {
                again.failed("HTTP 500")
            });
        }
        history.add(json!({}), steps);
    }
    history
}

/// Attempts, failures, executions with one, retried, recovered.
fn recount(history: &History) -> [u64; 5] {
    let mut counts = [0; 5];
    for execution in &history.executions {
        let failures: Vec<bool> = execution
            .steps
            .iter()
            .map(|step| step.error_message.is_some())
            .collect();
        counts[0] += failures.len();
        counts[1] += failures.iter().filter(|failed| **failed).count();
        counts[2] += usize::from(failures.contains(&true));
        counts[3] += failures.windows(2).filter(|pair| pair[0]).count();
        counts[4] += failures
            .windows(2)
            .filter(|pair| pair[0] && !pair[1])
            .count();
    }
    counts.map(|count| u64::try_from(count).unwrap())
}

fn counted(finding: &crate::Finding) -> [u64; 5] {
    [
        "sample_count",
        "failure_count",
        "affected_executions",
        "retried_count",
        "recovered_count",
    ]
    .map(|name| count(finding, name))
}

#[test]
fn a_failing_step_that_recovers_is_to_be_retried() {
    let history = failing(1, 20, 80, 90);
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::FailingStep);
    let counts = recount(&history);
    assert_eq!(counted(finding), counts);
    assert_eq!(
        (finding.claimed.count, finding.claimed.of),
        (counts[4], counts[3])
    );
    assert_eq!(finding.pattern_frequency, counts[2]);
    assert_eq!(finding.title, "Retry Call API automatically");
    assert_eq!(
        finding.workflow_template["steps"][0]["max_retries"],
        json!(2)
    );
}

#[test]
fn a_failing_step_that_does_not_recover_needs_a_handler() {
    for (retries, recovers) in [(0, 0), (80, 20)] {
        let history = failing(2, 20, retries, recovers);
        let findings = found(&history.executions);
        let finding = only(&findings, FindingKind::FailingStep);
        let counts = recount(&history);
        assert_eq!(counted(finding), counts);
        assert_eq!(
            (finding.claimed.count, finding.claimed.of),
            (counts[1], counts[0])
        );
        assert_eq!(finding.title, "Handle failures of Call API");
        assert!(
            finding.description.contains("HTTP 503"),
            "{}",
            finding.description
        );
        let steps = &finding.workflow_template["steps"];
        assert_eq!(steps[0]["on_failure"], steps[1]["name"]);
    }
}

#[test]
fn work_that_is_done_again() {
    let mut dice = Dice(5);
    let mut history = History::default();
    for _ in 0..400 {
        let mut steps = vec![did("Submit", 0, 10), did("Review", 10, 20)];
        let mut time = 20;
        while dice.percent(30) {
            steps.push(did("Submit", time, time + 10));
            steps.push(did("Review", time + 10, time + 20));
            time += 20;
        }
        steps.push(did("Pay", time, time + 10));
        history.add(json!({}), steps);
    }
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::Rework);
    let (mut repeated, mut returns) = (0, 0);
    for execution in &history.executions {
        let mut times: HashMap<&str, u64> = HashMap::new();
        for step in &execution.steps {
            *times.entry(&step.step_name).or_default() += 1;
        }
        repeated += u64::from(times["Submit"] > 1);
        returns += times["Submit"] - 1;
    }
    assert_eq!((finding.claimed.count, finding.claimed.of), (repeated, 400));
    assert_eq!(count(finding, "return_count"), returns);
    assert!((finding.confidence() - wilson_lower_bound(repeated, 400)).abs() < 1e-15);
}

#[test]
fn several_approvers_in_a_row_are_no_rework() {
    let mut history = History::default();
    for _ in 0..100 {
        history.add(
            json!({}),
            vec![did("Sign", 0, 10), did("Sign", 10, 20), did("Pay", 20, 40)],
        );
    }
    assert!(
        found(&history.executions)
            .iter()
            .all(|f| f.kind != FindingKind::Rework)
    );
}

/// Of many steps one stands out long before it takes half of all the time; and one that took
/// very long a few times is not slow in general.
#[test]
fn slow_is_relative_to_the_number_of_steps_and_holds_in_many_executions() {
    let history = |slow: fn(i64) -> i64| {
        let mut history = History::default();
        for number in 0..200 {
            let mut time = 0;
            let steps = ["A", "B", "C", "D", "E", "F"].map(|name| {
                let took = if name == "C" {
                    slow(number)
                } else {
                    100 + number % 7
                };
                time += took;
                did(name, time - took, time)
            });
            history.add(json!({}), steps.into());
        }
        history
    };
    let findings = found(&history(|_| 250).executions);
    let finding = only(&findings, FindingKind::SlowStep);
    assert_eq!(finding.supporting_data["step"], json!("C"));
    assert_eq!(count(finding, "distinct_step_count"), 1200);
    assert_eq!((finding.claimed.count, finding.claimed.of), (200, 200));
    assert!(
        found(&history(|_| 110).executions).is_empty(),
        "hardly longer"
    );
    let rarely = |number: i64| if number % 20 == 0 { 30_000 } else { 50 };
    assert!(found(&history(rarely).executions).is_empty(), "seldom");
}
