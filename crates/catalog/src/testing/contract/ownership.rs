//! Whose actions a tenant sees and writes.

use super::{kept, list, named, names};
use crate::testing::{CatalogFixture, new_action};
use crate::{Action, ActionFilter, NewAction};
use kernel::{PageRequest, StoreError};

/// A tenant sees its own actions and the global ones of others, by every way of reading.
pub async fn tenants_see_their_own_and_global_ones(fixture: &dyn CatalogFixture) {
    let (a, b) = (fixture.tenant("a").await, fixture.tenant("b").await);
    let private = named(fixture, a, "private", "x").await;
    let global = NewAction {
        is_global: true,
        ..new_action("global", "x")
    };
    let global = kept(fixture, a, global, 0).await;
    let own = named(fixture, b, "own", "x").await;
    for (tenant, visible) in [
        (a, vec![private.clone(), global.clone()]),
        (b, vec![global.clone(), own.clone()]),
    ] {
        for action in [&private, &global, &own] {
            let expected = visible.contains(action).then(|| action.clone());
            assert_eq!(
                fixture.actions().get(tenant, action.id).await.unwrap(),
                expected
            );
        }
        let filter = ActionFilter::default();
        let page = list(fixture, tenant, &filter, &Vec::new(), &PageRequest::first()).await;
        assert_eq!(page.items, visible);
        let typed = fixture
            .actions()
            .of_types(tenant, &["x".to_owned()])
            .await
            .unwrap();
        assert_eq!(typed, visible);
    }
    // No longer global, it is gone for the other tenant.
    let mut hidden = Action {
        revision: 2,
        ..global
    };
    hidden.declared.is_global = false;
    fixture.actions().replace(&hidden, None).await.unwrap();
    assert_eq!(fixture.actions().get(b, hidden.id).await.unwrap(), None);
}

/// A tenant writes its own actions only, however well it sees another's.
pub async fn tenants_write_their_own_only(fixture: &dyn CatalogFixture) {
    let (a, b) = (fixture.tenant("a").await, fixture.tenant("b").await);
    let private = named(fixture, a, "private", "x").await;
    let global = NewAction {
        is_global: true,
        ..new_action("global", "x")
    };
    let global = kept(fixture, a, global, 0).await;
    for action in [private, global] {
        let mut theirs = Action {
            owner: b,
            revision: 2,
            ..action.clone()
        };
        "stolen".clone_into(&mut theirs.declared.name);
        let refused = fixture.actions().replace(&theirs, None).await;
        assert!(
            matches!(refused, Err(StoreError::StaleVersion)),
            "{refused:?}"
        );
        for revision in [None, Some(1)] {
            assert!(
                !fixture
                    .actions()
                    .delete(b, action.id, revision)
                    .await
                    .unwrap()
            );
        }
        assert_eq!(
            fixture.actions().get(a, action.id).await.unwrap(),
            Some(action)
        );
    }
}

/// Actions of several types come by id; of no type, none.
pub async fn actions_of_types_come_by_id(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    for (name, of) in [("3", "x"), ("1", "y"), ("2", "x"), ("4", "z"), ("5", "X")] {
        named(fixture, a, name, of).await;
    }
    let types = |types: &[&str]| types.iter().map(|&t| t.to_owned()).collect::<Vec<_>>();
    for (wanted, expected) in [
        (types(&["x", "y"]), vec!["3", "1", "2"]),
        (types(&["z", "z", "nothing"]), vec!["4"]),
        (types(&[]), vec![]),
        (types(&["%", "_"]), vec![]),
    ] {
        let found = fixture.actions().of_types(a, &wanted).await.unwrap();
        assert_eq!(names(&found), expected, "{wanted:?}");
    }
}
