//! Keeps a made-up tenant, through the services.

use super::{SampleTenant, SampleWorkflow};
use crate::wiring::Wired;
use document::Problem;
use execution_log::{Report, WorkflowKey};
use kernel::Actor;
use workflow_model::WorkflowId;

/// Executions in one transaction.
const BATCH: usize = 500;

/// What was kept.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// Workflows, in order.
    pub workflows: Vec<WorkflowId>,
    /// How many executions.
    pub executions: usize,
    /// How many SLAs.
    pub slas: usize,
}

/// Why a sample could not be kept: it is ours, so this is a fault of the program or of the
/// database.
pub type LoadError = Box<dyn std::error::Error + Send + Sync>;

#[expect(clippy::needless_pass_by_value, reason = "taken as `map_err` gives it")]
fn invalid(problems: Vec<Problem>) -> LoadError {
    let said: Vec<_> = problems
        .iter()
        .map(|p| format!("{}: {}", p.path, p.message))
        .collect();
    said.join("; ").into()
}

/// Keeps `sample` for the actor's tenant. `progress` is told how many executions are in.
///
/// # Errors
/// The database failed, or the sample is not valid.
pub async fn load(
    wired: &Wired,
    actor: &Actor,
    sample: SampleTenant,
    mut progress: impl FnMut(usize),
) -> Result<Loaded, LoadError> {
    let services = &wired.services;
    for body in &sample.actions {
        let action = catalog::read_new_action(body).map_err(invalid)?;
        services.catalog.create(actor, action, None).await?;
    }
    let content = blueprint::read_blueprint(&sample.blueprint).map_err(invalid)?;
    services.templates.import(actor, content, None).await?;
    let mut loaded = Loaded::default();
    for workflow in sample.workflows {
        load_workflow(wired, actor, workflow, &mut loaded, &mut progress).await?;
    }
    wired.projector.drain_all().await?;
    Ok(loaded)
}

async fn load_workflow(
    wired: &Wired,
    actor: &Actor,
    sample: SampleWorkflow,
    loaded: &mut Loaded,
    progress: &mut impl FnMut(usize),
) -> Result<(), LoadError> {
    let services = &wired.services;
    let new = workflow_registry::read_new_workflow(&sample.workflow).map_err(invalid)?;
    let workflow = services.workflows.create(actor, new, None).await?.id;
    loaded.workflows.push(workflow);
    // Before the executions: an SLA judges what is recorded after it was made.
    for mut body in sample.slas {
        body["workflow"] = workflow.0.into();
        let sla = sla::read_new_sla(&body).map_err(invalid)?;
        services.slas.create(actor, sla, None).await?;
        loaded.slas += 1;
    }
    let mut executions = sample.executions.into_iter().map(|report| Report {
        workflow: Some(WorkflowKey::Id(workflow)),
        ..report
    });
    loop {
        let batch: Vec<Report> = executions.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        loaded.executions += batch.len();
        for answer in services.executions.record_many(actor, batch, true).await? {
            answer?;
        }
        progress(loaded.executions);
    }
}
