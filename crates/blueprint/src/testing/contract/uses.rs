//! Uses.

use super::{insert, insert_public};
use crate::testing::{Fixture, actor, at, new_template};
use crate::{Template, TemplateId, UseRequest, draft_from};
use workflow_registry::{NewWorkflow, WorkflowStatus};

fn draft(template: &Template) -> NewWorkflow {
    draft_from(template, &UseRequest::default()).unwrap()
}

/// The draft is kept as a workflow of the actor's tenant, and the template counts the use
/// without counting as changed.
pub async fn use_keeps_a_draft_and_counts(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let template = insert(store, tenant, new_template("Travel")).await;
    let new = draft(&template);
    let (id, who) = (template.id, actor(tenant));
    let first = store
        .use_template(&who, id, new.clone(), at(1), None)
        .await
        .unwrap()
        .unwrap();
    let second = store
        .use_template(&who, id, new.clone(), at(2), None)
        .await
        .unwrap()
        .unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(first.name, new.name);
    assert_eq!(first.description, new.description);
    assert_eq!(first.workflow_type, new.workflow_type);
    assert_eq!(first.status, WorkflowStatus::Draft);
    assert_eq!(first.definition, new.definition);
    assert_eq!(
        (first.tenant, first.version, first.revision),
        (tenant, 1, 1)
    );
    assert_eq!((first.execution_count, first.last_executed_at), (0, None));
    assert_eq!((first.created_at, first.updated_at), (at(1), at(1)));
    assert_eq!(first.created_by, "ada");
    assert_eq!(fixture.workflow(tenant, first.id).await, Some(first));
    let counted = Template {
        usage_count: 2,
        ..template
    };
    assert_eq!(store.get(tenant, id).await.unwrap(), Some(counted));
}

/// Uses of a public template by other tenants count too; the draft belongs to its user.
pub async fn use_counts_across_tenants(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let template = insert_public(store, ours, "Travel").await;
    for tenant in [ours, theirs, theirs] {
        let (who, draft) = (actor(tenant), draft(&template));
        let made = store
            .use_template(&who, template.id, draft, at(1), None)
            .await;
        let made = made.unwrap().unwrap();
        assert_eq!(made.tenant, tenant);
        let other = if tenant == ours { theirs } else { ours };
        assert_eq!(fixture.workflow(other, made.id).await, None);
    }
    for tenant in [ours, theirs] {
        let seen = store.get(tenant, template.id).await.unwrap().unwrap();
        assert_eq!(seen.usage_count, 3);
    }
}

/// A template that the actor's tenant cannot see is not used and counts nothing.
pub async fn use_of_a_hidden_template_does_nothing(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    let template = insert(store, ours, new_template("Travel")).await;
    let draft = draft(&template);
    let none = TemplateId(template.id.0 + 1000);
    for id in [template.id, none] {
        let made = store
            .use_template(&actor(theirs), id, draft.clone(), at(1), None)
            .await;
        assert_eq!(made.unwrap(), None);
    }
    assert_eq!(store.get(ours, template.id).await.unwrap(), Some(template));
}
