//! The OpenAPI 3.1 document, made of the same table that mounts the routes.

mod errors;
mod links;

use crate::PREFIX;
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
    schemas.insert("Error".to_owned(), errors::error_schema());
    schemas.insert("Problem".to_owned(), errors::problem_schema());
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
            "responses": errors::responses(),
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
        "responses": responses(operation),
    });
    if !doc.description.is_empty() {
        out["description"] = json!(doc.description);
    }
    if !doc.requests.is_empty() {
        out["requestBody"] =
            json!({"required": doc.request_required, "content": requests(operation)});
    }
    out
}

fn responses(operation: &Operation) -> Map<String, Value> {
    let mut responses = Map::new();
    for (status, description, schema, example) in &operation.doc.responses {
        let mut response = json!({"description": description});
        if let Some(schema) = schema {
            let mut content = json!({"schema": schema});
            if let Some(example) = example {
                content["example"] = example.clone();
            }
            response["content"] = json!({"application/json": content});
        }
        if *status == 201 && operation.doc.takes_key {
            response["headers"] = json!({"Location": {
                "required": true, "description": "Where it is.", "schema": {"type": "string"},
            }});
        }
        let links = links::links(routes::endpoints(), operation, *status, schema.as_ref());
        if !links.is_empty() {
            response["links"] = Value::Object(links);
        }
        responses.insert(status.to_string(), response);
    }
    responses.extend(errors::references(operation));
    responses
}

fn requests(operation: &Operation) -> Map<String, Value> {
    let mut content = Map::new();
    for (media_type, schema, example) in &operation.doc.requests {
        let mut entry = json!({"schema": schema});
        if let Some(example) = example {
            let more = &operation.doc.more_requests;
            if more.is_empty() {
                entry["example"] = example.clone();
            } else {
                let mut examples = Map::new();
                examples.insert("first".to_owned(), json!({"value": example}));
                examples.extend(
                    more.iter()
                        .map(|(name, value)| ((*name).to_owned(), json!({"value": value}))),
                );
                entry["examples"] = Value::Object(examples);
            }
        }
        content.insert((*media_type).to_owned(), entry);
    }
    content
}

/// Headers that change what an operation does.
fn header_parameters(operation: &Operation) -> Vec<Value> {
    let header = |name: &str, description: &str, schema: Value| {
        json!({"name": name, "in": "header", "required": false, "description": description,
               "schema": schema})
    };
    let mut parameters = Vec::new();
    if operation.method == actix_web::http::Method::POST && operation.doc.takes_key {
        parameters.push(header(
            "Idempotency-Key",
            "Makes a retry safe: the same key and body get the first answer again, for 24 hours.",
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"}),
        ));
    }
    if errors::takes_if_match(operation) {
        parameters.push(header(
            "If-Match",
            "The `ETag` that was read: 412 when the resource changed since. One entity tag, or \
             `*`; anything else: 400.",
            json!({"type": "string", "pattern": "^(\\*|(W/)?\"[!#-~]*\")$"}),
        ));
    }
    parameters
}
