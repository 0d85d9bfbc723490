//! The promises of [`crate::SimulationStore`], each checked against an empty store.
#![expect(clippy::unwrap_used, reason = "test suite")]

mod ends;
mod lists;
mod pages;

pub use ends::{a_running_simulation_ends_once, only_its_tenant_ends_a_simulation};

pub use lists::{
    counts_are_of_the_filter, filters_are_exact_and_combined, lists_are_ordered_with_ties_by_id,
    nulls_come_last_both_ways, without_an_order_ids_decide,
};
pub use pages::{
    a_cursor_survives_the_deletion_of_its_row, cursors_tile_the_list, pages_tile_the_list,
    the_last_page_and_the_one_past_it,
};

use super::samples::object;
use super::{Fixture, actor, new_simulation};
use crate::{SimulationFilter, SimulationId, SimulationStatus};
use kernel::{Count, PageRequest};
use serde_json::json;

/// What was given is kept: in the answer, by id and in a list.
pub async fn a_simulation_is_kept_as_given(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let workflow = fixture.workflow(tenant).await;
    let mut new = new_simulation(Some(workflow), 1, 1_234);
    new.workflow_version = 7;
    let kept = store
        .insert(&actor(tenant, "ann"), new.clone(), None)
        .await
        .unwrap();
    assert_eq!(kept.content, new);
    assert_eq!((kept.tenant, kept.created_by.as_str()), (tenant, "ann"));
    assert_eq!(
        store.get(tenant, kept.id).await.unwrap(),
        Some(kept.clone())
    );
    let filter = SimulationFilter::default();
    let page = store
        .list(tenant, &filter, &Vec::new(), &PageRequest::first())
        .await
        .unwrap();
    assert_eq!(page.items, [kept]);
}

/// Input and result come back with every digit, every character and their members in order.
pub async fn json_is_kept_to_the_digit(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let mut new = new_simulation(None, 0, 0);
    new.input_data = object(json!({
        "z": i64::MAX, "a": 0.1, "u": u64::MAX, "text": "é “%_'\\ 漢字 🙂", "null": null,
        "list": [[], {}, [1.5e-7, -0.25]], "": {"nested": true}
    }));
    new.result = object(json!({"b": 1, "a": {"y": 2, "x": 3}}));
    let kept = store
        .insert(&actor(tenant, "ann"), new.clone(), None)
        .await
        .unwrap();
    let found = store.get(tenant, kept.id).await.unwrap().unwrap().content;
    let text = |of: &crate::NewSimulation| json!([of.input_data, of.result]).to_string();
    assert_eq!(text(&found), text(&new));
}

/// An inline definition is of no workflow, and may have no name.
pub async fn an_inline_simulation_has_no_workflow(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let new = new_simulation(None, 0, 0);
    let kept = store
        .insert(&actor(tenant, "ann"), new.clone(), None)
        .await
        .unwrap();
    let found = store.get(tenant, kept.id).await.unwrap().unwrap();
    assert_eq!(found.content, new);
    assert_eq!(
        (found.content.workflow, found.content.workflow_name.as_str()),
        (None, "")
    );
}

/// Each status comes back, and so does the lack of an end.
pub async fn every_status_is_kept(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    for (_, status) in SimulationStatus::CHOICES {
        let mut new = new_simulation(None, 5, 6);
        new.status = status;
        if matches!(
            status,
            SimulationStatus::Pending | SimulationStatus::Running
        ) {
            new.completed_at = None;
        }
        let kept = store
            .insert(&actor(tenant, "ann"), new.clone(), None)
            .await
            .unwrap();
        assert_eq!(
            store.get(tenant, kept.id).await.unwrap().unwrap().content,
            new
        );
    }
}

/// Another tenant's simulation does not exist, in any read.
pub async fn a_simulation_is_seen_by_its_tenant_only(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.simulations(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let workflow = fixture.workflow(ours).await;
    let new = new_simulation(Some(workflow), 0, 0);
    let kept = store.insert(&actor(ours, "ann"), new, None).await.unwrap();
    assert_eq!(store.get(theirs, kept.id).await.unwrap(), None);
    assert_eq!(
        store.get(ours, SimulationId(kept.id.0 + 1)).await.unwrap(),
        None
    );
    for filter in [
        SimulationFilter::default(),
        SimulationFilter {
            workflow: Some(workflow),
            ..SimulationFilter::default()
        },
        SimulationFilter {
            created_by: Some("ann".to_owned()),
            ..SimulationFilter::default()
        },
    ] {
        let request = PageRequest::first();
        let page = store
            .list(theirs, &filter, &Vec::new(), &request)
            .await
            .unwrap();
        assert_eq!((page.items, page.count), (vec![], Some(Count::Exact(0))));
        let page = store
            .list(ours, &filter, &Vec::new(), &request)
            .await
            .unwrap();
        assert_eq!(page.items.len(), 1);
    }
}

/// `true` the first time, `false` from then on.
pub async fn a_simulation_is_deleted_once(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.simulations(), fixture.tenant().await);
    let ann = actor(tenant, "ann");
    let gone = store
        .insert(&ann, new_simulation(None, 0, 0), None)
        .await
        .unwrap();
    let stays = store
        .insert(&ann, new_simulation(None, 0, 0), None)
        .await
        .unwrap();
    assert!(store.delete(tenant, gone.id).await.unwrap());
    assert!(!store.delete(tenant, gone.id).await.unwrap());
    assert_eq!(store.get(tenant, gone.id).await.unwrap(), None);
    assert_eq!(store.get(tenant, stays.id).await.unwrap(), Some(stays));
}

/// Deleting names the tenant too.
pub async fn another_tenants_simulation_is_never_deleted(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.simulations(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let kept = store
        .insert(&actor(ours, "ann"), new_simulation(None, 0, 0), None)
        .await
        .unwrap();
    assert!(!store.delete(theirs, kept.id).await.unwrap());
    assert_eq!(store.get(ours, kept.id).await.unwrap(), Some(kept));
}
