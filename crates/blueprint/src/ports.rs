//! What this crate needs kept.

use crate::{Blueprint, NewTemplate, Template, TemplateId, TemplateType};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Actor, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use workflow_registry::{NewWorkflow, Workflow};

/// Which templates; every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateFilter {
    /// Of this type.
    pub template_type: Option<TemplateType>,
    /// Whether it may be used.
    pub is_active: Option<bool>,
    /// Whether all tenants may read it.
    pub is_public: Option<bool>,
    /// Of exactly this name.
    pub name: Option<String>,
    /// Each of these, in lower case, occurs in the name or the description.
    pub search: Vec<String>,
}

/// What templates can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateOrder {
    /// By name.
    Name,
    /// By when it was made.
    CreatedAt,
}

/// What became of an import.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// It is new.
    Created(Template),
    /// The same content was there already under that name and version.
    Existing(Template),
    /// Other content was there already under that name and version.
    Conflict(Template),
}

/// Keeps templates. Every method is one atomic step. A tenant sees its own templates and the
/// public ones of others; it writes its own only. (Name, version) is unique within a tenant.
#[async_trait]
pub trait TemplateStore: Send + Sync {
    /// Keeps a new template. [`StoreError::Duplicate`] when the tenant has that name and version.
    async fn insert(
        &self,
        actor: &Actor,
        new: NewTemplate,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Template>>,
    ) -> Result<Template, StoreError>;

    /// Keeps a blueprint unless the tenant has that name and version. The receipt is rendered
    /// for [`Imported::Created`] and [`Imported::Existing`].
    async fn import(
        &self,
        actor: &Actor,
        blueprint: Blueprint,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Imported>>,
    ) -> Result<Imported, StoreError>;

    /// `None` when the tenant cannot see such a template.
    async fn get(&self, tenant: TenantId, id: TemplateId) -> Result<Option<Template>, StoreError>;

    /// A page of the templates that the tenant can see.
    async fn list(
        &self,
        tenant: TenantId,
        filter: &TemplateFilter,
        ordering: &Ordering<TemplateOrder>,
        page: &PageRequest,
    ) -> Result<Page<Template>, StoreError>;

    /// Writes if the stored revision is `template.revision - 1`, else
    /// [`StoreError::StaleVersion`]; [`StoreError::Duplicate`] when another template of the
    /// tenant has that name and version. The usage count is not written.
    async fn replace(
        &self,
        template: &Template,
        receipt: Option<Receipt<Template>>,
    ) -> Result<Template, StoreError>;

    /// Keeps a draft made of a template that the actor's tenant can see, and counts the use.
    /// `None` when it cannot see it any more.
    async fn use_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        draft: NewWorkflow,
        now: DateTime<Utc>,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Option<Workflow>, StoreError>;

    /// Deletes a template of the tenant's own; `false` when there is none.
    async fn delete(
        &self,
        tenant: TenantId,
        id: TemplateId,
        expected_revision: Option<i64>,
    ) -> Result<bool, StoreError>;
}
