use super::{Schema, check_schema, schema_problems, validate_config};
use proptest::prelude::*;
use serde_json::{Value, json};

fn refused(schema: &Value) -> (String, String) {
    let mut problems = schema_problems(schema);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn valid_schemas_of_every_draft_are_accepted() {
    for schema in [
        json!({}),
        json!(true),
        json!(false),
        json!({"type": "object", "properties": {"to": {"type": "string"}}}),
        json!({"type": ["string", "null"], "x-unknown": 1}),
        json!({"prefixItems": [{"type": "integer"}], "items": false}),
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"a": {}}}),
        json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": "#"}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{}, {}]}),
        json!({"$schema": "http://json-schema.org/draft-06/schema", "const": 1}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": true,
               "minimum": 1}),
    ] {
        assert_eq!(check_schema(&schema), Ok(()), "{schema}");
    }
}

/// Lists under `items` are of draft 7 and before, so without `$schema` they are wrong.
#[test]
fn without_a_draft_it_is_2020_12() {
    let (path, _) = refused(&json!({"items": [{}, {}]}));
    assert_eq!(path, "items");
}

#[test]
fn what_is_no_schema_is_refused() {
    for value in [json!(null), json!([]), json!("object"), json!(1)] {
        let (path, message) = refused(&value);
        assert_eq!(
            (path.as_str(), message.contains("object")),
            ("", true),
            "{message}"
        );
    }
}

#[test]
fn problems_are_named_with_their_place_all_at_once() {
    let schema = json!({
        "type": "strin",
        "properties": {"a": {"type": "object", "required": "b"}, "c": 3},
        "allOf": [{"minimum": "0"}]
    });
    let mut problems = schema_problems(&schema);
    problems.sort();
    let paths: Vec<_> = problems.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "allOf.0.minimum",
            "properties.a.required",
            "properties.c",
            "type"
        ]
    );
    assert_eq!(
        problems[3].1,
        "\"strin\" is not a type. Choose one of: array, boolean, integer, null, number, object, \
         string. Did you mean \"string\"?"
    );
    let sentence = check_schema(&schema).unwrap_err();
    for path in paths {
        assert!(sentence.contains(&format!("At \"{path}\": ")), "{sentence}");
    }
}

#[test]
fn an_unknown_draft_is_refused() {
    for named in [
        json!("https://example.com/my-own"),
        json!("2020-12"),
        json!(7),
    ] {
        let (path, message) = refused(&json!({"$schema": named}));
        assert_eq!(path, "$schema");
        assert!(
            message.contains("https://json-schema.org/draft/2020-12/schema"),
            "{message}"
        );
    }
}

#[test]
fn references_within_the_schema_are_followed() {
    for schema in [
        json!({"$defs": {"a": {"type": "string"}}, "properties": {"x": {"$ref": "#/$defs/a"}}}),
        json!({"properties": {"child": {"$ref": "#"}}}),
        json!({"$defs": {"a": {"$anchor": "here"}}, "$ref": "#here"}),
        json!({"$id": "https://example.com/root", "$ref": "item",
               "$defs": {"item": {"$id": "item", "type": "string"}}}),
        json!({"$ref": "https://json-schema.org/draft/2020-12/schema"}),
        // No references: a property of that name, and plain data.
        json!({"properties": {"$ref": {"type": "string"}}, "required": ["$ref"]}),
        json!({"const": {"$ref": "https://example.com/x"}}),
    ] {
        assert_eq!(check_schema(&schema), Ok(()), "{schema}");
    }
}

#[test]
fn references_to_elsewhere_are_refused_and_not_fetched() {
    for (reference, shown) in [
        (
            "https://example.com/address.json",
            "https://example.com/address.json",
        ),
        ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("address.json#/a", "address.json"),
    ] {
        let schema = json!({"properties": {"x": {"$ref": reference}}});
        let (_, message) = refused(&schema);
        assert!(message.contains(shown), "{message}");
        assert!(message.contains("nothing is fetched"), "{message}");
        assert_eq!(validate_config(&schema, &json!({})).len(), 1);
    }
}

#[test]
fn references_to_nowhere_are_refused() {
    for (reference, shown) in [("#/$defs/none", "#/$defs/none"), ("#none", "#none")] {
        let (_, message) = refused(&json!({"properties": {"x": {"$ref": reference}}}));
        assert!(message.contains(shown), "{message}");
    }
}

#[test]
fn a_pattern_must_be_a_regular_expression() {
    assert_eq!(
        check_schema(&json!({"pattern": "^[A-Z]{2}(?=x)\\d+$"})),
        Ok(())
    );
    let (path, message) = refused(&json!({"properties": {"x": {"pattern": "a("}}}));
    assert_eq!(path, "properties.x.pattern");
    assert!(message.contains("a("), "{message}");
}

