//! Workflows.

use super::{Stored, json_text, search_text};
use crate::schema::{workflow, workflow_version};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Actor, StoreError, TenantId, to_millis};
use workflow_model::{Definition, WorkflowId};
use workflow_registry::{NewWorkflow, Workflow, WorkflowStatus, WorkflowType};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = workflow, check_for_backend(Sqlite, Pg))]
pub(crate) struct WorkflowRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) workflow_type: String,
    pub(crate) status: String,
    pub(crate) version: i64,
    pub(crate) definition: String,
    pub(crate) execution_count: i64,
    pub(crate) last_executed_at: Option<i64>,
    pub(crate) created_by: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) revision: i64,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = workflow)]
pub(crate) struct NewWorkflowRow {
    tenant_id: i64,
    name: String,
    search_text: String,
    description: String,
    workflow_type: &'static str,
    status: &'static str,
    version: i64,
    definition: String,
    execution_count: i64,
    created_by: String,
    created_at: i64,
    updated_at: i64,
    revision: i64,
}

impl NewWorkflowRow {
    /// The row of a new workflow: version 1, revision 1.
    pub(crate) fn new(
        actor: &Actor,
        new: NewWorkflow,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            tenant_id: actor.tenant.0,
            search_text: search_text(&new.name, &new.description),
            name: new.name,
            description: new.description,
            workflow_type: new.workflow_type.as_str(),
            status: new.status.as_str(),
            version: 1,
            definition: json_text(&new.definition.to_json())?,
            execution_count: 0,
            created_by: actor.user.clone(),
            created_at: to_millis(now),
            updated_at: to_millis(now),
            revision: 1,
        })
    }
}

/// What a client may change of a workflow.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = workflow)]
pub(crate) struct WorkflowChanges {
    name: String,
    search_text: String,
    description: String,
    workflow_type: &'static str,
    status: &'static str,
    pub(crate) version: i64,
    pub(crate) definition: String,
    updated_at: i64,
    revision: i64,
}

impl WorkflowChanges {
    pub(crate) fn new(workflow: &Workflow) -> Result<Self, StoreError> {
        Ok(Self {
            name: workflow.name.clone(),
            search_text: search_text(&workflow.name, &workflow.description),
            description: workflow.description.clone(),
            workflow_type: workflow.workflow_type.as_str(),
            status: workflow.status.as_str(),
            version: workflow.version,
            definition: json_text(&workflow.definition.to_json())?,
            updated_at: to_millis(workflow.updated_at),
            revision: workflow.revision,
        })
    }
}

/// The definition of one version.
#[derive(Debug, Insertable)]
#[diesel(table_name = workflow_version)]
pub(crate) struct VersionRow<'a> {
    pub(crate) tenant_id: i64,
    pub(crate) workflow_id: i64,
    pub(crate) version: i64,
    pub(crate) definition: &'a str,
}

impl TryFrom<WorkflowRow> for Workflow {
    type Error = StoreError;

    fn try_from(row: WorkflowRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "workflow",
            id: row.id,
        };
        Ok(Self {
            id: WorkflowId(row.id),
            tenant: TenantId(row.tenant_id),
            workflow_type: stored.choice(&row.workflow_type, WorkflowType::parse)?,
            status: stored.choice(&row.status, WorkflowStatus::parse)?,
            version: row.version,
            definition: definition(stored, &row.definition)?,
            execution_count: row.execution_count,
            last_executed_at: stored.maybe_instant(row.last_executed_at)?,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            revision: row.revision,
            name: row.name,
            description: row.description,
            created_by: row.created_by,
        })
    }
}

/// Reads a stored definition.
pub(crate) fn definition(stored: Stored, text: &str) -> Result<Definition, StoreError> {
    let value = stored.json(text)?;
    Definition::read(&value).map_err(|problems| {
        let said: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.path, problem.message))
            .collect();
        stored.corrupt(said.join("; "))
    })
}
