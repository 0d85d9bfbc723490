//! What must hold of any input.

use condition::{Condition, Scope};
use serde_json::{Map, Value, json};
use workflow_model::Definition;
use workflow_sim::{Facts, dry_run, validate};

/// Longer inputs only take longer.
const MAX_BYTES: usize = 20_000;

/// Something that reads bytes of strangers.
#[derive(Debug)]
pub struct Target {
    /// What it is called.
    pub name: &'static str,
    /// Checks one input, and answers whether it was read. Panics when something does not hold.
    pub check: fn(&[u8]) -> bool,
}

/// Every target.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "condition_text",
        check: condition_text,
    },
    Target {
        name: "condition_json",
        check: condition_json,
    },
    Target {
        name: "definition",
        check: definition,
    },
    Target {
        name: "report",
        check: report,
    },
];

fn input() -> Value {
    json!({
        "a": 1, "amount": 15000, "b": [1, {"c": "x"}], "c": {"d": null}, "s": "2024-06-01",
        "list": [{"x": 1}, {"x": "1"}], "flag": true
    })
}

/// A condition and the label of a branch, as text.
#[must_use]
pub fn condition_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let ways = [
        Condition::parse(text),
        Condition::from_branch(&Value::from(text)),
    ];
    ways.into_iter()
        .map(condition)
        .fold(false, |any, read| any | read)
}

/// A condition as an operator object.
#[must_use]
pub fn condition_json(bytes: &[u8]) -> bool {
    document::parse(bytes).is_ok_and(|value| condition(Condition::from_json(&value)))
}

fn condition(read: Result<Condition, Vec<condition::ConditionError>>) -> bool {
    let condition = match read {
        Ok(condition) => condition,
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            assert!(errors.iter().all(|error| !error.message.is_empty()));
            return false;
        }
    };
    let printed = condition.to_string();
    assert_eq!(
        Condition::parse(&printed).as_ref(),
        Ok(&condition),
        "{printed}"
    );
    let input = input();
    let scope = Scope::new(&input).with_outcome(Some("approved"));
    let again = Condition::from_json(&condition.to_json());
    assert_eq!(
        again.map(|again| again.evaluate(&scope)),
        Ok(condition.evaluate(&scope)),
        "{printed}"
    );
    let explained = condition.explain(&scope);
    assert_eq!(explained.result, condition.evaluate(&scope), "{printed}");
    if let Some(witness) = condition.witness() {
        assert_ne!(
            condition.satisfiable(),
            Some(false),
            "{printed}: {witness:?}"
        );
    }
    true
}

/// A definition: what was read is written back to itself, its faults are found, and a dry run of
/// it ends.
#[must_use]
pub fn definition(bytes: &[u8]) -> bool {
    let Some(value) = document::parse(bytes)
        .ok()
        .filter(|_| bytes.len() < MAX_BYTES)
    else {
        return false;
    };
    let definition = match Definition::read(&value) {
        Ok(definition) => definition,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason: {value}");
            assert!(problems.iter().all(|problem| !problem.message.is_empty()));
            return false;
        }
    };
    let again = Definition::read(&definition.to_json());
    assert_eq!(again.as_ref(), Ok(&definition), "{value}");
    let facts = Facts::default();
    for fault in validate(&definition, &facts) {
        assert!(
            !fault.path.is_empty() && !fault.message.is_empty(),
            "{fault:?}"
        );
    }
    let known = input().as_object().cloned().unwrap_or_default();
    for input in [Map::new(), known] {
        let run = dry_run(&definition, &input, &facts);
        assert!(run.predicted_duration_ms >= 0, "{value}");
        let again = dry_run(&definition, &input, &facts);
        assert!(run == again, "not the same twice: {value}");
    }
    true
}

/// A report of an execution.
#[must_use]
pub fn report(bytes: &[u8]) -> bool {
    let Ok(value) = document::parse(bytes) else {
        return false;
    };
    match execution_log::read_report(&value) {
        Ok(_) => true,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason: {value}");
            assert!(problems.iter().all(|problem| !problem.message.is_empty()));
            false
        }
    }
}
