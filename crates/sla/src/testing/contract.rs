//! The promises of the four ports, one function each.
//!
//! Times are seconds after [`execution_log::testing::at`]`(0)`. Unless a case says otherwise, an
//! SLA has a target of 100 s, warns over 80 s and is critical over 150 s, in a window of one
//! hour, and is made at 0.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test suite")]

mod alerts;
mod breaches;
mod deadlines;
mod judging;
mod keeping;
mod listing;
mod making;
mod records;
mod rejudging;
mod windows;
mod world;

pub use alerts::*;
pub use breaches::*;
pub use deadlines::*;
pub use judging::*;
pub use keeping::*;
pub use listing::*;
pub use making::*;
pub use records::*;
pub use rejudging::*;
pub use windows::*;
pub use world::{new_sla, policy};

/// Makes a test of each promise of [`crate::SlaStore`], [`crate::JudgementStore`],
/// [`crate::BreachStore`] and [`crate::AlertOutbox`].
///
/// `sla_store_contract!(MemoryFixture::default())` runs on this thread;
/// `sla_store_contract!(tokio::test, make().await)` under that attribute. The expression makes
/// a fresh [`crate::testing::Fixture`] and may await.
#[macro_export]
macro_rules! sla_store_contract {
    ($make:expr) => {
        $crate::sla_store_contract!(@all [] $make);
    };
    ($test:meta, $make:expr) => {
        $crate::sla_store_contract!(@all [$test] $make);
    };
    (@all $test:tt $make:expr) => {
        $crate::sla_store_contract!(@each $test $make;
            an_sla_is_kept_as_it_was_made,
            an_sla_needs_a_workflow_of_its_tenant,
            slas_stay_in_their_tenant,
            only_the_next_revision_is_taken,
            an_edit_leaves_the_counters,
            a_stale_sla_is_not_deleted,
            an_sla_takes_its_records_with_it,
            slas_are_filtered,
            searches_are_literal_and_ignore_case,
            slas_are_ordered_ties_by_id,
            pages_of_slas_tile_the_list,
            every_ended_execution_counts_once,
            the_target_itself_is_kept,
            a_warning_under_the_target_is_no_breach,
            severities_have_their_thresholds,
            pauses_do_not_count,
            only_active_slas_of_the_workflow_judge,
            a_deleted_execution_is_forgotten,
            a_corrected_end_is_judged_again,
            news_without_a_new_end_change_nothing,
            edited_thresholds_apply_to_later_judgements,
            batches_are_bounded_and_come_to_an_end,
            start_and_end_taken_together_raise_no_alarm,
            a_late_report_is_judged_as_of_its_time,
            projections_stay_in_their_tenant,
            a_new_sla_judges_its_window,
            a_new_sla_judges_what_is_reported_since,
            a_new_sla_finds_what_runs_at_its_deadline,
            what_ran_over_all_thresholds_is_not_judged_unasked,
            a_report_that_was_under_way_is_judged,
            what_was_judged_while_the_sla_was_made_is_not_missed,
            a_run_is_found_at_each_threshold,
            a_run_is_found_after_sleeping_over_its_deadline,
            an_end_that_waits_is_not_a_run_that_hangs,
            a_run_moves_to_its_end,
            a_pause_has_no_deadline,
            an_edit_sets_deadlines_anew,
            an_inactive_sla_has_no_deadlines,
            sweeps_are_bounded_and_stay_in_their_tenant,
            a_deleted_run_has_no_deadline,
            the_window_slides_though_nothing_runs,
            the_window_is_open_at_its_start_and_closed_at_its_end,
            windows_are_sums_of_their_parts,
            records_count_in_the_window,
            windows_are_read_in_order_and_within_the_tenant,
            rebuilding_gives_the_same,
            rebuilding_loses_no_alert_of_what_waits,
            a_record_is_complete,
            breaches_stay_in_their_tenant,
            breaches_are_filtered,
            breaches_are_ordered_ties_by_id,
            pages_of_breaches_tile_the_list,
            a_breach_is_acknowledged_once,
            a_stale_breach_is_not_acknowledged,
            each_recipient_is_alerted_once,
            the_default_recipients_are_told_when_the_sla_names_none,
            history_is_not_alerted,
            claimed_alerts_are_leased,
            a_breach_is_alerted_when_all_its_alerts_are_sent,
            failed_deliveries_are_tried_again_and_given_up,
            a_refused_alert_is_dead,
            an_alert_that_is_dead_is_not_sent,
            a_settled_alert_stays_settled,
            alerts_go_with_their_breach,
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
