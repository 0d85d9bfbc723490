//! Small values to test with.

use crate::{Known, Report, WorkflowKey};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, TenantId};
use workflow_model::{ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId};

/// That many seconds after 2023-11-14T22:13:20Z, where [`kernel::testing::ManualClock`] starts.
#[must_use]
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default() + TimeDelta::seconds(seconds)
}

/// A caller of that tenant.
#[must_use]
pub fn actor(tenant: TenantId) -> Actor {
    Actor {
        tenant,
        user: "tester".to_owned(),
    }
}

/// A report that a run has started, which says nothing else.
#[must_use]
pub fn started(workflow: WorkflowId, external_id: Option<&str>, seconds: i64) -> Report {
    Report {
        known: Known::ByExternalId,
        workflow: Some(WorkflowKey::Id(workflow)),
        workflow_version: None,
        external_id: external_id.map(str::to_owned),
        status: Some(ExecutionStatus::Running),
        input_data: None,
        outcome: None,
        error_message: None,
        started_at: Some(at(seconds)),
        completed_at: None,
        triggered_by: None,
        steps: Vec::new(),
        reported_at: None,
    }
}

/// A report of a whole run that ended so.
#[must_use]
pub fn finished(
    workflow: WorkflowId,
    external_id: Option<&str>,
    (from, to): (i64, i64),
    status: ExecutionStatus,
) -> Report {
    Report {
        status: Some(status),
        completed_at: Some(at(to)),
        ..started(workflow, external_id, from)
    }
}

/// A report on the execution of that id, which says nothing yet.
#[must_use]
pub fn patch(id: ExecutionId) -> Report {
    Report {
        known: Known::ById(id, None),
        workflow: None,
        status: None,
        started_at: None,
        ..started(WorkflowId(0), None, 0)
    }
}

/// A completed first attempt at a step.
#[must_use]
pub fn step(name: &str, (from, to): (i64, i64)) -> RecordedStep {
    RecordedStep {
        step_index: None,
        step_name: name.to_owned(),
        action: None,
        actor: None,
        status: StepStatus::Completed,
        outcome: None,
        attempt: 1,
        started_at: Some(at(from)),
        completed_at: Some(at(to)),
        error_message: None,
    }
}
