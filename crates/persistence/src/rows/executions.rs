//! Executions, and the changes that wait in queues.

use super::steps::{read_steps, write_steps};
use super::{Stored, json_text};
use crate::schema::{execution, execution_change};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use execution_log::MergeState;
use kernel::{StoreError, TenantId, to_millis};
use serde::{Deserialize, Serialize};
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

/// An execution as it is stored; also, as JSON, what a change keeps of the execution before.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(
    table_name = execution,
    check_for_backend(Sqlite, Pg),
    treat_none_as_default_value = false
)]
pub(crate) struct ExecutionRow {
    #[serde(rename = "id")]
    pub(crate) id: i64,
    #[serde(rename = "tn")]
    pub(crate) tenant_id: i64,
    #[serde(rename = "wf")]
    pub(crate) workflow_id: i64,
    #[serde(rename = "wv")]
    pub(crate) workflow_version: i64,
    #[serde(rename = "xi")]
    pub(crate) external_id: Option<String>,
    #[serde(rename = "st")]
    pub(crate) status: String,
    #[serde(rename = "oc")]
    pub(crate) outcome: Option<String>,
    #[serde(rename = "em")]
    pub(crate) error_message: Option<String>,
    #[serde(rename = "sa")]
    pub(crate) started_at: i64,
    #[serde(rename = "ca")]
    pub(crate) completed_at: Option<i64>,
    #[serde(skip)]
    pub(crate) duration_ms: Option<i64>,
    #[serde(rename = "pa")]
    pub(crate) paused_at: Option<i64>,
    #[serde(rename = "pm")]
    pub(crate) paused_ms: i64,
    #[serde(rename = "tb")]
    pub(crate) triggered_by: Option<String>,
    #[serde(rename = "in")]
    pub(crate) input_data: String,
    #[serde(rename = "sp")]
    pub(crate) steps: String,
    #[serde(skip)]
    pub(crate) merge_state: Option<String>,
    #[serde(rename = "cr")]
    pub(crate) created_at: i64,
    #[serde(rename = "up")]
    pub(crate) updated_at: i64,
    #[serde(rename = "rv")]
    pub(crate) revision: i64,
}

/// What an execution shows of its workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Labels {
    #[serde(rename = "wn")]
    pub(crate) workflow_name: String,
    #[serde(rename = "wt")]
    pub(crate) workflow_type: String,
}

impl ExecutionRow {
    /// The row of an execution and what is kept beside it.
    pub(crate) fn new(execution: &Execution, state: Option<String>) -> Result<Self, StoreError> {
        Ok(Self {
            id: execution.id.0,
            tenant_id: execution.tenant.0,
            workflow_id: execution.workflow.0,
            workflow_version: execution.workflow_version,
            external_id: execution.external_id.clone(),
            status: execution.status.as_str().to_owned(),
            outcome: execution.outcome.clone(),
            error_message: execution.error_message.clone(),
            started_at: to_millis(execution.started_at),
            completed_at: execution.completed_at.map(to_millis),
            duration_ms: execution.duration_millis(),
            paused_at: execution.paused_at.map(to_millis),
            paused_ms: execution.paused_millis,
            triggered_by: execution.triggered_by.clone(),
            input_data: json_text(&execution.input_data)?,
            steps: write_steps(&execution.steps)?,
            merge_state: state,
            created_at: to_millis(execution.created_at),
            updated_at: to_millis(execution.updated_at),
            revision: execution.revision,
        })
    }

    /// The execution.
    pub(crate) fn read(self, labels: Labels) -> Result<Execution, StoreError> {
        let stored = Stored {
            entity: "execution",
            id: self.id,
        };
        Ok(Execution {
            id: ExecutionId(self.id),
            tenant: TenantId(self.tenant_id),
            workflow: WorkflowId(self.workflow_id),
            workflow_name: labels.workflow_name,
            workflow_type: labels.workflow_type,
            workflow_version: self.workflow_version,
            status: stored.choice(&self.status, ExecutionStatus::parse)?,
            input_data: stored.json(&self.input_data)?,
            started_at: stored.instant(self.started_at)?,
            completed_at: stored.maybe_instant(self.completed_at)?,
            paused_at: stored.maybe_instant(self.paused_at)?,
            paused_millis: self.paused_ms,
            steps: read_steps(stored, &self.steps)?,
            created_at: stored.instant(self.created_at)?,
            updated_at: stored.instant(self.updated_at)?,
            revision: self.revision,
            external_id: self.external_id,
            outcome: self.outcome,
            error_message: self.error_message,
            triggered_by: self.triggered_by,
        })
    }

    /// What the merge of the next report needs beside the execution.
    pub(crate) fn state(&self) -> Result<MergeState, StoreError> {
        let stored = Stored {
            entity: "merge state of execution",
            id: self.id,
        };
        match &self.merge_state {
            None => Ok(MergeState::default()),
            Some(text) => MergeState::from_text(text).map_err(|error| stored.corrupt(error)),
        }
    }
}

/// The execution before a change.
#[derive(Serialize, Deserialize)]
struct BeforeDocument {
    #[serde(flatten)]
    row: ExecutionRow,
    #[serde(flatten)]
    labels: Labels,
}

/// The text that a change keeps of the execution before it.
pub(crate) fn write_before(execution: &Execution) -> Result<String, StoreError> {
    json_text(&BeforeDocument {
        row: ExecutionRow::new(execution, None)?,
        labels: Labels {
            workflow_name: execution.workflow_name.clone(),
            workflow_type: execution.workflow_type.clone(),
        },
    })
}

/// Reads what [`write_before`] wrote.
pub(crate) fn read_before(sequence: i64, text: &str) -> Result<Execution, StoreError> {
    let stored = Stored {
        entity: "change",
        id: sequence,
    };
    let document: BeforeDocument = stored.json(text)?;
    document.row.read(document.labels)
}

/// A change in the queue of one consumer.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = execution_change, check_for_backend(Sqlite, Pg))]
pub(crate) struct ChangeRow {
    pub(crate) sequence: i64,
    pub(crate) execution_id: i64,
    pub(crate) revision: i64,
    pub(crate) before: Option<String>,
    pub(crate) deleted: bool,
    pub(crate) recorded_at: i64,
}

/// A change to be queued. `revision` is the execution's after it.
#[derive(Debug, Insertable)]
#[diesel(table_name = execution_change, treat_none_as_default_value = false)]
pub(crate) struct NewChangeRow {
    pub(crate) tenant_id: i64,
    pub(crate) consumer: i32,
    pub(crate) execution_id: i64,
    pub(crate) revision: i64,
    pub(crate) before: Option<String>,
    pub(crate) deleted: bool,
    pub(crate) recorded_at: i64,
}
