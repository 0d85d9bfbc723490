//! `workflow-executions/`: what ran in the user's own engine.

mod body;
mod schema;

use crate::ApiError;
use crate::call::Call;
use crate::doc::Doc;
use crate::endpoint::{Endpoint, handler};
use crate::page;
use crate::reply::{Reply, object};
use actix_web::http::StatusCode;
use execution_log::{Consumer, ExecutionFilter, ExecutionOrder, Recorded, Report};
use kernel::{Answer, Direction, Sort};
use workflow_model::{Execution, ExecutionId, ExecutionStatus, WorkflowId};

pub(crate) use body::ExecutionBody;
pub(super) use schema::example;
pub(crate) use schema::schemas;

const WHAT: &str = "Workflow execution";

const ORDER: [(&str, ExecutionOrder); 3] = [
    ("started_at", ExecutionOrder::StartedAt),
    ("completed_at", ExecutionOrder::CompletedAt),
    ("duration_seconds", ExecutionOrder::Duration),
];

/// Newest first.
const DEFAULT_ORDER: [Sort<ExecutionOrder>; 1] = [Sort {
    by: ExecutionOrder::StartedAt,
    direction: Direction::Descending,
}];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/workflow-executions")
            .get(handler!(list), schema::list())
            .remembered()
            .post(handler!(create), schema::create()),
        Endpoint::new("/workflow-executions/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .remembered()
            .put(handler!(change), schema::replace())
            .patch(handler!(change), schema::change())
            .delete(
                handler!(delete),
                Doc::new("workflow_executions_delete", "Delete an execution")
                    .describe("All that was counted of it is taken back.")
                    .ok_empty(),
            ),
    ]
}

fn shown(execution: &Execution) -> Answer {
    object(
        StatusCode::OK,
        &ExecutionBody::from(execution),
        None,
        Some(execution.revision),
    )
}

/// 201 for a new execution, 200 for news, or none, of a known one.
fn recorded(recorded: &Recorded) -> Answer {
    match recorded {
        Recorded::Created(execution) => {
            let location = format!("{}/workflow-executions/{}/", crate::PREFIX, execution.id);
            let body = ExecutionBody::from(execution);
            object(
                StatusCode::CREATED,
                &body,
                Some(location),
                Some(execution.revision),
            )
        }
        Recorded::Updated(execution) | Recorded::Unchanged(execution) => shown(execution),
    }
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let statuses = ExecutionStatus::ALL.map(|status| (status.as_str(), status));
    let filter = ExecutionFilter {
        workflow: query.id("workflow").map(WorkflowId),
        status: query.choice("status", &statuses),
        outcome: query.text("outcome"),
        external_id: query.text("external_id"),
        started_after: query.instant("started_after"),
        started_before: query.instant("started_before"),
    };
    let list = query.list(&ORDER, &DEFAULT_ORDER, true);
    query.finish()?;
    if list.page.count {
        call.catch_up(Consumer::Tally).await?;
    }
    let page = call
        .services
        .executions
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, ExecutionBody::from)
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let report = execution_log::read_report(&body).map_err(ApiError::invalid)?;
    let service = call.services.executions.clone();
    let actor = call.actor.clone();
    call.once(&body, recorded, |receipt| async move {
        service.create(&actor, report, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = ExecutionId(call.id(WHAT)?);
    Ok(shown(&call.services.executions.get(call.tenant(), id).await?).into())
}

/// `PATCH`, and `PUT` of what was read: both report progress. What is known already is merged,
/// so that a late report cannot undo a newer one.
async fn change(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let id = ExecutionId(call.id(WHAT)?);
    call.services.executions.get(call.tenant(), id).await?;
    let if_match = call.if_match()?;
    let report: Report =
        execution_log::read_patch(&body, id, if_match).map_err(ApiError::invalid)?;
    let recorded = call
        .services
        .executions
        .update(&call.actor, id, report)
        .await?;
    Ok(shown(recorded.execution()).into())
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = ExecutionId(call.id(WHAT)?);
    call.services
        .executions
        .delete(&call.actor, id, call.if_match()?)
        .await?;
    Ok(Reply::no_content())
}
