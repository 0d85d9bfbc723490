//! The OpenAPI document: what is committed is what the code makes, and it is well-formed.

use crate::bad_input::validator;
use serde_json::Value;
use std::collections::BTreeSet;

fn committed() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/api/openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn what_is_committed_is_what_the_code_makes() {
    assert!(
        committed() == api::openapi_document(),
        "stale: run `make openapi`"
    );
}

#[test]
fn operation_ids_are_unique_and_every_reference_leads_somewhere() {
    let document = api::openapi_document();
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} twice");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{id}");
    }
    references(&document, &document);
}

fn references(value: &Value, document: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                let pointer = target.trim_start_matches('#');
                assert!(
                    document.pointer(pointer).is_some(),
                    "{target} leads nowhere"
                );
            }
            map.values().for_each(|value| references(value, document));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, document)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The media types of an operation, with where they stand.
fn contents(document: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let components = document["components"]["responses"].as_object().unwrap();
    for (name, response) in components {
        all.push((name.clone(), response["content"].clone()));
    }
    for operation in operations(document) {
        let id = operation["operationId"].as_str().unwrap();
        all.push((
            format!("{id} request"),
            operation["requestBody"]["content"].clone(),
        ));
        for (status, response) in operation["responses"].as_object().unwrap() {
            all.push((format!("{id} {status}"), response["content"].clone()));
        }
    }
    all
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().unwrap().values();
    paths
        .flat_map(|item| item.as_object().unwrap())
        .filter(|(key, _)| *key != "parameters")
        .map(|(_, operation)| operation)
}

#[test]
fn every_example_keeps_its_schema_and_every_request_has_one() {
    let document = api::openapi_document();
    let mut checked = 0;
    for (at, content) in contents(&document) {
        for (media_type, content) in content.as_object().into_iter().flatten() {
            let several = content["examples"].as_object().into_iter().flatten();
            let examples: Vec<&Value> = content
                .get("example")
                .into_iter()
                .chain(several.map(|(_, example)| &example["value"]))
                .collect();
            assert!(
                !at.ends_with("request") || !examples.is_empty(),
                "{at} {media_type}"
            );
            let validator = validator(&document, &content["schema"]);
            for example in examples {
                let faults: Vec<_> = validator
                    .iter_errors(example)
                    .map(|fault| format!("{}: {fault}", fault.instance_path()))
                    .collect();
                assert!(faults.is_empty(), "{at} {media_type}: {faults:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "only {checked} examples");
}

#[test]
fn every_link_leads_to_an_operation_that_takes_what_it_gives() {
    let document = api::openapi_document();
    let mut links = 0;
    for operation in operations(&document) {
        for response in operation["responses"].as_object().unwrap().values() {
            for (name, link) in response["links"].as_object().into_iter().flatten() {
                let found = document["paths"]
                    .as_object()
                    .unwrap()
                    .values()
                    .find_map(|item| {
                        let found = item.as_object().unwrap().values().find(|operation| {
                            operation.get("operationId") == Some(&link["operationId"])
                        });
                        found.map(|operation| (item, operation))
                    });
                let (item, target) = found.unwrap_or_else(|| panic!("{name} leads nowhere"));
                for parameter in link["parameters"].as_object().into_iter().flatten() {
                    let known = [&item["parameters"], &target["parameters"]]
                        .iter()
                        .filter_map(|list| list.as_array())
                        .flatten()
                        .any(|known| known["name"] == *parameter.0);
                    assert!(known, "{name} has no {}", parameter.0);
                }
                assert!(
                    link.get("requestBody").is_none() || target.get("requestBody").is_some(),
                    "{name}"
                );
                links += 1;
            }
        }
    }
    assert!(links > 80, "only {links} links");
}
