//! A dry run and a prediction of the documented discount approval, with nothing but this crate.
#![expect(clippy::print_stdout, reason = "an example prints")]

use document::{Node, Problems};
use serde_json::{Value, json};
use std::error::Error;
use workflow_model::Definition;
use workflow_sim::{
    Facts, History, HistoryOptions, PredictionRequest, SlaTarget, dry_run, predict,
    read_prediction, unhindered,
};

fn main() -> Result<(), Box<dyn Error>> {
    let definition = Definition::read(&json!({"steps": [
        {"name": "Validate Request", "action": "validation"},
        {"name": "Manager Approval", "action": "approval", "approver": "manager"},
        {"name": "Director Approval", "action": "approval", "approver": "director",
         "conditions": {"amount": {"$gt": 10000}}}
    ]}))
    .map_err(|problems| format!("{problems:?}"))?;

    // One case: what would it do?
    let input = json!({"amount": 15000});
    let input = input.as_object().ok_or("the input is an object")?;
    let run = dry_run(&definition, input, &Facts::default());
    println!("a dry run takes {} ms:", run.predicted_duration_ms);
    for link in &run.approval_chain {
        println!("  {} approves: {}", link.approver, link.reason);
    }

    // Many cases, with no history: four an hour, people who take minutes, and what-if.
    let request = request(&json!({
        "arrivals": {"per_hour": 4},
        "durations": {
            "Manager Approval": {"distribution": "lognormal", "mean": 600, "standard_deviation": 600},
            "Director Approval": {"distribution": "exponential", "mean": 900}
        },
        "calendars": {"office": {"time_zone": "Europe/Berlin", "weekly": {
            "monday": [{"from": "09:00", "to": "17:00"}],
            "tuesday": [{"from": "09:00", "to": "17:00"}],
            "wednesday": [{"from": "09:00", "to": "17:00"}],
            "thursday": [{"from": "09:00", "to": "17:00"}],
            "friday": [{"from": "09:00", "to": "15:00"}]
        }}},
        "resources": [
            {"name": "manager", "amount": 4, "cost_per_hour": 60, "calendar": "office"},
            {"name": "director", "amount": 4, "cost_per_hour": 120, "calendar": "office"}
        ],
        "changes": [{"name": "one more manager", "changes": [
            {"change": "resource_amount", "resource": "manager", "add": 1}
        ]}]
    }))?;
    let day = SlaTarget {
        name: "within a day".to_owned(),
        target: chrono::TimeDelta::days(1),
    };
    let fit = History::new(&definition, HistoryOptions::default()).finish();
    let found = predict("Discount", &definition, &fit, &[day], &request, &unhindered)?;
    let cycle = &found.totals.cycle_time;
    println!(
        "of many cases half take up to {:.1} h, nine in ten up to {:.1} h",
        cycle.p50.value / 3600.0,
        cycle.p90.value / 3600.0
    );
    for one in &found.resources {
        println!(
            "  {} works {:.0} % of the time; {:.1} wait",
            one.resource,
            100.0 * one.utilisation.value,
            one.mean_queue.value
        );
    }
    for risk in &found.slas {
        println!(
            "  \"{}\" is breached by {:.1} %",
            risk.sla,
            100.0 * risk.breach_probability.value
        );
    }
    for variant in &found.variants {
        let saved = &variant.differences.cycle_time;
        println!(
            "  {}: {:+.2} h on average ({:+.2} to {:+.2})",
            variant.name,
            saved.value / 3600.0,
            saved.low / 3600.0,
            saved.high / 3600.0
        );
    }
    Ok(())
}

fn request(written: &Value) -> Result<PredictionRequest, String> {
    let problems = Problems::default();
    let read = Node::root(written, &problems)
        .object()
        .and_then(|mut body| {
            let request = read_prediction(&mut body);
            body.finish();
            request
        });
    let read = problems.settle(read);
    read.map_err(|problems| format!("{problems:?}"))
}
