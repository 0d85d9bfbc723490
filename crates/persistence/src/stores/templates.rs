//! Process templates.

use super::super::{Exec, queries};
use crate::rows::{NewTemplateRow, NewWorkflowRow};
use async_trait::async_trait;
use blueprint::{
    Blueprint, Imported, NewTemplate, Template, TemplateFilter, TemplateId, TemplateOrder,
    TemplateStore,
};
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use queries::templates;
use workflow_registry::{NewWorkflow, Workflow};

/// What a taken key is called.
const NAME_AND_VERSION: &str = "template name and version";

#[async_trait]
impl TemplateStore for Exec {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewTemplate,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Template>>,
    ) -> Result<Template, StoreError> {
        let row = NewTemplateRow::new(actor, &new, now)?;
        let kept = self.write(move |conn| templates::insert(conn, &row, receipt.as_ref()));
        Ok(kept.await?)
    }

    async fn import(
        &self,
        actor: &Actor,
        blueprint: Blueprint,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Imported>>,
    ) -> Result<Imported, StoreError> {
        let new = NewTemplate {
            content: blueprint,
            is_active: true,
            is_public: false,
        };
        let row = NewTemplateRow::new(actor, &new, now)?;
        let kept = self.write(move |conn| {
            let same = |known: &Template| known.content.same_content(&new.content);
            templates::import(conn, &row, same, receipt.as_ref())
        });
        Ok(kept.await?)
    }

    async fn get(&self, tenant: TenantId, id: TemplateId) -> Result<Option<Template>, StoreError> {
        let row = self
            .read(move |conn| templates::get(conn, tenant, id))
            .await?;
        row.map(Template::try_from).transpose()
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &TemplateFilter,
        ordering: &Ordering<TemplateOrder>,
        page: &PageRequest,
    ) -> Result<Page<Template>, StoreError> {
        let (filter, ordering, page) = (filter.clone(), ordering.clone(), page.clone());
        let rows = self
            .read_snapshot(move |conn| templates::list(conn, tenant, &filter, &ordering, &page));
        rows.await?.try_map(Template::try_from)
    }

    async fn replace(
        &self,
        template: &Template,
        receipt: Option<Receipt<Template>>,
    ) -> Result<Template, StoreError> {
        let template = template.clone();
        let kept = self.write(move |conn| templates::replace(conn, &template, receipt.as_ref()));
        kept.await.map_err(|error| error.named(NAME_AND_VERSION))
    }

    async fn use_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Option<Workflow>, StoreError> {
        let tenant = actor.tenant;
        let row = NewWorkflowRow::new(actor, draft, now)?;
        let made = self
            .write(move |conn| templates::use_template(conn, tenant, id, &row, receipt.as_ref()));
        Ok(made.await?)
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: TemplateId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        let gone = self.write(move |conn| templates::delete(conn, tenant, id, expected_revision));
        Ok(gone.await?)
    }
}
