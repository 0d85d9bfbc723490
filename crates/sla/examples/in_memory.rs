//! Links this crate alone, with its stores in memory: records two runs, and asks whether a promise
//! is kept. No database, no web server, no runtime.
//!
//! `cargo run -p sla --features testing --example in_memory`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use chrono::TimeDelta;
use execution_log::testing::{LogFixture, MemoryLog, actor, started};
use execution_log::{ExecutionLog, RecordOptions, Report};
use kernel::testing::{ManualClock, block_on};
use kernel::{Clock, TenantId};
use sla::testing::MemorySla;
use sla::{AlertPolicy, SlaService, read_new_sla};
use std::sync::Arc;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    block_on(run())
}

async fn run() -> Result<(), Failure> {
    let tenant = TenantId(1);
    let clock = Arc::new(ManualClock::fixed());
    let log = Arc::new(MemoryLog::default());
    let workflow = LogFixture::workflow(&*log, tenant, "Discount Approval", &[]).await;
    let store = Arc::new(MemorySla::new(log.clone()));
    store.add_workflow(tenant, workflow, "Discount Approval");
    let service = SlaService::new(store.clone(), store.clone(), store, clock.clone());

    let promise = serde_json::json!({
        "workflow": workflow.0, "name": "Five minutes", "target_duration_seconds": 300,
    });
    let new = read_new_sla(&promise).map_err(|problems| format!("{problems:?}"))?;
    let sla = service.create(&actor(tenant), new, None).await?;

    let now = clock.now();
    let ended = |seconds: i64| Report {
        started_at: Some(now - TimeDelta::seconds(seconds)),
        completed_at: Some(now),
        status: None,
        ..started(workflow, None, 0)
    };
    let options = RecordOptions { atomic: true, now };
    log.record(&actor(tenant), vec![ended(120), ended(450)], options, None)
        .await?;

    let policy = AlertPolicy {
        default_recipients: vec!["ops@company.com".to_owned()],
        history_after: TimeDelta::hours(1),
    };
    service.catch_up(tenant, &policy).await?;
    let metrics = service.metrics(tenant, sla.id).await?;
    println!(
        "{}: {} of {} over the target, {} % kept",
        metrics.sla.name, metrics.window.breached, metrics.window.total, metrics.current_percentage,
    );
    Ok(())
}
