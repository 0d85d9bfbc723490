//! `sla-breaches/`: promises that were broken, or nearly.

mod example;
mod schema;

use crate::ApiError;
use crate::call::Call;
use crate::endpoint::{Endpoint, handler};
use crate::page;
use crate::reply::{Reply, object};
use crate::wire::{Seconds, Timestamp};
use actix_web::http::StatusCode;
use execution_log::Consumer;
use kernel::{Answer, Direction, Sort};
use serde::Serialize;
use sla::{Breach, BreachFilter, BreachId, BreachOrder, Severity, SlaId};
use workflow_model::WorkflowId;

pub(crate) use schema::schemas;

const WHAT: &str = "SLA breach";

const ORDER: [(&str, BreachOrder); 2] = [
    ("detected_at", BreachOrder::DetectedAt),
    ("breach_margin_seconds", BreachOrder::Margin),
];

/// Newest first.
const DEFAULT_ORDER: [Sort<BreachOrder>; 1] = [Sort {
    by: BreachOrder::DetectedAt,
    direction: Direction::Descending,
}];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/sla-breaches").get(handler!(list), schema::list()),
        Endpoint::new("/sla-breaches/unacknowledged")
            .get(handler!(unacknowledged), schema::unacknowledged()),
        Endpoint::new("/sla-breaches/{id}").get(handler!(retrieve), schema::retrieve()),
        Endpoint::new("/sla-breaches/{id}/acknowledge")
            .post(handler!(acknowledge), schema::acknowledge()),
    ]
}

/// A breach as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct BreachBody<'a> {
    id: i64,
    sla: i64,
    sla_name: &'a str,
    workflow: i64,
    workflow_name: &'a str,
    workflow_execution: i64,
    severity: &'static str,
    actual_duration_seconds: Seconds,
    target_duration_seconds: Seconds,
    breach_margin_seconds: Seconds,
    alert_sent: bool,
    alert_sent_at: Option<Timestamp>,
    alert_recipients: &'a [String],
    alert_failed_recipients: &'a [String],
    acknowledged: bool,
    acknowledged_by: Option<&'a str>,
    acknowledged_at: Option<Timestamp>,
    resolution_notes: &'a str,
    detected_at: Timestamp,
}

impl<'a> From<&'a Breach> for BreachBody<'a> {
    fn from(breach: &'a Breach) -> Self {
        Self {
            id: breach.id.0,
            sla: breach.sla.0,
            sla_name: &breach.sla_name,
            workflow: breach.workflow.0,
            workflow_name: &breach.workflow_name,
            workflow_execution: breach.execution.0,
            severity: breach.severity.as_str(),
            actual_duration_seconds: Seconds(breach.actual_millis),
            target_duration_seconds: Seconds(breach.target_millis),
            breach_margin_seconds: Seconds(breach.margin_millis()),
            alert_sent: breach.alert_sent_at.is_some(),
            alert_sent_at: breach.alert_sent_at.map(Timestamp),
            alert_recipients: &breach.alert_recipients,
            alert_failed_recipients: &breach.alert_failed_recipients,
            acknowledged: breach.acknowledged_at.is_some(),
            acknowledged_by: breach.acknowledged_by.as_deref(),
            acknowledged_at: breach.acknowledged_at.map(Timestamp),
            resolution_notes: &breach.resolution_notes,
            detected_at: Timestamp(breach.detected_at),
        }
    }
}

fn shown(breach: &Breach) -> Answer {
    object(
        StatusCode::OK,
        &BreachBody::from(breach),
        None,
        Some(breach.revision),
    )
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    page_of(call, None).await
}

async fn unacknowledged(call: Call) -> Result<Reply, ApiError> {
    page_of(call, Some(false)).await
}

/// `acknowledged` is a filter unless the path fixes it.
async fn page_of(call: Call, acknowledged: Option<bool>) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = BreachFilter {
        sla: query.id("sla").map(SlaId),
        workflow: query.id("workflow").map(WorkflowId),
        severity: query.choice("severity", &Severity::CHOICES),
        acknowledged: acknowledged.or_else(|| query.boolean("acknowledged")),
        alert_sent: query.boolean("alert_sent"),
        detected_after: query.instant("detected_after"),
        detected_before: query.instant("detected_before"),
    };
    let list = query.list(&ORDER, &DEFAULT_ORDER, true);
    query.finish()?;
    call.catch_up(Consumer::Sla).await?;
    let page = call
        .services
        .slas
        .list_breaches(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, BreachBody::from)
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = BreachId(call.id(WHAT)?);
    call.catch_up(Consumer::Sla).await?;
    Ok(shown(&call.services.slas.get_breach(call.tenant(), id).await?).into())
}

async fn acknowledge(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json_or_empty().await?;
    let id = BreachId(call.id(WHAT)?);
    call.catch_up(Consumer::Sla).await?;
    call.services.slas.get_breach(call.tenant(), id).await?;
    let notes = crate::wire::read_notes(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    let service = call.services.slas.clone();
    let actor = call.actor.clone();
    call.once(&body, shown, |receipt| async move {
        service
            .acknowledge(&actor, id, &notes, if_match, receipt)
            .await
    })
    .await
}
