//! Bad input: every writing operation of the OpenAPI document is sent what it must refuse. Each
//! time the answer is the contract's error, all problems at once, and nothing is stored.

mod wrong;

use crate::app::{Client, Response, on_both};
use crate::tenants::one_of_each;
use actix_web::http::Method;
use kernel::Role;
use serde_json::{Value, json};
pub(crate) use wrong::validator;
use wrong::{Breaker, Wrong};

const COLLECTIONS: [&str; 9] = [
    "workflows",
    "workflow-slas",
    "workflow-executions",
    "action-catalog",
    "workflow-suggestions",
    "workflow-simulations",
    "process-templates",
    "sla-breaches",
    "tokens",
];

/// One operation that takes a JSON body.
struct Writing {
    method: Method,
    path: String,
    schema: Value,
    /// A body that it takes.
    good: Value,
}

/// Every operation of the document that takes a JSON object, on things that exist.
async fn writing(owner: &Client<'_>) -> Vec<Writing> {
    let ids = one_of_each(owner).await;
    let document = api::openapi_document();
    let mut all = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        let path = template.strip_prefix(api::PREFIX).unwrap();
        let id = ids
            .iter()
            .find(|(collection, _)| path.starts_with(&format!("/{collection}/")));
        let path = path.replace("{id}", &id.map_or(0, |(_, id)| *id).to_string());
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"];
            if content.is_null() || path.contains("/bulk/") {
                continue;
            }
            let first = &content["examples"]["first"]["value"];
            let mut good = content.get("example").unwrap_or(first).clone();
            for name in ["workflow", "workflow_id"] {
                if good.get(name).is_some() {
                    good[name] = json!(ids[0].1);
                }
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let modes = modes(&document, &content["schema"], &good);
            for (schema, good) in modes {
                all.push(Writing {
                    method: method.clone(),
                    path: path.clone(),
                    schema,
                    good,
                });
            }
        }
    }
    assert!(all.len() >= 24, "only {} operations", all.len());
    all
}

/// A body of several modes is tried in each of them: which fields it has depends on the mode.
fn modes(document: &Value, schema: &Value, good: &Value) -> Vec<(Value, Value)> {
    let target = schema["$ref"].as_str().map_or("", |target| &target[1..]);
    let resolved = document.pointer(target).unwrap_or(schema);
    let variants = resolved["anyOf"].as_array().into_iter().flatten();
    let mut all = Vec::new();
    for variant in variants.filter(|variant| !variant["properties"]["mode"].is_null()) {
        let mode = &variant["properties"]["mode"];
        let name = mode.get("const").unwrap_or(&mode["enum"][0]);
        let mut body = good.clone();
        body["mode"] = name.clone();
        if variant["properties"]["definition"].is_object() {
            body = json!({"mode": name, "definition": {"steps": []}});
        }
        if name == "backtest" {
            body["changes"] = json!([{"kind": "set", "path": "settings.a", "value": 1}]);
        }
        all.push((variant.clone(), body));
    }
    if all.is_empty() {
        all.push((schema.clone(), good.clone()));
    }
    all
}

impl Writing {
    async fn send(&self, client: &Client<'_>, body: impl Into<Vec<u8>>) -> Response {
        let request = client
            .request(self.method.clone(), &self.path)
            .insert_header(("content-type", "application/json"))
            .set_payload(body.into());
        client.app.send(request).await
    }

    /// Sends it and expects the contract's error.
    async fn refused(&self, client: &Client<'_>, body: impl Into<Vec<u8>>) -> Value {
        let body = body.into();
        let sent = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let response = self.send(client, body).await;
        let told = format!("{} {} {sent}: {}", self.method, self.path, response.body);
        assert_eq!(response.status, 400, "{told}");
        let error = response.body;
        assert!(
            error["error"].as_str().is_some_and(|e| !e.is_empty()),
            "{told}"
        );
        let code = error["code"].as_str().unwrap();
        assert!(
            ["validation_error", "parse_error"].contains(&code),
            "{told}"
        );
        assert!(error["request_id"].is_string(), "{told}");
        let details = error["details"].as_object().unwrap();
        assert!(!details.is_empty(), "{told}");
        for sentences in details.values() {
            let sentences = sentences.as_array().unwrap();
            assert!(!sentences.is_empty(), "{told}");
            assert!(sentences.iter().all(Value::is_string), "{told}");
        }
        error
    }

