//! Rules on the input are found, exactly, and their counts are those of a recount.

use super::history::{History, at, did};
use super::{count, found, only};
use crate::{Finding, FindingKind};
use condition::{Condition, Scope, Truth};
use serde_json::{Value, json};
use workflow_model::Execution;

/// Counts again, with the language that conditions are written in: how many executions fulfil
/// the trigger, how many of these were approved, and how many seconds they took.
fn recount(finding: &Finding, executions: &[Execution]) -> (u64, u64, i64) {
    let trigger = Condition::from_json(&finding.workflow_template["trigger_conditions"]).unwrap();
    let (mut all, mut approved, mut seconds) = (0, 0, 0);
    for execution in executions {
        let input = Value::Object(execution.input_data.clone());
        if trigger.evaluate(&Scope::new(&input)) == Truth::True {
            let step = &execution.steps[0];
            all += 1;
            approved += u64::from(step.outcome.as_deref() == Some("approved"));
            seconds += (step.completed_at.unwrap() - step.started_at.unwrap()).num_seconds();
        }
    }
    (all, approved, seconds)
}

fn check_counts(finding: &Finding, executions: &[Execution]) {
    let (all, approved, seconds) = recount(finding, executions);
    assert_eq!(count(finding, "sample_count"), all);
    assert_eq!(count(finding, "approved_count"), approved);
    assert_eq!(count(finding, "rejected_count"), all - approved);
    let millis = u64::try_from(seconds).unwrap() * 1000;
    assert_eq!(count(finding, "total_approval_milliseconds"), millis);
    assert_eq!(finding.claimed.of, all);
    let others = count(finding, "other_approved_count") + count(finding, "other_rejected_count");
    assert_eq!(others + all, u64::try_from(executions.len()).unwrap());
}

fn number(input: &Value, name: &str) -> f64 {
    input[name].as_f64().unwrap()
}

#[test]
fn a_threshold_under_which_everything_is_approved() {
    let history = History::decided(1, 600, |input, dice| {
        number(input, "discount_percentage") < 10.0 || dice.percent(60)
    });
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    assert_eq!(
        Value::Object(finding.workflow_template.clone()),
        json!({
            "workflow_type": "approval",
            "trigger_conditions": { "discount_percentage": { "$lt": 10 } },
            "steps": [{ "action": "auto_approve", "conditions": {} }],
        })
    );
    check_counts(finding, &history.executions);
    assert_eq!(finding.claimed.count, finding.claimed.of);
    assert_eq!(finding.supporting_data["approval_rate"], json!(1.0));
    // In tenths of minutes, rounded half up.
    let (all, _, seconds) = recount(finding, &history.executions);
    let tenths =
        (seconds * 10 + 30 * i64::try_from(all).unwrap()) / 60 / i64::try_from(all).unwrap();
    let average = format!("{}.{} minutes", tenths / 10, tenths % 10);
    assert_eq!(finding.supporting_data["avg_approval_time"], json!(average));
    assert_eq!(finding.supporting_data["started_after"], json!(at(0)));
    assert_eq!(
        finding.title,
        "Auto-approve discount_percentage under 10 at Manager Approval"
    );
}

#[test]
fn a_threshold_among_numbers_with_decimals_is_rounded_without_deciding_more() {
    let history = History::decided(2, 2000, |input, dice| {
        number(input, "price") > 7500.0 || dice.percent(50)
    });
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    check_counts(finding, &history.executions);
    // The largest price that was refused bounds the threshold; some above may be approved by luck.
    let refused = history
        .executions
        .iter()
        .filter(|e| e.steps[0].outcome.as_deref() != Some("approved"));
    let highest = refused
        .map(|e| e.input_data["price"].as_f64().unwrap())
        .fold(0.0, f64::max);
    let threshold = finding.supporting_data["threshold"].as_f64().unwrap();
    assert!(
        (threshold - 7500.0).abs() < 40.0 && threshold >= highest,
        "{threshold} {highest}"
    );
    assert!(threshold.to_string().len() <= 6, "not round: {threshold}");
    assert_eq!(finding.supporting_data["operator"], json!("$gt"));
}

#[test]
fn a_band_at_each_end() {
    let history = History::decided(3, 1500, |input, dice| {
        let amount = number(input, "amount");
        amount < 20_000.0 || (amount <= 90_000.0 && dice.percent(50))
    });
    let findings = found(&history.executions);
    let mut kinds: Vec<_> = findings.iter().map(|f| f.kind).collect();
    kinds.sort();
    assert_eq!(kinds, [FindingKind::AutoApprove, FindingKind::AutoReject]);
    for finding in &findings {
        check_counts(finding, &history.executions);
    }
}

