//! The one error of the API, and its two spellings.
//!
//! `{"error", "details"?, "code", "request_id", "message"?}` by default; RFC 9457 when the client
//! accepts `application/problem+json`. What a 5xx was about stays in the log.

mod table;

pub(crate) use table::ANSWER_EXISTS;

use crate::limit::RateHeaders;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use document::Problem;
use serde_json::{Map, Value, json};
use std::ops::{Deref, DerefMut};

/// An answer that is not a success.
#[derive(Debug)]
pub struct ApiError(Box<Parts>);

/// What an error is made of; boxed, because errors are rare and results are many.
#[derive(Debug)]
pub struct Parts {
    pub(crate) status: StatusCode,
    /// Stable; listed in the README.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) details: Vec<Problem>,
    /// What a 500 was about in the words of the API, such as "Failed to execute simulation".
    pub(crate) failed: Option<&'static str>,
    pub(crate) retry_after_seconds: Option<u64>,
    pub(crate) allow: Option<String>,
    /// The budget that was used up.
    pub(crate) rate: Option<RateHeaders>,
    /// For the log only.
    pub(crate) cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Deref for ApiError {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for ApiError {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
            failed: None,
            retry_after_seconds: None,
            allow: None,
            rate: None,
            cause: None,
        }))
    }

    /// 400 with every problem under its path.
    pub(crate) fn invalid(details: Vec<Problem>) -> Self {
        let mut error = Self::new(
            StatusCode::BAD_REQUEST,
            "validation_error",
            "Invalid input data",
        );
        error.details = details;
        error
    }

    /// The same error with another sentence.
    #[must_use]
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// 400 with one problem.
    pub(crate) fn invalid_field(path: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![Problem {
            path: path.to_owned(),
            message: message.into(),
        }])
    }

    /// 404 in the words "`<What>` not found".
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("{what} not found"),
        )
    }

    /// 409: the state of the resource does not allow it.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    /// 412: `If-Match` names another revision.
    pub(crate) fn stale() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            "The resource changed since it was read; read it again and repeat the change",
        )
    }

    /// 500; the cause goes to the log.
    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Internal server error",
        );
        error.cause = Some(cause.into());
        error
    }

    /// 503 with `Retry-After`; the cause goes to the log.
    pub(crate) fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The service cannot reach its database; nothing was stored; try again later",
        );
        error.retry_after_seconds = Some(2);
        error.cause = Some(cause.into());
        error
    }

    /// The response, in the spelling that the client asked for.
    pub(crate) fn respond(&self, request_id: &str, problem_json: bool) -> HttpResponse {
        self.log(request_id);
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if let Some(RateHeaders {
            policy: Some(policy),
            state: Some(state),
        }) = &self.rate
        {
            response.insert_header(("ratelimit-policy", policy.as_str()));
            response.insert_header(("ratelimit", state.as_str()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if problem_json {
            response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
            response.body(self.problem(request_id).to_string())
        } else {
            response.insert_header((header::CONTENT_TYPE, "application/json"));
            response.body(self.native(request_id).to_string())
        }
    }

    fn log(&self, request_id: &str) {
        if let Some(cause) = &self.cause {
            let mut chain = cause.to_string();
            let mut source = cause.source();
            while let Some(inner) = source {
                chain = format!("{chain}: {inner}");
                source = inner.source();
            }
            tracing::error!(request_id, status = self.status.as_u16(), cause = %chain, "failed");
        }
    }

    fn native(&self, request_id: &str) -> Value {
        let mut body = Map::new();
        body.insert("error".to_owned(), json!(self.message));
        if !self.details.is_empty() {
            let mut details: Map<String, Value> = Map::new();
            for problem in &self.details {
                let path = if problem.path.is_empty() {
                    "non_field_errors"
                } else {
                    &problem.path
                };
                if let Value::Array(list) = details
                    .entry(path)
                    .or_insert_with(|| Value::Array(Vec::new()))
                {
                    list.push(json!(problem.message));
                }
            }
            body.insert("details".to_owned(), Value::Object(details));
        }
        if self.status == StatusCode::INTERNAL_SERVER_ERROR {
            let message = self
                .failed
                .unwrap_or("The request could not be carried out");
            body.insert("message".to_owned(), json!(message));
        }
        body.insert("code".to_owned(), json!(self.code));
        body.insert("request_id".to_owned(), json!(request_id));
        Value::Object(body)
    }

    fn problem(&self, request_id: &str) -> Value {
        let errors: Vec<_> = self
            .details
            .iter()
            .map(|p| json!({"pointer": pointer(&p.path), "detail": p.message}))
            .collect();
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.message,
            "instance": format!("urn:request:{request_id}"),
            "code": self.code,
        });
        if let (false, Value::Object(map)) = (errors.is_empty(), &mut body) {
            map.insert("errors".to_owned(), Value::Array(errors));
        }
        body
    }
}

/// `steps.2.name` as the JSON pointer `#/steps/2/name`.
fn pointer(path: &str) -> String {
    let mut pointer = "#".to_owned();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        pointer.push('/');
        pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}
