//! The language by example: `tests/data/*.txt`, one case a line, fields separated by ` | `.

use condition::{Condition, Scope, Truth};
use serde_json::Value;

/// Runs every line of a case file, and reports all failures at once.
fn check(text: &str, fields: usize, case: impl Fn(&[&str]) -> Result<(), String>) {
    let mut failures = Vec::new();
    let mut cases = 0;
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with("//") {
            continue;
        }
        cases += 1;
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let result = if parts.len() == fields {
            case(&parts)
        } else {
            Err(format!("{} fields instead of {fields}", parts.len()))
        };
        if let Err(message) = result {
            failures.push(format!("line {}: {line}\n    {message}", number + 1));
        }
    }
    assert!(cases > 5, "{cases} cases");
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn same<T: PartialEq + std::fmt::Debug>(actual: &T, expected: &T) -> Result<(), String> {
    if actual == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, got {actual:?}"))
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// An expression, or an operator object if it begins with a brace.
fn compile(text: &str) -> Result<Condition, String> {
    let condition = if text.starts_with('{') {
        Condition::from_json(&json(text))
    } else {
        Condition::parse(text)
    };
    condition.map_err(|errors| {
        errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ; ")
    })
}

fn truth(text: &str) -> Truth {
    match text {
        "true" => Truth::True,
        "false" => Truth::False,
        missing => Truth::Unknown(missing.split(", ").map(str::to_owned).collect()),
    }
}

/// condition | input | `true`, `false` or the missing variables | the answer in a closed world
#[test]
fn evaluates() {
    check(include_str!("data/evaluate.txt"), 4, |case| {
        let condition = compile(case[0])?;
        let input = json(case[1]);
        let scope = Scope::new(&input);
        same(&condition.evaluate(&scope), &truth(case[2]))?;
        same(
            &condition.evaluate_closed(&scope).to_string().as_str(),
            &case[3],
        )?;
        same(&Condition::parse(&condition.to_string()), &Ok(condition))
    });
}

/// condition | canonical expression | operator object or string
#[test]
fn prints() {
    check(include_str!("data/print.txt"), 3, |case| {
        let condition = compile(case[0])?;
        same(&condition.to_string().as_str(), &case[1])?;
        same(&Condition::parse(case[1]), &Ok(condition.clone()))?;
        same(&condition.to_json(), &json(case[2]))?;
        let again = Condition::from_json(&condition.to_json());
        same(&again, &Ok(condition))
    });
}

/// faulty condition | every error
#[test]
fn reports_errors() {
    check(include_str!("data/errors.txt"), 2, |case| {
        match compile(case[0]) {
            Ok(condition) => Err(format!("accepted as {condition}")),
            Err(message) => same(&message.as_str(), &case[1]),
        }
    });
}

/// text on a branch | canonical expression | outcome | answer on the input `{"amount": 5}`
#[test]
fn reads_branches() {
    check(include_str!("data/branch.txt"), 4, |case| {
        let condition = Condition::from_branch(&Value::from(case[0]))
            .map_err(|errors| errors[0].to_string())?;
        same(&condition.to_string().as_str(), &case[1])?;
        let outcome = (case[2] != "-").then_some(case[2]);
        let input = serde_json::json!({"amount": 5});
        let scope = Scope::new(&input).with_outcome(outcome);
        same(&condition.evaluate(&scope), &truth(case[3]))?;
        let printed = Value::from(condition.to_string());
        same(&Condition::from_branch(&printed), &Ok(condition))
    });
}

/// condition | input | result | nearest change as an object, `{}` for none
#[test]
fn explains() {
    check(include_str!("data/explain.txt"), 4, |case| {
        let condition = compile(case[0])?;
        let mut input = json(case[1]);
        let explanation = condition.explain(&Scope::new(&input));
        same(&explanation.result, &truth(case[2]))?;
        same(
            &explanation.result,
            &condition.evaluate(&Scope::new(&input)),
        )?;
        let nearest: serde_json::Map<String, Value> = explanation
            .nearest
            .iter()
            .map(|c| (c.path.clone(), c.to.clone()))
            .collect();
        same(&Value::Object(nearest), &json(case[3]))?;
        for change in &explanation.nearest {
            input[change.path.as_str()] = change.to.clone();
        }
        if explanation.nearest.is_empty() {
            return Ok(());
        }
        let turned = condition.evaluate(&Scope::new(&input));
        same(&turned.is_true(), &!explanation.result.is_true())
    });
}

/// conditions separated by ` ;; ` | satisfiable (of the first) | overlaps (the first two) | covers
#[test]
fn analyses() {
    check(include_str!("data/analysis.txt"), 4, |case| {
        let conditions: Result<Vec<Condition>, String> = case[0].split(";;").map(compile).collect();
        let conditions = conditions?;
        let first = conditions.first().expect("a condition");
        let second = conditions.get(1).unwrap_or(first);
        let all: Vec<&Condition> = conditions.iter().collect();
        let answer = |decided: Option<bool>| decided.map_or("?".to_owned(), |b| b.to_string());
        same(&answer(first.satisfiable()).as_str(), &case[1])?;
        same(&answer(first.overlaps(second)).as_str(), &case[2])?;
        same(&answer(Condition::covers_all(&all)).as_str(), &case[3])?;
        // What a witness says must be so.
        if let Some(witness) = first.witness() {
            same(&on(&witness, first), &Truth::True)?;
        }
        if let Some(witness) = first.overlap_witness(second) {
            same(&on(&witness, first), &Truth::True)?;
            same(&on(&witness, second), &Truth::True)?;
        }
        if let Some(witness) = Condition::gap_witness(&all) {
            for condition in &all {
                same(&on(&witness, condition), &Truth::False)?;
            }
        }
        separates(first, second)
    });
}

/// The first without the second: what is found is so, and what is denied is not found.
fn separates(first: &Condition, second: &Condition) -> Result<(), String> {
    let whole = |witness: &[condition::Reading]| {
        let whole = |value: &Value| value.as_f64().is_none_or(|number| number.fract() == 0.0);
        let values = witness.iter().filter_map(|reading| reading.value.as_ref());
        values.into_iter().all(whole)
    };
    let found = Condition::separating_witness(&[first], &[second], whole);
    if Condition::separable(&[first], &[second], whole) == Some(false) {
        same(&found.is_none(), &true)?;
    }
    if let Some(witness) = found {
        same(&on(&witness, first), &Truth::True)?;
        same(&on(&witness, second), &Truth::False)?;
        same(&whole(&witness), &true)?;
    }
    Ok(())
}

#[test]
fn whole_numbers_leave_no_gap_between_neighbours() {
    let conditions = ["x < 10", "x >= 11"].map(|text| compile(text).expect("a condition"));
    let [low, high] = &conditions;
    let everything = |_: &[condition::Reading]| true;
    let whole = |witness: &[condition::Reading]| {
        let value = witness[0].value.as_ref().and_then(Value::as_f64);
        value.is_some_and(|number| number.fract() == 0.0)
    };
    assert_eq!(
        Condition::separable(&[], &[low, high], everything),
        Some(true)
    );
    let gap = Condition::separating_witness(&[], &[low, high], whole);
    assert_eq!(gap.expect("a gap")[0].value, Some(10.into()));
    let closed = [low, &compile("x >= 10").expect("a condition")];
    assert_eq!(Condition::separable(&[], &closed, whole), Some(false));
    let fractions = [low, &compile("x > 9.5").expect("a condition")];
    assert_eq!(Condition::separable(&[], &fractions, whole), Some(false));
    let narrow = ["x < 10.9", "x > 11.05"].map(|text| compile(text).expect("a condition"));
    let narrow = [&narrow[0], &narrow[1]];
    assert_eq!(Condition::separable(&[], &narrow, whole), Some(true));
    let open = [&compile("x < 9.2").expect("a condition"), fractions[1]];
    assert_eq!(Condition::separable(&[], &open, everything), Some(true));
    assert_eq!(Condition::separable(&[], &open, whole), Some(false));
}

/// What a condition says on the values of a witness.
fn on(witness: &[condition::Reading], condition: &Condition) -> Truth {
    let mut input = Value::Object(serde_json::Map::new());
    for reading in witness {
        if let Some(value) = &reading.value {
            input[reading.path.as_str()] = value.clone();
        }
    }
    let outcome = witness.iter().find(|reading| reading.path == "outcome");
    let outcome = outcome.and_then(|reading| reading.value.as_ref()?.as_str());
    condition.evaluate(&Scope::new(&input).with_outcome(outcome))
}
