//! The investigation takes most of the time.

use super::run::{Attempt, Run};
use super::{Dice, Scenario};
use chrono::{DateTime, TimeDelta, Utc};
use execution_log::Report;
use serde_json::{Value, json};
use workflow_model::ExecutionStatus;

pub(super) const SCENARIO: Scenario = Scenario {
    workflow,
    slas,
    daily: (5, 10),
    execution,
};

fn workflow() -> Value {
    json!({
        "name": "Support Escalation",
        "description": "Tickets that the first line could not solve",
        "workflow_type": "escalation",
        "status": "active",
        "steps": [
            {"name": "Triage", "action": "manual_task"},
            {"name": "Investigate", "action": "manual_task", "timeout_seconds": 172_800},
            {"name": "Resolve", "action": "manual_task"},
            {"name": "Tell Customer", "action": "notification"}
        ],
        "variables": [{"name": "priority", "type": "string"}]
    })
}

fn slas() -> Vec<Value> {
    vec![json!({
        "name": "Resolution SLA",
        "description": "Tickets are resolved within a day",
        "target_duration_seconds": 86_400,
        "warning_threshold_seconds": 64_800,
        "slo_window_hours": 720,
        "slo_target_percentage": 85.0
    })]
}

fn execution(dice: &mut Dice, number: usize, start: DateTime<Utc>, now: DateTime<Utc>) -> Report {
    let input = json!({"priority": dice.one_of(&["low", "normal", "high"])});
    let mut run = Run::new(format!("ticket-{number:05}"), input, start, now);
    let by = dice.one_of(&["sam", "sofia", "stan"]);
    let takes = dice.around(TimeDelta::minutes(20), 0.5);
    run.step(&Attempt::new("Triage", "manual_task", by, takes));
    let takes = dice.around(TimeDelta::hours(10), 0.8);
    run.step(&Attempt::new("Investigate", "manual_task", by, takes));
    let takes = dice.around(TimeDelta::minutes(45), 0.6);
    run.step(&Attempt::new("Resolve", "manual_task", by, takes));
    let takes = dice.around(TimeDelta::milliseconds(380), 0.3);
    run.step(&Attempt::new(
        "Tell Customer",
        "notification",
        "mailer",
        takes,
    ));
    run.end(ExecutionStatus::Completed, Some("resolved"))
}
