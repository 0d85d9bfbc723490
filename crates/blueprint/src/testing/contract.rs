//! The promises of [`TemplateStore`], each against an empty store.
#![expect(clippy::unwrap_used, reason = "a test suite fails by panicking")]

mod imports;
mod lists;
mod uses;

pub use imports::{
    an_import_creates_once, an_import_of_other_content_is_a_conflict, content_is_compared_as_json,
    imports_stay_in_their_tenant,
};
pub use lists::{
    counts_are_of_the_filter, cursors_tile_the_list, filters_are_exact_and_combined,
    lists_are_ordered_with_ties_by_id, pages_tile_the_list, search_matches_every_term_literally,
    the_last_page_and_the_one_past_it,
};
pub use uses::{
    use_counts_across_tenants, use_keeps_a_draft_and_counts, use_of_a_hidden_template_does_nothing,
};

use super::{Fixture, actor, at, new_template};
use crate::{NewTemplate, Template, TemplateFilter, TemplateId, TemplateStore, TemplateType};
use kernel::{PageRequest, StoreError, TenantId};
use semver::Version;

pub(super) async fn insert(
    store: &dyn TemplateStore,
    tenant: TenantId,
    new: NewTemplate,
) -> Template {
    store
        .insert(&actor(tenant), new, at(0), None)
        .await
        .unwrap()
}

pub(super) async fn insert_public(
    store: &dyn TemplateStore,
    tenant: TenantId,
    name: &str,
) -> Template {
    let new = NewTemplate {
        is_public: true,
        ..new_template(name)
    };
    insert(store, tenant, new).await
}

async fn listed(store: &dyn TemplateStore, tenant: TenantId) -> Vec<Template> {
    let all = TemplateFilter::default();
    let page = store
        .list(tenant, &all, &vec![], &PageRequest::first())
        .await;
    page.unwrap().items
}

fn is_duplicate<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Duplicate { .. }))
}

fn is_stale<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::StaleVersion))
}

/// What was given comes back, with the counters at their start.
pub async fn a_new_template_is_kept_as_given(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let mut new = new_template("Leave request");
    new.content.version = Version::parse("2.0.0-rc.1+build.5").unwrap();
    new.content.graph_spec = None;
    let kept = insert(store, tenant, new.clone()).await;
    assert_eq!(kept.owner, tenant);
    assert_eq!(kept.content, new.content);
    assert!(kept.is_active && !kept.is_public);
    assert_eq!((kept.usage_count, kept.revision), (0, 1));
    assert_eq!(kept.created_by, "ada");
    assert_eq!((kept.created_at, kept.updated_at), (at(0), at(0)));
    assert_eq!(
        store.get(tenant, kept.id).await.unwrap(),
        Some(kept.clone())
    );
    let none = TemplateId(kept.id.0 + 1000);
    assert_eq!(store.get(tenant, none).await.unwrap(), None);
}

/// [`StoreError::Duplicate`] for the same name and version, within a tenant only.
pub async fn a_name_and_version_is_unique_within_its_tenant(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    insert_public(store, ours, "Onboarding").await;
    let again = store
        .insert(&actor(ours), new_template("Onboarding"), at(1), None)
        .await;
    assert!(is_duplicate(&again));
    assert_eq!(listed(store, ours).await.len(), 1);
    insert(store, theirs, new_template("Onboarding")).await;
    let mut newer = new_template("Onboarding");
    newer.content.version = Version::new(1, 0, 1);
    insert(store, ours, newer).await;
}

/// Another tenant's template does not exist.
pub async fn a_template_is_seen_by_its_tenant_only(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let kept = insert(store, ours, new_template("Ours")).await;
    assert_eq!(store.get(theirs, kept.id).await.unwrap(), None);
    assert_eq!(listed(store, theirs).await, []);
    assert_eq!(listed(store, ours).await, [kept]);
}

