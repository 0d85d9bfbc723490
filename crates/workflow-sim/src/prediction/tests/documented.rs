//! The documented discount approval.

use super::support::{close, definition, no_history, predicted_with, row, sla, source};
use serde_json::{Value, json};

pub(super) fn discount_approval() -> Value {
    json!({
        "steps": [
            {"name": "Validate Request", "action": "validation"},
            {"name": "Manager Approval", "action": "approval", "approver": "manager"},
            {"name": "Director Approval", "action": "approval", "approver": "director",
             "conditions": {"amount": {"$gt": 10000}}}
        ]
    })
}

#[test]
fn without_history_it_takes_the_documented_time() {
    let definition = definition(&discount_approval());
    let fit = no_history(&definition);
    let slas = [sla("quick", 2), sla("slow", 3)];
    let mut request = super::support::request(&json!({"cases": 10}));
    request.input = json!({"amount": 15000}).as_object().unwrap().clone();
    let control = &crate::prediction::unhindered;
    let found =
        crate::prediction::predict("D", &definition, &fit, &slas, &request, control).unwrap();
    for time in [found.totals.cycle_time.mean, found.totals.cycle_time.p50] {
        close(time.value, 2.1, 0.02);
    }
    close(found.slas[0].breach_probability.value, 1.0, 0.0);
    close(found.slas[1].breach_probability.value, 0.0, 0.0);
    assert_eq!(source(&found, "steps.1.duration"), "convention");
    assert_eq!(source(&found, "flow"), "definition");
    assert_eq!(found.outcomes[0].outcome, "completed");
}

#[test]
fn one_manager_is_an_m_d_1_queue() {
    // Poisson arrivals at 0.8 of what one manager can do, who takes a second for each: the wait is
    // ρ s / 2(1−ρ) = 2 s (Pollaczek and Khinchine).
    let definition = definition(&discount_approval());
    let found = predicted_with(
        &definition,
        &no_history(&definition),
        &[],
        &json!({
            "cases": 20000, "arrivals": {"per_hour": 2880},
            "resources": [{"name": "manager", "cost_per_hour": 36}],
            "warm_up": 2000,
            "precision": {"relative_half_width": 0.01, "max_replications": 40, "confidence": 0.999}
        }),
    );
    let manager = &found.resources[0];
    assert_eq!(manager.resource, "manager");
    close(manager.utilisation.value, 0.8, 0.01);
    assert!(
        manager.waiting_time.low <= 2.0 && 2.0 <= manager.waiting_time.high,
        "{manager:?}"
    );
    close(row(&found, "Manager Approval").waiting_time, 2.0, 0.1);
    close(found.totals.cost.mean.value, 0.01, 1e-6);
    assert_eq!(found.unstable, None);
    // Without a recorded or given amount the guard is open.
    close(row(&found, "Director Approval").runs_per_case, 0.5, 0.01);
    assert_eq!(source(&found, "steps.2.conditions"), "convention");
}

#[test]
fn an_overloaded_resource_is_named() {
    let definition = definition(&discount_approval());
    let found = predicted_with(
        &definition,
        &no_history(&definition),
        &[],
        &json!({
            "cases": 500, "arrivals": {"per_hour": 7200},
            "resources": [{"name": "manager"}, {"name": "director", "amount": 5}]
        }),
    );
    let overload = found.unstable.as_ref().unwrap();
    assert_eq!(overload.resource, "manager");
    close(overload.demand, 2.0, 0.1);
    close(overload.capacity, 1.0, 0.01);
    assert!(
        found
            .warnings
            .iter()
            .any(|told| told.contains("\"manager\" is overloaded")),
        "{:?}",
        found.warnings
    );
}
