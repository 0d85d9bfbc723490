//! The executions that reports are about.

use super::super::super::Conn;
use super::super::executions::{Ids, in_chunks, lock};
use super::contexts::Contexts;
use crate::DbError;
use crate::schema::execution;
use diesel::prelude::*;
use execution_log::{Known, MergeState, RecordError, Report};
use kernel::TenantId;
use std::collections::{BTreeSet, HashMap, HashSet};
use workflow_model::{Execution, ExecutionId};

/// What is known of executions, as of the reports merged so far.
pub(super) struct KnownExecutions {
    executions: HashMap<i64, (Execution, MergeState)>,
    /// By workflow and external id.
    by_external_id: HashMap<i64, HashMap<String, i64>>,
    /// Those that have a row.
    stored: HashSet<i64>,
}

impl KnownExecutions {
    /// Looks up the executions that the reports name, and locks them in the order of their ids.
    pub(super) fn load(
        conn: &mut Conn,
        tenant: TenantId,
        reports: &[Report],
        contexts: &mut Contexts,
        wait: bool,
    ) -> Result<Self, DbError> {
        let mut ids = BTreeSet::new();
        let mut external_ids = BTreeSet::new();
        for report in reports {
            if let Known::ById(id, _) = report.known {
                ids.insert(id.0);
            }
            external_ids.extend(report.external_id.as_deref());
        }
        ids.extend(by_external_id(conn, tenant, &Vec::from_iter(external_ids))?);
        let rows = lock(conn, tenant, &Ids::from_iter(ids), wait)?;
        contexts.add(conn, rows.iter().map(|row| row.workflow_id))?;
        let mut known = Self {
            executions: HashMap::with_capacity(rows.len()),
            by_external_id: HashMap::new(),
            stored: rows.iter().map(|row| row.id).collect(),
        };
        for row in rows {
            let state = row.state()?;
            if let Some(labels) = contexts.labels(row.workflow_id) {
                known.put(row.read(labels)?, state);
            }
        }
        Ok(known)
    }

    /// The execution of that id, and what is kept beside it.
    pub(super) fn get(&self, id: i64) -> Option<(&Execution, &MergeState)> {
        self.executions
            .get(&id)
            .map(|(execution, state)| (execution, state))
    }

    /// Keeps what became of an execution.
    pub(super) fn put(&mut self, execution: Execution, state: MergeState) {
        if let Some(external_id) = &execution.external_id {
            let of_workflow = self.by_external_id.entry(execution.workflow.0).or_default();
            if !of_workflow.contains_key(external_id) {
                of_workflow.insert(external_id.clone(), execution.id.0);
            }
        }
        self.executions.insert(execution.id.0, (execution, state));
    }

    /// Whether an execution has a row already.
    pub(super) fn is_stored(&self, id: i64) -> bool {
        self.stored.contains(&id)
    }

    /// Whether the report is about an execution that was not known when the call began.
    pub(super) fn is_new(&self, report: &Report, contexts: &Contexts) -> bool {
        matches!(self.find(report, contexts), Ok(None))
    }

    /// The execution that a report is about, if it is known.
    pub(super) fn find(
        &self,
        report: &Report,
        contexts: &Contexts,
    ) -> Result<Option<i64>, RecordError> {
        if let Known::ById(ExecutionId(id), _) = report.known {
            let known = self.executions.contains_key(&id);
            return if known {
                Ok(Some(id))
            } else {
                Err(RecordError::UnknownExecution)
            };
        }
        let workflow = contexts.find(report.workflow.as_ref())?;
        let external_id = report.external_id.as_deref();
        Ok(external_id.and_then(|external_id| self.with_external_id(workflow, external_id)))
    }

    fn with_external_id(&self, workflow: i64, external_id: &str) -> Option<i64> {
        self.by_external_id
            .get(&workflow)?
            .get(external_id)
            .copied()
    }

    /// Refuses to give an execution the external id of another one.
    pub(super) fn check_external_id(
        &self,
        report: &Report,
        execution: &Execution,
    ) -> Result<(), RecordError> {
        let Some(external_id) = &report.external_id else {
            return Ok(());
        };
        match self.with_external_id(execution.workflow.0, external_id) {
            Some(other) if other != execution.id.0 => {
                Err(RecordError::external_id_taken(external_id))
            }
            _ => Ok(()),
        }
    }
}

fn by_external_id(
    conn: &mut Conn,
    tenant: TenantId,
    external_ids: &[&str],
) -> QueryResult<Vec<i64>> {
    in_chunks(external_ids, |chunk| {
        execution::table
            .filter(execution::tenant_id.eq(tenant.0))
            .filter(execution::external_id.eq_any(chunk.iter().copied()))
            .select(execution::id)
            .load(conn)
    })
}
