//! The published example, to the number.

use super::support::{names, run, run_with};
use crate::{Facts, TruthValue};
use serde_json::{Value, json};

fn discount_approval() -> Value {
    json!([
        {"name": "Validate Request", "action": "validation"},
        {"name": "Manager Approval", "action": "approval", "approver": "manager"},
        {"name": "Director Approval", "action": "approval", "approver": "director",
         "conditions": {"amount": {"$gt": 10000}}}
    ])
}

/// Whether each member of `expected` is in `actual`, with lists of the same length.
fn contains(actual: &Value, expected: &Value, path: &str) {
    match expected {
        Value::Object(members) => {
            for (name, value) in members {
                let inner = actual
                    .get(name)
                    .unwrap_or_else(|| panic!("{path}.{name} is missing"));
                if name == "conditions" {
                    assert_eq!(inner, value, "{path}.conditions");
                } else {
                    contains(inner, value, &format!("{path}.{name}"));
                }
            }
        }
        Value::Array(items) => {
            let found = actual.as_array().unwrap();
            assert_eq!(found.len(), items.len(), "{path}: {actual:#}");
            for (at, (found, item)) in found.iter().zip(items).enumerate() {
                contains(found, item, &format!("{path}.{at}"));
            }
        }
        plain => assert_eq!(actual, plain, "{path}"),
    }
}

#[test]
fn the_published_example_comes_out_as_printed() {
    let input = json!({"amount": 15000, "discount_percentage": 15, "customer_type": "premium"});
    let answer = serde_json::to_value(run(&discount_approval(), &input)).unwrap();
    let printed = json!({
        "execution_path": [
            {"step_index": 0, "step_name": "Validate Request", "action": "validation",
             "status": "simulated", "estimated_duration_ms": 100},
            {"step_index": 1, "step_name": "Manager Approval", "action": "approval",
             "status": "simulated", "estimated_duration_ms": 1000},
            {"step_index": 2, "step_name": "Director Approval", "action": "approval",
             "status": "simulated", "estimated_duration_ms": 1000}
        ],
        "branch_explorations": [
            {"from_step": 1, "condition": "amount > 10000", "next_step": 2}
        ],
        "approval_chain": [
            {"step": 1, "approver": "manager", "conditions": {}},
            {"step": 2, "approver": "director", "conditions": {"amount": {"$gt": 10000}}}
        ],
        "predicted_duration_ms": 2100,
        "validation_errors": [],
        "warnings": []
    });
    contains(&answer, &printed, "answer");
    assert_eq!(answer["execution_path"][0]["duration_source"], "default");
    assert_eq!(answer["critical_path"], json!([0, 1, 2]));
    assert_eq!(
        answer["approval_chain"][1]["reason"],
        "`amount > 10000` holds (amount is 15000)."
    );
}

#[test]
fn a_guard_that_fails_says_what_would_turn_it() {
    let run = run(&discount_approval(), &json!({"amount": 5000}));
    assert_eq!(names(&run), ["Validate Request", "Manager Approval"]);
    assert_eq!(run.predicted_duration_ms, 1100);
    let approvers: Vec<_> = run
        .approval_chain
        .iter()
        .map(|link| &link.approver)
        .collect();
    assert_eq!(approvers, ["manager"]);
    let [guard] = run.branch_explorations.as_slice() else {
        panic!("one exploration")
    };
    assert!(!guard.taken);
    assert_eq!(guard.truth, TruthValue::False);
    assert_eq!(guard.nearest_change[0].path, "amount");
    assert_eq!(guard.nearest_change[0].from, Some(json!(5000)));
    assert_eq!(guard.nearest_change[0].to, json!(10001));
    assert_eq!(guard.why[0].values[0].value, Some(json!(5000)));
    let then = guard.then.as_ref().unwrap();
    assert_eq!(then.steps[0].step_name, "Director Approval");
    assert_eq!(then.continues_at, None);
    assert_eq!(then.estimated_duration_ms, 1000);
}

#[test]
fn each_amount_finds_its_approvers() {
    let limit = |name: &str, over: i64| {
        json!({"name": name, "action": "approval", "approver": name,
               "conditions": {"amount": {"$gt": over}}})
    };
    let steps = json!([
        {"name": "manager", "action": "approval", "approver": "manager"},
        limit("director", 10_000),
        limit("CFO", 50_000)
    ]);
    let asked = |amount: i64| -> Vec<String> {
        let run = run(&steps, &json!({"amount": amount}));
        run.approval_chain
            .into_iter()
            .map(|link| link.approver)
            .collect()
    };
    assert_eq!(asked(5_000), ["manager"]);
    assert_eq!(asked(20_000), ["manager", "director"]);
    assert_eq!(asked(75_000), ["manager", "director", "CFO"]);
}

#[test]
fn the_same_arguments_give_the_same_answer() {
    let written = json!({"steps": discount_approval()});
    let once = || run_with(&written, &json!({"amount": 15000}), &Facts::default());
    assert_eq!(once(), once());
}

#[test]
fn a_condition_is_shown_as_an_operator_object_whatever_its_spelling() {
    let steps = json!([
        {"name": "A", "action": "approval", "approver": "a", "conditions": "amount > 10000"}
    ]);
    let run = run(&steps, &json!({"amount": 15000}));
    assert_eq!(
        run.approval_chain[0].conditions,
        json!({"amount": {"$gt": 10000}})
    );
    assert_eq!(run.branch_explorations[0].from_step, None);
}

#[test]
fn an_input_that_starts_nothing_is_simulated_with_a_warning() {
    let written = json!({
        "trigger_conditions": {"amount": {"$lt": 10}},
        "steps": [{"name": "A", "action": "validation"}]
    });
    let warned = |input: Value| run_with(&written, &input, &Facts::default()).warnings;
    assert_eq!(warned(json!({"amount": 5})), Vec::<String>::new());
    assert_eq!(
        warned(json!({"amount": 50})),
        [
            "trigger_conditions: `amount < 10` does not hold (amount is 50), so this input would \
          not start the workflow. It was simulated as if it had."
        ]
    );
    assert!(warned(json!({}))[0].contains("cannot be told (amount is missing)"));
}
