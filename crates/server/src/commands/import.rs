//! `wfi import`

mod reports;

use super::context::{Session, configuration, overrides};
use super::output::{self, Failure, sentences};
use super::sample::progress_bar;
use crate::cli::ImportArgs;
use execution_log::{RecordError, Recorded, Report, WorkflowKey};
use indicatif::ProgressBar;
use log_import::{Columns, ImportMapping, ImportOptions, ImportedLog};
use serde_json::{Value, json};
use std::path::Path;
use workflow_model::WorkflowId;

/// Executions in one transaction.
const BATCH: usize = 500;
/// Refused reports that are named; beyond, they are counted.
const NAMED: usize = 10_000;
/// Rejected rows that are printed; `--json` has them all.
const SHOWN: usize = 10;

/// What became of the cases.
#[derive(Debug, Default)]
struct Counts {
    created: usize,
    updated: usize,
    unchanged: usize,
    /// The first [`NAMED`] of them.
    refused: Vec<String>,
    refused_count: usize,
}

impl Counts {
    fn add(&mut self, answer: Result<Recorded, RecordError>, which: impl FnOnce() -> String) {
        match answer {
            Ok(Recorded::Created(_)) => self.created += 1,
            Ok(Recorded::Updated(_)) => self.updated += 1,
            Ok(Recorded::Unchanged(_)) => self.unchanged += 1,
            Err(error) => self.refuse(|| format!("{}: {error}", which())),
        }
    }

    fn refuse(&mut self, sentence: impl FnOnce() -> String) {
        self.refused_count += 1;
        if self.refused.len() < NAMED {
            self.refused.push(sentence());
        }
    }

    fn sentence(&self, rejected: usize) -> String {
        format!(
            "Executions: {} created, {} updated, {} unchanged, {rejected} rejected.",
            self.created, self.updated, self.unchanged
        )
    }
}

/// Records a batch in one transaction.
async fn record_batch(
    session: &Session,
    batch: Vec<Report>,
) -> Result<Vec<Result<Recorded, RecordError>>, Failure> {
    let executions = &session.wired.services.executions;
    let answers = executions.record_many(&session.actor, batch, false).await;
    answers.map_err(|error| Failure::failed(error.to_string()))
}

/// Reads an event log, or a file of reports, into executions.
pub(super) async fn import(
    file: Option<&Path>,
    json: bool,
    args: ImportArgs,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(&args.database))?;
    if log_import::holds_reports(&args.file) {
        return reports::import(&config, json, args).await;
    }
    let log = read(&args).await?;
    let session = Session::open(&config, &args.tenant).await?;
    let done = keep(&session, &args, &log).await;
    session.close().await;
    let (workflow, name, counts) = done?;
    show(&log, workflow, &name, &counts, json)
}

async fn read(args: &ImportArgs) -> Result<ImportedLog, Failure> {
    let options = ImportOptions {
        columns: Columns {
            case: args.case.clone(),
            activity: args.activity.clone(),
            start: args.start.clone(),
            end: args.end.clone(),
            resource: args.resource.clone(),
        },
        ..ImportOptions::default()
    };
    let path = args.file.clone();
    tokio::task::spawn_blocking(move || log_import::open(&path, &options))
        .await
        .map_err(|error| Failure::failed(format!("reading the log failed: {error}")))?
        .map_err(|error| Failure::failed(error.to_string()))
}

async fn keep(
    session: &Session,
    args: &ImportArgs,
    log: &ImportedLog,
) -> Result<(WorkflowId, String, Counts), Failure> {
    let name = args.workflow.clone().unwrap_or_else(|| log.name.clone());
    let mapping = ImportMapping {
        since_previous: !args.ends_only,
        ..ImportMapping::default()
    };
    let (definition, reports) =
        log_import::to_reports(log, WorkflowKey::Name(name.clone()), mapping);
    keep_actions(session, log).await?;
    let workflow = keep_workflow(session, &name, definition).await?;
    let bar = progress_bar(reports.len(), "executions");
    let counts = record(session, workflow, reports, &bar).await;
    bar.finish_and_clear();
    session.wired.projector.drain_all().await?;
    Ok((workflow, name, counts?))
}

