//! The promises of [`crate::ExecutionLog`] and [`crate::TallyStore`], one function each, checked
//! on an empty store.

mod feed;
mod lists;
mod merging;
mod records;
mod tallies;
mod tenancy;

pub use feed::{
    changes_chain_for_every_consumer, deleting_a_stale_revision_is_refused,
    deleting_leaves_a_change, queues_are_independent_and_per_tenant,
    unchanged_reports_leave_no_change,
};
pub use lists::{
    counts_are_given_when_asked_for, cursors_tile_the_list, filters_are_and_ed,
    lists_are_ordered_nulls_last_ties_by_id, pages_tile_the_list, scanning_goes_by_id,
};
pub use merging::{
    a_report_without_external_id_is_new_each_time, everything_said_is_kept,
    reports_by_id_bring_news, reports_in_any_order_give_the_same,
    reports_of_one_call_build_on_each_other, the_same_report_twice_counts_once,
};
pub use records::{
    a_stale_revision_is_refused, an_external_id_is_unique_within_its_workflow,
    an_unknown_workflow_version_or_execution_is_refused, atomic_leaves_nothing_when_one_is_refused,
    contradictions_are_refused_with_their_path, good_reports_are_kept_beside_refused_ones,
    versions_are_kept_and_fill_in_steps, workflows_are_found_by_name,
};
pub use tallies::{
    projecting_keeps_the_counters_of_workflows, projecting_moves_tallies_exactly,
    rebuilding_gives_the_same_tallies,
};
pub use tenancy::{tenants_cannot_change_anothers, tenants_see_only_their_own};

use super::{LogFixture, actor, at};
use crate::{RecordError, RecordOptions, Recorded, Report};
use kernel::TenantId;
use workflow_model::{Execution, ExecutionId, WorkflowId};

const OURS: TenantId = TenantId(1);
const THEIRS: TenantId = TenantId(2);
/// Well after every time that the reports here say.
const NOW: i64 = 100_000;

type Answer = Result<Recorded, RecordError>;

/// A workflow without steps.
async fn workflow(fixture: &dyn LogFixture) -> WorkflowId {
    fixture.workflow(OURS, "Discount Approval", &[]).await
}

#[expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]
async fn record_as(
    fixture: &dyn LogFixture,
    tenant: TenantId,
    reports: Vec<Report>,
    options: RecordOptions,
) -> Vec<Answer> {
    fixture
        .log()
        .record(&actor(tenant), reports, options, None)
        .await
        .unwrap()
}

/// Records at [`NOW`], each report on its own.
async fn record(fixture: &dyn LogFixture, reports: Vec<Report>) -> Vec<Answer> {
    record_as(
        fixture,
        OURS,
        reports,
        RecordOptions {
            atomic: false,
            now: at(NOW),
        },
    )
    .await
}

#[expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]
async fn record_one(fixture: &dyn LogFixture, report: Report) -> Recorded {
    let mut answers = record(fixture, vec![report]).await;
    assert_eq!(answers.len(), 1);
    answers.remove(0).unwrap()
}

#[expect(
    clippy::unwrap_used,
    reason = "a failure of the store under test is a failed test"
)]
async fn get(fixture: &dyn LogFixture, id: ExecutionId) -> Option<Execution> {
    fixture.log().get(OURS, id).await.unwrap()
}
