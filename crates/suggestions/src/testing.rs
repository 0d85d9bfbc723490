//! Suggestions in memory, and the contract that every store keeps.
//!
//! [`MemorySuggestions`] is for tests of what stands on a store. [`contract`] is one function per
//! promise of [`SuggestionStore`]; [`suggestion_store_contract!`] makes a test of each. A store
//! of one's own implements [`SuggestionFixture`] and runs them all.
//!
//! [`suggestion_store_contract!`]: crate::suggestion_store_contract

pub mod contract;
mod examples;
mod memory;
mod page;
#[cfg(test)]
mod tests;

pub use examples::{actor, at, mined, suggested};
pub use kernel::testing::block_on;
pub use memory::MemorySuggestions;

use crate::SuggestionStore;
use async_trait::async_trait;
use kernel::TenantId;
use workflow_model::WorkflowId;

/// What the contract needs of a store beyond its port. It uses the tenants 1 and 2.
#[async_trait]
pub trait SuggestionFixture: Send + Sync {
    /// The store, empty at first.
    fn store(&self) -> &dyn SuggestionStore;

    /// Makes a workflow of that name.
    async fn workflow(&self, tenant: TenantId, name: &str) -> WorkflowId;

    /// The names of all workflows of the tenant, by id.
    async fn workflow_names(&self, tenant: TenantId) -> Vec<String>;
}

/// Makes a test of each promise of [`SuggestionStore`].
///
/// `suggestion_store_contract!(MemorySuggestions::default())` runs on this thread;
/// `suggestion_store_contract!(tokio::test, make().await)` under that attribute. The expression
/// makes a fresh [`SuggestionFixture`] and may await.
#[macro_export]
macro_rules! suggestion_store_contract {
    (@all $test:tt $make:expr) => {
        $crate::suggestion_store_contract!(@each $test $make;
            what_is_inserted_comes_back,
            inserting_nothing_keeps_nothing,
            an_unknown_workflow_is_refused_and_nothing_kept,
            the_same_evidence_is_kept_once,
            fingerprints_find_the_newest,
            fingerprints_are_the_tenants_own,
            tenants_read_only_their_own,
            tenants_cannot_change_anothers,
            replacing_writes_everything,
            replacing_a_stale_revision_is_refused,
            implementing_keeps_draft_and_suggestion,
            implementing_a_stale_revision_keeps_no_draft,
            deleting_removes_one,
            deleting_a_stale_revision_is_refused,
            filters_are_and_ed,
            search_terms_are_and_ed_and_literal,
            lists_are_ordered_ties_by_id,
            orderings_are_combined,
            pages_tile_the_list,
            the_last_page_and_past_it,
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
    ($make:expr) => {
        $crate::suggestion_store_contract!(@all [] $make);
    };
    ($test:meta, $make:expr) => {
        $crate::suggestion_store_contract!(@all [$test] $make);
    };
}