/// One action for each activity that the catalogue does not have.
async fn keep_actions(session: &Session, log: &ImportedLog) -> Result<(), Failure> {
    let mut new = Vec::new();
    for action in log_import::discovered_actions(log) {
        let body = json!({
            "name": action.activity,
            "action_type": action.action,
            "description": format!("Found in the event log \"{}\"", log.name),
        });
        new.push(catalog::read_new_action(&body).map_err(|p| Failure::failed(sentences(&p)))?);
    }
    let store = session.database.action_store();
    store
        .insert_missing(&session.actor, new, session.clock.now())
        .await?;
    Ok(())
}

/// The workflow of that name, made from the log if there is none.
async fn keep_workflow(
    session: &Session,
    name: &str,
    definition: Value,
) -> Result<WorkflowId, Failure> {
    let store = session.database.workflow_store();
    if let Some(known) = store.find_by_name(session.actor.tenant, name).await? {
        return Ok(known.id);
    }
    let mut body = definition;
    body["name"] = json!(name);
    let new = workflow_registry::read_new_workflow(&body)
        .map_err(|problems| Failure::failed(sentences(&problems)))?;
    let made = session
        .wired
        .services
        .workflows
        .create(&session.actor, new, None)
        .await;
    Ok(made.map_err(|error| Failure::failed(error.to_string()))?.id)
}

async fn record(
    session: &Session,
    workflow: WorkflowId,
    reports: Vec<Report>,
    bar: &ProgressBar,
) -> Result<Counts, Failure> {
    let mut counts = Counts::default();
    let mut reports = reports.into_iter().map(|report| Report {
        workflow: Some(WorkflowKey::Id(workflow)),
        ..report
    });
    loop {
        let batch: Vec<Report> = reports.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(counts);
        }
        let cases: Vec<_> = batch
            .iter()
            .map(|report| report.external_id.clone())
            .collect();
        let answers = record_batch(session, batch).await?;
        for (case, answer) in cases.iter().zip(answers) {
            counts.add(answer, || {
                format!("case {}", case.as_deref().unwrap_or("without an id"))
            });
        }
        bar.inc(cases.len() as u64);
    }
}

fn show(
    log: &ImportedLog,
    workflow: WorkflowId,
    name: &str,
    counts: &Counts,
    json: bool,
) -> Result<(), Failure> {
    let events: usize = log.cases.iter().map(|case| case.events.len()).sum();
    let mut rejected: Vec<String> = log
        .rejected
        .iter()
        .map(|row| format!("line {}: {}", row.line, row.message))
        .collect();
    let rejected_count = rejected.len() + counts.refused_count;
    rejected.extend(counts.refused.iter().cloned());
    if json {
        return output::json(&json!({
            "workflow": workflow.0, "workflow_name": name,
            "cases": log.cases.len(), "events": events, "activities": log.activities.len(),
            "created": counts.created, "updated": counts.updated,
            "unchanged": counts.unchanged, "rejected": rejected,
            "rejected_count": rejected_count, "notes": log.notes,
        }));
    }
    output::line(format!(
        "Workflow {workflow} \"{name}\": {} cases, {events} events, {} activities.",
        log.cases.len(),
        log.activities.len()
    ))?;
    output::line(counts.sentence(rejected_count))?;
    for note in &log.notes {
        output::line(format!("note: {note}"))?;
    }
    show_rejected(&rejected, rejected_count)
}

fn show_rejected(rejected: &[String], count: usize) -> Result<(), Failure> {
    for row in rejected.iter().take(SHOWN) {
        output::line(format!("rejected: {row}"))?;
    }
    if count > SHOWN {
        output::line(format!("… and {} more; see --json.", count - SHOWN))?;
    }
    Ok(())
}
