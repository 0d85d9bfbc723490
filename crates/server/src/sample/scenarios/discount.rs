//! The document's example. Discounts under 10 % are always approved.

use super::run::{Attempt, Run};
use super::{Dice, Scenario};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::Report;
use serde_json::{Value, json};
use workflow_model::ExecutionStatus;

pub(super) const SCENARIO: Scenario = Scenario {
    workflow,
    slas,
    daily: (12, 20),
    execution,
};

fn workflow() -> Value {
    json!({
        "name": "Discount Approval Workflow",
        "description": "Managers approve discounts, directors those on large amounts",
        "workflow_type": "approval",
        "status": "active",
        "steps": [
            {"name": "Validate Request", "action": "validation"},
            {"name": "Manager Approval", "action": "approval", "approver": "manager"},
            {"name": "Director Approval", "action": "approval", "approver": "director",
             "conditions": {"amount": {"$gt": 10000}}}
        ],
        "variables": [
            {"name": "amount", "type": "number", "description": "Amount of the order"},
            {"name": "discount_percentage", "type": "number", "description": "Discount asked for"},
            {"name": "customer_type", "type": "string"}
        ]
    })
}

fn slas() -> Vec<Value> {
    vec![
        json!({
            "name": "Response Time SLA",
            "description": "Must complete within two hours",
            "target_duration_seconds": 7200,
            "slo_window_hours": 168,
            "slo_target_percentage": 90.0
        }),
        json!({
            "name": "Same-day SLA",
            "description": "Must complete within eight hours",
            "target_duration_seconds": 28800,
            "slo_window_hours": 720,
            "slo_target_percentage": 99.0
        }),
    ]
}

fn execution(dice: &mut Dice, number: usize, start: DateTime<Utc>, now: DateTime<Utc>) -> Report {
    let amount = dice.between(5, 300) * 100;
    let discount = dice.between(1, 30);
    let input = json!({
        "amount": amount,
        "discount_percentage": discount,
        "customer_type": dice.one_of(&["standard", "standard", "premium"]),
    });
    let mut run = Run::new(format!("discount-{number:05}"), input, start, now);
    let checked = dice.around(TimeDelta::milliseconds(80), 0.3);
    run.step(&Attempt::new(
        "Validate Request",
        "validation",
        "crm",
        checked,
    ));
    run.wait(dice.around(TimeDelta::minutes(4), 0.6));
    let rejected = discount >= 10 && dice.happens(0.35);
    let outcome = if rejected { "rejected" } else { "approved" };
    let manager = dice.one_of(&["mia", "tom", "ines"]);
    let takes = dice.around(TimeDelta::minutes(25), 0.9);
    run.step(&Attempt::new("Manager Approval", "approval", manager, takes).outcome(outcome));
    if rejected || amount <= 10_000 {
        return run.end(ExecutionStatus::Completed, Some(outcome));
    }
    run.wait(dice.around(TimeDelta::minutes(10), 0.6));
    let refused = discount >= 10 && dice.happens(0.15);
    let outcome = if refused { "rejected" } else { "approved" };
    let takes = dice.around(TimeDelta::minutes(30), 0.9);
    run.step(&Attempt::new("Director Approval", "approval", "dora", takes).outcome(outcome));
    run.end(ExecutionStatus::Completed, Some(outcome))
}
