//! One action: keeping, replacing, deleting.

use super::{kept, list, named, names};
use crate::testing::{CatalogFixture, actor, at, new_action};
use crate::{Action, ActionFilter, ActionId, LatencyClass, Measurement, NewAction};
use kernel::{PageRequest, StoreError, TenantId};
use serde_json::json;

/// Every field is kept as it was given; maker, times and first revision are set.
pub async fn an_action_is_kept_whole(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let mut seen: Vec<ActionId> = Vec::new();
    for (_, latency_class) in LatencyClass::CHOICES {
        let new = NewAction {
            name: "Database Update".to_owned(),
            description: "Zoë's \"quoted\" 100 %_ \u{1F600}".to_owned(),
            is_idempotent: true,
            latency_class,
            side_effects: vec!["db_write".to_owned(), "cache_invalidation".to_owned()],
            input_schema: json!({"type": "object", "properties": {"z": {}, "a": {"minimum": 0.1}}}),
            output_schema: json!({"required": ["ok"], "$comment": null}),
            is_active: false,
            is_global: true,
            ..new_action("", "update")
        };
        let action = kept(fixture, a, new.clone(), 123).await;
        assert!(!seen.contains(&action.id));
        seen.push(action.id);
        let expected = Action {
            id: action.id,
            owner: a,
            declared: new,
            measured: Measurement::default(),
            percentiles: None,
            created_by: "ada".to_owned(),
            created_at: at(123),
            updated_at: at(123),
            revision: 1,
        };
        assert_eq!(action, expected);
        let read = fixture.actions().get(a, action.id).await.unwrap().unwrap();
        assert_eq!(read, expected);
        // The order of keys is what the client wrote.
        let text = read.declared.input_schema.to_string();
        assert_eq!(text, expected.declared.input_schema.to_string());
    }
    let plain = kept(fixture, a, new_action("Plain", "update"), 5).await;
    assert_eq!(plain.declared, new_action("Plain", "update"));
    assert_eq!(
        fixture.actions().get(a, plain.id).await.unwrap(),
        Some(plain)
    );
}

/// What was declared, the revision and the time of change are written; owner, maker, time of
/// making and what is measured are not.
pub async fn replacing_writes_what_was_declared_only(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let action = named(fixture, a, "before", "x").await;
    let other = named(fixture, a, "other", "x").await;
    let changed = NewAction {
        description: "after".to_owned(),
        is_idempotent: true,
        latency_class: LatencyClass::VerySlow,
        side_effects: vec!["mail".to_owned()],
        input_schema: json!({"type": "string"}),
        output_schema: json!({"type": "null"}),
        is_active: false,
        is_global: true,
        ..new_action("after", "y")
    };
    let sent = Action {
        declared: changed.clone(),
        measured: Measurement {
            completed: 9,
            failed: 9,
            timed: 9,
            total_millis: 9,
        },
        created_by: "mallory".to_owned(),
        created_at: at(777),
        updated_at: at(60_000),
        revision: 2,
        ..action.clone()
    };
    let written = fixture.actions().replace(&sent, None).await.unwrap();
    let expected = Action {
        declared: changed,
        updated_at: at(60_000),
        revision: 2,
        ..action
    };
    assert_eq!(written, expected);
    assert_eq!(
        fixture.actions().get(a, expected.id).await.unwrap(),
        Some(expected)
    );
    assert_eq!(
        fixture.actions().get(a, other.id).await.unwrap(),
        Some(other)
    );
}

/// Only the revision after the stored one is written.
pub async fn a_stale_revision_is_refused(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let action = named(fixture, a, "one", "x").await;
    for revision in [0, 1, 3] {
        let sent = Action {
            declared: new_action("two", "x"),
            revision,
            ..action.clone()
        };
        let refused = fixture.actions().replace(&sent, None).await;
        assert!(
            matches!(refused, Err(StoreError::StaleVersion)),
            "{revision}: {refused:?}"
        );
    }
    assert_eq!(
        fixture.actions().get(a, action.id).await.unwrap(),
        Some(action.clone())
    );
    let next = Action {
        revision: 2,
        ..action.clone()
    };
    fixture.actions().replace(&next, None).await.unwrap();
    let again = fixture.actions().replace(&next, None).await;
    assert!(matches!(again, Err(StoreError::StaleVersion)));
    let refused = fixture.actions().delete(a, action.id, Some(1)).await;
    assert!(matches!(refused, Err(StoreError::StaleVersion)));
    let unknown = Action {
        id: ActionId(action.id.0 + 1_000),
        revision: 2,
        ..action
    };
    let refused = fixture.actions().replace(&unknown, None).await;
    assert!(matches!(refused, Err(StoreError::StaleVersion)));
}

/// Deleting removes that action and no other; a second time there is none.
pub async fn deleting_removes_one_action(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let first = named(fixture, a, "same", "x").await;
    let second = named(fixture, a, "same", "x").await;
    assert!(
        fixture
            .actions()
            .delete(a, first.id, Some(1))
            .await
            .unwrap()
    );
    assert!(!fixture.actions().delete(a, first.id, None).await.unwrap());
    assert!(
        !fixture
            .actions()
            .delete(a, first.id, Some(1))
            .await
            .unwrap()
    );
    assert_eq!(fixture.actions().get(a, first.id).await.unwrap(), None);
    assert_eq!(
        fixture.actions().get(a, second.id).await.unwrap(),
        Some(second.clone())
    );
    assert!(fixture.actions().delete(a, second.id, None).await.unwrap());
}

/// Of the given actions those are kept whose (type, name) the tenant does not own yet, each once.
pub async fn missing_actions_are_kept_once(fixture: &dyn CatalogFixture) {
    let (a, b) = (fixture.tenant("a").await, fixture.tenant("b").await);
    named(fixture, a, "Approve", "approval").await;
    let global = NewAction {
        is_global: true,
        ..new_action("Notify", "mail")
    };
    kept(fixture, b, global, 0).await;
    let given = || {
        vec![
            new_action("Approve", "approval"), // there already
            new_action("Approve", "other"),    // another type
            new_action("approve", "approval"), // another name
            new_action("Notify", "mail"),      // another tenant's only
            new_action("Notify", "mail"),      // given twice
        ]
    };
    let missing = fixture
        .actions()
        .insert_missing(&actor(a), given(), at(9))
        .await
        .unwrap();
    assert_eq!(missing, 3);
    let again = fixture
        .actions()
        .insert_missing(&actor(a), given(), at(9))
        .await
        .unwrap();
    assert_eq!(again, 0);
    let all = own(fixture, a).await;
    assert_eq!(names(&all), ["Approve", "Approve", "approve", "Notify"]);
    let made = &all[3];
    assert_eq!(
        (made.created_by.as_str(), made.created_at, made.revision),
        ("ada", at(9), 1)
    );
    assert_eq!(
        fixture
            .actions()
            .insert_missing(&actor(a), vec![], at(9))
            .await
            .unwrap(),
        0
    );
}

async fn own(fixture: &dyn CatalogFixture, tenant: TenantId) -> Vec<Action> {
    let filter = ActionFilter::default();
    let page = list(
        fixture,
        tenant,
        &filter,
        &Vec::new(),
        &PageRequest::of_size(200),
    )
    .await;
    page.items
        .into_iter()
        .filter(|action| action.owner == tenant)
        .collect()
}
