//! Every documented path, one file for each resource.

mod action_catalog;
mod bulk;
mod find;
mod process_templates;
mod sla_breaches;
mod tokens;
mod workflow_executions;
mod workflow_simulations;
mod workflow_slas;
mod workflow_suggestions;
mod workflows;

use crate::dispatch::dispatch;
use crate::endpoint::Endpoint;
use crate::{PREFIX, Services, docs, health};
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// The table: finds the handler of a path and makes the OpenAPI document. A path has at most one
/// parameter, as its second part.
pub(crate) fn endpoints() -> &'static [Endpoint] {
    static ENDPOINTS: OnceLock<Vec<Endpoint>> = OnceLock::new();
    ENDPOINTS.get_or_init(|| {
        [
            action_catalog::endpoints(),
            workflow_suggestions::endpoints(),
            workflow_simulations::endpoints(),
            workflow_slas::endpoints(),
            sla_breaches::endpoints(),
            process_templates::endpoints(),
            workflows::endpoints(),
            bulk::endpoints(),
            workflow_executions::endpoints(),
            tokens::endpoints(),
        ]
        .into_iter()
        .flatten()
        .collect()
    })
}

/// The components of the OpenAPI document.
pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    [
        action_catalog::schemas(),
        workflow_suggestions::schemas(),
        workflow_simulations::schemas(),
        workflow_slas::schemas(),
        sla_breaches::schemas(),
        process_templates::schemas(),
        workflows::schemas(),
        bulk::schemas(),
        workflow_executions::schemas(),
        tokens::schemas(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What each group of operations is about.
pub(crate) fn tags() -> Value {
    json!([
        {"name": "action-catalog", "description": "What steps can do: declared and measured."},
        {"name": "workflow-suggestions", "description": "What to change, on what evidence."},
        {"name": "workflow-simulations", "description": "What a workflow would do. Nothing runs."},
        {"name": "workflow-slas", "description": "Promises, and whether they are kept."},
        {"name": "sla-breaches", "description": "Promises that were broken, or nearly."},
        {"name": "process-templates", "description": "Definitions to share: blueprints."},
        {"name": "workflows", "description": "Definitions that are simulated and watched."},
        {"name": "workflow-executions", "description": "What ran in your engine."},
        {"name": "tokens", "description": "Who may call. Role admin."},
    ])
}

/// Mounts everything. Needs `web::Data<Services>`.
pub fn configure(config: &mut web::ServiceConfig) {
    health::routes(config);
    docs::routes(config);
    config.service(web::scope(PREFIX).default_service(web::to(
        |services: web::Data<Services>, request: HttpRequest, payload: web::Payload| {
            dispatch(services.into_inner(), request, payload.into_inner())
        },
    )));
}

/// The endpoint that a request is for, and the parameter of its path.
pub(crate) fn endpoint_of(request: &HttpRequest) -> Option<find::Found<'_>> {
    find::find(request.match_info().unprocessed())
}
