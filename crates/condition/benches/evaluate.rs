//! A precompiled condition of three clauses against a closure written by hand over the same JSON
//! value, in one run. Prints nanoseconds for each and their ratio (aim: at most 3).

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use condition::{Condition, Scope};
use serde_json::{Value, json};

const ROUNDS: usize = 21;
const CALLS: u32 = 200_000;

fn main() {
    let text = "amount > 10000 and customer_type == \"premium\" and discount_percentage <= 15";
    let condition = match Condition::parse(text) {
        Ok(condition) => condition,
        Err(errors) => return println!("{errors:?}"),
    };
    let by_hand = |input: &Value| {
        input
            .get("amount")
            .and_then(Value::as_f64)
            .is_some_and(|amount| amount > 10_000.0)
            && input.get("customer_type").and_then(Value::as_str) == Some("premium")
            && input
                .get("discount_percentage")
                .and_then(Value::as_f64)
                .is_some_and(|d| d <= 15.0)
    };
    let inputs = [
        json!({"amount": 15000, "discount_percentage": 15, "customer_type": "premium"}),
        json!({"amount": 15000, "discount_percentage": 20, "customer_type": "premium"}),
        json!({"amount": 500, "discount_percentage": 5, "customer_type": "standard"}),
        json!({"amount": 15000.5, "discount_percentage": 1.5, "customer_type": "premium"}),
    ];
    for input in &inputs {
        assert_eq!(
            condition.evaluate(&Scope::new(input)).is_true(),
            by_hand(input)
        );
    }
    let ours = median(
        |input| condition.evaluate(&Scope::new(input)).is_true(),
        &inputs,
    );
    let closure = median(by_hand, &inputs);
    println!(
        "condition {ours:.1} ns, closure {closure:.1} ns, ratio {:.2}",
        ours / closure
    );
}

/// Median over rounds of the time of one call, in nanoseconds.
fn median(evaluate: impl Fn(&Value) -> bool, inputs: &[Value]) -> f64 {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                for input in inputs {
                    black_box(evaluate(black_box(input)));
                }
            }
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2].as_secs_f64() * 1e9 / f64::from(CALLS) / 4.0
}
