//! Short ways to write definitions, records and requests.

use crate::{
    Backtest, BacktestAssumptions, BacktestChange, BacktestReport, BacktestRequest, BacktestWindow,
    Facts, SlaTarget,
};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::TenantId;
use serde_json::{Value, json};
use workflow_model::{
    Definition, Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};

pub(super) const SECOND: i64 = 1000;

pub(super) fn at(millis: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(365) + TimeDelta::milliseconds(millis)
}

pub(super) fn definition(steps: &Value) -> Definition {
    Definition::read(&json!({ "steps": steps })).unwrap()
}

pub(super) fn request() -> BacktestRequest {
    BacktestRequest {
        window: BacktestWindow::default(),
        change: BacktestChange::List(Vec::new()),
        assumptions: BacktestAssumptions::default(),
        examples: 5,
        seed: 1,
        max_executions: 1000,
    }
}

pub(super) fn sla(name: &str, seconds: i64) -> SlaTarget {
    SlaTarget {
        name: name.to_owned(),
        target: TimeDelta::seconds(seconds),
    }
}

/// A recorded run of a step: name, from and to in seconds since the execution started.
pub(super) fn ran(name: &str, from: i64, to: i64) -> RecordedStep {
    RecordedStep {
        step_index: None,
        step_name: name.to_owned(),
        action: None,
        actor: None,
        status: StepStatus::Completed,
        outcome: None,
        attempt: 1,
        started_at: Some(at(from * SECOND)),
        completed_at: Some(at(to * SECOND)),
        error_message: None,
    }
}

pub(super) fn with_outcome(step: RecordedStep, outcome: &str) -> RecordedStep {
    RecordedStep {
        outcome: Some(outcome.to_owned()),
        ..step
    }
}

/// A completed execution that lasts until its last step ends.
pub(super) fn execution(id: i64, input: &Value, steps: Vec<RecordedStep>) -> Execution {
    let end = steps.iter().filter_map(|step| step.completed_at).max();
    Execution {
        id: ExecutionId(id),
        tenant: TenantId(1),
        workflow: WorkflowId(1),
        workflow_name: "Purchase".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 1,
        external_id: None,
        status: ExecutionStatus::Completed,
        input_data: input.as_object().unwrap().clone(),
        outcome: None,
        error_message: None,
        started_at: at(0),
        completed_at: end.or(Some(at(10 * SECOND))),
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps,
        created_at: at(0),
        updated_at: at(0),
        revision: 1,
    }
}

/// Ends so many seconds after its start.
pub(super) fn lasting(mut execution: Execution, seconds: i64) -> Execution {
    execution.completed_at = Some(execution.started_at + TimeDelta::seconds(seconds));
    execution
}

pub(super) fn ending(mut execution: Execution, outcome: &str) -> Execution {
    execution.outcome = Some(outcome.to_owned());
    execution
}

pub(super) fn as_status(mut execution: Execution, status: ExecutionStatus) -> Execution {
    execution.status = status;
    execution
}

/// Everything that a test varies, with what it does not.
pub(super) struct Setting {
    pub(super) baseline: Value,
    pub(super) changed: Value,
    pub(super) facts: Facts,
    pub(super) slas: Vec<SlaTarget>,
    pub(super) request: BacktestRequest,
    pub(super) learns: bool,
}

impl Setting {
    pub(super) fn new(baseline: Value, changed: Value) -> Self {
        Self {
            baseline,
            changed,
            facts: Facts::default(),
            slas: Vec::new(),
            request: request(),
            learns: true,
        }
    }

    pub(super) fn run(&self, executions: &[Execution]) -> BacktestReport {
        let (baseline, changed) = (definition(&self.baseline), definition(&self.changed));
        let made = Backtest::new(&baseline, &changed, &self.facts, &self.slas, &self.request);
        let mut test = made.unwrap();
        if self.learns {
            for execution in executions {
                test.learn(execution);
            }
        }
        for execution in executions {
            test.observe(execution);
        }
        test.finish(at(0))
    }
}

pub(super) fn run(baseline: Value, changed: Value, executions: &[Execution]) -> BacktestReport {
    Setting::new(baseline, changed).run(executions)
}

/// A purchase: the director is asked above a bound, and then it is booked.
pub(super) fn purchase(bound: i64) -> Value {
    json!([
        {"name": "Manager", "action": "approval", "approver": "manager"},
        {"name": "Director", "action": "approval", "approver": "director",
         "conditions": {"amount": {"$gt": bound}}},
        {"name": "Book", "action": "update"},
    ])
}

/// Manager 0–10 s, waits 2 s, director 12–42 s, book 43–45 s.
pub(super) fn large(id: i64, amount: i64) -> Execution {
    let steps = vec![
        with_outcome(ran("Manager", 0, 10), "approved"),
        with_outcome(ran("Director", 12, 42), "approved"),
        ran("Book", 43, 45),
    ];
    ending(
        execution(id, &json!({ "amount": amount }), steps),
        "approved",
    )
}

/// Manager 0–10 s, book 11–13 s.
pub(super) fn small(id: i64, amount: i64) -> Execution {
    let steps = vec![
        with_outcome(ran("Manager", 0, 10), "approved"),
        ran("Book", 11, 13),
    ];
    ending(
        execution(id, &json!({ "amount": amount }), steps),
        "approved",
    )
}