/// A public template is in the lists of all tenants, active or not.
pub async fn a_public_template_is_read_by_all(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let public = NewTemplate {
        is_public: true,
        is_active: false,
        ..new_template("Public")
    };
    let kept = insert(store, ours, public).await;
    assert_eq!(
        store.get(theirs, kept.id).await.unwrap(),
        Some(kept.clone())
    );
    assert_eq!(listed(store, theirs).await, [kept]);
}

/// Neither a change nor a deletion crosses tenants, also of a public template.
pub async fn another_tenants_template_is_never_written(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let hidden = insert(store, ours, new_template("Hidden")).await;
    let public = insert_public(store, ours, "Public").await;
    for template in [&hidden, &public] {
        let mut stolen = template.clone();
        stolen.owner = theirs;
        stolen.revision += 1;
        assert!(is_stale(&store.replace(&stolen, None).await));
        assert!(!store.delete(theirs, template.id, None).await.unwrap());
        assert!(!store.delete(theirs, template.id, Some(1)).await.unwrap());
        assert_eq!(
            store.get(ours, template.id).await.unwrap().as_ref(),
            Some(template)
        );
    }
}

/// Only the revision that follows the stored one is written.
pub async fn a_stale_write_is_refused(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let first = insert(store, tenant, new_template("A")).await;
    let mut second = first.clone();
    second.revision = 2;
    "second".clone_into(&mut second.content.description);
    store.replace(&second, None).await.unwrap();
    for revision in [1, 2, 4] {
        let late = Template {
            revision,
            ..first.clone()
        };
        assert!(
            is_stale(&store.replace(&late, None).await),
            "revision {revision}"
        );
    }
    assert_eq!(store.get(tenant, first.id).await.unwrap(), Some(second));
}

/// Every field that a client writes is written; what is measured or historic is not.
pub async fn replace_leaves_the_usage_count_and_the_origin(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let first = insert(store, tenant, new_template("A")).await;
    let mut content = new_template("B").content;
    content.version = Version::new(3, 1, 4);
    content.template_type = TemplateType::Offboarding;
    content.process_steps.clear();
    content.variables.clear();
    content.settings.clear();
    content.graph_spec = None;
    let change = Template {
        content: content.clone(),
        is_active: false,
        is_public: true,
        usage_count: 99,
        updated_at: at(5),
        revision: 2,
        ..first.clone()
    };
    let stored = store.replace(&change, None).await.unwrap();
    let expected = Template {
        usage_count: 0,
        ..change
    };
    assert_eq!(stored, expected);
    assert_eq!(store.get(tenant, first.id).await.unwrap(), Some(expected));
}

/// [`StoreError::Duplicate`] when another template of the tenant has that name and version; a
/// template does not stand in its own way.
pub async fn replace_refuses_a_taken_name_and_version(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    insert(store, tenant, new_template("A")).await;
    let b = insert(store, tenant, new_template("B")).await;
    let mut renamed = b.clone();
    renamed.revision = 2;
    "A".clone_into(&mut renamed.content.name);
    assert!(is_duplicate(&store.replace(&renamed, None).await));
    assert_eq!(store.get(tenant, b.id).await.unwrap(), Some(b.clone()));
    "B".clone_into(&mut renamed.content.name);
    store.replace(&renamed, None).await.unwrap();
}

/// The second deletion finds nothing, and the name is free again.
pub async fn a_template_is_deleted_once(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let kept = insert(store, tenant, new_template("A")).await;
    assert!(store.delete(tenant, kept.id, None).await.unwrap());
    assert!(!store.delete(tenant, kept.id, None).await.unwrap());
    assert_eq!(store.get(tenant, kept.id).await.unwrap(), None);
    insert(store, tenant, new_template("A")).await;
}

/// [`StoreError::StaleVersion`] when the revision is not the expected one; nothing is deleted.
pub async fn delete_expects_its_revision(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let kept = insert(store, tenant, new_template("A")).await;
    assert!(is_stale(&store.delete(tenant, kept.id, Some(2)).await));
    assert_eq!(
        store.get(tenant, kept.id).await.unwrap(),
        Some(kept.clone())
    );
    assert!(store.delete(tenant, kept.id, Some(1)).await.unwrap());
}
