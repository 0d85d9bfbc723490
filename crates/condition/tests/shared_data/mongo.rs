use condition::{Condition, Scope, Truth};
use serde_json::Value;

/// Where the two implementations disagree, and what MongoDB's manual or server says.
const DECIDED: [(&str, Option<bool>); 7] = [
    // A missing field compares equal to null in `$gte` and `$lte`, as it does in `$eq`.
    ("gte-null-missing", Some(true)),
    // `$all` is an `$and` of equalities, so a scalar matches a list of one.
    ("all-scalar", Some(true)),
    // "When passed an array of an empty array, $all matches no documents."
    ("all-empty", Some(false)),
    // `$expr` compares two fields; one implementation lacks it.
    ("expr", Some(true)),
    // "$and/$or/$nor must be a nonempty array"
    ("or-empty", None),
    ("and-empty", None),
    // An unknown operator is an error.
    ("unknown-op", None),
];

/// Where the two agree with each other and not with the server, which the manual describes.
const AGAINST: [(&str, bool); 1] = [
    // `$mod` is about "the value of a field divided by a divisor": the server passes over values
    // that are no numbers, JavaScript divides numeric texts.
    ("mod-str", false),
];

fn lines(name: &str) -> Vec<Value> {
    super::read(name)
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

#[test]
fn answers_as_the_oracle_does() {
    let cases = lines("mongo-oracle/cases.jsonl");
    let results = lines("mongo-oracle/results.jsonl");
    let mut failures = Vec::new();
    let (mut checked, mut decided) = (0, 0);
    for (case, result) in cases.iter().zip(&results) {
        assert_eq!(case["id"], result["id"]);
        let id = case["id"].as_str().expect("an id");
        let against = AGAINST.iter().find(|(name, _)| *name == id);
        let expected = if let Some((_, server)) = against {
            assert_eq!(result["mingo"], !server, "{id} is listed and agrees");
            Some(*server)
        } else if result["agree"] == true {
            result["mingo"].as_bool()
        } else {
            decided += 1;
            DECIDED
                .iter()
                .find(|(name, _)| *name == id)
                .expect("a decision")
                .1
        };
        let actual = Condition::from_json(&case["q"])
            .ok()
            .map(|condition| condition.evaluate_closed(&Scope::new(&case["doc"])));
        if actual != expected {
            failures.push(format!("{case}: expected {expected:?}, got {actual:?}"));
        }
        checked += 1;
    }
    assert_eq!((checked, decided), (80, DECIDED.len()));
    super::report(&failures);
}

#[test]
fn the_open_world_differs_only_by_saying_unknown() {
    let mut unknown = Vec::new();
    for case in lines("mongo-oracle/cases.jsonl") {
        let Ok(condition) = Condition::from_json(&case["q"]) else {
            continue;
        };
        let scope = Scope::new(&case["doc"]);
        match condition.evaluate(&scope) {
            Truth::Unknown(_) => unknown.push(case["id"].as_str().expect("an id").to_owned()),
            truth => assert_eq!(truth.is_true(), condition.evaluate_closed(&scope), "{case}"),
        }
    }
    let missing = [
        "ne-missing",
        "gt-missing",
        "lt-missing",
        "gte-null-missing",
        "null-eq-missing",
        "ne-null-missing",
        "in-null-missing",
        "nin-missing",
        "dot-missing",
        "nor",
        "not-missing",
        "empty-string",
    ];
    assert_eq!(unknown, missing);
}

#[test]
fn prints_and_parses_back() {
    for case in lines("mongo-oracle/cases.jsonl") {
        let Ok(condition) = Condition::from_json(&case["q"]) else {
            continue;
        };
        let text = condition.to_string();
        assert_eq!(
            Condition::parse(&text).as_ref(),
            Ok(&condition),
            "{case}: {text}"
        );
        let json = condition.to_json();
        let again = Condition::from_json(&json).expect("its own JSON");
        let scope = Scope::new(&case["doc"]);
        assert_eq!(
            again.evaluate(&scope),
            condition.evaluate(&scope),
            "{case}: {json}"
        );
    }
}
