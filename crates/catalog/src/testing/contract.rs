//! The promises of [`crate::ActionStore`] and [`crate::StatisticsStore`], each checked against an
//! empty catalogue.

#![expect(clippy::unwrap_used, reason = "test suite")]

mod actions;
mod attribution;
mod lists;
mod measures;
mod ownership;
mod paging;
mod rebuilding;

pub use actions::*;
pub use attribution::*;
pub use lists::*;
pub use measures::*;
pub use ownership::*;
pub use paging::*;
pub use rebuilding::*;

use super::{CatalogFixture, actor, at, new_action};
use crate::{Action, ActionFilter, ActionOrder, NewAction};
use execution_log::{RecordOptions, Recorded, Report};
use kernel::{Direction, Ordering, Page, PageRequest, Sort, TenantId};
use workflow_model::{RecordedStep, WorkflowId};

/// Keeps an action for `tenant`, made so many milliseconds after the beginning.
async fn kept(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
    new: NewAction,
    millis: i64,
) -> Action {
    fixture
        .actions()
        .insert(&actor(tenant), new, at(millis), None)
        .await
        .unwrap()
}

/// Keeps an action of that name and type.
async fn named(fixture: &dyn CatalogFixture, tenant: TenantId, name: &str, of: &str) -> Action {
    kept(fixture, tenant, new_action(name, of), 0).await
}

async fn list(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
    filter: &ActionFilter,
    ordering: &Ordering<ActionOrder>,
    page: &PageRequest,
) -> Page<Action> {
    fixture
        .actions()
        .list(tenant, filter, ordering, page)
        .await
        .unwrap()
}

fn by(by: ActionOrder, direction: Direction) -> Ordering<ActionOrder> {
    vec![Sort { by, direction }]
}

fn names(actions: &[Action]) -> Vec<&str> {
    actions
        .iter()
        .map(|action| action.declared.name.as_str())
        .collect()
}

/// A workflow without steps in its definition, so that recorded steps are taken as they are.
async fn workflow(fixture: &dyn CatalogFixture, tenant: TenantId, name: &str) -> WorkflowId {
    fixture.log().workflow(tenant, name, &[]).await
}

async fn record(fixture: &dyn CatalogFixture, tenant: TenantId, report: Report) -> Recorded {
    let options = RecordOptions {
        atomic: false,
        now: at(3_600_000),
    };
    let log = fixture.log().log();
    let mut answers = log
        .record(&actor(tenant), vec![report], options, None)
        .await
        .unwrap();
    answers.remove(0).unwrap()
}

/// Records a running execution with these steps.
async fn ran(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
    workflow: WorkflowId,
    steps: Vec<RecordedStep>,
) -> Recorded {
    let report = Report {
        steps,
        ..execution_log::testing::started(workflow, None, 0)
    };
    record(fixture, tenant, report).await
}

/// Takes everything off the queue.
async fn project(fixture: &dyn CatalogFixture, tenant: TenantId) {
    while !fixture
        .statistics()
        .project(tenant, 100)
        .await
        .unwrap()
        .is_empty()
    {}
}

/// Completed, failed, timed and milliseconds, as the tenant sees them.
async fn measured(
    fixture: &dyn CatalogFixture,
    tenant: TenantId,
    action: &Action,
) -> (i64, i64, i64, i64) {
    let seen = fixture
        .actions()
        .get(tenant, action.id)
        .await
        .unwrap()
        .unwrap();
    let sums = seen.measured;
    (sums.completed, sums.failed, sums.timed, sums.total_millis)
}
