//! SLAs, judgements, breaches, alerts.

use super::{Stored, json_text, search_text};
use crate::schema::{alert, sla as slas, sla_breach, sla_judgement};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use kernel::{Actor, StoreError, TenantId, to_millis};
use sla::{
    Alert, Breach, BreachId, BreachWrite, Judgement, NewSla, Severity, Sla, SlaId, Thresholds,
};
use workflow_model::{ExecutionId, WorkflowId};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = slas, check_for_backend(Sqlite, Pg))]
pub(crate) struct SlaRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) workflow_id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) target_ms: i64,
    pub(crate) warning_ms: i64,
    pub(crate) critical_ms: i64,
    pub(crate) window_hours: i64,
    pub(crate) objective: f64,
    pub(crate) is_active: bool,
    pub(crate) alert_recipients: String,
    pub(crate) total_executions: i64,
    pub(crate) breached_executions: i64,
    pub(crate) created_by: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) revision: i64,
    pub(crate) backfill_from: Option<i64>,
    pub(crate) backfill_until: Option<i64>,
    pub(crate) backfill_cursor: Option<i64>,
}

impl SlaRow {
    /// The SLA, of a workflow of that name.
    pub(crate) fn read(self, workflow_name: String) -> Result<Sla, StoreError> {
        let stored = Stored {
            entity: "sla",
            id: self.id,
        };
        Ok(Sla {
            id: SlaId(self.id),
            tenant: TenantId(self.tenant_id),
            workflow: WorkflowId(self.workflow_id),
            workflow_name,
            thresholds: Thresholds {
                warning_millis: self.warning_ms,
                target_millis: self.target_ms,
                critical_millis: self.critical_ms,
            },
            window_hours: self.window_hours,
            objective_percent: self.objective,
            is_active: self.is_active,
            alert_recipients: stored.json(&self.alert_recipients)?,
            total_executions: self.total_executions,
            breached_executions: self.breached_executions,
            created_at: stored.instant(self.created_at)?,
            updated_at: stored.instant(self.updated_at)?,
            revision: self.revision,
            name: self.name,
            description: self.description,
            created_by: self.created_by,
        })
    }
}

/// What a client may change of an SLA.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = slas)]
pub(crate) struct SlaContentRow {
    name: String,
    search_text: String,
    description: String,
    target_ms: i64,
    warning_ms: i64,
    critical_ms: i64,
    window_hours: i64,
    objective: f64,
    is_active: bool,
    alert_recipients: String,
    updated_at: i64,
    revision: i64,
}

impl SlaContentRow {
    pub(crate) fn changed(sla: &Sla) -> Result<Self, StoreError> {
        Ok(Self {
            name: sla.name.clone(),
            search_text: search_text(&sla.name, &sla.description),
            description: sla.description.clone(),
            target_ms: sla.thresholds.target_millis,
            warning_ms: sla.thresholds.warning_millis,
            critical_ms: sla.thresholds.critical_millis,
            window_hours: sla.window_hours,
            objective: sla.objective_percent,
            is_active: sla.is_active,
            alert_recipients: json_text(&sla.alert_recipients)?,
            updated_at: to_millis(sla.updated_at),
            revision: sla.revision,
        })
    }
}

/// A new SLA, whose first window is yet to be judged.
#[derive(Debug, Insertable)]
#[diesel(table_name = slas)]
pub(crate) struct NewSlaRow {
    pub(crate) tenant_id: i64,
    pub(crate) workflow_id: i64,
    #[diesel(embed)]
    content: SlaContentRow,
    total_executions: i64,
    breached_executions: i64,
    created_by: String,
    created_at: i64,
    backfill_from: Option<i64>,
    backfill_until: Option<i64>,
    backfill_cursor: Option<i64>,
}

impl NewSlaRow {
    pub(crate) fn new(actor: &Actor, new: NewSla, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let sla = Sla {
            id: SlaId(0),
            tenant: actor.tenant,
            workflow: new.workflow,
            workflow_name: String::new(),
            name: new.name,
            description: new.description,
            thresholds: new.thresholds,
            window_hours: new.window_hours,
            objective_percent: new.objective_percent,
            is_active: new.is_active,
            alert_recipients: new.alert_recipients,
            total_executions: 0,
            breached_executions: 0,
            created_by: actor.user.clone(),
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        let (from, until) = sla.first_window();
        Ok(Self {
            tenant_id: actor.tenant.0,
            workflow_id: sla.workflow.0,
            content: SlaContentRow::changed(&sla)?,
            total_executions: 0,
            breached_executions: 0,
            created_at: to_millis(now),
            created_by: sla.created_by,
            backfill_from: Some(to_millis(from)),
            backfill_until: Some(to_millis(until)),
            // After every execution that ended just at the beginning: it is not in the window.
            backfill_cursor: Some(i64::MAX),
        })
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sla_judgement, check_for_backend(Sqlite, Pg), treat_none_as_default_value = false)]
pub(crate) struct JudgementRow {
    pub(crate) tenant_id: i64,
    pub(crate) sla_id: i64,
    pub(crate) execution_id: i64,
    pub(crate) workflow_id: i64,
    pub(crate) counted: bool,
    pub(crate) at: i64,
    pub(crate) duration_ms: i64,
    pub(crate) breached: bool,
    pub(crate) severity: Option<String>,
    pub(crate) next_deadline: Option<i64>,
}

impl JudgementRow {
    pub(crate) fn new(tenant: TenantId, judgement: &Judgement) -> Self {
        Self {
            tenant_id: tenant.0,
            sla_id: judgement.sla.0,
            execution_id: judgement.execution.0,
            workflow_id: judgement.workflow.0,
            counted: judgement.counted,
            at: to_millis(judgement.at),
            duration_ms: judgement.duration_millis,
            breached: judgement.breached,
            severity: judgement
                .severity
                .map(|severity| severity.as_str().to_owned()),
            next_deadline: judgement.next_deadline.map(to_millis),
        }
    }
}

fn severity(stored: Stored, name: Option<&str>) -> Result<Option<Severity>, StoreError> {
    name.map(|name| stored.choice(name, Severity::parse))
        .transpose()
}

impl TryFrom<JudgementRow> for Judgement {
    type Error = StoreError;

