//! Promises on inserting, and on reading one.
#![expect(clippy::unwrap_used, reason = "test suite")]

use super::{OURS, THEIRS, all, insert_each};
use crate::testing::{SuggestionFixture, actor, at, mined, suggested};
use crate::{Suggestion, SuggestionId, SuggestionStatus};
use workflow_model::WorkflowId;

/// What is inserted comes back as it was given: pending, in order, at revision 1.
pub async fn what_is_inserted_comes_back(fixture: &dyn SuggestionFixture) {
    let workflow = fixture.workflow(OURS, "Discount Approval").await;
    let given = vec![
        mined(workflow, "first", 0.123_456_789_012_345_67, 150),
        suggested("Ünïcode — title"),
        mined(workflow, "third", 1.0, 1),
    ];
    let store = fixture.store();
    let kept = store
        .insert(&actor(OURS), given.clone(), at(5), None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.len(), 3);
    for (kept, given) in kept.iter().zip(&given) {
        assert_eq!(&kept.content, given);
        assert_eq!(kept.status, SuggestionStatus::Pending);
        assert_eq!((kept.tenant, kept.created_by.as_str()), (OURS, "user-1"));
        assert_eq!(
            (kept.created_at, kept.updated_at, kept.revision),
            (at(5), at(5), 1)
        );
        assert_eq!((&kept.reviewed_by, kept.reviewed_at), (&None, None));
        assert_eq!(
            (kept.review_notes.as_str(), kept.implemented_as),
            ("", None)
        );
        assert_eq!(store.get(OURS, kept.id).await.unwrap().as_ref(), Some(kept));
    }
    assert!(kept[0].id < kept[1].id && kept[1].id < kept[2].id);
    assert_eq!(
        store
            .get(OURS, SuggestionId(kept[2].id.0 + 1000))
            .await
            .unwrap(),
        None
    );
}

/// An empty list is answered with an empty list.
pub async fn inserting_nothing_keeps_nothing(fixture: &dyn SuggestionFixture) {
    let kept = fixture
        .store()
        .insert(&actor(OURS), Vec::new(), at(0), None)
        .await
        .unwrap();
    assert_eq!(kept, Some(Vec::new()));
    assert!(all(fixture, OURS).await.is_empty());
}

/// A workflow that the tenant does not have refuses the whole list; another tenant's is one.
pub async fn an_unknown_workflow_is_refused_and_nothing_kept(fixture: &dyn SuggestionFixture) {
    let known = fixture.workflow(OURS, "Known").await;
    let foreign = fixture.workflow(THEIRS, "Foreign").await;
    for unknown in [WorkflowId(foreign.0 + 1000), foreign] {
        let new = vec![
            mined(known, "good", 0.9, 10),
            mined(unknown, "bad", 0.9, 10),
        ];
        let kept = fixture
            .store()
            .insert(&actor(OURS), new, at(0), None)
            .await
            .unwrap();
        assert_eq!(kept, None);
        assert!(all(fixture, OURS).await.is_empty());
    }
}

/// A fingerprint is kept again only with another confidence or frequency than its newest.
pub async fn the_same_evidence_is_kept_once(fixture: &dyn SuggestionFixture) {
    let workflow = fixture.workflow(OURS, "Discount Approval").await;
    let first = mined(workflow, "a", 0.9, 100);
    insert_each(fixture, OURS, vec![first.clone()]).await;
    let batch = vec![
        first.clone(),
        mined(workflow, "b", 0.9, 100),
        mined(workflow, "a", 0.9, 200),
        mined(workflow, "a", 0.95, 200),
        suggested("mine"),
        suggested("mine"),
    ];
    let store = fixture.store();
    let kept = store
        .insert(&actor(OURS), batch.clone(), at(9), None)
        .await
        .unwrap()
        .unwrap();
    let kept: Vec<_> = kept.into_iter().map(|s| s.content).collect();
    assert_eq!(kept, batch[1..]);
    // The first is no longer the newest of its fingerprint.
    let again = store
        .insert(&actor(OURS), vec![first.clone()], at(10), None)
        .await
        .unwrap();
    assert_eq!(again.unwrap().len(), 1);
    // Another tenant's is not in the way.
    let theirs = fixture.workflow(THEIRS, "Discount Approval").await;
    let kept = insert_each(fixture, THEIRS, vec![mined(theirs, "a", 0.9, 100)]).await;
    assert_eq!(kept.len(), 1);
}

/// The newest of each fingerprint is found, whatever became of it; unknown ones are left out.
pub async fn fingerprints_find_the_newest(fixture: &dyn SuggestionFixture) {
    let workflow = fixture.workflow(OURS, "Discount Approval").await;
    let new = [("a", 10), ("a", 20), ("b", 30), ("c", 40)]
        .map(|(print, frequency)| mined(workflow, print, 0.9, frequency));
    let kept = insert_each(fixture, OURS, new.to_vec()).await;
    let rejected = Suggestion {
        status: SuggestionStatus::Rejected,
        revision: 2,
        ..kept[1].clone()
    };
    fixture.store().replace(&rejected, None).await.unwrap();
    let asked = ["b", "a", "none"].map(str::to_owned);
    let mut found = fixture.store().by_fingerprints(OURS, &asked).await.unwrap();
    found.sort_by_key(|suggestion| suggestion.id);
    assert_eq!(found, [rejected, kept[2].clone()]);
    assert!(
        fixture
            .store()
            .by_fingerprints(OURS, &[])
            .await
            .unwrap()
            .is_empty()
    );
}

/// Another tenant's fingerprints are unknown.
pub async fn fingerprints_are_the_tenants_own(fixture: &dyn SuggestionFixture) {
    let workflow = fixture.workflow(OURS, "Discount Approval").await;
    insert_each(fixture, OURS, vec![mined(workflow, "a", 0.9, 10)]).await;
    let found = fixture
        .store()
        .by_fingerprints(THEIRS, &["a".to_owned()])
        .await
        .unwrap();
    assert!(found.is_empty());
}

/// A tenant neither gets nor lists another tenant's suggestions.
pub async fn tenants_read_only_their_own(fixture: &dyn SuggestionFixture) {
    let ours = insert_each(fixture, OURS, vec![suggested("ours")]).await;
    let theirs = insert_each(fixture, THEIRS, vec![suggested("theirs")]).await;
    assert_eq!(fixture.store().get(THEIRS, ours[0].id).await.unwrap(), None);
    assert_eq!(all(fixture, THEIRS).await, theirs);
    assert_eq!(all(fixture, OURS).await, ours);
}
