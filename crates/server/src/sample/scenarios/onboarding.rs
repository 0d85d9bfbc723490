//! Identity verification fails every seventh time, and nearly always works the second time.

use super::run::{Attempt, Run};
use super::{Dice, Scenario};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::Report;
use serde_json::{Value, json};
use workflow_model::{ExecutionStatus, StepStatus};

pub(super) const SCENARIO: Scenario = Scenario {
    workflow,
    slas,
    daily: (8, 14),
    execution,
};

fn workflow() -> Value {
    json!({
        "name": "Customer Onboarding",
        "description": "From signed contract to first log-in",
        "workflow_type": "automation",
        "status": "active",
        "steps": [
            {"name": "Collect Documents", "action": "document_request"},
            {"name": "Verify Identity", "action": "identity_check", "max_retries": 1},
            {"name": "Create Account", "action": "account_creation"},
            {"name": "Send Welcome Email", "action": "notification"}
        ],
        "variables": [
            {"name": "country", "type": "string"},
            {"name": "employees", "type": "number"}
        ]
    })
}

fn slas() -> Vec<Value> {
    vec![json!({
        "name": "Onboarding SLA",
        "description": "Customers can log in within a day",
        "target_duration_seconds": 86_400,
        "slo_window_hours": 720,
        "slo_target_percentage": 95.0
    })]
}

fn execution(dice: &mut Dice, number: usize, start: DateTime<Utc>, now: DateTime<Utc>) -> Report {
    let input = json!({
        "country": dice.one_of(&["DE", "FR", "NL", "PL"]),
        "employees": dice.between(1, 500),
    });
    let mut run = Run::new(format!("customer-{number:05}"), input, start, now);
    let takes = dice.around(TimeDelta::hours(5), 0.8);
    run.step(&Attempt::new(
        "Collect Documents",
        "document_request",
        "customer",
        takes,
    ));
    let mut verified = false;
    for attempt in 1..=2 {
        let fails = dice.happens(if attempt == 1 { 1.0 / 7.0 } else { 0.05 });
        let mut check = Attempt::new(
            "Verify Identity",
            "identity_check",
            "provider",
            dice.around(TimeDelta::seconds(12), 0.4),
        );
        check.number = attempt;
        if fails {
            check.status = StepStatus::Failed;
            check.error = Some("the provider did not answer");
        }
        run.step(&check);
        verified = !fails;
        if verified {
            break;
        }
        run.wait(TimeDelta::minutes(5));
    }
    if !verified {
        return run.end(ExecutionStatus::Failed, None);
    }
    let takes = dice.around(TimeDelta::milliseconds(2500), 0.3);
    run.step(&Attempt::new(
        "Create Account",
        "account_creation",
        "backend",
        takes,
    ));
    let takes = dice.around(TimeDelta::milliseconds(400), 0.3);
    run.step(&Attempt::new(
        "Send Welcome Email",
        "notification",
        "mailer",
        takes,
    ));
    run.end(ExecutionStatus::Completed, Some("onboarded"))
}
