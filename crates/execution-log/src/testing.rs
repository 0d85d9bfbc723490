//! A log in memory, and the contract that every log keeps.
//!
//! [`MemoryLog`] is for tests of what stands on a log. [`contract`] is one function per promise
//! of [`crate::ExecutionLog`] and [`crate::TallyStore`]; [`execution_log_contract!`] makes a
//! test of each. A store of one's own implements [`LogFixture`] and runs them all.
//!
//! [`execution_log_contract!`]: crate::execution_log_contract

pub mod contract;
mod examples;
mod memory;
mod paging;
#[cfg(test)]
mod tests;

pub use examples::{actor, at, finished, patch, started, step};
pub use kernel::testing::block_on;
pub use memory::MemoryLog;

use crate::{Change, Consumer, ExecutionLog, TallyStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::TenantId;
use workflow_model::WorkflowId;

/// What the contract needs of a store beyond its ports.
#[async_trait]
pub trait LogFixture: Send + Sync {
    /// The log, empty at first.
    fn log(&self) -> &dyn ExecutionLog;

    /// The counts of that log.
    fn tallies(&self) -> &dyn TallyStore;

    /// Makes a workflow of that name and type `approval`, as version 1, whose steps have these
    /// names and actions.
    async fn workflow(
        &self,
        tenant: TenantId,
        name: &str,
        steps: &[(&str, Option<&str>)],
    ) -> WorkflowId;

    /// Gives the workflow its next version.
    async fn next_version(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
        steps: &[(&str, Option<&str>)],
    );

    /// The workflow's `execution_count` and `last_executed_at`.
    async fn counters(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> (i64, Option<DateTime<Utc>>);

    /// Takes up to `limit` changes off a queue, as the projection of that consumer does.
    async fn take_changes(&self, tenant: TenantId, consumer: Consumer, limit: u32) -> Vec<Change>;
}

/// Makes a test of each promise of [`ExecutionLog`] and [`TallyStore`].
///
/// `execution_log_contract!(MemoryLog::default())` runs on this thread;
/// `execution_log_contract!(tokio::test, make().await)` under that attribute. The expression
/// makes a fresh [`LogFixture`] and may await.
#[macro_export]
macro_rules! execution_log_contract {
    ($make:expr) => {
        $crate::execution_log_contract!(@all [] $make);
    };
    ($test:meta, $make:expr) => {
        $crate::execution_log_contract!(@all [$test] $make);
    };
    (@all [$($test:meta)?] $make:expr) => {
        $crate::execution_log_contract!(@each [$($test)?] $make;
            a_report_without_external_id_is_new_each_time,
            the_same_report_twice_counts_once,
            reports_in_any_order_give_the_same,
            reports_by_id_bring_news,
            a_stale_revision_is_refused,
            an_unknown_workflow_version_or_execution_is_refused,
            workflows_are_found_by_name,
            versions_are_kept_and_fill_in_steps,
            an_external_id_is_unique_within_its_workflow,
            contradictions_are_refused_with_their_path,
            good_reports_are_kept_beside_refused_ones,
            atomic_leaves_nothing_when_one_is_refused,
            reports_of_one_call_build_on_each_other,
            everything_said_is_kept,
            tenants_see_only_their_own,
            tenants_cannot_change_anothers,
            deleting_leaves_a_change,
            deleting_a_stale_revision_is_refused,
            filters_are_and_ed,
            lists_are_ordered_nulls_last_ties_by_id,
            pages_tile_the_list,
            cursors_tile_the_list,
            counts_are_given_when_asked_for,
            scanning_goes_by_id,
            changes_chain_for_every_consumer,
            unchanged_reports_leave_no_change,
            queues_are_independent_and_per_tenant,
            projecting_moves_tallies_exactly,
            projecting_keeps_the_counters_of_workflows,
            rebuilding_gives_the_same_tallies,
        );
    };
    (@each [] $make:expr; $($case:ident,)+) => {$(
        #[test]
        fn $case() {
            $crate::testing::block_on(async {
                let fixture = $make;
                $crate::testing::contract::$case(&fixture).await;
            });
        }
    )+};
    (@each [$test:meta] $make:expr; $($case:ident,)+) => {$(
        #[$test]
        async fn $case() {
            let fixture = $make;
            $crate::testing::contract::$case(&fixture).await;
        }
    )+};
}
