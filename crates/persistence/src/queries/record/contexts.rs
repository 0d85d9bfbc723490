//! What reports need to know of their workflows.

use super::super::super::{Conn, kept};
use super::super::executions::in_chunks;
use crate::DbError;
use crate::rows::{Stored, definition};
use crate::schema::{workflow, workflow_version};
use diesel::prelude::*;
use execution_log::{RecordError, Report, WorkflowContext, WorkflowKey};
use kernel::TenantId;
use std::collections::{BTreeSet, HashMap};
use workflow_model::WorkflowId;

/// Id, name, type and current version.
type Row = (i64, String, String, i64);

/// The workflows that the reports of one call are about. They are kept from being deleted until
/// the end of the transaction.
pub(super) struct Contexts {
    tenant: TenantId,
    workflows: HashMap<i64, Row>,
    by_name: HashMap<String, i64>,
    versions: HashMap<(i64, i64), Option<WorkflowContext>>,
}

impl Contexts {
    /// Looks up the workflows that the reports name.
    pub(super) fn load(
        conn: &mut Conn,
        tenant: TenantId,
        reports: &[Report],
    ) -> Result<Self, DbError> {
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for report in reports {
            match &report.workflow {
                Some(WorkflowKey::Id(id)) => drop(ids.insert(id.0)),
                Some(WorkflowKey::Name(name)) => drop(names.insert(name.as_str())),
                None => {}
            }
        }
        let mut contexts = Self {
            tenant,
            workflows: HashMap::new(),
            by_name: HashMap::new(),
            versions: HashMap::new(),
        };
        contexts.add(conn, ids)?;
        let named = in_chunks(&Vec::from_iter(names), |chunk| {
            let query = workflow::table
                .filter(workflow::tenant_id.eq(tenant.0))
                .filter(workflow::name.eq_any(chunk.iter().copied()))
                .select((
                    workflow::id,
                    workflow::name,
                    workflow::workflow_type,
                    workflow::version,
                ));
            kept!(query).load::<Row>(conn)
        })?;
        for row in named {
            let first = contexts.by_name.entry(row.1.clone()).or_insert(row.0);
            *first = row.0.min(*first);
            contexts.workflows.insert(row.0, row);
        }
        Ok(contexts)
    }

    /// Looks up further workflows.
    pub(super) fn add(
        &mut self,
        conn: &mut Conn,
        ids: impl IntoIterator<Item = i64>,
    ) -> Result<(), DbError> {
        let mut wanted: Vec<i64> = ids.into_iter().collect();
        wanted.retain(|id| !self.workflows.contains_key(id));
        wanted.sort_unstable();
        wanted.dedup();
        let found = in_chunks(&wanted, |chunk| {
            let query = workflow::table
                .filter(workflow::tenant_id.eq(self.tenant.0))
                .filter(workflow::id.eq_any(chunk))
                .select((
                    workflow::id,
                    workflow::name,
                    workflow::workflow_type,
                    workflow::version,
                ));
            kept!(query).load::<Row>(conn)
        })?;
        self.workflows
            .extend(found.into_iter().map(|row| (row.0, row)));
        Ok(())
    }

    /// The id of the workflow that a report names.
    pub(super) fn find(&self, key: Option<&WorkflowKey>) -> Result<i64, RecordError> {
        let found = match key {
            None => None,
            Some(WorkflowKey::Id(id)) => Some(id.0).filter(|id| self.workflows.contains_key(id)),
            Some(WorkflowKey::Name(name)) => self.by_name.get(name).copied(),
        };
        found.ok_or(RecordError::UnknownWorkflow)
    }

    /// Name and type of a workflow that was looked up.
    pub(super) fn labels(&self, workflow: i64) -> Option<crate::rows::Labels> {
        self.workflows
            .get(&workflow)
            .map(|row| crate::rows::Labels {
                workflow_name: row.1.clone(),
                workflow_type: row.2.clone(),
            })
    }

    /// What to know of a version of a workflow that was looked up, the current one when `None`.
    pub(super) fn get(
        &mut self,
        conn: &mut Conn,
        workflow: i64,
        version: Option<i64>,
    ) -> Result<&WorkflowContext, super::Refusal> {
        let row = self
            .workflows
            .get(&workflow)
            .ok_or(RecordError::UnknownWorkflow)?;
        let version = version.unwrap_or(row.3);
        let context = match self.versions.entry((workflow, version)) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(load_version(conn, self.tenant, row, version)?)
            }
        };
        Ok(context
            .as_ref()
            .ok_or(RecordError::UnknownVersion(version))?)
    }
}

fn load_version(
    conn: &mut Conn,
    tenant: TenantId,
    (id, name, workflow_type, _): &Row,
    version: i64,
) -> Result<Option<WorkflowContext>, DbError> {
    let text: Option<String> = workflow_version::table
        .filter(workflow_version::tenant_id.eq(tenant.0))
        .filter(workflow_version::workflow_id.eq(*id))
        .filter(workflow_version::version.eq(version))
        .select(workflow_version::definition)
        .first(conn)
        .optional()?;
    let Some(text) = text else {
        return Ok(None);
    };
    let stored = Stored {
        entity: "version of workflow",
        id: *id,
    };
    let steps = definition(stored, &text)?.steps;
    Ok(Some(WorkflowContext {
        id: WorkflowId(*id),
        name: name.clone(),
        workflow_type: workflow_type.clone(),
        version,
        steps: steps
            .into_iter()
            .map(|step| (step.name, step.action))
            .collect(),
    }))
}
