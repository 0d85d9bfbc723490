//! A catalogue in memory, and the contract that every catalogue keeps.
//!
//! [`MemoryActions`] stands on an [`execution_log::testing::MemoryLog`]. [`contract`] has one
//! function per promise of [`ActionStore`] and [`StatisticsStore`]; [`catalog_store_contract!`]
//! makes a test of each. A store of one's own implements [`CatalogFixture`] and runs them all.
//!
//! [`catalog_store_contract!`]: crate::catalog_store_contract

pub mod contract;
mod examples;
mod memory;
mod paging;

pub use examples::{actor, at, new_action, step};
pub use kernel::testing::block_on;
pub use memory::MemoryActions;

use crate::{ActionStore, StatisticsStore};
use async_trait::async_trait;
use execution_log::testing::LogFixture;
use kernel::TenantId;

/// What the contract needs of a store: both ports and the log that they follow, on one database,
/// empty at first.
#[async_trait]
pub trait CatalogFixture: Send + Sync {
    /// The actions.
    fn actions(&self) -> &dyn ActionStore;

    /// The sums over the steps of [`CatalogFixture::log`].
    fn statistics(&self) -> &dyn StatisticsStore;

    /// The log, and what makes workflows for it.
    fn log(&self) -> &dyn LogFixture;

    /// The tenant of that name, made if there is none.
    async fn tenant(&self, name: &str) -> TenantId;
}

/// Makes a test of each promise of [`ActionStore`] and [`StatisticsStore`].
///
/// `catalog_store_contract!(MemoryActions::default())` runs on this thread;
/// `catalog_store_contract!(tokio::test, make().await)` under that attribute. The expression
/// makes a fresh [`CatalogFixture`] and may await.
#[macro_export]
macro_rules! catalog_store_contract {
    (@each ($test:meta, $make:expr) $($case:ident,)+) => {$(
        #[$test]
        async fn $case() {
            let fixture = $make;
            $crate::testing::contract::$case(&fixture).await;
        }
    )+};
    (@each ($make:expr) $($case:ident,)+) => {$(
        #[test]
        fn $case() {
            $crate::testing::block_on(async {
                let fixture = $make;
                $crate::testing::contract::$case(&fixture).await;
            });
        }
    )+};
    ($($make:tt)+) => {
        $crate::catalog_store_contract!(@each ($($make)+)
            an_action_is_kept_whole,
            replacing_writes_what_was_declared_only,
            a_stale_revision_is_refused,
            deleting_removes_one_action,
            missing_actions_are_kept_once,
            tenants_see_their_own_and_global_ones,
            tenants_write_their_own_only,
            actions_of_types_come_by_id,
            filters_are_and_ed,
            search_is_literal_and_ignores_case,
            lists_are_ordered_ties_by_id,
            unmeasured_actions_come_last,
            pages_tile_the_list,
            cursors_tile_the_list,
            counts_are_given_when_asked_for,
            sums_equal_a_recount,
            projecting_takes_changes_in_order,
            rows_are_by_workflow_and_by_key,
            percentiles_follow_from_the_durations,
            durations_are_by_workflow_and_by_key,
            skipped_and_running_steps_do_not_count,
            a_step_with_an_action_s_name_is_that_one_s,
            names_and_types_move_what_is_measured,
            global_actions_show_the_readers_own_numbers,
            statistics_stay_in_their_tenant,
            rebuilding_gives_the_same,
        );
    };
}
