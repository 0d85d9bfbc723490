use std::borrow::Cow;

use serde_json::{Value, json};

use super::{Function, TABLE};
use crate::{Condition, Scope, Truth};

#[test]
fn every_function_is_in_the_crate_documentation_and_in_a_case() {
    let documentation = include_str!("../lib.rs");
    let cases = include_str!("../../tests/data/functions.txt");
    for (_, names, ..) in TABLE {
        let name = names[0];
        let documented = [format!("`{name}`"), format!("`{name}(")];
        assert!(
            documented.iter().any(|form| documentation.contains(form)),
            "{name}"
        );
        assert!(cases.contains(&format!("{name}(")), "{name} has no case");
    }
}

#[test]
fn every_row_is_its_own_function() {
    for (position, (function, names, least, most, _)) in TABLE.iter().enumerate() {
        assert_eq!(*function as usize, position);
        assert_eq!(Function::from_name(names[0]), Some(*function));
        assert_eq!(function.arity(), (*least, *most));
    }
}

/// No function panics, whatever it is given.
#[test]
fn every_function_takes_every_value() {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(-1e-308),
        json!(""),
        json!("2024-02-30"),
        json!("9999-12-31T23:59:60Z"),
        json!("P1D"),
        json!("99999999999999999999d"),
        json!([]),
        json!([1, "a", null]),
        json!([1e308, 1e308]),
        json!({}),
        json!({"a": 1}),
        json!(i64::MAX),
        json!("year"),
        json!("é".repeat(1000)),
    ];
    for (function, _, least, most, _) in TABLE {
        for first in &values {
            for second in &values {
                for third in [&values[0], &values[8]] {
                    let all = [first, second, third].map(Cow::Borrowed);
                    for count in *least..=(*most).min(3) {
                        let _: Value = function.apply(&all[..count]);
                    }
                }
            }
        }
    }
}

/// function call | its value, as `tests/data/functions.txt` has them
#[test]
fn gives_what_the_cases_say() {
    for line in include_str!("../../tests/data/functions.txt").lines() {
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let (call, value) = line.split_once(" | ").expect("two fields");
        let condition = Condition::parse(&format!("({call}) == {value}"))
            .unwrap_or_else(|errors| panic!("{line}: {errors:?}"));
        let truth = condition.evaluate(&Scope::new(&Value::Null));
        assert_eq!(truth, Truth::True, "{line}");
    }
}
