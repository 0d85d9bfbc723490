//! Makes values that break a JSON Schema of the OpenAPI document, each at one known place.

use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Steps within steps say nothing new.
const MAX_DEPTH: usize = 3;

/// Breaks schemas of one document.
pub(crate) struct Breaker {
    document: Value,
    validators: HashMap<String, jsonschema::Validator>,
}

/// A value that a field must not have.
#[derive(Debug, Clone)]
pub(crate) struct Wrong {
    /// As error details name it: `steps.0.name`.
    pub(crate) path: String,
    /// The field of the body, with the wrong value in it.
    pub(crate) field: (String, Value),
}

impl Breaker {
    pub(crate) fn new() -> Self {
        Self {
            document: api::openapi_document(),
            validators: HashMap::new(),
        }
    }

    /// The fields of a body's schema that a client can set.
    pub(crate) fn fields(&self, schema: &Value) -> Map<String, Value> {
        let schema = self.resolve(schema);
        let mut fields = Map::new();
        for variant in schema["anyOf"].as_array().into_iter().flatten() {
            for (name, field) in self.fields(variant) {
                let field = match fields.remove(&name) {
                    Some(other) if other != field => json!({"anyOf": [other, field]}),
                    _ => field,
                };
                fields.insert(name, field);
            }
        }
        fields.extend(
            schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
        );
        fields.retain(|_, field| field.get("readOnly").is_none());
        fields
    }

    /// Every field, and every field within, with every kind of value that it must not have.
    pub(crate) fn wrongs(&mut self, schema: &Value) -> Vec<Wrong> {
        let mut all = Vec::new();
        for (name, field) in self.fields(schema) {
            for (path, value) in self.within(&field, 0) {
                all.push(Wrong {
                    path: format!("{name}{path}"),
                    field: (name.clone(), value),
                });
            }
        }
        all
    }

    /// Wrong values for a schema, and where in them the fault is.
    fn within(&mut self, schema: &Value, depth: usize) -> Vec<(String, Value)> {
        let mut found: Vec<_> = candidates()
            .into_iter()
            .filter(|value| !self.valid(schema, value))
            .map(|value| (String::new(), value))
            .collect();
        if depth >= MAX_DEPTH {
            return found;
        }
        let resolved = self.resolve(schema).clone();
        if let Some(items) = resolved.get("items") {
            for (path, value) in self.within(items, depth + 1) {
                found.push((format!(".0{path}"), json!([value])));
            }
        }
        let kinds: Vec<Value> = resolved["anyOf"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|variant| constants(variant).next().is_some())
            .cloned()
            .collect();
        if kinds.is_empty() {
            self.within_fields(&resolved, depth, &mut found);
        }
        for kind in &kinds {
            self.within_fields(kind, depth, &mut found);
        }
        found
    }

    fn within_fields(&mut self, schema: &Value, depth: usize, found: &mut Vec<(String, Value)>) {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, field) in self.fields(schema) {
            for (path, value) in self.within(&field, depth + 1) {
                let mut object = Map::new();
                for other in required.iter().filter_map(Value::as_str) {
                    object.insert(other.to_owned(), json!("x"));
                }
                for (constant, value) in constants(schema) {
                    object.insert(constant.clone(), value.clone());
                }
                object.insert(name.clone(), value);
                found.push((format!(".{name}{path}"), Value::Object(object)));
            }
        }
    }

    fn valid(&mut self, schema: &Value, value: &Value) -> bool {
        let document = &self.document;
        self.validators
            .entry(schema.to_string())
            .or_insert_with(|| validator(document, schema))
            .is_valid(value)
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(target) => self.document.pointer(&target[1..]).unwrap(),
            None => schema,
        }
    }
}

/// The fields that tell one kind of object from the others, with their values.
fn constants(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.filter_map(|(name, field)| Some((name, field.get("const")?)))
}

/// Checks values against a schema of the document; formats count.
pub(crate) fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let whole = json!({"allOf": [schema], "components": {
        "schemas": document["components"]["schemas"]
    }});
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&whole)
        .unwrap()
}

/// One of every type, and what breaks bounds: more than 64 bits, a text beyond every limit, a year
/// of five digits.
fn candidates() -> Vec<Value> {
    let huge: Value = serde_json::from_str("1000000000000000000000000000000").unwrap();
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0.5),
        json!(u64::MAX),
        huge,
        json!("10000-01-01T00:00:00Z"),
        json!("x".repeat(10_001)),
        json!([]),
        json!([7]),
        json!({}),
    ]
}