#[test]
fn size_depth_and_patterns_are_bounded() {
    let mut deep = json!({});
    for _ in 0..40 {
        deep = json!({"properties": {"x": deep}});
    }
    assert!(refused(&deep).1.contains("64 deep"));
    let big = json!({"description": "x".repeat(64 * 1_024)});
    assert!(refused(&big).1.contains("65536 bytes"));
    let many = json!({"allOf": vec![json!({"pattern": "a"}); 101]});
    assert!(refused(&many).1.contains("100 patterns"));
    let mut named = serde_json::Map::new();
    for n in 0..101 {
        named.insert(format!("^{n}"), json!({}));
    }
    assert!(
        refused(&json!({"patternProperties": named}))
            .1
            .contains("100 patterns")
    );
}

/// Each of these is small and would be dear without the bounds.
#[test]
fn hostile_schemas_cost_little() {
    let patterns = vec![json!({"pattern": "^((a{1,100}){1,100}b){1,100}$"}); 100];
    assert!(check_schema(&json!({"anyOf": patterns})).is_err());
    let mut doubling = serde_json::Map::new();
    for n in 0..60 {
        let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
        doubling.insert(format!("d{n}"), json!({"allOf": [next.clone(), next]}));
    }
    doubling.insert("d60".to_owned(), json!({}));
    let schema = json!({"$defs": doubling, "$ref": "#/$defs/d0"});
    assert_eq!(check_schema(&schema), Ok(()));
    let backtracking = json!({"pattern": "^(?=(a+)+$)b"});
    let found = validate_config(&backtracking, &json!("a".repeat(5_000)));
    assert_eq!(found.len(), 1);
}

#[test]
fn a_long_value_is_not_quoted_whole() {
    let (_, message) = refused(&json!({"minLength": "x".repeat(10_000)}));
    assert!(message.chars().count() <= 301, "{}", message.len());
}

#[test]
fn values_are_checked_with_their_place() {
    let schema = json!({
        "type": "object",
        "required": ["to"],
        "properties": {"to": {"type": "string"}, "copies": {"items": {"minimum": 1}}}
    });
    assert_eq!(
        validate_config(&schema, &json!({"to": "x", "copies": [1, 2]})),
        vec![]
    );
    let mut found = validate_config(&schema, &json!({"copies": [1, 0], "to": 5}));
    found.sort();
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["copies.1", "to"]);
    let found = validate_config(&schema, &json!({}));
    assert_eq!(
        found,
        vec![(String::new(), "\"to\" is a required property.".to_owned())]
    );
    let ready = Schema::compile(&schema).unwrap();
    assert_eq!(ready.problems(&json!({})), found);
    assert_eq!(ready.problems(&json!({"to": "x"})), vec![]);
    let refused = Schema::compile(&json!({"type": "strin"})).unwrap_err();
    assert!(refused.contains("\"strin\" is not a type"), "{refused}");
    let found = validate_config(&json!({"type": "strin"}), &json!({}));
    assert!(
        found[0].1.starts_with("The schema is not valid."),
        "{found:?}"
    );
}
/// Documents of schema keywords with any values, right and wrong.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        (-3_i64..3).prop_map(|n| json!(n)),
        Just(json!(1e300)),
        prop::sample::select(vec![
            "string",
            "object",
            "#",
            "#/$defs/a",
            "a",
            "(",
            "^a+$",
            "é"
        ])
        .prop_map(|text| json!(text)),
    ];
    let keyword = prop::sample::select(vec![
        "type",
        "properties",
        "items",
        "$ref",
        "$defs",
        "a",
        "$id",
        "$anchor",
        "$dynamicRef",
        "pattern",
        "patternProperties",
        "not",
        "anyOf",
        "minimum",
        "multipleOf",
        "enum",
        "const",
        "required",
        "dependentSchemas",
        "unevaluatedProperties",
        "if",
        "format",
        "contains",
    ]);
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::hash_map(keyword.clone(), inner, 0..5).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

proptest! {
    /// Whatever is sent, there is an answer, and what was accepted can be used.
    #[test]
    fn nothing_panics(schema in documents(), value in documents()) {
        let accepted = check_schema(&schema).is_ok();
        prop_assert_eq!(accepted, schema_problems(&schema).is_empty());
        let found = validate_config(&schema, &value);
        prop_assert!(accepted || found.len() == 1);
        prop_assert!(found.iter().all(|(_, message)| !message.starts_with("The schema") || !accepted));
    }
}
