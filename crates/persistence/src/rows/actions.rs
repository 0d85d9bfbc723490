//! Actions and what was measured of them.

use super::{Stored, json_text, search_text};
use crate::schema::{action, action_measurement, step_duration, step_statistics};
use catalog::{
    Action, ActionId, DurationChange, DurationCounts, LatencyClass, Measurement, NewAction,
    Percentiles, StatisticsChange, StepKey, StepStatistics,
};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Actor, StoreError, TenantId, to_millis};
use workflow_model::WorkflowId;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = action, check_for_backend(Sqlite, Pg))]
pub(crate) struct ActionRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) action_type: String,
    pub(crate) is_idempotent: bool,
    pub(crate) latency_class: String,
    pub(crate) side_effects: String,
    pub(crate) input_schema: String,
    pub(crate) output_schema: String,
    pub(crate) is_active: bool,
    pub(crate) is_global: bool,
    pub(crate) created_by: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) revision: i64,
}

/// What clients declare of an action.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = action)]
pub(crate) struct DeclaredRow {
    name: String,
    search_text: String,
    description: String,
    action_type: String,
    is_idempotent: bool,
    latency_class: &'static str,
    side_effects: String,
    input_schema: String,
    output_schema: String,
    is_active: bool,
    is_global: bool,
    updated_at: i64,
    revision: i64,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = action)]
pub(crate) struct NewActionRow {
    tenant_id: i64,
    #[diesel(embed)]
    declared: DeclaredRow,
    created_by: String,
    created_at: i64,
}

impl DeclaredRow {
    pub(crate) fn new(
        declared: &NewAction,
        updated_at: DateTime<Utc>,
        revision: i64,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            name: declared.name.clone(),
            search_text: search_text(&declared.name, &declared.description),
            description: declared.description.clone(),
            action_type: declared.action_type.clone(),
            is_idempotent: declared.is_idempotent,
            latency_class: declared.latency_class.as_str(),
            side_effects: json_text(&declared.side_effects)?,
            input_schema: json_text(&declared.input_schema)?,
            output_schema: json_text(&declared.output_schema)?,
            is_active: declared.is_active,
            is_global: declared.is_global,
            updated_at: to_millis(updated_at),
            revision,
        })
    }
}

impl NewActionRow {
    /// The row of a new action: revision 1.
    pub(crate) fn new(
        actor: &Actor,
        new: &NewAction,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            tenant_id: actor.tenant.0,
            declared: DeclaredRow::new(new, now, 1)?,
            created_by: actor.user.clone(),
            created_at: to_millis(now),
        })
    }
}

impl ActionRow {
    /// The action, with what was measured of it.
    pub(crate) fn read(self, measured: Option<MeasurementRow>) -> Result<Action, StoreError> {
        let stored = Stored {
            entity: "action",
            id: self.id,
        };
        Ok(Action {
            id: ActionId(self.id),
            owner: TenantId(self.tenant_id),
            declared: NewAction {
                latency_class: stored.choice(&self.latency_class, LatencyClass::parse)?,
                side_effects: stored.json(&self.side_effects)?,
                input_schema: stored.json(&self.input_schema)?,
                output_schema: stored.json(&self.output_schema)?,
                name: self.name,
                description: self.description,
                action_type: self.action_type,
                is_idempotent: self.is_idempotent,
                is_active: self.is_active,
                is_global: self.is_global,
            },
            percentiles: measured.as_ref().and_then(MeasurementRow::percentiles),
            measured: measured.map(Measurement::from).unwrap_or_default(),
            created_at: stored.instant(self.created_at)?,
            updated_at: stored.instant(self.updated_at)?,
            created_by: self.created_by,
            revision: self.revision,
        })
    }
}

