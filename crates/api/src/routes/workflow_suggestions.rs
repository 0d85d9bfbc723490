//! `workflow-suggestions/`: what to change, on what evidence.

mod example;
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
use kernel::Answer;
use serde::Serialize;
use serde_json::{Map, Value};
use suggestions::{
    Suggestion, SuggestionChange, SuggestionFilter, SuggestionId, SuggestionOrder,
    SuggestionSource, SuggestionStatus,
};
use workflow_model::WorkflowId;

pub(crate) use schema::schemas;

const WHAT: &str = "Suggestion";

const ORDER: [(&str, SuggestionOrder); 3] = [
    ("confidence_score", SuggestionOrder::Confidence),
    ("created_at", SuggestionOrder::CreatedAt),
    ("pattern_frequency", SuggestionOrder::Frequency),
];

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/workflow-suggestions")
            .get(handler!(list), schema::list())
            .remembered()
            .post(handler!(create), schema::create()),
        Endpoint::new("/workflow-suggestions/generate")
            .post(handler!(generate), schema::generate())
            .limited(LimitClass::Generation),
        Endpoint::new("/workflow-suggestions/{id}")
            .get(handler!(retrieve), schema::retrieve())
            .remembered()
            .put(handler!(replace), schema::replace())
            .patch(handler!(change), schema::change())
            .delete(
                handler!(delete),
                Doc::new("workflow_suggestions_delete", "Delete a suggestion").ok_empty(),
            ),
        Endpoint::new("/workflow-suggestions/{id}/accept").post(handler!(accept), schema::accept()),
        Endpoint::new("/workflow-suggestions/{id}/reject").post(handler!(reject), schema::reject()),
        Endpoint::new("/workflow-suggestions/{id}/implement")
            .post(handler!(implement), schema::implement()),
    ]
}

/// A suggestion as clients see it.
#[derive(Debug, Serialize)]
pub(crate) struct SuggestionBody<'a> {
    id: i64,
    title: &'a str,
    description: &'a str,
    source: &'static str,
    workflow: Option<i64>,
    workflow_template: &'a Map<String, Value>,
    confidence_score: f64,
    supporting_data: &'a Map<String, Value>,
    pattern_frequency: i64,
    status: &'static str,
    reviewed_by: Option<&'a str>,
    reviewed_at: Option<Timestamp>,
    review_notes: &'a str,
    implemented_workflow: Option<i64>,
    created_by: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Suggestion> for SuggestionBody<'a> {
    fn from(suggestion: &'a Suggestion) -> Self {
        let content = &suggestion.content;
        Self {
            id: suggestion.id.0,
            title: &content.title,
            description: &content.description,
            source: content.source.as_str(),
            workflow: content.workflow.map(|id| id.0),
            workflow_template: &content.workflow_template,
            confidence_score: content.confidence_score,
            supporting_data: &content.supporting_data,
            pattern_frequency: content.pattern_frequency,
            status: suggestion.status.as_str(),
            reviewed_by: suggestion.reviewed_by.as_deref(),
            reviewed_at: suggestion.reviewed_at.map(Timestamp),
            review_notes: &suggestion.review_notes,
            implemented_workflow: suggestion.implemented_as.map(|id| id.0),
            created_by: &suggestion.created_by,
            created_at: Timestamp(suggestion.created_at),
            updated_at: Timestamp(suggestion.updated_at),
        }
    }
}

/// What `generate/` answers: the best new suggestion's fields at the top, and all of them.
#[derive(Debug, Serialize)]
struct GeneratedBody<'a> {
    #[serde(flatten)]
    best: Option<SuggestionBody<'a>>,
    count: usize,
    results: Vec<SuggestionBody<'a>>,
}

fn shown(suggestion: &Suggestion) -> Answer {
    object(
        StatusCode::OK,
        &SuggestionBody::from(suggestion),
        None,
        Some(suggestion.revision),
    )
}

fn created(suggestion: &Suggestion) -> Answer {
    let location = format!("{}/workflow-suggestions/{}/", crate::PREFIX, suggestion.id);
    let body = SuggestionBody::from(suggestion);
    object(
        StatusCode::CREATED,
        &body,
        Some(location),
        Some(suggestion.revision),
    )
}

