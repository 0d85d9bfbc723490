//! What would a changed definition have done to what ran? With `workflow-sim` alone: no database,
//! no web server, no runtime.
//!
//! ```text
//! cargo run -p workflow-sim --example backtest
//! ```

#![expect(clippy::print_stdout, reason = "an example prints its result")]

use chrono::{DateTime, TimeDelta, Utc};
use document::{Node, Problem, Problems};
use kernel::TenantId;
use serde_json::json;
use workflow_model::{
    Definition, Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};
use workflow_sim::{Backtest, BacktestReport, BacktestRequest, Facts, SlaTarget, read_backtest};

fn main() {
    match run() {
        Ok(report) => print(&report),
        Err(problems) => {
            for problem in problems {
                println!("{}: {}", problem.path, problem.message);
            }
        }
    }
}

fn run() -> Result<BacktestReport, Vec<Problem>> {
    let baseline = Definition::read(&json!({"steps": [
        {"name": "Manager", "action": "approval", "approver": "manager"},
        {"name": "Director", "action": "approval", "approver": "director",
         "conditions": "amount > 1000"},
        {"name": "Book", "action": "update"},
    ]}))?;
    let request = request()?;
    let changed = request.changed_definition(&baseline)?;
    let slas = [SlaTarget {
        name: "Within half a day".to_owned(),
        target: TimeDelta::hours(12),
    }];
    let mut test = Backtest::new(&baseline, &changed, &Facts::default(), &slas, &request)?;
    // Twice over the same history: first how long steps take, then what would have changed.
    (1..=200).for_each(|id| test.learn(&execution(id)));
    (1..=200).for_each(|id| test.observe(&execution(id)));
    Ok(test.finish(start(200)))
}

/// As it comes over the API: the director is asked from 5000 on.
fn request() -> Result<BacktestRequest, Vec<Problem>> {
    let body = json!({
        "window_days": 365,
        "changes": [{"kind": "set", "path": "steps.Director.conditions", "value": "amount > 5000"}],
        "assumptions": {"cost_per_hour": {"director": 150, "manager": 80}},
        "examples": 2,
    });
    let problems = Problems::default();
    let read = Node::root(&body, &problems).object().and_then(|mut body| {
        let request = read_backtest(&mut body);
        body.finish();
        request
    });
    problems.settle(read)
}

fn start(id: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(19_000) + TimeDelta::hours(id)
}

/// A purchase of 50 to 10 000: the manager takes 2 hours, the director up to 40.
fn execution(id: i64) -> Execution {
    let (amount, started_at) = (id * 50, start(id));
    let step = |name: &str, actor: &str, from: i64, to: i64| RecordedStep {
        step_index: None,
        step_name: name.to_owned(),
        action: None,
        actor: Some(actor.to_owned()),
        status: StepStatus::Completed,
        outcome: Some("approved".to_owned()),
        attempt: 1,
        started_at: Some(started_at + TimeDelta::minutes(from)),
        completed_at: Some(started_at + TimeDelta::minutes(to)),
        error_message: None,
    };
    let mut steps = vec![step("Manager", "mia", 5, 125)];
    let mut end = 125;
    if amount > 1000 {
        let from = end + 30;
        end = from + 60 + 12 * (id % 200);
        steps.push(step("Director", "dan", from, end));
    }
    steps.push(step("Book", "erp", end, end + 1));
    Execution {
        id: ExecutionId(id),
        tenant: TenantId(1),
        workflow: WorkflowId(1),
        workflow_name: "Purchase".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 1,
        external_id: Some(format!("purchase-{id}")),
        status: ExecutionStatus::Completed,
        input_data: [("amount".to_owned(), json!(amount))].into_iter().collect(),
        outcome: Some("approved".to_owned()),
        error_message: None,
        started_at,
        completed_at: Some(started_at + TimeDelta::minutes(end + 1)),
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps,
        created_at: started_at,
        updated_at: started_at,
        revision: 1,
    }
}

fn print(report: &BacktestReport) {
    let cases = &report.cases;
    println!("{} of {} cases change.", cases.changed, cases.answered);
    println!(
        "The record agrees with the definition in {} of {} decisions.",
        report.conformance.agreeing, report.conformance.decisions
    );
    let hours = |millis: i64| millis / 3_600_000;
    println!("Time: {} hours.", hours(report.time.difference_total_ms));
    if let Some(cost) = &report.cost {
        println!("Cost: {:.2}.", cost.difference_total);
    }
    for sla in &report.slas {
        println!(
            "{}: {} breaches vanish, {} appear.",
            sla.sla, sla.vanish, sla.appear
        );
    }
    for approver in &report.approvals {
        println!(
            "{}: asked {} times instead of {}.",
            approver.approver, approver.new, approver.old
        );
    }
    for case in &report.examples {
        let path = |steps: &[workflow_sim::ReplayedStep]| {
            let names: Vec<_> = steps.iter().map(|step| step.step.as_str()).collect();
            names.join(" → ")
        };
        println!(
            "Case {} ({:?}): {} becomes {}.",
            case.execution,
            case.kind,
            path(&case.old_path),
            path(&case.new_path)
        );
    }
    for note in &report.notes {
        println!("Note: {note}");
    }
}
