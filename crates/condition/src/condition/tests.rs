use serde_json::{Value, json};

use crate::limits::{MAX_DEPTH, MAX_LIST, MAX_NODES, MAX_PATTERN_CHARS, MAX_SUBJECT_BYTES};
use crate::{Condition, Scope, Truth};

fn error(read: Result<Condition, Vec<crate::ConditionError>>) -> String {
    let errors = read.expect_err("refused");
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].to_string()
}

#[test]
fn always_is_any_spelling_of_nothing() {
    for nothing in [
        json!({}),
        json!(null),
        json!(true),
        json!(""),
        json!("  "),
        json!("true"),
    ] {
        let condition = Condition::from_json(&nothing).unwrap();
        assert!(condition.is_always(), "{nothing}");
        assert_eq!(condition, Condition::always());
    }
    assert!(!Condition::parse("a == 1").unwrap().is_always());
}

#[test]
fn the_example_of_the_crate_documentation_holds() {
    let condition = Condition::from_json(&json!({"amount": {"$gt": 10000}})).unwrap();
    assert_eq!(condition.to_string(), "amount > 10000");
    assert_eq!(
        condition.evaluate(&Scope::new(&json!({"amount": 15000}))),
        Truth::True
    );
    let unknown = Truth::Unknown(vec!["amount".to_owned()]);
    assert_eq!(condition.evaluate(&Scope::new(&json!({}))), unknown);
    let why = condition.explain(&Scope::new(&json!({"amount": 9000})));
    assert_eq!(why.nearest[0].to, json!(10001));
}

#[test]
fn a_number_or_a_list_is_no_condition() {
    assert!(error(Condition::from_json(&json!(5))).ends_with("not a number"));
    assert!(error(Condition::from_json(&json!([{"a": 1}]))).ends_with("not a list"));
}

#[test]
fn names_what_it_reads() {
    let text = "order.total > limit and any(items, #.price > 5 and #.tax > rate) \
                and not exists(order.paid) and outcome is approved and order.total < 9";
    let condition = Condition::parse(text).unwrap();
    let expected = [
        "items",
        "items.price",
        "items.tax",
        "limit",
        "order.paid",
        "order.total",
        "rate",
    ];
    assert_eq!(condition.variables(), expected);
    assert!(condition.uses_outcome());
    assert!(
        !Condition::parse("outcome == \"approved\"")
            .unwrap()
            .uses_outcome()
    );
}

#[test]
fn a_variable_called_outcome_is_no_outcome() {
    let condition = Condition::parse("outcome == \"won\"").unwrap();
    let input = json!({"outcome": "won"});
    assert!(
        condition
            .evaluate(&Scope::new(&input).with_outcome(Some("rejected")))
            .is_true()
    );
    assert_eq!(condition.outcome_label(), None);
    let label = Condition::from_branch(&json!("approved")).unwrap();
    assert_eq!(label.outcome_label(), Some("approved"));
}

#[test]
fn an_explanation_shows_each_clause() {
    let condition = Condition::parse("amount > 10 and (vip or not (spent > budget))").unwrap();
    let input = json!({"amount": 5, "vip": true, "spent": 3});
    let clauses = condition.explain(&Scope::new(&input)).clauses;
    let shown: Vec<_> = clauses
        .iter()
        .map(|c| (c.clause.as_str(), &c.result))
        .collect();
    let unknown = Truth::Unknown(vec!["budget".to_owned()]);
    let expected = [
        ("amount > 10", &Truth::False),
        ("vip == true", &Truth::True),
        ("not (spent > budget)", &unknown),
    ];
    assert_eq!(shown, expected);
    let read: Vec<_> = clauses[2]
        .actual
        .iter()
        .map(|r| (r.path.as_str(), r.value.clone()))
        .collect();
    assert_eq!(read, [("budget", None), ("spent", Some(json!(3)))]);
}

#[test]
fn an_explanation_knows_the_outcome() {
    let condition = Condition::from_branch(&json!("approved")).unwrap();
    let input = json!({});
    let explanation = condition.explain(&Scope::new(&input).with_outcome(Some("rejected")));
    assert_eq!(explanation.result, Truth::False);
    assert_eq!(explanation.clauses[0].actual[0].path, "outcome");
    assert_eq!(
        explanation.clauses[0].actual[0].value,
        Some(json!("rejected"))
    );
    assert_eq!(explanation.nearest[0].path, "outcome");
    assert_eq!(explanation.nearest[0].to, json!("approved"));
}

// A bound that does not hold shows here as a test that overflows the stack or never ends.

#[test]
fn depth_is_bounded() {
    let deep = |n: usize| format!("{}a > 1{}", "not (".repeat(n), ")".repeat(n));
    assert!(Condition::parse(&deep(MAX_DEPTH - 3)).is_ok());
    assert!(error(Condition::parse(&deep(MAX_DEPTH))).contains("nested deeper"));
    for opening in [
        "(", "[", "not ", "-", "any(a, ", "len(", "a in (", "a + (", "a ? ", "{a:", "a ?? ",
    ] {
        let text = opening.repeat(10_000);
        assert!(Condition::parse(&text).is_err(), "{opening}");
    }
    let chain = format!("{} > 1", vec!["a"; 5_000].join(" + "));
    assert!(error(Condition::parse(&chain)).contains("in a row"));
    let mut json = json!({"a": 1});
    for _ in 0..MAX_DEPTH {
        json = json!({"$nor": [json]});
    }
    assert!(error(Condition::from_json(&json)).contains("nested deeper"));
    for _ in 0..100 {
        json = json!({"a": {"$elemMatch": json}});
    }
    assert!(Condition::from_json(&json).is_err());
}

