//! How many recorded executions a back-test takes in a second, on one thread: learning and
//! replaying 100 000 purchases of up to eight steps, of which about one in three goes another
//! way. Aim: 100 000 in seconds.

#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use chrono::{DateTime, TimeDelta, Utc};
use document::Problem;
use kernel::TenantId;
use serde_json::json;
use std::time::{Duration, Instant};
use workflow_model::{
    Definition, Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};
use workflow_sim::{
    Backtest, BacktestAssumptions, BacktestChange, BacktestReport, BacktestRequest, BacktestWindow,
    Facts, SlaTarget,
};

const EXECUTIONS: i64 = 100_000;
const ROUNDS: usize = 5;

fn main() {
    let log: Vec<Execution> = (0..EXECUTIONS).map(execution).collect();
    match measure(&log) {
        Ok((learning, observing, report)) => {
            let rate = |took: Duration| f64::from(100_000) / took.as_secs_f64();
            println!(
                "backtest: learn {:.0} executions/s, observe {:.0} executions/s, both passes over \
                 100000 in {:.2} s ({} changed)",
                rate(learning),
                rate(observing),
                (learning + observing).as_secs_f64(),
                report.cases.changed
            );
        }
        Err(problems) => println!("{problems:?}"),
    }
}

/// The best of some rounds of each pass.
fn measure(log: &[Execution]) -> Result<(Duration, Duration, BacktestReport), Vec<Problem>> {
    let (old, new) = (definition(1000)?, definition(4000)?);
    let request = BacktestRequest {
        window: BacktestWindow::default(),
        change: BacktestChange::Whole(Box::new(new.clone())),
        assumptions: BacktestAssumptions {
            cost_per_hour: [("approval".to_owned(), 60.0)].into(),
            ..BacktestAssumptions::default()
        },
        examples: 5,
        seed: 1,
        max_executions: 1_000_000,
    };
    let slas = [SlaTarget {
        name: "a day".to_owned(),
        target: TimeDelta::days(1),
    }];
    let mut best: Option<(Duration, Duration, BacktestReport)> = None;
    for _ in 0..ROUNDS {
        let mut test = Backtest::new(&old, &new, &Facts::default(), &slas, &request)?;
        let begin = Instant::now();
        for execution in log {
            test.learn(execution);
        }
        let learning = begin.elapsed();
        let begin = Instant::now();
        for execution in log {
            test.observe(execution);
        }
        let observing = begin.elapsed();
        let report = test.finish(start(0));
        let is_better = best
            .as_ref()
            .is_none_or(|(one, other, _)| learning + observing < *one + *other);
        if is_better {
            best = Some((learning, observing, report));
        }
    }
    best.ok_or_else(Vec::new)
}

fn definition(bound: i64) -> Result<Definition, Vec<Problem>> {
    Definition::read(&json!({"steps": [
        {"name": "Intake", "action": "validation"},
        {"name": "Triage", "action": "decision", "branches": [
            {"condition": "amount < 100", "next_step": "Book"},
            {"condition": {"customer.tier": {"$in": ["gold", "platinum"]}}, "next_step": "Director"},
        ]},
        {"name": "Manager", "action": "approval", "approver": "manager", "branches": [
            {"condition": "rejected", "next_step": "end"},
        ]},
        {"name": "Director", "action": "approval", "approver": "director",
         "conditions": {"amount": {"$gt": bound}}},
        {"name": "Book", "action": "update"},
        {"name": "Mail", "action": "notification", "depends_on": ["Book"]},
        {"name": "File", "action": "update", "depends_on": ["Book"]},
        {"name": "Close", "action": "update", "depends_on": ["Mail", "File"]},
    ]}))
}

fn start(id: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(19_000) + TimeDelta::minutes(id)
}

/// What the definition with the lower bound does; amounts are spread evenly up to 10 000.
fn execution(id: i64) -> Execution {
    let started_at = start(id);
    let amount = id * 7919 % 10_000;
    let is_gold = id % 5 == 0;
    let is_rejected = id % 11 == 0;
    let mut clock = started_at;
    let mut steps = Vec::new();
    let mut run = |name: &str, outcome: Option<&str>, minutes: i64| {
        let began = clock + TimeDelta::seconds(30);
        clock = began + TimeDelta::minutes(minutes);
        steps.push(RecordedStep {
            step_index: None,
            step_name: name.to_owned(),
            action: None,
            actor: None,
            status: StepStatus::Completed,
            outcome: outcome.map(str::to_owned),
            attempt: 1,
            started_at: Some(began),
            completed_at: Some(clock),
            error_message: None,
        });
    };
    run("Intake", None, 1);
    let mut goes_on = true;
    if amount >= 100 {
        if !is_gold {
            run(
                "Manager",
                Some(if is_rejected { "rejected" } else { "approved" }),
                60 + id % 90,
            );
            goes_on = !is_rejected;
        }
        if goes_on && amount > 1000 {
            run("Director", Some("approved"), 600 + id % 1200);
        }
    }
    if goes_on {
        for name in ["Book", "Mail", "File", "Close"] {
            run(name, None, 2);
        }
    }
    Execution {
        id: ExecutionId(id),
        tenant: TenantId(1),
        workflow: WorkflowId(1),
        workflow_name: "Purchase".to_owned(),
        workflow_type: "approval".to_owned(),
        workflow_version: 1,
        external_id: Some(id.to_string()),
        status: ExecutionStatus::Completed,
        input_data: [
            ("amount".to_owned(), json!(amount)),
            (
                "customer".to_owned(),
                json!({"tier": if is_gold { "gold" } else { "standard" }}),
            ),
        ]
        .into_iter()
        .collect(),
        outcome: Some(if goes_on { "approved" } else { "rejected" }.to_owned()),
        error_message: None,
        started_at,
        completed_at: Some(clock),
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps,
        created_at: started_at,
        updated_at: started_at,
        revision: 1,
    }
}
