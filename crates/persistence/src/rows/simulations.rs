//! Simulations.

use super::{Stored, json_text};
use crate::schema::simulation;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Actor, StoreError, TenantId, to_millis};
use workflow_model::WorkflowId;
use workflow_sim::{NewSimulation, Simulation, SimulationId, SimulationStatus};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = simulation, check_for_backend(Sqlite, Pg))]
pub(crate) struct SimulationRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) workflow_id: Option<i64>,
    pub(crate) workflow_name: String,
    pub(crate) workflow_version: i64,
    pub(crate) mode: String,
    pub(crate) input_data: String,
    pub(crate) status: String,
    pub(crate) result: String,
    pub(crate) created_by: String,
    pub(crate) started_at: i64,
    pub(crate) completed_at: Option<i64>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = simulation)]
pub(crate) struct NewSimulationRow {
    tenant_id: i64,
    workflow_id: Option<i64>,
    workflow_name: String,
    workflow_version: i64,
    mode: String,
    input_data: String,
    status: &'static str,
    result: String,
    created_by: String,
    started_at: i64,
    completed_at: Option<i64>,
}

impl NewSimulationRow {
    pub(crate) fn new(actor: &Actor, new: &NewSimulation) -> Result<Self, StoreError> {
        Ok(Self {
            tenant_id: actor.tenant.0,
            workflow_id: new.workflow.map(|id| id.0),
            workflow_name: new.workflow_name.clone(),
            workflow_version: new.workflow_version,
            mode: new.mode.clone(),
            input_data: json_text(&new.input_data)?,
            status: new.status.as_str(),
            result: json_text(&new.result)?,
            created_by: actor.user.clone(),
            started_at: to_millis(new.started_at),
            completed_at: new.completed_at.map(to_millis),
        })
    }
}

impl TryFrom<SimulationRow> for Simulation {
    type Error = StoreError;

    fn try_from(row: SimulationRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "simulation",
            id: row.id,
        };
        Ok(Self {
            id: SimulationId(row.id),
            tenant: TenantId(row.tenant_id),
            content: NewSimulation {
                workflow: row.workflow_id.map(WorkflowId),
                workflow_name: row.workflow_name,
                workflow_version: row.workflow_version,
                mode: row.mode,
                input_data: stored.json(&row.input_data)?,
                status: stored.choice(&row.status, SimulationStatus::parse)?,
                result: stored.json(&row.result)?,
                started_at: stored.instant(row.started_at)?,
                completed_at: stored.maybe_instant(row.completed_at)?,
            },
            created_by: row.created_by,
        })
    }
}
