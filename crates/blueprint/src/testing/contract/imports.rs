//! Imports.

use super::insert;
use crate::testing::{Fixture, actor, at, blueprint, new_template};
use crate::{Imported, Template};
use semver::Version;
use serde_json::{Map, json};

fn template(imported: Imported) -> Template {
    match imported {
        Imported::Created(template)
        | Imported::Existing(template)
        | Imported::Conflict(template) => template,
    }
}

/// The first import creates an active template that is not public; the same again finds it.
pub async fn an_import_creates_once(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let actor = actor(tenant);
    let sent = blueprint("Travel");
    let first = store
        .import(&actor, sent.clone(), at(1), None)
        .await
        .unwrap();
    assert!(matches!(first, Imported::Created(_)), "{first:?}");
    let kept = template(first);
    assert_eq!(kept.content, sent);
    assert!(kept.is_active && !kept.is_public);
    assert_eq!(
        (kept.owner, kept.revision, kept.created_at),
        (tenant, 1, at(1))
    );
    assert_eq!(
        store.get(tenant, kept.id).await.unwrap(),
        Some(kept.clone())
    );
    let again = store.import(&actor, sent, at(2), None).await.unwrap();
    assert_eq!(again, Imported::Existing(kept.clone()));
    // What a client wrote counts like what was imported.
    let written = insert(store, tenant, new_template("Written")).await;
    let found = store
        .import(&actor, blueprint("Written"), at(3), None)
        .await
        .unwrap();
    assert_eq!(found, Imported::Existing(written));
}

/// Other content under the same name and version is shown, not written.
pub async fn an_import_of_other_content_is_a_conflict(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let kept = insert(store, tenant, new_template("Travel")).await;
    let mut other = blueprint("Travel");
    other
        .process_steps
        .push(json!({"name": "Pay", "action": "payment"}));
    let answer = store
        .import(&actor(tenant), other.clone(), at(1), None)
        .await
        .unwrap();
    assert_eq!(answer, Imported::Conflict(kept.clone()));
    assert_eq!(store.get(tenant, kept.id).await.unwrap(), Some(kept));
    other.version = Version::new(1, 1, 0);
    let answer = store
        .import(&actor(tenant), other, at(2), None)
        .await
        .unwrap();
    assert!(matches!(answer, Imported::Created(_)), "{answer:?}");
}

/// Another tenant's template, public or not, neither answers nor hinders an import.
pub async fn imports_stay_in_their_tenant(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    super::insert_public(store, theirs, "Travel").await;
    let answer = store
        .import(&actor(ours), blueprint("Travel"), at(1), None)
        .await
        .unwrap();
    assert!(matches!(answer, Imported::Created(_)), "{answer:?}");
    assert_eq!(template(answer).owner, ours);
}

/// The order of keys and the spelling of numbers make no difference to the content.
pub async fn content_is_compared_as_json(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let kept = insert(store, tenant, new_template("Travel")).await;
    let mut same = blueprint("Travel");
    let turned: Map<_, _> = same.settings.clone().into_iter().rev().collect();
    same.settings = turned;
    same.settings.insert("timeout".to_owned(), json!(300.0));
    let answer = store
        .import(&actor(tenant), same, at(1), None)
        .await
        .unwrap();
    assert_eq!(answer, Imported::Existing(kept));
}
