//! What every request under the prefix needs, in the contract's order: 406, 401, 403, 429, 405.

use crate::call::Call;
use crate::endpoint::{Endpoint, Operation};
use crate::limit::{self, RateHeaders};
use crate::remembered::Asked;
use crate::{ApiError, Services, routes};
use access::{AccessError, Authenticated, LimitClass};
use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::FutureExt;
use kernel::Role;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

/// Answers one request.
pub(crate) async fn dispatch(
    services: Arc<Services>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let began = Instant::now();
    let found = routes::endpoint_of(&request);
    let endpoint = found.map(|(endpoint, _)| endpoint);
    let parameter = found.and_then(|(_, parameter)| parameter.map(ToOwned::to_owned));
    let method = request.method().clone();
    let request_id = request_id(&request);
    let accept = Accept::of(&request);
    let mut rate = RateHeaders::default();
    let found = endpoint.map(|endpoint| (endpoint, parameter));
    let work = answer(&services, found, request, payload, &accept, &mut rate);
    let result = AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(ApiError::internal("a handler panicked")));
    let mut response = match result {
        Ok(response) => response,
        Err(error) => error.respond(&request_id, accept.problem_json),
    };
    let route = endpoint.map_or("unknown", |endpoint| endpoint.path);
    finish(&mut response, &request_id, &rate);
    record(&method, route, response.status(), began);
    tracing::info!(
        request_id,
        method = %method,
        route,
        status = response.status().as_u16(),
        millis = began.elapsed().as_millis(),
        "answered"
    );
    response
}

/// `found` is `None` for a path that does not exist.
async fn answer(
    services: &Arc<Services>,
    found: Option<(&'static Endpoint, Option<String>)>,
    request: HttpRequest,
    payload: Payload,
    accept: &Accept,
    rate: &mut RateHeaders,
) -> Result<HttpResponse, ApiError> {
    if !accept.acceptable {
        return Err(ApiError::new(
            StatusCode::NOT_ACCEPTABLE,
            "not_acceptable",
            "This service answers application/json and application/problem+json",
        ));
    }
    let caller = authenticate(services, &request).await?;
    let operation = found
        .as_ref()
        .and_then(|(endpoint, _)| endpoint.operation(request.method()));
    require_role(&caller, request.method(), operation)?;
    if caller.limited {
        let class = operation.map_or(LimitClass::Standard, |operation| operation.class);
        *rate = limit::admit(services, &caller, class).await?;
    }
    let Some((endpoint, parameter)) = found else {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Not found",
        ));
    };
    let Some(operation) = operation else {
        return no_operation(endpoint, request.method());
    };
    let mut asked = None;
    if operation.remembered && request.method() == Method::GET {
        asked = Asked::new(services, &request, caller.actor.tenant).await;
    }
    if let Some(known) = asked.as_ref().and_then(|a| services.remembered.get(a)) {
        return Ok(known);
    }
    let call = Call::new(
        services.clone(),
        request,
        payload,
        caller.actor,
        caller.token_prefix,
        parameter,
        asked.is_some(),
    );
    let reply = (operation.handler)(call).await?;
    Ok(match asked {
        Some(asked) => services.remembered.keep(asked, reply),
        None => reply.respond(),
    })
}

fn no_operation(endpoint: &Endpoint, method: &Method) -> Result<HttpResponse, ApiError> {
    let allow = endpoint.allow();
    if *method == Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header((header::ALLOW, allow))
            .finish());
    }
    let mut error = ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("Method \"{method}\" not allowed; allowed are {allow}"),
    );
    error.allow = Some(allow);
    Err(error)
}

async fn authenticate(
    services: &Services,
    request: &HttpRequest,
) -> Result<Authenticated, ApiError> {
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(token) = token else {
        return Err(unauthenticated(
            "Authentication credentials were not provided",
        ));
    };
    services
        .access
        .authenticate(token)
        .await
        .map_err(|error| match error {
            AccessError::Expired => unauthenticated("The token has expired"),
            AccessError::Store(error) => error.into(),
            AccessError::Malformed
            | AccessError::Unknown
            | AccessError::Revoked
            | AccessError::Invalid(_) => unauthenticated("Invalid token"),
        })
}

fn unauthenticated(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "not_authenticated", message)
}

fn require_role(
    caller: &Authenticated,
    method: &Method,
    operation: Option<&Operation>,
) -> Result<(), ApiError> {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let needed = match operation {
        Some(operation) => operation.role,
        None if reads => Role::Viewer,
        None => Role::Editor,
    };
    if caller.role >= needed {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::FORBIDDEN,
        "permission_denied",
        format!(
            "A token with the role {} may not do this; it needs {}",
            caller.role.as_str(),
            needed.as_str()
        ),
    ))
}

/// What the client accepts.
struct Accept {
    acceptable: bool,
    problem_json: bool,
}

impl Accept {
    fn of(request: &HttpRequest) -> Self {
        let Some(value) = request.headers().get(header::ACCEPT) else {
            return Self {
                acceptable: true,
                problem_json: false,
            };
        };
        let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
        let mut json = text.trim().is_empty();
        let mut problem = false;
        for range in text.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            if parts.any(|parameter| {
                parameter
                    .strip_prefix("q=")
                    .and_then(|q| q.parse::<f32>().ok())
                    == Some(0.0)
            }) {
                continue;
            }
            match media {
                "*/*" | "application/*" | "application/json" => json = true,
                "application/problem+json" => problem = true,
                _ => {}
            }
        }
        Self {
            acceptable: json || problem,
            problem_json: problem,
        }
    }
}

/// The client's `X-Request-Id` when it is harmless, else a new one.
fn request_id(request: &HttpRequest) -> String {
    request
        .headers()
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            (1..=128).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        })
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), ToOwned::to_owned)
}

fn finish(response: &mut HttpResponse, request_id: &str, rate: &RateHeaders) {
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = header::HeaderValue::from_str(value) {
            headers.insert(header::HeaderName::from_static(name), value);
        }
    };
    set("x-request-id", request_id);
    set("x-content-type-options", "nosniff");
    set("cache-control", "no-store");
    set("vary", "Authorization, Accept");
    if let Some(policy) = &rate.policy {
        set("ratelimit-policy", policy);
    }
    if let Some(state) = &rate.state {
        set("ratelimit", state);
    }
}

fn record(method: &Method, route: &'static str, status: StatusCode, began: Instant) {
    let method = match method.as_str() {
        known @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS") => {
            known.to_owned()
        }
        _ => "other".to_owned(),
    };
    metrics::counter!(
        "http_requests_total",
        "method" => method,
        "route" => route,
        "status" => status.as_u16().to_string()
    )
    .increment(1);
    metrics::histogram!("http_request_duration_seconds", "route" => route)
        .record(began.elapsed().as_secs_f64());
}
