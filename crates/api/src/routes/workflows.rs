//! `workflows/`: definitions that are simulated and watched.

mod schema;

use crate::ApiError;
use crate::call::Call;
use crate::doc::Doc;
use crate::endpoint::{Endpoint, handler};
use crate::page;
use crate::reply::{Reply, object};
use crate::wire::Timestamp;
use actix_web::http::StatusCode;
use execution_log::Consumer;
use kernel::Answer;
use serde::Serialize;
use serde_json::{Map, Value};
use workflow_model::WorkflowId;
use workflow_registry::{
    Workflow, WorkflowChange, WorkflowFilter, WorkflowOrder, WorkflowStatus, WorkflowType,
};

pub(crate) use schema::schemas;

const WHAT: &str = "Workflow";

const ORDER: [(&str, WorkflowOrder); 3] = [
    ("name", WorkflowOrder::Name),
    ("created_at", WorkflowOrder::CreatedAt),
    ("execution_count", WorkflowOrder::ExecutionCount),
];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/workflows")
            .get(handler!(list), schema::list())
            .remembered()
            .post(handler!(create), schema::create()),
        Endpoint::new("/workflows/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .remembered()
            .put(handler!(replace), schema::replace())
            .patch(handler!(change), schema::change())
            .delete(
                handler!(delete),
                Doc::new("workflows_delete", "Delete a workflow")
                    .describe("One that has executions is archived instead: 409 says so.")
                    .ok_empty(),
            ),
        Endpoint::new("/workflows/{id}/activate").post(handler!(activate), schema::activate()),
    ]
}

/// A workflow as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct WorkflowBody<'a> {
    id: i64,
    name: &'a str,
    description: &'a str,
    workflow_type: &'static str,
    status: &'static str,
    is_active: bool,
    version: i64,
    trigger_conditions: &'a Value,
    steps: Value,
    variables: Value,
    settings: &'a Map<String, Value>,
    graph_spec: Value,
    execution_count: i64,
    last_executed_at: Option<Timestamp>,
    created_by: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Workflow> for WorkflowBody<'a> {
    fn from(workflow: &'a Workflow) -> Self {
        let definition = &workflow.definition;
        Self {
            id: workflow.id.0,
            name: &workflow.name,
            description: &workflow.description,
            workflow_type: workflow.workflow_type.as_str(),
            status: workflow.status.as_str(),
            is_active: workflow.status == WorkflowStatus::Active,
            version: workflow.version,
            trigger_conditions: &definition.trigger.source,
            steps: definition.steps_json(),
            variables: definition.variables_json(),
            settings: &definition.settings,
            graph_spec: definition.graph_json(),
            execution_count: workflow.execution_count,
            last_executed_at: workflow.last_executed_at.map(Timestamp),
            created_by: &workflow.created_by,
            created_at: Timestamp(workflow.created_at),
            updated_at: Timestamp(workflow.updated_at),
        }
    }
}

fn shown(workflow: &Workflow) -> Answer {
    object(
        StatusCode::OK,
        &WorkflowBody::from(workflow),
        None,
        Some(workflow.revision),
    )
}

/// Also the answer where another resource makes a workflow.
pub(super) fn created(workflow: &Workflow) -> Answer {
    let location = format!("{}/workflows/{}/", crate::PREFIX, workflow.id);
    let body = WorkflowBody::from(workflow);
    object(
        StatusCode::CREATED,
        &body,
        Some(location),
        Some(workflow.revision),
    )
}

async fn catch_up(call: &Call) -> Result<(), ApiError> {
    call.catch_up(Consumer::Tally).await
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = WorkflowFilter {
        workflow_type: query.choice("workflow_type", &WorkflowType::CHOICES),
        status: query.choice("status", &WorkflowStatus::CHOICES),
        is_active: query.boolean("is_active"),
        search: query.search(),
    };
    let list = query.list(&ORDER, &[], false);
    query.finish()?;
    catch_up(&call).await?;
    let page = call
        .services
        .workflows
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, WorkflowBody::from)
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let new = workflow_registry::read_new_workflow(&body).map_err(ApiError::invalid)?;
    let service = call.services.workflows.clone();
    let actor = call.actor.clone();
    call.once(&body, created, |receipt| async move {
        service.create(&actor, new, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = WorkflowId(call.id(WHAT)?);
    catch_up(&call).await?;
    Ok(shown(&call.services.workflows.get(call.tenant(), id).await?).into())
}

async fn replace(call: Call) -> Result<Reply, ApiError> {
    update(call, workflow_registry::read_workflow_replacement).await
}

async fn change(call: Call) -> Result<Reply, ApiError> {
    update(call, workflow_registry::read_workflow_change).await
}

type ReadChange = fn(&Value) -> Result<WorkflowChange, Vec<document::Problem>>;

async fn update(mut call: Call, read: ReadChange) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let id = WorkflowId(call.id(WHAT)?);
    call.services.workflows.get(call.tenant(), id).await?;
    let change = read(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    Ok(shown(
        &call
            .services
            .workflows
            .update(&call.actor, id, change, if_match)
            .await?,
    )
    .into())
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = WorkflowId(call.id(WHAT)?);
    call.services
        .workflows
        .delete(&call.actor, id, call.if_match()?)
        .await?;
    Ok(Reply::no_content())
}

async fn activate(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json_or_empty().await?;
    let id = WorkflowId(call.id(WHAT)?);
    call.services.workflows.get(call.tenant(), id).await?;
    crate::wire::read_nothing(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    let service = call.services.workflows.clone();
    let actor = call.actor.clone();
    call.once(&body, shown, |receipt| async move {
        service.activate(&actor, id, if_match, receipt).await
    })
    .await
}
