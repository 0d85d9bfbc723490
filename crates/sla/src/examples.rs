//! Values for the unit tests.

use crate::{AlertPolicy, Sla, SlaId, Thresholds};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::TenantId;
use serde_json::Map;
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

/// That many milliseconds after 2023-11-14T22:13:20Z.
pub(crate) fn ms(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
}

/// Warns over 80 ms, target 100 ms, critical over 150 ms; made at 0.
pub(crate) fn sla() -> Sla {
    Sla {
        id: SlaId(1),
        tenant: TenantId(1),
        workflow: WorkflowId(5),
        workflow_name: "Discount Approval Workflow".to_owned(),
        name: "Response Time SLA".to_owned(),
        description: String::new(),
        thresholds: Thresholds {
            warning_millis: 80,
            target_millis: 100,
            critical_millis: 150,
        },
        window_hours: 24,
        objective_percent: 99.0,
        is_active: true,
        alert_recipients: vec![
            "ops@company.com".to_owned(),
            "manager@company.com".to_owned(),
        ],
        total_executions: 0,
        breached_executions: 0,
        created_by: "alice".to_owned(),
        created_at: ms(0),
        updated_at: ms(0),
        revision: 1,
    }
}

/// A running execution that started at `from` and was reported then.
pub(crate) fn running(from: i64) -> Execution {
    Execution {
        id: ExecutionId(1234),
        tenant: TenantId(1),
        workflow: WorkflowId(5),
        workflow_name: "Discount Approval Workflow".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 1,
        external_id: Some("ORD-77".to_owned()),
        status: ExecutionStatus::Running,
        input_data: Map::new(),
        outcome: None,
        error_message: None,
        started_at: ms(from),
        completed_at: None,
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps: Vec::new(),
        created_at: ms(from),
        updated_at: ms(from),
        revision: 1,
    }
}

/// A completed execution that was reported when it ended.
pub(crate) fn ended(from: i64, to: i64) -> Execution {
    Execution {
        status: ExecutionStatus::Completed,
        completed_at: Some(ms(to)),
        updated_at: ms(to),
        ..running(from)
    }
}

/// History after an hour; `default@company.com` by default.
pub(crate) fn policy() -> AlertPolicy {
    AlertPolicy {
        default_recipients: vec!["default@company.com".to_owned()],
        history_after: TimeDelta::hours(1),
    }
}
