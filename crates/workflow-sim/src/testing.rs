//! Simulations in memory, and the contract that every store keeps.
//!
//! `simulation_store_contract!(MemorySimulations::default())` runs the contract on this thread,
//! one `#[test]` per promise; `simulation_store_contract!(tokio::test, make().await)` runs it
//! under another test attribute. The expression makes a fresh [`Fixture`] for each case.

pub mod contract;
mod memory;
mod page;
mod samples;

pub use kernel::testing::block_on;
pub use memory::MemorySimulations;
pub use samples::{actor, at, new_simulation};

use crate::SimulationStore;
use async_trait::async_trait;
use kernel::TenantId;
use workflow_model::WorkflowId;

/// An empty store, and what its rows refer to.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The store under test.
    fn simulations(&self) -> &dyn SimulationStore;

    /// A tenant that has nothing yet; another one each time.
    async fn tenant(&self) -> TenantId;

    /// A workflow of that tenant; another one each time.
    async fn workflow(&self, tenant: TenantId) -> WorkflowId;
}

/// Runs every promise of [`SimulationStore`] as a test of its own.
#[macro_export]
macro_rules! simulation_store_contract {
    ($make:expr) => {
        $crate::simulation_store_contract!(@cases blocking, test, $make);
    };
    ($test:meta, $make:expr) => {
        $crate::simulation_store_contract!(@cases async, $test, $make);
    };
    (@cases $mode:tt, $test:meta, $make:expr) => {
        $crate::simulation_store_contract!(@each $mode, $test, $make,
            a_simulation_is_kept_as_given,
            json_is_kept_to_the_digit,
            an_inline_simulation_has_no_workflow,
            every_status_is_kept,
            a_simulation_is_seen_by_its_tenant_only,
            a_running_simulation_ends_once,
            only_its_tenant_ends_a_simulation,
            a_simulation_is_deleted_once,
            another_tenants_simulation_is_never_deleted,
            filters_are_exact_and_combined,
            counts_are_of_the_filter,
            lists_are_ordered_with_ties_by_id,
            nulls_come_last_both_ways,
            without_an_order_ids_decide,
            pages_tile_the_list,
            the_last_page_and_the_one_past_it,
            cursors_tile_the_list,
            a_cursor_survives_the_deletion_of_its_row,
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