/// How an action behaved in the executions of one tenant; the last three follow from the sums, and
/// are there to be sorted by.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(
    table_name = action_measurement,
    check_for_backend(Sqlite, Pg),
    treat_none_as_default_value = false
)]
pub(crate) struct MeasurementRow {
    tenant_id: i64,
    pub(crate) action_id: i64,
    completed: i64,
    failed: i64,
    timed: i64,
    total_ms: i64,
    pub(crate) execution_count: i64,
    success_rate: Option<f64>,
    average_ms: Option<f64>,
    p50_ms: Option<i64>,
    p95_ms: Option<i64>,
}

impl MeasurementRow {
    pub(crate) fn new(
        tenant: TenantId,
        action: i64,
        measured: &Measurement,
        durations: &DurationCounts,
    ) -> Self {
        let percentiles = Percentiles::of(durations);
        Self {
            p50_ms: percentiles.map(|them| them.p50_millis),
            p95_ms: percentiles.map(|them| them.p95_millis),
            tenant_id: tenant.0,
            action_id: action,
            completed: measured.completed,
            failed: measured.failed,
            timed: measured.timed,
            total_ms: measured.total_millis,
            execution_count: measured.completed + measured.failed,
            success_rate: measured.success_rate(),
            average_ms: measured.mean_millis(),
        }
    }
}

impl MeasurementRow {
    fn percentiles(&self) -> Option<Percentiles> {
        Some(Percentiles {
            p50_millis: self.p50_ms?,
            p95_millis: self.p95_ms?,
        })
    }
}

impl From<MeasurementRow> for Measurement {
    fn from(row: MeasurementRow) -> Self {
        Self {
            completed: row.completed,
            failed: row.failed,
            timed: row.timed,
            total_millis: row.total_ms,
        }
    }
}

/// Sums over the attempts at one step.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(
    table_name = step_statistics,
    check_for_backend(Sqlite, Pg),
    treat_none_as_default_value = false
)]
pub(crate) struct StatisticsRow {
    tenant_id: i64,
    workflow_id: i64,
    step_name: String,
    action_type: String,
    completed: i64,
    failed: i64,
    timed: i64,
    total_ms: i64,
}

impl StatisticsRow {
    /// The row that adds a correction.
    pub(crate) fn new(tenant: TenantId, change: &StatisticsChange) -> Self {
        Self {
            tenant_id: tenant.0,
            workflow_id: change.key.workflow.0,
            step_name: change.key.step_name.clone(),
            action_type: change.key.action_type.clone(),
            completed: change.delta.completed,
            failed: change.delta.failed,
            timed: change.delta.timed,
            total_ms: change.delta.total_millis,
        }
    }
}

impl From<StatisticsRow> for (StepKey, StepStatistics) {
    fn from(row: StatisticsRow) -> Self {
        let key = StepKey {
            workflow: WorkflowId(row.workflow_id),
            step_name: row.step_name,
            action_type: row.action_type,
        };
        let sums = StepStatistics {
            completed: row.completed,
            failed: row.failed,
            timed: row.timed,
            total_millis: row.total_ms,
        };
        (key, sums)
    }
}

/// How many durations of one step lie in one bucket.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(
    table_name = step_duration,
    check_for_backend(Sqlite, Pg),
    treat_none_as_default_value = false
)]
pub(crate) struct DurationRow {
    tenant_id: i64,
    workflow_id: i64,
    step_name: String,
    action_type: String,
    pub(crate) from_ms: i64,
    pub(crate) count: i64,
}

impl DurationRow {
    /// The row that adds a correction.
    pub(crate) fn new(tenant: TenantId, change: &DurationChange) -> Self {
        Self {
            tenant_id: tenant.0,
            workflow_id: change.key.workflow.0,
            step_name: change.key.step_name.clone(),
            action_type: change.key.action_type.clone(),
            from_ms: change.from_millis,
            count: change.delta,
        }
    }

    /// Which row of the statistics it belongs to.
    pub(crate) fn key(&self) -> StepKey {
        StepKey {
            workflow: WorkflowId(self.workflow_id),
            step_name: self.step_name.clone(),
            action_type: self.action_type.clone(),
        }
    }
}
