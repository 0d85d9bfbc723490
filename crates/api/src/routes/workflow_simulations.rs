//! `workflow-simulations/`: what a workflow would do. Nothing runs.

mod example;
mod modes;
mod schema;

use crate::ApiError;
use crate::call::Call;
use crate::doc::Doc;
use crate::endpoint::{Endpoint, handler};
use crate::page;
use crate::reply::{Reply, object};
use crate::wire::Timestamp;
use access::LimitClass;
use actix_web::http::StatusCode;
use execution_log::Consumer;
use kernel::{Answer, Direction, Sort};
use serde::Serialize;
use serde_json::{Map, Value};
use workflow_model::WorkflowId;
use workflow_sim::{Simulation, SimulationFilter, SimulationId, SimulationOrder, SimulationStatus};

pub(crate) use schema::schemas;

const WHAT: &str = "Simulation";

const ORDER: [(&str, SimulationOrder); 2] = [
    ("started_at", SimulationOrder::StartedAt),
    ("completed_at", SimulationOrder::CompletedAt),
];

/// Newest first.
const DEFAULT_ORDER: [Sort<SimulationOrder>; 1] = [Sort {
    by: SimulationOrder::StartedAt,
    direction: Direction::Descending,
}];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/workflow-simulations")
            .get(handler!(list), schema::list())
            .post(handler!(create), schema::create())
            .limited(LimitClass::Simulation),
        Endpoint::new("/workflow-simulations/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .delete(
                handler!(delete),
                Doc::new("workflow_simulations_delete", "Delete a simulation").ok_empty(),
            ),
    ]
}

/// A simulation as clients see it: the documented fields, and those of its result.
#[derive(Debug, Serialize)]
pub(crate) struct SimulationBody<'a> {
    id: i64,
    workflow: Option<i64>,
    workflow_name: &'a str,
    workflow_version: Option<i64>,
    mode: &'a str,
    input_data: &'a Map<String, Value>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
    #[serde(flatten)]
    result: &'a Map<String, Value>,
    created_by: &'a str,
    started_at: Timestamp,
    completed_at: Option<Timestamp>,
}

/// How far a simulation is that runs; the unit is the mode's own.
#[derive(Debug, Serialize)]
struct Progress {
    done: u64,
    total: u64,
}

impl<'a> From<&'a Simulation> for SimulationBody<'a> {
    fn from(simulation: &'a Simulation) -> Self {
        let content = &simulation.content;
        Self {
            id: simulation.id.0,
            workflow: content.workflow.map(|id| id.0),
            workflow_name: &content.workflow_name,
            workflow_version: content.workflow.map(|_| content.workflow_version),
            mode: &content.mode,
            input_data: &content.input_data,
            status: content.status.as_str(),
            progress: None,
            result: &content.result,
            created_by: &simulation.created_by,
            started_at: Timestamp(content.started_at),
            completed_at: content.completed_at.map(Timestamp),
        }
    }
}

fn created(simulation: &Simulation) -> Answer {
    let location = format!("{}/workflow-simulations/{}/", crate::PREFIX, simulation.id);
    let ended = simulation.content.status != SimulationStatus::Running;
    object(
        StatusCode::CREATED,
        &SimulationBody::from(simulation),
        Some(location),
        ended.then_some(1),
    )
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = SimulationFilter {
        workflow: query.id("workflow").map(WorkflowId),
        status: query.choice("status", &SimulationStatus::CHOICES),
        created_by: query.text("created_by"),
    };
    let list = query.list(&ORDER, &DEFAULT_ORDER, true);
    query.finish()?;
    let page = call
        .services
        .simulations
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, SimulationBody::from)
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let request = workflow_sim::read_simulation(&body).map_err(ApiError::invalid)?;
    call.catch_up(Consumer::Statistics).await?;
    let service = call.services.simulations.clone();
    let actor = call.actor.clone();
    call.once(&body, created, |receipt| async move {
        service.simulate(&actor, request, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SimulationId(call.id(WHAT)?);
    let service = &call.services.simulations;
    let simulation = service.get(call.tenant(), id).await?;
    let mut body = SimulationBody::from(&simulation);
    if simulation.content.status != SimulationStatus::Running {
        return Ok(Reply::json(StatusCode::OK, &body)?.revision(1));
    }
    // Without an ETag: it changes from moment to moment.
    body.progress = service.watch(id).map(|watch| {
        let (done, total) = watch.progress();
        Progress { done, total }
    });
    Reply::json(StatusCode::OK, &body)
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SimulationId(call.id(WHAT)?);
    if call.if_match()?.is_some_and(|revision| revision != 1) {
        call.services.simulations.get(call.tenant(), id).await?;
        return Err(ApiError::stale());
    }
    call.services.simulations.delete(&call.actor, id).await?;
    Ok(Reply::no_content())
}
