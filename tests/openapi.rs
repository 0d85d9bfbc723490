//! The OpenAPI document: what is committed is what the code makes, and it is well-formed.

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
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice, at {path}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{id}");
        }
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