    fn try_from(row: JudgementRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "judgement of execution",
            id: row.execution_id,
        };
        Ok(Self {
            sla: SlaId(row.sla_id),
            workflow: WorkflowId(row.workflow_id),
            execution: ExecutionId(row.execution_id),
            counted: row.counted,
            at: stored.instant(row.at)?,
            duration_millis: row.duration_ms,
            breached: row.breached,
            severity: severity(stored, row.severity.as_deref())?,
            next_deadline: stored.maybe_instant(row.next_deadline)?,
        })
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sla_breach, check_for_backend(Sqlite, Pg))]
pub(crate) struct BreachRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) sla_id: i64,
    pub(crate) workflow_id: i64,
    pub(crate) execution_id: i64,
    pub(crate) severity: String,
    pub(crate) actual_ms: i64,
    pub(crate) target_ms: i64,
    pub(crate) margin_ms: i64,
    pub(crate) alert_sent_at: Option<i64>,
    pub(crate) alert_recipients: String,
    pub(crate) acknowledged_by: Option<String>,
    pub(crate) acknowledged_at: Option<i64>,
    pub(crate) resolution_notes: String,
    pub(crate) detected_at: i64,
    pub(crate) revision: i64,
}

impl BreachRow {
    /// The breach, of an SLA and a workflow of these names, whose alert did not reach these.
    pub(crate) fn read(
        self,
        (sla_name, workflow_name): (String, String),
        alert_failed_recipients: Vec<String>,
    ) -> Result<Breach, StoreError> {
        let stored = Stored {
            entity: "breach",
            id: self.id,
        };
        Ok(Breach {
            id: BreachId(self.id),
            tenant: TenantId(self.tenant_id),
            sla: SlaId(self.sla_id),
            sla_name,
            workflow: WorkflowId(self.workflow_id),
            workflow_name,
            execution: ExecutionId(self.execution_id),
            severity: stored.choice(&self.severity, Severity::parse)?,
            actual_millis: self.actual_ms,
            target_millis: self.target_ms,
            alert_sent_at: stored.maybe_instant(self.alert_sent_at)?,
            alert_recipients: stored.json(&self.alert_recipients)?,
            alert_failed_recipients,
            acknowledged_at: stored.maybe_instant(self.acknowledged_at)?,
            detected_at: stored.instant(self.detected_at)?,
            revision: self.revision,
            acknowledged_by: self.acknowledged_by,
            resolution_notes: self.resolution_notes,
        })
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = sla_breach)]
pub(crate) struct NewBreachRow {
    tenant_id: i64,
    sla_id: i64,
    workflow_id: i64,
    execution_id: i64,
    severity: &'static str,
    actual_ms: i64,
    target_ms: i64,
    margin_ms: i64,
    alert_recipients: String,
    resolution_notes: String,
    detected_at: i64,
    revision: i64,
}

impl NewBreachRow {
    pub(crate) fn new(
        sla: &Sla,
        execution: ExecutionId,
        write: &BreachWrite,
    ) -> Result<Self, StoreError> {
        let recipients: Vec<&String> = write.alerts.iter().map(|alert| &alert.recipient).collect();
        Ok(Self {
            tenant_id: sla.tenant.0,
            sla_id: sla.id.0,
            workflow_id: sla.workflow.0,
            execution_id: execution.0,
            severity: write.severity.as_str(),
            actual_ms: write.actual_millis,
            target_ms: write.target_millis,
            margin_ms: write.actual_millis - write.target_millis,
            alert_recipients: json_text(&recipients)?,
            resolution_notes: String::new(),
            detected_at: to_millis(write.detected_at),
            revision: 1,
        })
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = alert, treat_none_as_default_value = false)]
pub(crate) struct NewAlertRow {
    pub(crate) tenant_id: i64,
    pub(crate) breach_id: i64,
    pub(crate) severity: &'static str,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) state: &'static str,
    pub(crate) attempts: i64,
    pub(crate) due_at: i64,
    pub(crate) created_at: i64,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = alert, check_for_backend(Sqlite, Pg))]
pub(crate) struct AlertRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: i64,
    pub(crate) breach_id: i64,
    pub(crate) severity: String,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) attempts: i64,
}

impl TryFrom<AlertRow> for Alert {
    type Error = StoreError;

    fn try_from(row: AlertRow) -> Result<Self, StoreError> {
        let stored = Stored {
            entity: "alert",
            id: row.id,
        };
        Ok(Self {
            id: row.id,
            tenant: TenantId(row.tenant_id),
            breach: BreachId(row.breach_id),
            severity: stored.choice(&row.severity, Severity::parse)?,
            attempts: u32::try_from(row.attempts).map_err(|error| stored.corrupt(error))?,
            recipient: row.recipient,
            subject: row.subject,
            body: row.body,
        })
    }
}
