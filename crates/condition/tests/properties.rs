//! Laws that hold for every condition and input.

#![expect(clippy::expect_used, reason = "a fault in the test fails it")]

#[path = "properties/generators.rs"]
mod generators;

use condition::{Condition, Scope, Truth};
use proptest::prelude::*;
use serde_json::Value;

use generators::{any_condition, hostile, hostile_json, input, query};

fn evaluate(condition: &Condition, input: &Value) -> Truth {
    condition.evaluate(&Scope::new(input))
}

/// A condition made of others through their text, as an author would.
fn compose(text: &str) -> Condition {
    Condition::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_parses_back(condition in any_condition()) {
        let text = condition.to_string();
        prop_assert_eq!(Condition::parse(&text), Ok(condition), "{}", text);
    }

    #[test]
    fn json_says_the_same(condition in any_condition(), input in input()) {
        let again = Condition::from_json(&condition.to_json()).expect("its own JSON");
        prop_assert_eq!(evaluate(&again, &input), evaluate(&condition, &input), "{}", condition.to_json());
    }

    #[test]
    fn de_morgan(a in any_condition(), b in any_condition(), input in input()) {
        for (outer, inner) in [("and", "or"), ("or", "and")] {
            let left = compose(&format!("not (({a}) {outer} ({b}))"));
            let right = compose(&format!("not ({a}) {inner} not ({b})"));
            prop_assert_eq!(evaluate(&left, &input), evaluate(&right, &input));
            let scope = Scope::new(&input);
            prop_assert_eq!(left.evaluate_closed(&scope), right.evaluate_closed(&scope));
        }
    }

    #[test]
    fn connectives_follow_kleene(a in any_condition(), b in any_condition(), input in input()) {
        let (x, y) = (evaluate(&a, &input), evaluate(&b, &input));
        let both: Vec<String> = {
            let mut all = [x.missing(), y.missing()].concat();
            all.sort();
            all.dedup();
            all
        };
        let and = match (&x, &y) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::True, Truth::True) => Truth::True,
            _ => Truth::Unknown(both.clone()),
        };
        let or = match (&x, &y) {
            (Truth::True, _) | (_, Truth::True) => Truth::True,
            (Truth::False, Truth::False) => Truth::False,
            _ => Truth::Unknown(both),
        };
        prop_assert_eq!(evaluate(&compose(&format!("({a}) and ({b})")), &input), and);
        prop_assert_eq!(evaluate(&compose(&format!("({a}) or ({b})")), &input), or);
        let not = match x {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            unknown @ Truth::Unknown(_) => unknown,
        };
        prop_assert_eq!(evaluate(&compose(&format!("not ({a})")), &input), not);
    }

    #[test]
    fn unknown_names_what_is_missing(condition in any_condition(), input in input()) {
        if let Truth::Unknown(paths) = evaluate(&condition, &input) {
            prop_assert!(!paths.is_empty(), "{}", condition);
            prop_assert!(paths.is_sorted());
            for path in &paths {
                let known = condition.variables().contains(path) || path == "outcome";
                prop_assert!(known, "{} is not in {:?}", path, condition.variables());
            }
        }
    }

    #[test]
    fn the_nearest_change_turns_the_condition(condition in any_condition(), input in input()) {
        let explanation = condition.explain(&Scope::new(&input));
        prop_assert_eq!(&explanation.result, &evaluate(&condition, &input));
        let mut changed = input.clone();
        let mut outcome = None;
        for change in &explanation.nearest {
            if change.path == "outcome" {
                outcome = change.to.as_str();
            } else {
                put(&mut changed, &change.path, &change.to);
            }
        }
        if !explanation.nearest.is_empty() {
            let turned = condition.evaluate(&Scope::new(&changed).with_outcome(outcome));
            let wanted = if explanation.result.is_true() { Truth::False } else { Truth::True };
            prop_assert_eq!(turned, wanted, "{} by {:?}", condition, explanation.nearest);
        }
    }

    #[test]
    fn analysis_agrees_with_evaluation(a in query(), b in query(), input in input()) {
        let a = Condition::from_json(&a).expect("a valid object");
        let b = Condition::from_json(&b).expect("a valid object");
        let no_lists = input.as_object().is_some_and(|map| map.values().all(|v| !v.is_array() && !v.is_object()));
        if no_lists {
            let (x, y) = (evaluate(&a, &input), evaluate(&b, &input));
            prop_assert!(!(x.is_true() && a.satisfiable() == Some(false)), "{}", a);
            prop_assert!(!(x.is_true() && y.is_true() && a.overlaps(&b) == Some(false)), "{} ; {}", a, b);
        }
        let _ = Condition::covers_all(&[&a, &b]);
    }

    #[test]
    fn no_text_panics(text in hostile(), input in input()) {
        for read in [Condition::parse(&text), Condition::from_branch(&Value::from(text.as_str()))] {
            match read {
                Ok(condition) => {
                    let printed = condition.to_string();
                    prop_assert_eq!(Condition::parse(&printed), Ok(condition.clone()), "{}", printed);
                    let _ = condition.explain(&Scope::new(&input));
                    let _ = condition.evaluate_closed(&Scope::new(&input));
                }
                Err(errors) => prop_assert!(errors.iter().all(|error| !error.message.is_empty())),
            }
        }
    }

    #[test]
    fn no_json_panics(json in hostile_json(), input in input()) {
        match Condition::from_json(&json) {
            Ok(condition) => {
                let printed = condition.to_string();
                prop_assert_eq!(Condition::parse(&printed), Ok(condition.clone()), "{}", printed);
                let _ = condition.explain(&Scope::new(&input));
                let _ = condition.satisfiable();
            }
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}

fn put(value: &mut Value, path: &str, to: &Value) {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let next = match value {
        Value::Array(list) => &mut list[name.parse::<usize>().expect("an index")],
        value => &mut value[name],
    };
    match rest {
        Some(rest) => put(next, rest, to),
        None => *next = to.clone(),
    }
}
