//! Public event logs as executions, for the test and the benchmark of prediction.

use chrono::{DateTime, Utc};
use execution_log::{Report, WorkflowKey};
use kernel::TenantId;
use log_import::{ImportMapping, ImportOptions, to_reports};
use std::path::{Path, PathBuf};
use workflow_model::{Definition, Execution, ExecutionId, ExecutionStatus, WorkflowId};
use workflow_sim::{
    Calibration, Calibrator, HistoryOptions, PredictionRequest, split_point, unhindered,
};

/// The logs, each with the most that the Wasserstein distance may be of the mean cycle time. The
/// cases of `receipt` and `Production` became much quicker, which nothing in their first part tells:
/// resampling it errs by 344 % and 211 %.
pub(crate) const LOGS: [(&str, f64); 8] = [
    ("eventlogs/real/receipt.xes.gz", 5.5),
    ("eventlogs/real/bpic2020_DomesticDeclarations.xes.gz", 0.3),
    ("eventlogs/real/bpic2012.xes.gz", 0.3),
    ("eventlogs/real/helpdesk.xes.gz", 0.25),
    ("eventlogs/real/Production.csv.gz", 2.6),
    ("eventlogs/simulated/CallcenterExample.csv.gz", 0.4),
    ("simulation/simod/LoanApp_simplified.csv.gz", 0.4),
    ("simulation/simod/PurchasingExample.csv.gz", 0.6),
];

/// The folder that `WFI_SHARED_DATA` names, else `../shared/data` beside the workspace.
#[expect(
    clippy::disallowed_methods,
    reason = "a test and a benchmark, configured by the environment alone"
)]
pub(crate) fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let given = std::env::var("WFI_SHARED_DATA").map(PathBuf::from);
    given.unwrap_or_else(|_unset| root.join("../shared/data"))
}

/// The definition that a log shows, and its cases as executions.
pub(crate) fn read(path: &str) -> (Definition, Vec<Execution>) {
    let log = log_import::open(&folder().join(path), &ImportOptions::default()).unwrap();
    let workflow = WorkflowKey::Name(log.name.clone());
    let (definition, reports) = to_reports(&log, workflow, ImportMapping::default());
    let executions = (1..)
        .zip(reports)
        .filter_map(|(id, report)| execution(id, report));
    (Definition::read(&definition).unwrap(), executions.collect())
}

fn execution(id: i64, report: Report) -> Option<Execution> {
    let (started_at, completed_at) = (report.started_at?, report.completed_at?);
    let never = DateTime::<Utc>::UNIX_EPOCH;
    Some(Execution {
        id: ExecutionId(id),
        tenant: TenantId(1),
        workflow: WorkflowId(1),
        workflow_name: "log".to_owned(),
        workflow_type: "custom".to_owned(),
        workflow_version: 1,
        external_id: report.external_id,
        status: report.status.unwrap_or(ExecutionStatus::Completed),
        input_data: report.input_data.unwrap_or_default(),
        outcome: report.outcome,
        error_message: report.error_message,
        started_at,
        completed_at: Some(completed_at),
        paused_at: None,
        paused_millis: 0,
        triggered_by: report.triggered_by,
        steps: report.steps,
        created_at: never,
        updated_at: never,
        revision: 1,
    })
}

/// Fits to the first 70 % of a log and predicts the rest.
pub(crate) fn calibrated(path: &str, request: &PredictionRequest) -> Calibration {
    let (definition, executions) = read(path);
    let starts = executions.iter().map(|execution| execution.started_at);
    let split = split_point(starts.collect()).unwrap();
    let mut calibrator = Calibrator::new(&definition, HistoryOptions::default(), split);
    for execution in &executions {
        calibrator.observe(execution);
    }
    calibrator
        .finish(path, request, &unhindered)
        .unwrap()
        .unwrap()
}

/// One line about a calibration.
pub(crate) fn line(found: &Calibration) -> String {
    let name = found.workflow_name.rsplit('/').next().unwrap_or_default();
    let unstable = found.unstable.as_ref().map_or("", |_| "  (overloaded)");
    format!(
        "{name:42} {:6} {:6}  W1 {:12.0} s {:6.1} %  p50 {:+7.1} %  p90 {:+7.1} %  | resampled: \
         W1 {:6.1} %  p50 {:+7.1} %  p90 {:+7.1} %{unstable}",
        found.trained_on,
        found.predicted,
        found.wasserstein,
        100.0 * found.relative_wasserstein,
        100.0 * found.p50.relative_error,
        100.0 * found.p90.relative_error,
        100.0 * found.baseline.relative_wasserstein,
        100.0 * found.baseline.p50_relative_error,
        100.0 * found.baseline.p90_relative_error,
    )
}
