//! Any text, as an expression, a branch or JSON: no panic, and what is printed parses back.

#![no_main]

use condition::{Condition, Scope};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    check(Condition::parse(text).ok());
    check(Condition::from_branch(&Value::from(text)).ok());
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        check(Condition::from_json(&value).ok());
    }
});

fn check(condition: Option<Condition>) {
    let Some(condition) = condition else { return };
    let printed = condition.to_string();
    assert_eq!(Condition::parse(&printed).as_ref(), Ok(&condition), "{printed}");
    let again = Condition::from_json(&condition.to_json());
    let input = json!({"a": 1, "b": [1, {"c": "x"}], "c": {"d": null}, "amount": 15000});
    let scope = Scope::new(&input).with_outcome(Some("approved"));
    assert_eq!(again.map(|again| again.evaluate(&scope)), Ok(condition.evaluate(&scope)));
    let _ = condition.explain(&scope);
    let _ = condition.satisfiable();
}