#[expect(clippy::ptr_arg, reason = "the port's result type is a Vec")]
fn generated(new: &Vec<Suggestion>) -> Answer {
    let body = GeneratedBody {
        best: new.first().map(SuggestionBody::from),
        count: new.len(),
        results: new.iter().map(SuggestionBody::from).collect(),
    };
    match new.first() {
        None => object(StatusCode::OK, &body, None, None),
        Some(best) => {
            let location = format!("{}/workflow-suggestions/{}/", crate::PREFIX, best.id);
            object(StatusCode::CREATED, &body, Some(location), None)
        }
    }
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let filter = SuggestionFilter {
        source: query.choice("source", &SuggestionSource::CHOICES),
        status: query.choice("status", &SuggestionStatus::CHOICES),
        workflow: query.id("workflow").map(WorkflowId),
        search: query.search(),
    };
    let list = query.list(&ORDER, &[], false);
    query.finish()?;
    let page = call
        .services
        .suggestions
        .list(call.tenant(), &filter, &list.ordering, &list.page)
        .await?;
    page::render_refs(&call, &page, SuggestionBody::from)
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let new = suggestions::read_new_suggestion(&body).map_err(ApiError::invalid)?;
    let service = call.services.suggestions.clone();
    let actor = call.actor.clone();
    call.once(&body, created, |receipt| async move {
        service.create(&actor, new, receipt).await
    })
    .await
}

async fn generate(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json_or_empty().await?;
    let request = suggestions::read_generate(&body).map_err(ApiError::invalid)?;
    let service = call.services.suggestions.clone();
    let actor = call.actor.clone();
    call.once(&body, generated, |receipt| async move {
        service.generate(&actor, request, receipt).await
    })
    .await
}

async fn retrieve(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SuggestionId(call.id(WHAT)?);
    Ok(shown(&call.services.suggestions.get(call.tenant(), id).await?).into())
}

async fn replace(call: Call) -> Result<Reply, ApiError> {
    update(call, suggestions::read_suggestion_replacement).await
}

async fn change(call: Call) -> Result<Reply, ApiError> {
    update(call, suggestions::read_suggestion_change).await
}

type ReadChange = fn(&Value) -> Result<SuggestionChange, Vec<document::Problem>>;

async fn update(mut call: Call, read: ReadChange) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json().await?;
    let id = SuggestionId(call.id(WHAT)?);
    call.services.suggestions.get(call.tenant(), id).await?;
    let change = read(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    Ok(shown(
        &call
            .services
            .suggestions
            .update(&call.actor, id, change, if_match)
            .await?,
    )
    .into())
}

async fn delete(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let id = SuggestionId(call.id(WHAT)?);
    call.services
        .suggestions
        .delete(&call.actor, id, call.if_match()?)
        .await?;
    Ok(Reply::no_content())
}

async fn accept(call: Call) -> Result<Reply, ApiError> {
    review(call, SuggestionStatus::Accepted).await
}

async fn reject(call: Call) -> Result<Reply, ApiError> {
    review(call, SuggestionStatus::Rejected).await
}

async fn review(mut call: Call, verdict: SuggestionStatus) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json_or_empty().await?;
    let id = SuggestionId(call.id(WHAT)?);
    call.services.suggestions.get(call.tenant(), id).await?;
    let notes = crate::wire::read_notes(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    let service = call.services.suggestions.clone();
    let actor = call.actor.clone();
    call.once(&body, shown, |receipt| async move {
        if verdict == SuggestionStatus::Accepted {
            service.accept(&actor, id, notes, if_match, receipt).await
        } else {
            service.reject(&actor, id, notes, if_match, receipt).await
        }
    })
    .await
}

async fn implement(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let body = call.json_or_empty().await?;
    let id = SuggestionId(call.id(WHAT)?);
    call.services.suggestions.get(call.tenant(), id).await?;
    crate::wire::read_nothing(&body).map_err(ApiError::invalid)?;
    let if_match = call.if_match()?;
    let service = call.services.suggestions.clone();
    let actor = call.actor.clone();
    call.once(&body, shown, |receipt| async move {
        service
            .implement(&actor, id, if_match, receipt)
            .await
            .map(|(suggestion, _)| suggestion)
    })
    .await
}
