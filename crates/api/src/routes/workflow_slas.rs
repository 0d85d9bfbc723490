//! `workflow-slas/`: promises, and whether they are kept.

mod example;
mod schema;

use crate::ApiError;
use crate::call::Call;
use crate::doc::Doc;
use crate::endpoint::{Endpoint, handler};
use crate::page;
use crate::reply::{Reply, object};
use crate::wire::{Seconds, Timestamp};
use actix_web::http::StatusCode;
use execution_log::Consumer;
use kernel::Answer;
use serde::Serialize;
use serde_json::Value;
use sla::{Sla, SlaChange, SlaFilter, SlaId, SlaMetrics, SlaOrder};
use workflow_model::WorkflowId;

pub(crate) use schema::schemas;

const WHAT: &str = "SLA";

const ORDER: [(&str, SlaOrder); 3] = [
    ("name", SlaOrder::Name),
    ("created_at", SlaOrder::CreatedAt),
    ("current_slo_percentage", SlaOrder::CurrentPercentage),
];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/workflow-slas")
            .get(handler!(list), schema::list())
            .post(handler!(create), schema::create()),
        Endpoint::new("/workflow-slas/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .put(handler!(replace), schema::replace())
            .patch(handler!(change), schema::change())
            .delete(
                handler!(delete),
                Doc::new("workflow_slas_delete", "Delete an SLA")
                    .describe("Its judgements, breaches and alerts go with it.")
                    .ok_empty(),
            ),
        Endpoint::new("/workflow-slas/{id}/metrics").get(handler!(metrics), schema::metrics()),
    ]
}

/// An SLA as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct SlaBody {
    id: i64,
    workflow: i64,
    workflow_name: String,
    name: String,
    description: String,
    target_duration_seconds: Seconds,
    warning_threshold_seconds: Seconds,
    critical_threshold_seconds: Seconds,
    slo_window_hours: i64,
    slo_target_percentage: f64,
    is_active: bool,
    total_executions: i64,
    breached_executions: i64,
    current_slo_percentage: f64,
    alert_recipients: Vec<String>,
    created_by: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl SlaBody {
    fn new(sla: &Sla, current_percentage: f64) -> Self {
        Self {
            id: sla.id.0,
            workflow: sla.workflow.0,
            workflow_name: sla.workflow_name.clone(),
            name: sla.name.clone(),
            description: sla.description.clone(),
            target_duration_seconds: Seconds(sla.thresholds.target_millis),
            warning_threshold_seconds: Seconds(sla.thresholds.warning_millis),
            critical_threshold_seconds: Seconds(sla.thresholds.critical_millis),
            slo_window_hours: sla.window_hours,
            slo_target_percentage: sla.objective_percent,
            is_active: sla.is_active,
            total_executions: sla.total_executions,
            breached_executions: sla.breached_executions,
            current_slo_percentage: current_percentage,
            alert_recipients: sla.alert_recipients.clone(),
            created_by: sla.created_by.clone(),
            created_at: Timestamp(sla.created_at),
            updated_at: Timestamp(sla.updated_at),
        }
    }
}

/// What is answered to `{id}/metrics/`.
#[derive(Debug, Serialize)]
struct MetricsBody {
    sla_name: String,
    slo_window_hours: i64,
    slo_target_percentage: f64,
    current_slo_percentage: f64,
    total_executions: i64,
    breached_executions: i64,
    window_breaches: i64,
    critical_breaches: i64,
    warning_breaches: i64,
    window_executions: i64,
    window_breached_executions: i64,
}

impl From<SlaMetrics> for MetricsBody {
    fn from(metrics: SlaMetrics) -> Self {
        Self {
            sla_name: metrics.sla.name,
            slo_window_hours: metrics.sla.window_hours,
            slo_target_percentage: metrics.sla.objective_percent,
            current_slo_percentage: metrics.current_percentage,
            total_executions: metrics.sla.total_executions,
            breached_executions: metrics.sla.breached_executions,
            window_breaches: metrics.window.breaches,
            critical_breaches: metrics.window.critical,
            warning_breaches: metrics.window.warning,
            window_executions: metrics.window.total,
            window_breached_executions: metrics.window.breached,
        }
    }
}

/// A new SLA has judged nothing yet: its window is empty, so it is kept in full.
fn created(sla: &Sla) -> Answer {
    let location = format!("{}/workflow-slas/{}/", crate::PREFIX, sla.id);
    let body = SlaBody::new(sla, 100.0);
    object(
        StatusCode::CREATED,
        &body,
        Some(location),
        Some(sla.revision),
    )
}

async fn shown(call: &Call, sla: &Sla) -> Result<Reply, ApiError> {
    let current = call.services.slas.current(sla).await?;
    Ok(Reply::json(StatusCode::OK, &SlaBody::new(sla, current))?.revision(sla.revision))
}

async fn catch_up(call: &Call) -> Result<(), ApiError> {
    call.catch_up(Consumer::Sla).await
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = SlaFilter {
        workflow: query.id("workflow").map(WorkflowId),
        is_active: query.boolean("is_active"),
        search: query.search(),
    };
    let list = query.list(&ORDER, &[], false);
    query.finish()?;
    catch_up(&call).await?;
    let page = call
        .services
        .slas
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render(
        &call,
        page.map(|(sla, current)| SlaBody::new(&sla, current)),
    )
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let new = sla::read_new_sla(&body).map_err(ApiError::invalid)?;
    let service = call.services.slas.clone();
    let actor = call.actor.clone();
    call.once(&body, created, |receipt| async move {
        service.create(&actor, new, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SlaId(call.id(WHAT)?);
    catch_up(&call).await?;
    let sla = call.services.slas.get(call.tenant(), id).await?;
    shown(&call, &sla).await
}

async fn replace(call: Call) -> Result<Reply, ApiError> {
    update(call, sla::read_sla_replacement).await
}

async fn change(call: Call) -> Result<Reply, ApiError> {
    update(call, sla::read_sla_change).await
}

type ReadChange = fn(&Value) -> Result<SlaChange, Vec<document::Problem>>;

async fn update(mut call: Call, read: ReadChange) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let id = SlaId(call.id(WHAT)?);
    call.services.slas.get(call.tenant(), id).await?;
    let change = read(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    let sla = call
        .services
        .slas
        .update(&call.actor, id, change, if_match)
        .await?;
    shown(&call, &sla).await
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SlaId(call.id(WHAT)?);
    call.services
        .slas
        .delete(&call.actor, id, call.if_match()?)
        .await?;
    Ok(Reply::no_content())
}

async fn metrics(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SlaId(call.id(WHAT)?);
    catch_up(&call).await?;
    let metrics = call.services.slas.metrics(call.tenant(), id).await?;
    Reply::json(StatusCode::OK, &MetricsBody::from(metrics))
}
