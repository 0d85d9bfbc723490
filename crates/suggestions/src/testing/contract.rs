//! The promises of [`crate::SuggestionStore`], each checked against an empty store.

mod changing;
mod keeping;
mod listing;
mod paging;

pub use changing::{
    deleting_a_stale_revision_is_refused, deleting_removes_one,
    implementing_a_stale_revision_keeps_no_draft, implementing_keeps_draft_and_suggestion,
    replacing_a_stale_revision_is_refused, replacing_writes_everything,
    tenants_cannot_change_anothers,
};
pub use keeping::{
    an_unknown_workflow_is_refused_and_nothing_kept, fingerprints_are_the_tenants_own,
    fingerprints_find_the_newest, inserting_nothing_keeps_nothing, tenants_read_only_their_own,
    the_same_evidence_is_kept_once, what_is_inserted_comes_back,
};
pub use listing::{
    filters_are_and_ed, lists_are_ordered_ties_by_id, orderings_are_combined,
    search_terms_are_and_ed_and_literal,
};
pub use paging::{
    counts_are_given_when_asked_for, cursors_tile_the_list, pages_tile_the_list,
    the_last_page_and_past_it,
};

use crate::testing::{SuggestionFixture, actor, at};
use crate::{NewSuggestion, Suggestion, SuggestionFilter};
use kernel::{PageRequest, TenantId};

const OURS: TenantId = TenantId(1);
const THEIRS: TenantId = TenantId(2);

/// Inserts one after the other, a second apart, so that each has its own time.
#[expect(clippy::unwrap_used, reason = "test suite")]
async fn insert_each(
    fixture: &dyn SuggestionFixture,
    tenant: TenantId,
    new: Vec<NewSuggestion>,
) -> Vec<Suggestion> {
    let mut kept = Vec::new();
    for (seconds, new) in (0..).zip(new) {
        let list = fixture
            .store()
            .insert(&actor(tenant), vec![new], at(seconds), None)
            .await;
        kept.extend(list.unwrap().unwrap());
    }
    kept
}

/// All suggestions of a tenant, by id.
#[expect(clippy::unwrap_used, reason = "test suite")]
async fn all(fixture: &dyn SuggestionFixture, tenant: TenantId) -> Vec<Suggestion> {
    let filter = SuggestionFilter::default();
    let list = fixture
        .store()
        .list(tenant, &filter, &Vec::new(), &PageRequest::of_size(200))
        .await;
    list.unwrap().items
}
