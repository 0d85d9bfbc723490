//! `process-templates/`: definitions to share between teams and tools.

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
use blueprint::{
    Imported, Template, TemplateChange, TemplateFilter, TemplateId, TemplateOrder, TemplateType,
};
use kernel::Answer;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use schema::schemas;

const WHAT: &str = "Template";

const ORDER: [(&str, TemplateOrder); 2] = [
    ("name", TemplateOrder::Name),
    ("created_at", TemplateOrder::CreatedAt),
];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/process-templates")
            .get(handler!(list), schema::list())
            .remembered()
            .post(handler!(create), schema::create()),
        Endpoint::new("/process-templates/import_blueprint")
            .post(handler!(import), schema::import()),
        Endpoint::new("/process-templates/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .remembered()
            .put(handler!(replace), schema::replace())
            .patch(handler!(change), schema::change())
            .delete(
                handler!(delete),
                Doc::new("process_templates_delete", "Delete a template").ok_empty(),
            ),
        Endpoint::new("/process-templates/{id}/export").get(handler!(export), schema::export()),
        Endpoint::new("/process-templates/{id}/use").post(handler!(use_template), schema::use_it()),
    ]
}

/// A template as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct TemplateBody<'a> {
    id: i64,
    name: &'a str,
    description: &'a str,
    version: String,
    template_type: &'static str,
    process_steps: &'a [Value],
    variables: &'a [Value],
    settings: &'a Map<String, Value>,
    graph_spec: Option<&'a Value>,
    is_active: bool,
    is_public: bool,
    usage_count: i64,
    created_by: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Template> for TemplateBody<'a> {
    fn from(template: &'a Template) -> Self {
        let content = &template.content;
        Self {
            id: template.id.0,
            name: &content.name,
            description: &content.description,
            version: content.version.to_string(),
            template_type: content.template_type.as_str(),
            process_steps: &content.process_steps,
            variables: &content.variables,
            settings: &content.settings,
            graph_spec: content.graph_spec.as_ref(),
            is_active: template.is_active,
            is_public: template.is_public,
            usage_count: template.usage_count,
            created_by: &template.created_by,
            created_at: Timestamp(template.created_at),
            updated_at: Timestamp(template.updated_at),
        }
    }
}

fn shown(template: &Template) -> Result<Reply, ApiError> {
    Ok(Reply::json(StatusCode::OK, &TemplateBody::from(template))?.revision(template.revision))
}

fn made(status: StatusCode, template: &Template) -> Answer {
    let location = (status == StatusCode::CREATED)
        .then(|| format!("{}/process-templates/{}/", crate::PREFIX, template.id));
    object(
        status,
        &TemplateBody::from(template),
        location,
        Some(template.revision),
    )
}

fn created(template: &Template) -> Answer {
    made(StatusCode::CREATED, template)
}

/// 201 for a new one, 200 for the same content again. A conflict is an error before it is
/// rendered.
fn imported(imported: &Imported) -> Answer {
    match imported {
        Imported::Created(template) => made(StatusCode::CREATED, template),
        Imported::Existing(template) | Imported::Conflict(template) => {
            made(StatusCode::OK, template)
        }
    }
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = TemplateFilter {
        template_type: query.choice("template_type", &TemplateType::CHOICES),
        is_active: query.boolean("is_active"),
        is_public: query.boolean("is_public"),
        name: query.text("name"),
        search: query.search(),
    };
    let list = query.list(&ORDER, &[], false);
    query.finish()?;
    let page = call
        .services
        .templates
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, TemplateBody::from)
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let new = blueprint::read_new_template(&body).map_err(ApiError::invalid)?;
    let service = call.services.templates.clone();
    let actor = call.actor.clone();
    call.once(&body, created, |receipt| async move {
        service.create(&actor, new, receipt).await
    })
    .await
}

async fn import(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let content = blueprint::read_blueprint(&body).map_err(ApiError::invalid)?;
    let service = call.services.templates.clone();
    let actor = call.actor.clone();
    call.once(&body, imported, |receipt| async move {
        service.import(&actor, content, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = TemplateId(call.id(WHAT)?);
    shown(&call.services.templates.get(call.tenant(), id).await?)
}

async fn replace(call: Call) -> Result<Reply, ApiError> {
    update(call, blueprint::read_template_replacement).await
}

async fn change(call: Call) -> Result<Reply, ApiError> {
    update(call, blueprint::read_template_change).await
}

type ReadChange = fn(&Value) -> Result<TemplateChange, Vec<document::Problem>>;

async fn update(mut call: Call, read: ReadChange) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let id = TemplateId(call.id(WHAT)?);
    call.services.templates.get(call.tenant(), id).await?;
    let change = read(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    shown(
        &call
            .services
            .templates
            .update(&call.actor, id, change, if_match)
            .await?,
    )
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = TemplateId(call.id(WHAT)?);
    call.services
        .templates
        .delete(&call.actor, id, call.if_match()?)
        .await?;
    Ok(Reply::no_content())
}

async fn export(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = TemplateId(call.id(WHAT)?);
    let content = call.services.templates.export(call.tenant(), id).await?;
    Reply::json(StatusCode::OK, &content.to_json())
}

async fn use_template(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json_or_empty().await?;
    let id = TemplateId(call.id(WHAT)?);
    call.services.templates.get(call.tenant(), id).await?;
    let request = blueprint::read_use(&body).map_err(ApiError::invalid)?;
    let service = call.services.templates.clone();
    let actor = call.actor.clone();
    call.once(&body, super::workflows::created, |receipt| async move {
        service.use_template(&actor, id, request, receipt).await
    })
    .await
}
