//! What can be done with templates.

#[cfg(test)]
mod tests;

use crate::{
    Blueprint, Imported, NewTemplate, Template, TemplateChange, TemplateFilter, TemplateId,
    TemplateOrder, TemplateStore, UseRequest, draft_from,
};
use document::Problem;
use kernel::{Actor, Clock, Ordering, Page, PageRequest, Receipt, StoreError, TenantId};
use semver::Version;
use std::sync::Arc;
use workflow_registry::Workflow;

/// Why a request about templates was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The tenant cannot see such a template.
    #[error("Process template not found")]
    NotFound,
    /// The template changed since it was read.
    #[error("The process template changed since it was read; read it again")]
    Stale,
    /// The template belongs to another tenant, which made it public.
    #[error(
        "This public template belongs to another tenant and cannot be changed; export it and import the blueprint to have your own"
    )]
    NotOwner,
    /// The tenant has a template of that name and version.
    #[error(
        "A process template named \"{name}\" with version {version} exists already; choose another name or version"
    )]
    DuplicateVersion {
        /// The name.
        name: String,
        /// The version.
        version: Version,
    },
    /// A blueprint says something else than the template of the same name and version.
    #[error(
        "A process template named \"{name}\" with version {version} exists already with other content; raise the version of the blueprint, such as to {next}"
    )]
    VersionConflict {
        /// The name.
        name: String,
        /// The version that both have.
        version: Version,
        /// The next version.
        next: Version,
    },
    /// The template is not active.
    #[error("The process template \"{name}\" is not active; set is_active to true before using it")]
    Inactive {
        /// Its name.
        name: String,
    },
    /// The request does not fit the template.
    #[error("Invalid input data")]
    Invalid(Vec<Problem>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How often a change without an expected revision is tried against concurrent ones.
const ATTEMPTS: usize = 5;

/// Keeps, moves and uses templates.
#[derive(Clone)]
pub struct TemplateService {
    store: Arc<dyn TemplateStore>,
    clock: Arc<dyn Clock>,
}

impl TemplateService {
    /// A service on `store`.
    #[must_use]
    pub fn new(store: Arc<dyn TemplateStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Keeps a new template.
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewTemplate,
        receipt: Option<Receipt<Template>>,
    ) -> Result<Template, TemplateError> {
        let (name, version) = (new.content.name.clone(), new.content.version.clone());
        self.store
            .insert(actor, new, self.clock.now(), receipt)
            .await
            .map_err(|error| refusal(error, name, version))
    }

    /// A template that the tenant can see: its own, or a public one of another tenant.
    pub async fn get(&self, tenant: TenantId, id: TemplateId) -> Result<Template, TemplateError> {
        self.store
            .get(tenant, id)
            .await?
            .ok_or(TemplateError::NotFound)
    }

    /// A page of the templates that the tenant can see.
    pub async fn list(
        &self,
        tenant: TenantId,
        filter: &TemplateFilter,
        ordering: &Ordering<TemplateOrder>,
        page: &PageRequest,
    ) -> Result<Page<Template>, TemplateError> {
        Ok(self.store.list(tenant, filter, ordering, page).await?)
    }

    /// Changes a template of the tenant's own. With `if_match`, only in that revision.
    pub async fn update(
        &self,
        actor: &Actor,
        id: TemplateId,
        change: TemplateChange,
        if_match: Option<i64>,
    ) -> Result<Template, TemplateError> {
        for _ in 0..ATTEMPTS {
            let mut template = self.own(actor, id, if_match).await?;
            change.clone().apply(&mut template);
            template.revision += 1;
            template.updated_at = self.clock.now();
            match self.store.replace(&template, None).await {
                Ok(stored) => return Ok(stored),
                // Someone else was faster: with an expected revision the next round says so.
                Err(StoreError::StaleVersion) => {}
                Err(error) => {
                    let content = template.content;
                    return Err(refusal(error, content.name, content.version));
                }
            }
        }
        Err(TemplateError::Stale)
    }

    /// Deletes a template of the tenant's own. With `if_match`, only in that revision. Workflows
    /// that were made of it stay.
    pub async fn delete(
        &self,
        actor: &Actor,
        id: TemplateId,
        if_match: Option<i64>,
    ) -> Result<(), TemplateError> {
        self.own(actor, id, if_match).await?;
        match self.store.delete(actor.tenant, id, if_match).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(TemplateError::NotFound),
            Err(StoreError::StaleVersion) => Err(TemplateError::Stale),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a blueprint, unless it is there already with the same content. Never answers
    /// [`Imported::Conflict`]: that is [`TemplateError::VersionConflict`].
    pub async fn import(
        &self,
        actor: &Actor,
        blueprint: Blueprint,
        receipt: Option<Receipt<Imported>>,
    ) -> Result<Imported, TemplateError> {
        let now = self.clock.now();
        match self.store.import(actor, blueprint, now, receipt).await? {
            Imported::Conflict(template) => {
                let version = template.content.version;
                Err(TemplateError::VersionConflict {
                    name: template.content.name,
                    next: next_patch(&version),
                    version,
                })
            }
            kept @ (Imported::Created(_) | Imported::Existing(_)) => Ok(kept),
        }
    }

    /// The portable form of a template.
    pub async fn export(
        &self,
        tenant: TenantId,
        id: TemplateId,
    ) -> Result<Blueprint, TemplateError> {
        Ok(self.get(tenant, id).await?.content)
    }

    /// Makes a draft workflow of a template and counts the use.
    pub async fn use_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        request: UseRequest,
        receipt: Option<Receipt<Workflow>>,
    ) -> Result<Workflow, TemplateError> {
        let template = self.get(actor.tenant, id).await?;
        if !template.is_active {
            return Err(TemplateError::Inactive {
                name: template.content.name,
            });
        }
        let draft = draft_from(&template, &request).map_err(TemplateError::Invalid)?;
        self.store
            .use_template(actor, id, draft, self.clock.now(), receipt)
            .await?
            .ok_or(TemplateError::NotFound)
    }

    /// A template that the actor may write, in the expected revision.
    async fn own(
        &self,
        actor: &Actor,
        id: TemplateId,
        if_match: Option<i64>,
    ) -> Result<Template, TemplateError> {
        let template = self.get(actor.tenant, id).await?;
        if template.owner != actor.tenant {
            return Err(TemplateError::NotOwner);
        }
        if if_match.is_some_and(|revision| revision != template.revision) {
            return Err(TemplateError::Stale);
        }
        Ok(template)
    }
}

fn refusal(error: StoreError, name: String, version: Version) -> TemplateError {
    match error {
        StoreError::Duplicate { .. } => TemplateError::DuplicateVersion { name, version },
        StoreError::StaleVersion => TemplateError::Stale,
        other @ (StoreError::AnswerExists
        | StoreError::Unavailable(_)
        | StoreError::Corrupt { .. }) => TemplateError::Store(other),
    }
}

/// The release that follows `version`: of a pre-release, the release itself.
fn next_patch(version: &Version) -> Version {
    let patch = if version.pre.is_empty() {
        version.patch.saturating_add(1)
    } else {
        version.patch
    };
    Version::new(version.major, version.minor, patch)
}
