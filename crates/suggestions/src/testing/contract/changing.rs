//! Promises on changing, implementing and deleting.
#![expect(clippy::unwrap_used, reason = "test suite")]

use super::{OURS, THEIRS, all, insert_each};
use crate::testing::{SuggestionFixture, actor, at, suggested};
use crate::{Suggestion, SuggestionFilter, SuggestionStatus};
use kernel::{PageRequest, StoreError};
use serde_json::json;
use workflow_model::Definition;
use workflow_registry::{NewWorkflow, WorkflowStatus, WorkflowType};

fn draft(name: &str) -> NewWorkflow {
    let written = json!({
        "trigger_conditions": { "amount": { "$lt": 100 } },
        "steps": [{ "action": "auto_approve", "conditions": {} }],
    });
    NewWorkflow {
        name: name.to_owned(),
        description: "From a suggestion".to_owned(),
        workflow_type: WorkflowType::Approval,
        status: WorkflowStatus::Draft,
        definition: Definition::read(&written).unwrap(),
    }
}

fn accepted(suggestion: &Suggestion) -> Suggestion {
    Suggestion {
        status: SuggestionStatus::Accepted,
        reviewed_by: Some("Zoë".to_owned()),
        reviewed_at: Some(at(60)),
        review_notes: "Good suggestion, will implement this week".to_owned(),
        updated_at: at(60),
        revision: suggestion.revision + 1,
        ..suggestion.clone()
    }
}

fn implemented(suggestion: &Suggestion) -> Suggestion {
    Suggestion {
        status: SuggestionStatus::Implemented,
        updated_at: at(90),
        revision: suggestion.revision + 1,
        ..suggestion.clone()
    }
}

/// A tenant can neither replace, implement nor delete another tenant's suggestion.
pub async fn tenants_cannot_change_anothers(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let ours = insert_each(fixture, OURS, vec![suggested("ours")])
        .await
        .remove(0);
    let stolen = Suggestion {
        tenant: THEIRS,
        ..accepted(&ours)
    };
    let refused = store.replace(&stolen, None).await;
    assert!(
        matches!(refused, Err(StoreError::StaleVersion)),
        "{refused:?}"
    );
    let stolen = Suggestion {
        tenant: THEIRS,
        ..implemented(&ours)
    };
    let refused = store
        .implement(&actor(THEIRS), &stolen, draft("Stolen"), at(1), None)
        .await;
    assert!(
        matches!(refused, Err(StoreError::StaleVersion)),
        "{refused:?}"
    );
    assert!(!store.delete(THEIRS, ours.id, None).await.unwrap());
    assert!(!store.delete(THEIRS, ours.id, Some(1)).await.unwrap());
    assert_eq!(store.get(OURS, ours.id).await.unwrap(), Some(ours));
    assert!(fixture.workflow_names(THEIRS).await.is_empty());
}

/// Everything that can change is written; the answer is what is stored.
pub async fn replacing_writes_everything(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let kept = insert_each(fixture, OURS, vec![suggested("old"), suggested("other")]).await;
    let mut new = accepted(&kept[0]);
    "new".clone_into(&mut new.content.title);
    "Because.".clone_into(&mut new.content.description);
    new.content
        .workflow_template
        .insert("steps".to_owned(), json!([]));
    assert_eq!(store.replace(&new, None).await.unwrap(), new);
    assert_eq!(store.get(OURS, new.id).await.unwrap().as_ref(), Some(&new));
    assert_eq!(
        store.get(OURS, kept[1].id).await.unwrap().as_ref(),
        Some(&kept[1])
    );
    let filter = SuggestionFilter {
        search: vec!["because".to_owned()],
        ..Default::default()
    };
    let found = store
        .list(OURS, &filter, &Vec::new(), &PageRequest::first())
        .await
        .unwrap();
    assert_eq!(found.items, [new], "search sees the new text");
}

