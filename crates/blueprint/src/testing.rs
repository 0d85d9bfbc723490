//! Templates in memory, and the contract that every store keeps.
//!
//! `template_store_contract!(MemoryTemplates::default())` runs the contract on a store in
//! memory, one `#[test]` per promise; `template_store_contract!(tokio::test, fixture().await)`
//! runs it under another test attribute. Each case makes a [`Fixture`] of its own.

pub mod contract;
mod memory;
mod samples;

pub use kernel::testing::block_on;
pub use memory::MemoryTemplates;
pub use samples::{actor, at, blueprint, new_template};

use crate::TemplateStore;
use async_trait::async_trait;
use kernel::TenantId;
use workflow_model::WorkflowId;
use workflow_registry::Workflow;

/// An empty store, and what its rows refer to.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The store under test.
    fn templates(&self) -> &dyn TemplateStore;

    /// A tenant that has nothing yet; another one each time.
    async fn tenant(&self) -> TenantId;

    /// A workflow as it is kept, to see the drafts that were made.
    async fn workflow(&self, tenant: TenantId, id: WorkflowId) -> Option<Workflow>;
}

/// Runs every promise of [`TemplateStore`] as a test of its own.
#[macro_export]
macro_rules! template_store_contract {
    ($make:expr) => {
        $crate::template_store_contract!(@cases blocking, test, $make);
    };
    ($test:meta, $make:expr) => {
        $crate::template_store_contract!(@cases async, $test, $make);
    };
    (@cases $mode:tt, $test:meta, $make:expr) => {
        $crate::template_store_contract!(@each $mode, $test, $make,
            a_new_template_is_kept_as_given,
            a_name_and_version_is_unique_within_its_tenant,
            a_template_is_seen_by_its_tenant_only,
            a_public_template_is_read_by_all,
            another_tenants_template_is_never_written,
            a_stale_write_is_refused,
            replace_leaves_the_usage_count_and_the_origin,
            replace_refuses_a_taken_name_and_version,
            a_template_is_deleted_once,
            delete_expects_its_revision,
            an_import_creates_once,
            an_import_of_other_content_is_a_conflict,
            imports_stay_in_their_tenant,
            content_is_compared_as_json,
            use_keeps_a_draft_and_counts,
            use_counts_across_tenants,
            use_of_a_hidden_template_does_nothing,
            filters_are_exact_and_combined,
            search_matches_every_term_literally,
            lists_are_ordered_with_ties_by_id,
            pages_tile_the_list,
            the_last_page_and_the_one_past_it,
            cursors_tile_the_list,
            counts_are_of_the_filter,
        );
    };
    (@each blocking, $test:meta, $make:expr, $($case:ident,)+) => {$(
        #[$test]
        fn $case() {
            $crate::testing::block_on(async {
                let fixture = $make;
                $crate::testing::contract::$case(&fixture).await;
            });
        }
    )+};
    (@each async, $test:meta, $make:expr, $($case:ident,)+) => {$(
        #[$test]
        async fn $case() {
            let fixture = $make;
            $crate::testing::contract::$case(&fixture).await;
        }
    )+};
}
