//! `wfi sample`

use super::context::{Session, configuration, overrides};
use super::output::{self, Failure};
use crate::cli::SampleArgs;
use crate::sample;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::io::IsTerminal;
use std::path::Path;

/// Fills a tenant with made-up history.
pub(super) async fn sample(
    file: Option<&Path>,
    json: bool,
    args: SampleArgs,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(&args.database))?;
    let session = Session::open(&config, &args.tenant).await?;
    let made = sample::generate(args.seed, session.clock.now());
    let total: usize = made
        .workflows
        .iter()
        .map(|workflow| workflow.executions.len())
        .sum();
    let bar = progress_bar(total, "executions");
    let loaded = sample::load(&session.wired, &session.actor, made, |done| {
        bar.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    session.close().await;
    let loaded = loaded.map_err(|error| Failure::failed(error.to_string()))?;
    let workflows: Vec<i64> = loaded.workflows.iter().map(|id| id.0).collect();
    if json {
        return output::json(&json!({
            "tenant": args.tenant.tenant, "seed": args.seed, "workflows": workflows,
            "slas": loaded.slas, "executions": loaded.executions,
        }));
    }
    output::line(format!(
        "Tenant \"{}\": {} workflows, {} SLAs, {} executions (seed {}).",
        args.tenant.tenant,
        workflows.len(),
        loaded.slas,
        loaded.executions,
        args.seed
    ))
}

/// A bar on standard error, when that is a terminal.
pub(super) fn progress_bar(total: usize, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg} ({eta})") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// A count on standard error, when that is a terminal, of work whose size is not known.
pub(super) fn spinner(what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}