#[test]
fn length_is_bounded() {
    assert!(error(Condition::parse(&"a ".repeat(50_000))).contains("longer than"));
    let list: Vec<usize> = (0..=MAX_LIST).collect();
    assert!(error(Condition::from_json(&json!({"a": {"$in": list}}))).contains("at most"));
    assert!(error(Condition::parse(&format!("a in {}", json!(list)))).contains("at most"));
    let parts = vec!["a > 1"; MAX_NODES].join(" or ");
    assert!(error(Condition::parse(&parts)).contains("parts"));
    let texts: Vec<String> = (0..1000).map(|n| format!("{n:0>100}")).collect();
    assert!(error(Condition::from_json(&json!({"a": {"$in": texts}}))).contains("longer than"));
}

#[test]
fn a_list_inside_a_constant_is_bounded_by_its_parts() {
    let list: Vec<usize> = (0..MAX_LIST).collect();
    let lists: Vec<&Vec<usize>> = vec![&list; 5];
    assert!(error(Condition::from_json(&json!({"a": lists}))).contains("parts"));
}

#[test]
fn patterns_and_their_subjects_are_bounded() {
    let long = "a".repeat(MAX_PATTERN_CHARS + 1);
    assert!(error(Condition::from_json(&json!({"a": {"$regex": long}}))).contains("longer than"));
    let condition = Condition::parse("matches(a, \"(a*)*b\")").unwrap();
    let input = json!({"a": "a".repeat(MAX_SUBJECT_BYTES)});
    assert_eq!(condition.evaluate(&Scope::new(&input)), Truth::False);
    let input = json!({"a": "a".repeat(MAX_SUBJECT_BYTES + 1)});
    assert_eq!(
        condition.evaluate(&Scope::new(&input)),
        Truth::Unknown(vec!["a".to_owned()])
    );
    assert!(!condition.evaluate_closed(&Scope::new(&input)));
}

#[test]
fn explaining_a_large_condition_ends() {
    let clauses: Vec<String> = (0..400)
        .map(|n| format!("v{n} > {n} and w{n} < v{n}"))
        .collect();
    let condition = Condition::parse(&clauses.join(" or ")).unwrap();
    let members = (0..400).flat_map(|n| [(format!("v{n}"), json!(0)), (format!("w{n}"), json!(9))]);
    let input = Value::Object(members.collect());
    let explanation = condition.explain(&Scope::new(&input));
    assert_eq!(explanation.result, Truth::False);
}

#[test]
fn the_work_of_an_evaluation_is_bounded() {
    let nest = |outer: &str, inner: &str| {
        (0..10).fold(inner.to_owned(), |body, _| format!("{outer}(a, {body})"))
    };
    let flat = format!("len({}) > 0", nest("flatMap", "#"));
    let sums = format!("sum({}) > 1", nest("flatMap", "sum(a)"));
    let input = json!({"a": vec![1; 50]});
    let scope = Scope::new(&input);
    for text in [flat, sums, nest("any", "# > 5")] {
        let condition = Condition::parse(&text).unwrap();
        assert_eq!(
            condition.evaluate(&scope),
            Truth::Unknown(vec!["a".to_owned()]),
            "{text}"
        );
        assert!(!condition.evaluate_closed(&scope));
        let _ = condition.explain(&scope);
    }
    let decided = Condition::parse(&nest("all", "# > 5")).unwrap();
    assert_eq!(
        decided.evaluate(&scope),
        Truth::False,
        "the first element decides"
    );
}

#[test]
fn conditions_go_from_thread_to_thread() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug + PartialEq>() {}
    check::<Condition>();
}

#[test]
fn nested_intervals_do_not_double_without_end() {
    let text = (0..30).fold("a".to_owned(), |item, _| format!("({item}) in [1..2]"));
    assert!(error(Condition::parse(&text)).contains("interval"));
}

#[test]
fn everyday_patterns_fit_the_bounds() {
    let patterns = [
        r"^\w+$",
        r"^[\w.+-]+@[\w-]+\.[\w.]+$",
        r"^\d{4}-\d{2}-\d{2}$",
        r"\bvip\b",
        r"^[A-Z]{2}\d{6}$",
        r"^\w{1,20}$",
        r"^\S+@\S+$",
        r"^[^@]+@[^@]+$",
        r"(urgent|asap|today)\s*!*$",
    ];
    for pattern in patterns {
        for options in ["", "i"] {
            let json = json!({"a": {"$regex": pattern, "$options": options}});
            assert!(Condition::from_json(&json).is_ok(), "{pattern}");
        }
    }
}
