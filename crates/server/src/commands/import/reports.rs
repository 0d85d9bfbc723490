//! `wfi import` of a file of reports.

use super::super::context::Session;
use super::super::output::{self, Failure, sentences};
use super::super::sample::spinner;
use super::{BATCH, Counts, record_batch, show_rejected};
use crate::cli::ImportArgs;
use crate::config::Config;
use execution_log::Report;
use indicatif::ProgressBar;
use log_import::ReportLines;
use serde_json::json;

/// Records the lines of a file in durable batches; bad lines are named and passed by.
pub(super) async fn import(config: &Config, json: bool, args: ImportArgs) -> Result<(), Failure> {
    let mut lines = ReportLines::open(&args.file, args.workflow.clone())
        .map_err(|error| Failure::failed(error.to_string()))?;
    let session = Session::open(config, &args.tenant).await?;
    let bar = spinner("executions");
    let done = record(&session, &mut lines, &bar).await;
    bar.finish_and_clear();
    let projected = session.wired.projector.drain_all().await;
    session.close().await;
    let counts = done?;
    projected?;
    if json {
        return output::json(&json!({
            "created": counts.created, "updated": counts.updated,
            "unchanged": counts.unchanged, "rejected": counts.refused,
            "rejected_count": counts.refused_count,
        }));
    }
    output::line(counts.sentence(counts.refused_count))?;
    show_rejected(&counts.refused, counts.refused_count)
}

async fn record(
    session: &Session,
    lines: &mut ReportLines,
    bar: &ProgressBar,
) -> Result<Counts, Failure> {
    let mut counts = Counts::default();
    let mut batch: Vec<(u64, Report)> = Vec::with_capacity(BATCH);
    loop {
        let next = lines
            .next_line()
            .map_err(|error| Failure::failed(format!("cannot read on: {error}")))?;
        let at_end = next.is_none();
        if let Some(next) = next {
            match next.report {
                Ok(report) => batch.push((next.line, report)),
                Err(problems) => {
                    counts.refuse(|| format!("line {}: {}", next.line, sentences(&problems)));
                }
            }
        }
        if batch.len() == BATCH || at_end {
            let (numbers, reports): (Vec<u64>, Vec<Report>) = batch.drain(..).unzip();
            let answers = record_batch(session, reports).await?;
            for (line, answer) in numbers.iter().zip(answers) {
                counts.add(answer, || format!("line {line}"));
            }
            bar.inc(numbers.len() as u64);
        }
        if at_end {
            return Ok(counts);
        }
    }
}
