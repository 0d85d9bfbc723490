//! Templates in memory.

mod page;

use super::Fixture;
use crate::{
    Blueprint, Imported, NewTemplate, Template, TemplateFilter, TemplateId, TemplateOrder,
    TemplateStore,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use std::sync::{Mutex, MutexGuard, PoisonError};
use workflow_model::WorkflowId;
use workflow_registry::{NewWorkflow, Workflow};

/// Templates, and the drafts made of them, in vectors. Ignores receipts.
#[derive(Debug, Default)]
pub struct MemoryTemplates(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    templates: Vec<Template>,
    drafts: Vec<Workflow>,
    tenants: i64,
    last_id: i64,
}

const TAKEN: StoreError = StoreError::Duplicate {
    what: "template name and version",
};

impl Rows {
    fn insert(&mut self, actor: &Actor, new: NewTemplate, now: DateTime<Utc>) -> Template {
        self.last_id += 1;
        let template = Template {
            id: TemplateId(self.last_id),
            owner: actor.tenant,
            content: new.content,
            is_active: new.is_active,
            is_public: new.is_public,
            usage_count: 0,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        self.templates.push(template.clone());
        template
    }

    fn of_same_version(&self, tenant: TenantId, content: &Blueprint) -> Option<&Template> {
        self.templates.iter().find(|row| {
            row.owner == tenant
                && row.content.name == content.name
                && row.content.version == content.version
        })
    }

    fn visible(&mut self, tenant: TenantId, id: TemplateId) -> Option<&mut Template> {
        self.templates
            .iter_mut()
            .find(|row| row.id == id && (row.owner == tenant || row.is_public))
    }
}

impl MemoryTemplates {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TemplateStore for MemoryTemplates {
    async fn insert(
        &self,
        actor: &Actor,
        new: NewTemplate,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Template>>,
    ) -> Result<Template, StoreError> {
        let mut rows = self.rows();
        if rows.of_same_version(actor.tenant, &new.content).is_some() {
            return Err(TAKEN);
        }
        Ok(rows.insert(actor, new, now))
    }

    async fn import(
        &self,
        actor: &Actor,
        blueprint: Blueprint,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Imported>>,
    ) -> Result<Imported, StoreError> {
        let mut rows = self.rows();
        Ok(match rows.of_same_version(actor.tenant, &blueprint) {
            Some(row) if row.content.same_content(&blueprint) => Imported::Existing(row.clone()),
            Some(row) => Imported::Conflict(row.clone()),
            None => {
                let new = NewTemplate {
                    content: blueprint,
                    is_active: true,
                    is_public: false,
                };
                Imported::Created(rows.insert(actor, new, now))
            }
        })
    }

    async fn get(&self, tenant: TenantId, id: TemplateId) -> Result<Option<Template>, StoreError> {
        Ok(self.rows().visible(tenant, id).cloned())
    }

    async fn list(
        &self,
        tenant: TenantId,
        filter: &TemplateFilter,
        ordering: &Ordering<TemplateOrder>,
        page: &PageRequest,
    ) -> Result<Page<Template>, StoreError> {
        let mut found: Vec<Template> = self
            .rows()
            .templates
            .iter()
            .filter(|row| (row.owner == tenant || row.is_public) && page::matches(filter, row))
            .cloned()
            .collect();
        found.sort_by(|left, right| page::compare(ordering, left, right));
        Ok(page::cut(&found, ordering, page))
    }

    async fn replace(
        &self,
        template: &Template,
        _receipt: Option<Receipt<Template>>,
    ) -> Result<Template, StoreError> {
        let mut rows = self.rows();
        let stored = rows.templates.iter().position(|row| {
            row.owner == template.owner
                && row.id == template.id
                && row.revision == template.revision - 1
        });
        let index = stored.ok_or(StoreError::StaleVersion)?;
        let twin = rows.of_same_version(template.owner, &template.content);
        if twin.is_some_and(|twin| twin.id != template.id) {
            return Err(TAKEN);
        }
        let row = &mut rows.templates[index];
        *row = Template {
            usage_count: row.usage_count,
            created_by: row.created_by.clone(),
            created_at: row.created_at,
            ..template.clone()
        };
        Ok(row.clone())
    }

    async fn use_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        _receipt: Option<Receipt<Workflow>>,
    ) -> Result<Option<Workflow>, StoreError> {
        let mut rows = self.rows();
        let Some(template) = rows.visible(actor.tenant, id) else {
            return Ok(None);
        };
        template.usage_count += 1;
        rows.last_id += 1;
        let workflow = Workflow {
            id: WorkflowId(rows.last_id),
            tenant: actor.tenant,
            name: draft.name,
            description: draft.description,
            workflow_type: draft.workflow_type,
            status: draft.status,
            version: 1,
            definition: draft.definition,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            execution_count: 0,
            last_executed_at: None,
            revision: 1,
        };
        rows.drafts.push(workflow.clone());
        Ok(Some(workflow))
    }

    async fn delete(
        &self,
        tenant: TenantId,
        id: TemplateId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut rows = self.rows();
        let stored = |row: &Template| row.owner == tenant && row.id == id;
        let Some(index) = rows.templates.iter().position(stored) else {
            return Ok(false);
        };
        if expected_revision.is_some_and(|expected| expected != rows.templates[index].revision) {
            return Err(StoreError::StaleVersion);
        }
        rows.templates.remove(index);
        Ok(true)
    }
}

#[async_trait]
impl Fixture for MemoryTemplates {
    fn templates(&self) -> &dyn TemplateStore {
        self
    }

    async fn tenant(&self) -> TenantId {
        let mut rows = self.rows();
        rows.tenants += 1;
        TenantId(rows.tenants)
    }

    async fn workflow(&self, tenant: TenantId, id: WorkflowId) -> Option<Workflow> {
        let rows = self.rows();
        let kept = |row: &&Workflow| row.tenant == tenant && row.id == id;
        rows.drafts.iter().find(kept).cloned()
    }
}