    /// A body with that field, and what else it needs.
    fn with(&self, wrong: &Wrong) -> Value {
        let mut body = self.good.clone();
        // One or the other.
        for (one, other) in [("changed_definition", "changes"), ("from", "window_days")] {
            if wrong.field.0 == one
                && let Some(body) = body.as_object_mut()
            {
                body.remove(other);
            }
        }
        body[&wrong.field.0] = wrong.field.1.clone();
        body
    }
}

/// What is stored, as far as an admin can see it.
async fn stored(admin: &Client<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    for collection in COLLECTIONS {
        all.push(admin.get(&format!("/{collection}/")).await.expect(200));
    }
    all
}

/// Whether an error names the path, or one within it.
fn names(error: &Value, path: &str) -> bool {
    let mut named = error["details"].as_object().unwrap().keys();
    named.any(|key| {
        key.strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Texts that are no JSON document, or none that can be trusted.
fn unreadable() -> Vec<Vec<u8>> {
    let texts = [
        "{\"name\": ",
        "{\"name\": \"a\"} {}",
        "{name: 1}",
        "{'name': 1}",
        "{\"name\": 1,}",
        "{\"name\": NaN}",
        "{\"name\": -Infinity}",
        "{\"name\": 1e999}",
        "{\"name\": 01}",
        "{\"name\": \"a\", \"name\": \"b\"}",
        "{\"settings\": {\"a\": {\"b\": 1, \"b\": 2}}}",
        "{\"name\": \"a\\u0000b\"}",
        "{\"a\\u0000\": 1}",
        "{\"name\": \"\\ud800\"}",
        "\u{feff}{}",
        "null",
        "true",
        "12",
        "\"text\"",
        "[]",
        "[{}]",
    ];
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        all.push(open.repeat(100_000).into_bytes());
        let closed = format!("{}1{}", open.repeat(65), close.repeat(65));
        all.push(format!("{{\"settings\": {closed}}}").into_bytes());
    }
    all.push(b"{\"name\": \"\xff\xfe\"}".to_vec());
    all.push(b"{\"name\": \"\xc0\xaf\"}".to_vec());
    all.push(b"{\"\xed\xa0\x80\": 1}".to_vec());
    all
}

on_both! {
    async fn what_is_no_document_is_refused_by_every_operation(app: TestApp) {
        let admin = app.client("acme", Role::Admin).await;
        for operation in writing(&admin).await {
            let before = stored(&admin).await;
            for body in unreadable() {
                operation.refused(&admin, body).await;
            }
            assert_eq!(stored(&admin).await, before, "{} {}", operation.method, operation.path);
        }
    }

    async fn unknown_fields_are_refused_by_every_operation(app: TestApp) {
        let admin = app.client("acme", Role::Admin).await;
        for operation in writing(&admin).await {
            let before = stored(&admin).await;
            let mut body = operation.good.clone();
            body["no_such_field"] = json!(1);
            let error = operation.refused(&admin, body.to_string()).await;
            assert!(names(&error, "no_such_field"), "{error}");
            assert_eq!(stored(&admin).await, before, "{} {}", operation.method, operation.path);
        }
    }

    async fn wrong_values_are_refused_by_every_operation(app: TestApp) {
        let admin = app.client("acme", Role::Admin).await;
        let mut breaker = Breaker::new();
        let mut sent = 0;
        for operation in writing(&admin).await {
            let before = stored(&admin).await;
            for wrong in breaker.wrongs(&operation.schema) {
                let error = operation.refused(&admin, operation.with(&wrong).to_string()).await;
                assert!(
                    names(&error, &wrong.path),
                    "{} {} {wrong:?}: {error}", operation.method, operation.path
                );
                sent += 1;
            }
            assert_eq!(stored(&admin).await, before, "{} {}", operation.method, operation.path);
        }
        assert!(sent > 1000, "only {sent} bodies");
    }

    async fn all_problems_of_a_body_come_back_at_once(app: TestApp) {
        let admin = app.client("acme", Role::Admin).await;
        let mut breaker = Breaker::new();
        for operation in writing(&admin).await {
            let mut body = operation.good.clone();
            let mut paths = Vec::new();
            for wrong in breaker.wrongs(&operation.schema) {
                // One wrong value for each field; either of a simulation's two subjects.
                if wrong.path == wrong.field.0 && wrong.path != "definition" {
                    body[&wrong.path] = wrong.field.1;
                    paths.push(wrong.path);
                }
            }
            paths.push("no_such_field".to_owned());
            body["no_such_field"] = json!(1);
            let error = operation.refused(&admin, body.to_string()).await;
            for path in paths {
                assert!(names(&error, &path), "{} {} {path}: {error}", operation.method, operation.path);
            }
        }
    }

    async fn unknown_and_wrong_parameters_are_named_by_every_operation(app: TestApp) {
        let admin = app.client("acme", Role::Admin).await;
        let ids = one_of_each(&admin).await;
        let document = api::openapi_document();
        let mut asked = 0;
        for (template, item) in document["paths"].as_object().unwrap() {
            let path = template.strip_prefix(api::PREFIX).unwrap();
            let id = ids.iter().find(|(collection, _)| path.starts_with(&format!("/{collection}/")));
            let path = path.replace("{id}", &id.map_or(0, |(_, id)| *id).to_string());
            for (method, operation) in item.as_object().unwrap() {
                if method == "parameters" || path.contains("{prefix}") {
                    continue;
                }
                let mut bad = vec![("no_such_filter".to_owned(), "1".to_owned())];
                for parameter in operation["parameters"].as_array().unwrap() {
                    if parameter["in"] == "query" && parameter["name"] != "page" {
                        bad.extend(wrong_texts(parameter));
                    }
                }
                for (name, value) in bad {
                    let request = admin.request(method.to_uppercase().parse().unwrap(), &format!("{path}?{name}={value}"));
                    let response = app.send(request.set_json(json!({}))).await;
                    let told = format!("{method} {path}?{name}={value}: {}", response.body);
                    assert_eq!(response.status, 400, "{told}");
                    assert!(names(&response.body, &name), "{told}");
                    asked += 1;
                }
            }
        }
        assert!(asked > 100, "only {asked} requests");
    }

    async fn bad_lines_are_named_and_the_rest_is_stored(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        let mut breaker = Breaker::new();
        let schema = json!({"$ref": "#/components/schemas/ExecutionReport"});
        let wrongs = breaker.wrongs(&schema);
        let mut lines: Vec<Vec<u8>> = wrongs.iter().map(|wrong| {
            let mut line = json!({"workflow": workflow});
            line[&wrong.field.0] = wrong.field.1.clone();
            line.to_string().into_bytes()
        }).collect();
        lines.extend(unreadable());
        let good = json!({"workflow": workflow, "external_id": "good"}).to_string();
        lines.insert(0, good.into_bytes());
        let request = acme.request(Method::POST, "/workflow-executions/bulk/")
            .insert_header(("content-type", "application/x-ndjson")).set_payload(lines.join(&b"\n"[..]));
        let answer = app.send(request).await.expect(200);
        assert_eq!(answer["created"], 1, "{answer}");
        let rejected = answer["rejected"].as_array().unwrap();
        assert_eq!(rejected.len(), lines.len() - 1);
        for (index, (line, wrong)) in rejected.iter().zip(&wrongs).enumerate() {
            assert_eq!(line["line"], index + 2);
            assert!(names(line, &wrong.path), "{wrong:?}: {line}");
        }
        assert_eq!(acme.get("/workflow-executions/").await.expect(200)["count"], 1);
    }
}

/// Values that a parameter of that schema must not have.
fn wrong_texts(parameter: &Value) -> Vec<(String, String)> {
    let (name, schema) = (&parameter["name"], &parameter["schema"]);
    let mut texts = vec!["%00".to_owned()];
    let kind = schema["type"].as_str().unwrap();
    if kind != "string" || schema.get("enum").is_some() || schema.get("format").is_some() {
        let wrong = [
            "nonsense",
            "NaN",
            "1e3",
            "99999999999999999999",
            "10000-01-01T00:00:00Z",
            "-1",
        ];
        texts.extend(wrong.map(str::to_owned));
    }
    if let Some(max) = schema["maxLength"].as_u64() {
        texts.push("x".repeat(usize::try_from(max).unwrap() + 1));
    }
    let name = name.as_str().unwrap();
    texts
        .into_iter()
        .map(|text| (name.to_owned(), text))
        .collect()
}
