//! Measures how fast executions are recorded, and what the projections that follow cost.
//!
//! `cargo run --release -p persistence --example bulk_rate -- [URL] [executions] [reports a call]`
//! on an empty database, which is migrated. The default is a new SQLite file in a temporary folder,
//! with every commit flushed. Executions have six steps.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program to measure with: it prints, and stops at the first failure"
)]

use chrono::{DateTime, TimeDelta, Utc};
use execution_log::{Known, RecordOptions, Report, WorkflowKey};
use kernel::{Actor, TenantId};
use persistence::{Database, DatabaseOptions};
use serde_json::json;
use std::time::Instant;
use workflow_model::{Definition, ExecutionStatus, RecordedStep, StepStatus, WorkflowId};
use workflow_registry::{NewWorkflow, WorkflowStatus, WorkflowType};

const STEPS: [(&str, &str); 6] = [
    ("Validate", "validation"),
    ("Calculate Discount", "calculation"),
    ("Manager Approval", "approval"),
    ("Finance Approval", "approval"),
    ("Book", "http"),
    ("Notify", "notification"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = format!("sqlite:{}", folder.path().join("rate.db").display());
    let url = arguments.next().unwrap_or(file);
    let mut number = |default: usize| {
        let given = arguments.next();
        given.map_or(default, |given| given.parse().expect("a number"))
    };
    let (total, per_call) = (number(40_000), number(500));
    let options = DatabaseOptions::default();
    let database = Database::open(&url, &options).expect("the database opens");
    database.migrate().await.expect("it can be migrated");
    let tokens = database.token_store();
    let tenant = tokens
        .ensure_tenant("rate", start())
        .await
        .expect("a tenant");
    let actor = Actor {
        tenant,
        user: "rate".to_owned(),
    };
    let workflows = make_workflows(&database, &actor).await;

    bulk(&database, &actor, &workflows, total, per_call).await;
    single(&database, &actor, &workflows, total / 8).await;
    project(&database, tenant).await;
    database.close().await;
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("an instant")
}

async fn make_workflows(database: &Database, actor: &Actor) -> Vec<WorkflowId> {
    let steps: Vec<_> = STEPS
        .iter()
        .map(|(name, action)| json!({"name": name, "action": action}))
        .collect();
    let definition = Definition::read(&json!({ "steps": steps })).expect("a definition");
    let mut ids = Vec::new();
    for number in 0..20 {
        let new = NewWorkflow {
            name: format!("Workflow {number}"),
            description: String::new(),
            workflow_type: WorkflowType::Approval,
            status: WorkflowStatus::Active,
            definition: definition.clone(),
        };
        let made = database
            .workflow_store()
            .insert(actor, new, start(), None)
            .await;
        ids.push(made.expect("a workflow").id);
    }
    ids
}

/// The report of a whole run; the runs of a workflow overlap.
fn report(workflow: WorkflowId, number: usize, external_id: String) -> Report {
    let begun = start() + TimeDelta::milliseconds(i64::try_from(number).unwrap_or(0) * 37);
    let at =
        |step: usize| begun + TimeDelta::milliseconds(i64::try_from(step * 1_100).unwrap_or(0));
    let step = |(index, (name, action)): (usize, &(&str, &str))| RecordedStep {
        step_index: u32::try_from(index).ok(),
        step_name: (*name).to_owned(),
        action: Some((*action).to_owned()),
        actor: Some("ada@example.com".to_owned()),
        status: StepStatus::Completed,
        outcome: (*action == "approval").then(|| "approved".to_owned()),
        attempt: 1,
        started_at: Some(at(index)),
        completed_at: Some(at(index + 1)),
        error_message: None,
    };
    let input = json!({"amount": number, "currency": "EUR", "customer": "ACME", "region": "EU"});
    Report {
        known: Known::ByExternalId,
        workflow: Some(WorkflowKey::Id(workflow)),
        workflow_version: None,
        external_id: Some(external_id),
        status: Some(ExecutionStatus::Completed),
        input_data: input.as_object().cloned(),
        outcome: Some("approved".to_owned()),
        error_message: None,
        started_at: Some(begun),
        completed_at: Some(at(STEPS.len())),
        triggered_by: Some("crm".to_owned()),
        steps: STEPS.iter().enumerate().map(step).collect(),
        reported_at: None,
    }
}

fn options() -> RecordOptions {
    RecordOptions {
        atomic: false,
        now: start() + TimeDelta::days(1),
    }
}

fn say(what: &str, count: usize, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    let each = count as f64 / seconds;
    let events = each * STEPS.len() as f64;
    println!("{what}: {count} in {seconds:.2} s, {each:.0} executions/s, {events:.0} steps/s");
}

async fn bulk(
    database: &Database,
    actor: &Actor,
    workflows: &[WorkflowId],
    total: usize,
    per_call: usize,
) {
    let log = database.execution_log();
    let reports: Vec<Report> = (0..total)
        .map(|number| {
            report(
                workflows[number % workflows.len()],
                number,
                format!("run-{number}"),
            )
        })
        .collect();
    for what in ["bulk, new", "bulk, known already"] {
        let began = Instant::now();
        for call in reports.chunks(per_call) {
            let answers = log.record(actor, call.to_vec(), options(), None).await;
            assert!(answers.expect("recorded").iter().all(Result::is_ok));
        }
        say(what, total, began);
    }
}

/// 64 callers, each with one report after the other.
async fn single(database: &Database, actor: &Actor, workflows: &[WorkflowId], total: usize) {
    const CALLERS: usize = 64;
    let began = Instant::now();
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (log, actor) = (database.execution_log(), actor.clone());
        let workflow = workflows[caller % workflows.len()];
        callers.push(tokio::spawn(async move {
            for number in 0..total / CALLERS {
                let report = report(workflow, number, format!("single-{caller}-{number}"));
                let answers = log.record(&actor, vec![report], options(), None).await;
                assert!(answers.expect("recorded").iter().all(Result::is_ok));
            }
        }));
    }
    for caller in callers {
        caller.await.expect("the caller ends");
    }
    say(
        "one report a call, 64 callers",
        total / CALLERS * CALLERS,
        began,
    );
}

async fn project(database: &Database, tenant: TenantId) {
    let (tallies, statistics) = (database.tally_store(), database.statistics_store());
    let (mut taken, began) = (0, Instant::now());
    loop {
        let changes = tallies
            .project(tenant, 1_000)
            .await
            .expect("projected")
            .len();
        taken += changes;
        if changes == 0 {
            break;
        }
    }
    say("tally", taken, began);
    let (mut taken, began) = (0, Instant::now());
    loop {
        let changes = statistics
            .project(tenant, 1_000)
            .await
            .expect("projected")
            .len();
        taken += changes;
        if changes == 0 {
            break;
        }
    }
    say("statistics", taken, began);
}
