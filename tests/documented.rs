//! Every example of the published API document: the request is accepted, the answer has the
//! documented keys (and may have more), and the numbers where an example determines them.

mod actions;
mod blueprints;
mod errors;
mod simulations;
mod slas;
mod suggestions;

use serde_json::Value;

/// The answer has every documented key, with a value of the documented type.
#[track_caller]
fn has_keys_of(answer: &Value, documented: &Value) {
    let answer = answer.as_object().unwrap();
    for (key, example) in documented.as_object().unwrap() {
        let value = answer
            .get(key)
            .unwrap_or_else(|| panic!("{key} is missing"));
        let nullable = value.is_null() || example.is_null();
        assert!(
            nullable || std::mem::discriminant(value) == std::mem::discriminant(example),
            "{key}: {value} is not like {example}"
        );
    }
}
