//! `action-catalog/`: what steps can do, declared and measured.

mod example;
mod schema;

use crate::ApiError;
use crate::call::Call;
use crate::doc::Doc;
use crate::endpoint::{Endpoint, handler};
use crate::page;
use crate::reply::{Reply, object};
use crate::wire::Timestamp;
use actix_web::http::StatusCode;
use catalog::{Action, ActionFilter, ActionId, ActionOrder, LatencyClass};
use execution_log::Consumer;
use kernel::Answer;
use serde::Serialize;
use serde_json::Value;

pub(crate) use schema::schemas;

const WHAT: &str = "Action";

const ORDER: [(&str, ActionOrder); 5] = [
    ("name", ActionOrder::Name),
    ("created_at", ActionOrder::CreatedAt),
    ("execution_count", ActionOrder::ExecutionCount),
    ("success_rate", ActionOrder::SuccessRate),
    ("avg_execution_time_ms", ActionOrder::AverageMillis),
];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/action-catalog")
            .get(handler!(list), schema::list())
            .remembered()
            .post(handler!(create), schema::create()),
        Endpoint::new("/action-catalog/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .remembered()
            .put(handler!(replace), schema::replace())
            .patch(handler!(change), schema::change())
            .delete(
                handler!(delete),
                Doc::new("action_catalog_delete", "Delete an action").ok_empty(),
            ),
    ]
}

/// An action as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct ActionBody<'a> {
    id: i64,
    name: &'a str,
    description: &'a str,
    action_type: &'a str,
    is_idempotent: bool,
    latency_class: &'static str,
    side_effects: &'a [String],
    input_schema: &'a Value,
    output_schema: &'a Value,
    execution_count: i64,
    avg_execution_time_ms: Option<f64>,
    p50_execution_time_ms: Option<i64>,
    p95_execution_time_ms: Option<i64>,
    success_rate: Option<f64>,
    is_active: bool,
    is_global: bool,
    created_by: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Action> for ActionBody<'a> {
    fn from(action: &'a Action) -> Self {
        let declared = &action.declared;
        Self {
            id: action.id.0,
            name: &declared.name,
            description: &declared.description,
            action_type: &declared.action_type,
            is_idempotent: declared.is_idempotent,
            latency_class: declared.latency_class.as_str(),
            side_effects: &declared.side_effects,
            input_schema: &declared.input_schema,
            output_schema: &declared.output_schema,
            execution_count: action.measured.completed + action.measured.failed,
            avg_execution_time_ms: action.measured.mean_millis(),
            p50_execution_time_ms: action.percentiles.map(|them| them.p50_millis),
            p95_execution_time_ms: action.percentiles.map(|them| them.p95_millis),
            success_rate: action.measured.success_rate(),
            is_active: declared.is_active,
            is_global: declared.is_global,
            created_by: &action.created_by,
            created_at: Timestamp(action.created_at),
            updated_at: Timestamp(action.updated_at),
        }
    }
}

fn shown(action: &Action) -> Result<Reply, ApiError> {
    Ok(Reply::json(StatusCode::OK, &ActionBody::from(action))?.revision(action.revision))
}

fn created(action: &Action) -> Answer {
    let location = format!("{}/action-catalog/{}/", crate::PREFIX, action.id);
    let body = ActionBody::from(action);
    object(
        StatusCode::CREATED,
        &body,
        Some(location),
        Some(action.revision),
    )
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = ActionFilter {
        action_type: query.text("action_type"),
        is_idempotent: query.boolean("is_idempotent"),
        latency_class: query.choice("latency_class", &LatencyClass::CHOICES),
        is_active: query.boolean("is_active"),
        is_global: query.boolean("is_global"),
        search: query.search(),
    };
    let list = query.list(&ORDER, &[], false);
    query.finish()?;
    call.catch_up(Consumer::Statistics).await?;
    let page = call
        .services
        .catalog
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, ActionBody::from)
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let new = catalog::read_new_action(&body).map_err(ApiError::invalid)?;
    let service = call.services.catalog.clone();
    let actor = call.actor.clone();
    call.once(&body, created, |receipt| async move {
        service.create(&actor, new, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = ActionId(call.id(WHAT)?);
    call.catch_up(Consumer::Statistics).await?;
    shown(&call.services.catalog.get(call.tenant(), id).await?)
}

async fn replace(call: Call) -> Result<Reply, ApiError> {
    update(call, catalog::read_action_replacement).await
}

async fn change(call: Call) -> Result<Reply, ApiError> {
    update(call, catalog::read_action_change).await
}

type ReadChange = fn(&Value) -> Result<catalog::ActionChange, Vec<document::Problem>>;

async fn update(mut call: Call, read: ReadChange) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let id = ActionId(call.id(WHAT)?);
    call.services.catalog.get(call.tenant(), id).await?;
    let change = read(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    shown(
        &call
            .services
            .catalog
            .update(&call.actor, id, change, if_match)
            .await?,
    )
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = ActionId(call.id(WHAT)?);
    call.services
        .catalog
        .delete(&call.actor, id, call.if_match()?)
        .await?;
    Ok(Reply::no_content())
}
