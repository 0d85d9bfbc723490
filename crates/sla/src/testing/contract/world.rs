//! Shorthand for the cases.

use crate::testing::Fixture;
use crate::{
    AlertPolicy, Breach, BreachFilter, NewSla, Projected, Sla, SlaId, Thresholds, WindowCounts,
    window_parts,
};
use chrono::TimeDelta;
use execution_log::testing::{actor, at, finished, started};
use execution_log::{RecordOptions, Report};
use kernel::{Actor, PageRequest, TenantId};
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

pub(super) const US: TenantId = TenantId(1);
pub(super) const THEM: TenantId = TenantId(2);

/// An SLA with a target of 100 s, a warning over 80 s, critical over 150 s, a window of one
/// hour and the recipients `a@example.com` and `b@example.com`.
#[must_use]
pub fn new_sla(workflow: WorkflowId, name: &str) -> NewSla {
    NewSla {
        workflow,
        name: name.to_owned(),
        description: String::new(),
        thresholds: Thresholds {
            warning_millis: 80_000,
            target_millis: 100_000,
            critical_millis: 150_000,
        },
        window_hours: 1,
        objective_percent: 99.0,
        is_active: true,
        alert_recipients: vec!["a@example.com".to_owned(), "b@example.com".to_owned()],
    }
}

/// Tells `ops@example.com` of what an SLA without recipients finds; history after an hour.
#[must_use]
pub fn policy() -> AlertPolicy {
    AlertPolicy {
        default_recipients: vec!["ops@example.com".to_owned()],
        history_after: TimeDelta::hours(1),
    }
}

pub(super) fn us() -> Actor {
    actor(US)
}

/// A workflow and an SLA on it, made at 0.
pub(super) async fn start(fx: &dyn Fixture) -> (WorkflowId, Sla) {
    let workflow = fx.workflow(US, "Orders").await;
    (workflow, make(fx, new_sla(workflow, "Fast"), 0).await)
}

/// Makes an SLA.
pub(super) async fn make(fx: &dyn Fixture, new: NewSla, seconds: i64) -> Sla {
    fx.slas()
        .insert(&us(), new, at(seconds), None)
        .await
        .unwrap()
        .unwrap()
}

/// The SLA as it is stored now.
pub(super) async fn stored(fx: &dyn Fixture, sla: SlaId) -> Sla {
    fx.slas().get(US, sla).await.unwrap().unwrap()
}

/// Records a report.
pub(super) async fn record(
    fx: &dyn Fixture,
    tenant: TenantId,
    report: Report,
    seconds: i64,
) -> Execution {
    let options = RecordOptions {
        atomic: false,
        now: at(seconds),
    };
    let answers = fx
        .log()
        .record(&actor(tenant), vec![report], options, None)
        .await
        .unwrap();
    answers[0].as_ref().unwrap().execution().clone()
}

/// Reports a start when it happens.
pub(super) async fn run(
    fx: &dyn Fixture,
    workflow: WorkflowId,
    name: &str,
    from: i64,
) -> ExecutionId {
    record(fx, US, started(workflow, Some(name), from), from)
        .await
        .id
}

/// Reports a completed execution when it ends.
pub(super) async fn end(
    fx: &dyn Fixture,
    workflow: WorkflowId,
    name: &str,
    (from, to): (i64, i64),
) -> ExecutionId {
    let report = finished(workflow, Some(name), (from, to), ExecutionStatus::Completed);
    record(fx, US, report, to).await.id
}

/// Projects until nothing waits; what was done, in all.
pub(super) async fn project(fx: &dyn Fixture, seconds: i64) -> Projected {
    project_in(fx, US, seconds).await
}

pub(super) async fn project_in(fx: &dyn Fixture, tenant: TenantId, seconds: i64) -> Projected {
    let mut done = Projected::default();
    for _ in 0..100 {
        let step = fx
            .judgements()
            .project(tenant, at(seconds), &policy(), 50)
            .await
            .unwrap();
        if step.taken == 0 {
            return done;
        }
        merge(&mut done, step);
    }
    panic!("project does not come to an end");
}

/// Sweeps until no deadline is due; what was done, in all.
pub(super) async fn sweep(fx: &dyn Fixture, seconds: i64) -> Projected {
    let mut done = Projected::default();
    for _ in 0..100 {
        let step = fx
            .judgements()
            .sweep(US, at(seconds), &policy(), 50)
            .await
            .unwrap();
        if step.taken == 0 {
            return done;
        }
        merge(&mut done, step);
    }
    panic!("sweep does not come to an end");
}

fn merge(done: &mut Projected, step: Projected) {
    done.taken += step.taken;
    done.breaches.extend(step.breaches);
    done.touched.extend(step.touched);
}

/// Projects and sweeps.
pub(super) async fn catch_up(fx: &dyn Fixture, seconds: i64) {
    project(fx, seconds).await;
    sweep(fx, seconds).await;
}

/// Judged and breached executions of the SLA.
pub(super) async fn counters(fx: &dyn Fixture, sla: &Sla) -> (i64, i64) {
    let sla = fx.slas().get(sla.tenant, sla.id).await.unwrap().unwrap();
    (sla.total_executions, sla.breached_executions)
}

/// The window of the SLA that ends then.
pub(super) async fn window(fx: &dyn Fixture, sla: &Sla, seconds: i64) -> WindowCounts {
    let parts = window_parts(at(seconds), sla.window_hours);
    fx.judgements()
        .window(sla.tenant, sla.id, &parts)
        .await
        .unwrap()
}

/// All breaches of the tenant, by id.
pub(super) async fn breaches(fx: &dyn Fixture) -> Vec<Breach> {
    let page = PageRequest::of_size(kernel::MAX_PAGE_SIZE);
    let filter = BreachFilter::default();
    fx.breaches()
        .list(US, &filter, &Vec::new(), &page)
        .await
        .unwrap()
        .items
}