#[test]
fn values_that_are_always_approved() {
    let history = History::decided(4, 800, |input, dice| {
        let tier = input["customer"]["tier"].as_str().unwrap();
        tier == "gold" || tier == "platinum" || dice.percent(40)
    });
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    assert_eq!(
        finding.workflow_template["trigger_conditions"],
        json!({ "customer.tier": { "$in": ["gold", "platinum"] } })
    );
    check_counts(finding, &history.executions);
}

#[test]
fn a_boolean_that_is_always_refused() {
    let history = History::decided(5, 500, |input, dice| {
        input["urgent"] == json!(false) && dice.percent(50)
    });
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoReject);
    assert_eq!(
        finding.workflow_template["trigger_conditions"],
        json!({ "urgent": true })
    );
    assert_eq!(
        finding.workflow_template["steps"][0]["action"],
        json!("auto_reject")
    );
    check_counts(finding, &history.executions);
}

#[test]
fn rare_exceptions_do_not_hide_a_rule_and_are_counted() {
    let history = History::decided(6, 3000, |input, dice| {
        let small = number(input, "discount_percentage") < 15.0;
        if small {
            dice.below(1000) >= 3
        } else {
            dice.percent(50)
        }
    });
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    assert_eq!(finding.supporting_data["threshold"], json!(15));
    assert!(count(finding, "rejected_count") > 0);
    check_counts(finding, &history.executions);
}

#[test]
fn where_exceptions_are_rare_anyway_a_rule_still_says_where() {
    let history = History::decided(7, 3000, |input, dice| {
        number(input, "discount_percentage") < 35.0 || dice.percent(90)
    });
    let rejected = history
        .executions
        .iter()
        .filter(|e| e.steps[0].outcome.as_deref() != Some("approved"));
    assert!(rejected.count() * 50 < 3000, "under 2 % in all");
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    assert_eq!(finding.supporting_data["threshold"], json!(35));
    check_counts(finding, &history.executions);
}

#[test]
fn a_step_that_always_approves() {
    let history = History::decided(8, 100, |_, _| true);
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    assert_eq!(finding.workflow_template["trigger_conditions"], json!({}));
    assert_eq!((finding.claimed.count, finding.claimed.of), (100, 100));
    assert_eq!(finding.title, "Auto-approve everything at Manager Approval");
    assert!(
        found(&history.executions[..19]).is_empty(),
        "too few to say so"
    );
}

#[test]
fn without_decisions_of_steps_that_of_the_execution_counts() {
    let mut history = History::decided(9, 600, |input, dice| {
        number(input, "discount_percentage") < 10.0 || dice.percent(60)
    });
    for execution in &mut history.executions {
        execution.outcome = execution.steps[0].outcome.take();
    }
    let findings = found(&history.executions);
    let finding = only(&findings, FindingKind::AutoApprove);
    assert_eq!(finding.supporting_data["step"], Value::Null);
    assert_eq!(finding.supporting_data["threshold"], json!(10));
    assert_eq!(
        finding.title,
        "Auto-approve discount_percentage under 10 at Discount Approval"
    );
}

#[test]
fn what_a_rule_decides_already_is_not_suggested_again() {
    let mut history = History::decided(8, 100, |_, _| true);
    for execution in &mut history.executions {
        execution.steps[0].action = Some("auto_approve".to_owned());
        execution.outcome = Some("approved".to_owned());
    }
    assert_eq!(found(&history.executions), []);
}

#[test]
fn the_last_decision_of_a_step_counts() {
    let mut history = History::default();
    for _ in 0..60 {
        // Approved first, rejected when it came back; listed the other way round.
        history.add(
            json!({}),
            vec![
                did("Approval", 20, 30).decided(false),
                did("Approval", 0, 10).decided(true),
            ],
        );
    }
    assert!(
        found(&history.executions)
            .iter()
            .all(|f| f.kind != FindingKind::AutoApprove)
    );
}

#[test]
fn names_that_conditions_cannot_say_and_long_names_do_no_harm() {
    let mut history = History::default();
    for number in 0..200 {
        let long = "x".repeat(100);
        let input = json!({
            "a.b": number, "$c": number, "": number, "id": number, "caseId": number, "case:variant-index": number,
            (long): number, "(case) Amount of \"it\"": number,
        });
        let step = "S".repeat(200);
        history.add(
            input,
            vec![did(&step, 0, 10).decided(number < 100 || number % 2 == 0)],
        );
    }
    let findings = found(&history.executions);
    let mut variables: Vec<_> = findings
        .iter()
        .map(|f| f.supporting_data["variable"].as_str().unwrap())
        .collect();
    variables.sort_unstable();
    assert_eq!(
        variables,
        ["(case) Amount of \"it\"", "x".repeat(100).as_str()]
    );
    for finding in &findings {
        check_counts(finding, &history.executions);
    }
}
