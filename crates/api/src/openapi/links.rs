//! Where an answer leads: OpenAPI links.
//!
//! An answer that shows one resource leads to every operation on that resource. A page leads to
//! the operations on its first item where resources are not made by a request. What else is
//! related is said by the operation's `Doc`.

use crate::endpoint::{Endpoint, Operation};
use actix_web::http::Method;
use serde_json::{Map, Value, json};

/// Components that are another resource with more around it.
const SHOWS: [(&str, &str); 1] = [("Generated", "Suggestion")];

/// The links of an answer with that status and schema.
pub(super) fn links(
    endpoints: &[Endpoint],
    operation: &Operation,
    status: u16,
    schema: Option<&Value>,
) -> Map<String, Value> {
    let mut links = Map::new();
    if let Some((component, expression)) = schema.and_then(|schema| shown(operation, schema)) {
        let of_page = operation.method == Method::GET;
        let made = of_page
            && endpoints
                .iter()
                .flat_map(|e| &e.operations)
                .any(|o| makes(o, component));
        for target in on_one(endpoints, component).filter(|_| !made) {
            if target.doc.id != operation.doc.id {
                let parameters = json!({"id": expression});
                links.insert(
                    target.doc.id.to_owned(),
                    json!({"operationId": target.doc.id, "parameters": parameters}),
                );
            }
        }
    }
    for link in operation.doc.links.iter().filter(|l| l.status == status) {
        let mut object = json!({"operationId": link.to});
        if let Some((name, expression)) = link.parameter {
            object["parameters"] = json!({name: expression});
        }
        if let Some(body) = &link.body {
            object["requestBody"] = body.clone();
        }
        links.insert(link.to.to_owned(), object);
    }
    links
}

/// Which component an answer shows one of, and where its id is. A `GET` of one resource is left
/// out: whoever asks so has the id.
fn shown<'a>(operation: &Operation, schema: &'a Value) -> Option<(&'a str, &'static str)> {
    if let Some(component) = component(schema) {
        let posted = operation.method == Method::POST;
        return posted.then_some((component, "$response.body#/id"));
    }
    let items = schema.pointer("/properties/results/items")?;
    Some((component(items)?, "$response.body#/results/0/id"))
}

/// Whether the operation answers 201 with one of that component.
fn makes(operation: &Operation, name: &str) -> bool {
    let mut responses = operation.doc.responses.iter();
    responses.any(|(status, _, schema, _)| {
        *status == 201 && schema.as_ref().and_then(component) == Some(name)
    })
}

fn component(schema: &Value) -> Option<&str> {
    let name = schema.get("$ref")?.as_str()?.rsplit('/').next()?;
    let shows = SHOWS.iter().find(|(outer, _)| *outer == name);
    Some(shows.map_or(name, |(_, inner)| *inner))
}

/// The operations on one resource of that component: those below the path whose `GET` shows it.
fn on_one<'a>(
    endpoints: &'a [Endpoint],
    name: &str,
) -> impl Iterator<Item = &'a Operation> + use<'a> {
    let of_one = endpoints.iter().find(|endpoint| {
        endpoint.path.ends_with("/{id}")
            && endpoint
                .operation(&Method::GET)
                .and_then(|get| get.doc.responses.first())
                .and_then(|(_, _, schema, _)| component(schema.as_ref()?))
                == Some(name)
    });
    let path = of_one.map(|endpoint| endpoint.path);
    endpoints
        .iter()
        .filter(move |endpoint| path.is_some_and(|path| endpoint.path.starts_with(path)))
        .flat_map(|endpoint| &endpoint.operations)
}
