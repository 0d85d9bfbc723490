//! The OpenAPI 3.1 document, made of the same table that mounts the routes.

use crate::PREFIX;
use crate::doc::reference;
use crate::endpoint::{Endpoint, Operation};
use crate::routes;
use serde_json::{Map, Value, json};

/// The OpenAPI 3.1 document of this service.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    for endpoint in routes::endpoints() {
        let mut item = Map::new();
        if endpoint.path.contains("{id}") {
            item.insert("parameters".to_owned(), json!([id_parameter()]));
        }
        if endpoint.path.contains("{prefix}") {
            item.insert("parameters".to_owned(), json!([prefix_parameter()]));
        }
        for operation in &endpoint.operations {
            item.insert(
                operation.method.as_str().to_ascii_lowercase(),
                operation_json(endpoint, operation),
            );
        }
        paths.insert(format!("{PREFIX}{}/", endpoint.path), Value::Object(item));
    }
    let mut schemas: Map<String, Value> = Map::new();
    schemas.insert("Error".to_owned(), error_schema());
    schemas.insert("Problem".to_owned(), problem_schema());
    for (name, schema) in routes::schemas() {
        schemas.insert(name.to_owned(), schema);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Workflow Intelligence",
            "version": env!("CARGO_PKG_VERSION"),
            "description": include_str!("openapi/description.md"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": routes::tags(),
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer",
                "description": "A token of one tenant and one user, made by `wfi token create`.",
            }},
            "schemas": schemas,
        },
    })
}

fn id_parameter() -> Value {
    json!({
        "name": "id", "in": "path", "required": true,
        "schema": {"type": "integer", "format": "int64", "minimum": 1},
    })
}

fn prefix_parameter() -> Value {
    json!({
        "name": "prefix", "in": "path", "required": true,
        "description": "The public part of the token, as the list shows it.",
        "schema": {"type": "string"},
    })
}

fn operation_json(endpoint: &Endpoint, operation: &Operation) -> Value {
    let doc = &operation.doc;
    let mut responses = Map::new();
    for (status, description, schema, example) in &doc.responses {
        let mut response = json!({"description": description});
        if let Some(schema) = schema {
            let mut content = json!({"schema": schema});
            if let Some(example) = example {
                content["example"] = example.clone();
            }
            response["content"] = json!({"application/json": content});
        }
        responses.insert(status.to_string(), response);
    }
    for status in error_statuses(operation) {
        responses
            .entry(status.to_string())
            .or_insert_with(|| error_response(status));
    }
    let tag = endpoint
        .path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    let mut parameters = doc.parameters.clone();
    parameters.extend(header_parameters(operation));
    let mut out = json!({
        "operationId": doc.id,
        "summary": doc.summary,
        "tags": [tag],
        "parameters": parameters,
        "responses": responses,
    });
    if !doc.description.is_empty() {
        out["description"] = json!(doc.description);
    }
    if !doc.requests.is_empty() {
        let mut content = Map::new();
        for (media_type, schema, example) in &doc.requests {
            let mut entry = json!({"schema": schema});
            if let Some(example) = example {
                entry["example"] = example.clone();
            }
            content.insert((*media_type).to_owned(), entry);
        }
        out["requestBody"] = json!({"required": doc.request_required, "content": content});
    }
    out
}

/// Headers that change what an operation does.
fn header_parameters(operation: &Operation) -> Vec<Value> {
    let header = |name: &str, description: &str, schema: Value| {
        json!({"name": name, "in": "header", "required": false, "description": description,
               "schema": schema})
    };
    match operation.method.as_str() {
        "POST" => vec![header(
            "Idempotency-Key",
            "Makes a retry safe: the same key and body get the first answer again, for 24 hours.",
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"}),
        )],
        "PUT" | "PATCH" | "DELETE" => vec![header(
            "If-Match",
            "The `ETag` that was read: 412 when the resource changed since.",
            json!({"type": "string", "pattern": "^(\\*|\"[0-9]{1,18}\")$"}),
        )],
        _ => Vec::new(),
    }
}

fn error_statuses(operation: &Operation) -> Vec<u16> {
    let mut statuses = vec![400, 401, 403, 404, 406, 429, 500, 503];
    if !operation.doc.requests.is_empty() {
        statuses.extend([408, 413, 415]);
    }
    match operation.method.as_str() {
        "POST" => statuses.extend([409, 422]),
        "PUT" | "PATCH" | "DELETE" => statuses.extend([409, 412]),
        _ => {}
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn error_response(status: u16) -> Value {
    let description = match status {
        400 => "Invalid input: every problem under its path.",
        401 => "No token, or not a valid one.",
        403 => "The token's role or tenant does not allow it.",
        404 => "Not found.",
        406 => "The answer is JSON; the client does not accept that.",
        408 => "The body did not arrive in time.",
        409 => "The state or version of the resource does not allow it.",
        412 => "`If-Match` names another revision.",
        413 => "The body is too large.",
        415 => "The body is not of an accepted media type.",
        422 => "The `Idempotency-Key` was used for another request.",
        429 => "Too many requests; `Retry-After` says when.",
        503 => "The database is away; `Retry-After` says when to try again.",
        _ => "Internal server error.",
    };
    let mut response = json!({
        "description": description,
        "content": {
            "application/json": {"schema": reference("Error")},
            "application/problem+json": {"schema": reference("Problem")},
        },
    });
    let header = match status {
        401 => Some(("WWW-Authenticate", json!({"type": "string"}))),
        429 | 503 => Some(("Retry-After", json!({"type": "integer", "minimum": 0}))),
        _ => None,
    };
    if let Some((name, schema)) = header {
        response["headers"] = json!({name: {"schema": schema}});
    }
    response
}

fn error_schema() -> Value {
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
        "example": {
            "error": "Invalid input data",
            "details": {"workflow_id": ["This field is required"]},
            "code": "validation_error",
            "request_id": "0198f3a2-7f2c-7d3e-9a44-3f2b8c1d0e5f",
        },
    })
}

fn problem_schema() -> Value {
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
