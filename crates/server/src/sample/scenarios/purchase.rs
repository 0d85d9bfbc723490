//! Finance and legal approve one after the other, and neither needs the other.

use super::run::{Attempt, Run};
use super::{Dice, Scenario};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::Report;
use serde_json::{Value, json};
use workflow_model::ExecutionStatus;

pub(super) const SCENARIO: Scenario = Scenario {
    workflow,
    slas,
    daily: (6, 12),
    execution,
};

fn workflow() -> Value {
    json!({
        "name": "Purchase Order Approval",
        "description": "Finance and legal look at every order",
        "workflow_type": "approval",
        "status": "active",
        "steps": [
            {"name": "Check Budget", "action": "calculation"},
            {"name": "Finance Approval", "action": "approval", "approver": "finance"},
            {"name": "Legal Approval", "action": "approval", "approver": "legal"},
            {"name": "Notify Supplier", "action": "notification"}
        ],
        "variables": [
            {"name": "amount", "type": "number"},
            {"name": "category", "type": "string"}
        ]
    })
}

fn slas() -> Vec<Value> {
    vec![json!({
        "name": "Two-day SLA",
        "description": "Orders are decided within two days",
        "target_duration_seconds": 172_800,
        "slo_window_hours": 720,
        "slo_target_percentage": 95.0
    })]
}

fn execution(dice: &mut Dice, number: usize, start: DateTime<Utc>, now: DateTime<Utc>) -> Report {
    let input = json!({
        "amount": dice.between(1, 900) * 50,
        "category": dice.one_of(&["hardware", "services", "travel"]),
    });
    let mut run = Run::new(format!("order-{number:05}"), input, start, now);
    let checked = dice.around(TimeDelta::milliseconds(180), 0.3);
    run.step(&Attempt::new("Check Budget", "calculation", "erp", checked));
    run.wait(dice.around(TimeDelta::minutes(30), 0.5));
    let finance = if dice.happens(0.12) {
        "rejected"
    } else {
        "approved"
    };
    let by = dice.one_of(&["fred", "fatima"]);
    let takes = dice.around(TimeDelta::hours(9), 0.6);
    run.step(&Attempt::new("Finance Approval", "approval", by, takes).outcome(finance));
    // Legal looks at it whatever finance said, and says what it would have said anyway.
    run.wait(dice.around(TimeDelta::minutes(20), 0.5));
    let legal = if dice.happens(0.08) {
        "rejected"
    } else {
        "approved"
    };
    let by = dice.one_of(&["leo", "lara"]);
    let takes = dice.around(TimeDelta::hours(11), 0.6);
    run.step(&Attempt::new("Legal Approval", "approval", by, takes).outcome(legal));
    let approved = finance == "approved" && legal == "approved";
    if !approved {
        return run.end(ExecutionStatus::Completed, Some("rejected"));
    }
    let sent = dice.around(TimeDelta::milliseconds(420), 0.3);
    run.step(&Attempt::new(
        "Notify Supplier",
        "notification",
        "mailer",
        sent,
    ));
    run.end(ExecutionStatus::Completed, Some("approved"))
}
