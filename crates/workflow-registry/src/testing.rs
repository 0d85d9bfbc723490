//! Workflows in memory, and the contract that every store of workflows keeps.
//!
//! [`contract`] is one function per promise of [`crate::WorkflowStore`];
//! [`workflow_store_contract!`] makes a test of each. A store of one's own implements
//! [`WorkflowFixture`] and runs them all.
//!
//! [`workflow_store_contract!`]: crate::workflow_store_contract

mod check;
pub mod contract;
mod examples;
mod memory;
mod paging;
#[cfg(test)]
mod tests;

pub use check::FixedCheck;
pub use examples::{actor, at, new_workflow, steps};
pub use kernel::testing::block_on;
pub use memory::MemoryWorkflows;

use crate::WorkflowStore;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::TenantId;
use workflow_model::WorkflowId;

/// What the contract needs of a store beyond its port.
#[async_trait]
pub trait WorkflowFixture: Send + Sync {
    /// The store, empty at first.
    fn store(&self) -> &dyn WorkflowStore;

    /// Records an execution of the workflow that started then, and brings the workflow's
    /// counters up to date.
    async fn execute(&self, tenant: TenantId, workflow: WorkflowId, started_at: DateTime<Utc>);
}

/// Makes a test of each promise of [`WorkflowStore`].
///
/// `workflow_store_contract!(MemoryWorkflows::default())` runs on this thread;
/// `workflow_store_contract!(tokio::test, make().await)` under that attribute. The expression
/// makes a fresh [`WorkflowFixture`] and may await.
#[macro_export]
macro_rules! workflow_store_contract {
    ($make:expr) => {
        $crate::workflow_store_contract!(@all [] $make);
    };
    ($test:meta, $make:expr) => {
        $crate::workflow_store_contract!(@all [$test] $make);
    };
    (@all [$($test:meta)?] $make:expr) => {
        $crate::workflow_store_contract!(@each [$($test)?] $make;
            what_was_inserted_reads_back,
            a_name_finds_the_first_workflow,
            replacing_writes_everything_but_counters,
            a_stale_revision_is_refused,
            every_version_is_kept,
            deleting_takes_the_versions_too,
            deleting_a_stale_revision_is_refused,
            a_workflow_in_use_stays,
            tenants_see_only_their_own,
            tenants_cannot_change_anothers,
            filters_are_and_ed,
            search_terms_are_literal_and_and_ed,
            lists_are_ordered_ties_by_id,
            pages_tile_the_list,
            cursors_tile_the_list,
            counts_are_given_when_asked_for,
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