/// Only the next revision is written; that of a deleted suggestion is stale.
pub async fn replacing_a_stale_revision_is_refused(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let kept = insert_each(fixture, OURS, vec![suggested("ours")])
        .await
        .remove(0);
    let next = accepted(&kept);
    store.replace(&next, None).await.unwrap();
    for revision in [1, 2, 4] {
        let stale = Suggestion {
            revision,
            review_notes: "late".to_owned(),
            ..next.clone()
        };
        let refused = store.replace(&stale, None).await;
        assert!(
            matches!(refused, Err(StoreError::StaleVersion)),
            "{revision}: {refused:?}"
        );
    }
    assert_eq!(store.get(OURS, kept.id).await.unwrap(), Some(next.clone()));
    store.delete(OURS, kept.id, None).await.unwrap();
    let gone = Suggestion {
        revision: 3,
        ..next
    };
    assert!(matches!(
        store.replace(&gone, None).await,
        Err(StoreError::StaleVersion)
    ));
}

/// Draft and suggestion are kept together, and the one names the other.
pub async fn implementing_keeps_draft_and_suggestion(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let kept = insert_each(fixture, OURS, vec![suggested("ours")])
        .await
        .remove(0);
    let accepted = store.replace(&accepted(&kept), None).await.unwrap();
    let wanted = draft("Auto-approve small discounts");
    let (stored, workflow) = store
        .implement(
            &actor(OURS),
            &implemented(&accepted),
            wanted.clone(),
            at(90),
            None,
        )
        .await
        .unwrap();
    let expected = Suggestion {
        implemented_as: Some(workflow.id),
        ..implemented(&accepted)
    };
    assert_eq!(stored, expected);
    assert_eq!(store.get(OURS, kept.id).await.unwrap(), Some(expected));
    assert_eq!(
        (workflow.tenant, workflow.created_by.as_str()),
        (OURS, "user-1")
    );
    assert_eq!(
        (&workflow.name, &workflow.description),
        (&wanted.name, &wanted.description)
    );
    assert_eq!(workflow.definition, wanted.definition);
    assert_eq!(
        (workflow.workflow_type, workflow.status),
        (wanted.workflow_type, wanted.status)
    );
    assert_eq!(
        (
            workflow.version,
            workflow.revision,
            workflow.execution_count
        ),
        (1, 1, 0)
    );
    assert_eq!((workflow.created_at, workflow.updated_at), (at(90), at(90)));
    assert_eq!(fixture.workflow_names(OURS).await, [wanted.name]);
}

/// With a stale revision neither is kept.
pub async fn implementing_a_stale_revision_keeps_no_draft(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let kept = insert_each(fixture, OURS, vec![suggested("ours")])
        .await
        .remove(0);
    let accepted = store.replace(&accepted(&kept), None).await.unwrap();
    let stale = Suggestion {
        revision: accepted.revision,
        ..implemented(&accepted)
    };
    let refused = store
        .implement(&actor(OURS), &stale, draft("Late"), at(90), None)
        .await;
    assert!(
        matches!(refused, Err(StoreError::StaleVersion)),
        "{refused:?}"
    );
    assert_eq!(store.get(OURS, kept.id).await.unwrap(), Some(accepted));
    assert!(fixture.workflow_names(OURS).await.is_empty());
}

/// Deletes the one, and says `false` when there is none.
pub async fn deleting_removes_one(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let kept = insert_each(fixture, OURS, vec![suggested("one"), suggested("two")]).await;
    assert!(store.delete(OURS, kept[0].id, Some(1)).await.unwrap());
    assert!(!store.delete(OURS, kept[0].id, None).await.unwrap());
    assert!(!store.delete(OURS, kept[0].id, Some(1)).await.unwrap());
    assert_eq!(all(fixture, OURS).await, kept[1..]);
}

/// Another revision than the expected one is not deleted.
pub async fn deleting_a_stale_revision_is_refused(fixture: &dyn SuggestionFixture) {
    let store = fixture.store();
    let kept = insert_each(fixture, OURS, vec![suggested("one")])
        .await
        .remove(0);
    let refused = store.delete(OURS, kept.id, Some(2)).await;
    assert!(
        matches!(refused, Err(StoreError::StaleVersion)),
        "{refused:?}"
    );
    assert_eq!(all(fixture, OURS).await, [kept]);
}
