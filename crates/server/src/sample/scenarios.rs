//! The four workflows of the sample tenant.

mod discount;
mod onboarding;
mod purchase;
mod run;
mod support;

use super::Dice;
use chrono::{DateTime, Utc};
use execution_log::Report;
use serde_json::{Value, json};

/// How one workflow and its history are made.
pub(super) struct Scenario {
    /// The body of `POST workflows/`.
    pub(super) workflow: fn() -> Value,
    /// Bodies of `POST workflow-slas/`, without `workflow`.
    pub(super) slas: fn() -> Vec<Value>,
    /// Executions a day, from and to.
    pub(super) daily: (i64, i64),
    /// One execution: its number, its start, and the time at which history ends.
    pub(super) execution: fn(&mut Dice, usize, DateTime<Utc>, DateTime<Utc>) -> Report,
}

pub(super) const SCENARIOS: [Scenario; 4] = [
    discount::SCENARIO,
    purchase::SCENARIO,
    onboarding::SCENARIO,
    support::SCENARIO,
];

/// Bodies of `POST action-catalog/`.
pub(super) fn actions() -> Vec<Value> {
    let action = |name: &str, kind: &str, safe: bool, class: &str, effects: &[&str]| {
        json!({
            "name": name,
            "action_type": kind,
            "description": format!("{name}, as the sample's workflows use it"),
            "is_idempotent": safe,
            "latency_class": class,
            "side_effects": effects,
        })
    };
    vec![
        action("Validate input", "validation", true, "instant", &[]),
        action(
            "Ask for approval",
            "approval",
            true,
            "very_slow",
            &["task_created"],
        ),
        action(
            "Send Email Notification",
            "notification",
            true,
            "fast",
            &["email_sent", "notification_logged"],
        ),
        action("Calculate", "calculation", true, "instant", &[]),
        action(
            "Verify identity",
            "identity_check",
            true,
            "slow",
            &["provider_called"],
        ),
        action(
            "Create account",
            "account_creation",
            false,
            "medium",
            &["db_write", "account_created"],
        ),
        action(
            "Collect documents",
            "document_request",
            true,
            "very_slow",
            &["email_sent"],
        ),
        action(
            "Work on it",
            "manual_task",
            false,
            "very_slow",
            &["task_created"],
        ),
        action(
            "Database Update",
            "update",
            false,
            "medium",
            &["db_write", "cache_invalidation"],
        ),
    ]
}

/// A blueprint to export and import.
pub(super) fn blueprint() -> Value {
    json!({
        "name": "Standard Approval Process",
        "description": "Multi-level approval workflow template",
        "version": "1.2.0",
        "template_type": "approval",
        "process_steps": [
            {"step": 1, "name": "Validate Request", "action": "validation", "config": {}},
            {"step": 2, "name": "Manager Approval", "action": "approval", "approver": "manager"}
        ],
        "variables": [
            {"name": "amount", "type": "number", "description": "Transaction amount"},
            {"name": "discount_percentage", "type": "number",
             "description": "Discount percentage requested"}
        ],
        "settings": {"timeout": 300, "max_retries": 3},
        "graph_spec": {
            "nodes": [
                {"id": "start", "type": "trigger", "x": 100, "y": 100},
                {"id": "step1", "type": "action", "x": 200, "y": 100},
                {"id": "step2", "type": "decision", "x": 300, "y": 100},
                {"id": "end", "type": "terminator", "x": 400, "y": 100}
            ],
            "edges": [
                {"from": "start", "to": "step1"},
                {"from": "step1", "to": "step2"},
                {"from": "step2", "to": "end", "condition": "approved"}
            ]
        }
    })
}
