//! The answers that are no success: components that every operation refers to.

use crate::doc::{TakesIfMatch, reference};
use crate::endpoint::Operation;
use serde_json::{Map, Value, json};

/// Status, name of the component, meaning.
const ERRORS: [(u16, &str, &str); 14] = [
    (
        400,
        "BadRequest",
        "Invalid input: every problem under its path.",
    ),
    (401, "Unauthorized", "No token, or not a valid one."),
    (
        403,
        "Forbidden",
        "The token's role or tenant does not allow it.",
    ),
    (404, "NotFound", "Not found."),
    (
        406,
        "NotAcceptable",
        "The answer is JSON; the client does not accept that.",
    ),
    (408, "Timeout", "The body did not arrive in time."),
    (
        409,
        "Conflict",
        "The state or version of the resource does not allow it.",
    ),
    (
        412,
        "PreconditionFailed",
        "`If-Match` names another revision.",
    ),
    (413, "PayloadTooLarge", "The body is too large."),
    (
        415,
        "UnsupportedMediaType",
        "The body is not of an accepted media type.",
    ),
    (
        422,
        "IdempotencyMismatch",
        "The `Idempotency-Key` was used for another request.",
    ),
    (
        429,
        "Throttled",
        "Too many requests; `Retry-After` says when.",
    ),
    (500, "InternalError", "Internal server error."),
    (
        503,
        "Unavailable",
        "The database is away; `Retry-After` says when to try again.",
    ),
];

/// The error answers of an operation, as references.
pub(super) fn references(operation: &Operation) -> impl Iterator<Item = (String, Value)> + use<> {
    let statuses = statuses(operation);
    ERRORS
        .iter()
        .filter(move |(status, _, _)| statuses.contains(status))
        .map(|(status, name, _)| {
            let target = format!("#/components/responses/{name}");
            (status.to_string(), json!({"$ref": target}))
        })
}

/// Whether an operation heeds `If-Match`.
pub(super) fn takes_if_match(operation: &Operation) -> bool {
    match operation.doc.takes_if_match {
        TakesIfMatch::Always => true,
        TakesIfMatch::Never => false,
        TakesIfMatch::AsUsual => {
            matches!(operation.method.as_str(), "PUT" | "PATCH" | "DELETE")
        }
    }
}

fn statuses(operation: &Operation) -> Vec<u16> {
    let mut statuses = vec![400, 401, 403, 404, 406, 429, 500, 503];
    if !operation.doc.requests.is_empty() {
        statuses.extend([408, 413, 415]);
    }
    if operation.method != actix_web::http::Method::GET {
        statuses.push(409);
    }
    if operation.method == actix_web::http::Method::POST && operation.doc.takes_key {
        statuses.push(422);
    }
    if takes_if_match(operation) {
        statuses.push(412);
    }
    statuses
}

/// The components.
pub(super) fn responses() -> Map<String, Value> {
    ERRORS
        .iter()
        .map(|(status, name, description)| ((*name).to_owned(), response(*status, description)))
        .collect()
}

fn response(status: u16, description: &str) -> Value {
    let mut native = json!({"schema": reference("Error")});
    if let Some(example) = example(status) {
        native["example"] = example;
    }
    let mut response = json!({
        "description": description,
        "content": {
            "application/json": native,
            "application/problem+json": {"schema": reference("Problem")},
        },
    });
    let header = match status {
        401 => Some(("WWW-Authenticate", json!({"type": "string"}))),
        429 | 503 => Some(("Retry-After", json!({"type": "integer", "minimum": 0}))),
        _ => None,
    };
    if let Some((name, schema)) = header {
        response["headers"] = json!({name: {"required": true, "schema": schema}});
    }
    response
}

const REQUEST_ID: &str = "0198f3a2-7f2c-7d3e-9a44-3f2b8c1d0e5f";

fn example(status: u16) -> Option<Value> {
    let example = match status {
        400 => json!({
            "error": "Invalid input data",
            "details": {"workflow_id": ["This field is required"]},
            "code": "validation_error",
            "request_id": REQUEST_ID,
        }),
        404 => json!({
            "error": "Workflow not found", "code": "not_found", "request_id": REQUEST_ID,
        }),
        500 => json!({
            "error": "Internal server error",
            "message": "Failed to execute simulation",
            "code": "internal_error",
            "request_id": REQUEST_ID,
        }),
        _ => return None,
    };
    Some(example)
}

/// The body of every error.
pub(super) fn error_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "error": {"type": "string", "description": "A sentence."},
            "details": {
                "type": "object",
                "description": "For 400: every problem under its path.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "message": {"type": "string", "description": "For 500: what failed."},
            "code": {"type": "string", "description": "Stable."},
            "request_id": {"type": "string"},
        },
        "required": ["error", "code", "request_id"],
    })
}

/// The body of every error for clients that accept `application/problem+json`.
pub(super) fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457.",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["pointer", "detail"],
            }},
        },
        "required": ["type", "title", "status", "detail", "code"],
    })
}
