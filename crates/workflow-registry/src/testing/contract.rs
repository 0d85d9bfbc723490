//! The promises of [`crate::WorkflowStore`], one function each, checked on an empty store.

mod lists;
mod writes;

pub use lists::{
    counts_are_given_when_asked_for, cursors_tile_the_list, filters_are_and_ed,
    lists_are_ordered_ties_by_id, pages_tile_the_list, search_terms_are_literal_and_and_ed,
};
pub use writes::{
    a_name_finds_the_first_workflow, a_stale_revision_is_refused, a_workflow_in_use_stays,
    deleting_a_stale_revision_is_refused, deleting_takes_the_versions_too, every_version_is_kept,
    replacing_writes_everything_but_counters, tenants_cannot_change_anothers,
    tenants_see_only_their_own, what_was_inserted_reads_back,
};

use kernel::TenantId;

const OURS: TenantId = TenantId(1);
const THEIRS: TenantId = TenantId(2);
