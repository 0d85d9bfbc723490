//! The Prometheus page.

use super::GaugeSources;
use api::MetricsPage;
use async_trait::async_trait;
use kernel::StoreError;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;

/// Seconds of work that people wait for, up to a month.
const LONG: [f64; 16] = [
    0.1,
    0.5,
    1.0,
    5.0,
    15.0,
    60.0,
    300.0,
    900.0,
    3600.0,
    14_400.0,
    43_200.0,
    86_400.0,
    259_200.0,
    604_800.0,
    1_209_600.0,
    2_592_000.0,
];
/// Seconds of work that machines do.
const SHORT: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];
/// The edges of the latency classes, and some between, in milliseconds.
const MILLIS: [f64; 12] = [
    10.0,
    50.0,
    100.0,
    500.0,
    1_000.0,
    5_000.0,
    30_000.0,
    60_000.0,
    600_000.0,
    3_600_000.0,
    86_400_000.0,
    604_800_000.0,
];
/// A scrape waits no longer for the database.
const PATIENCE: Duration = Duration::from_secs(5);
const SHARES: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// Installs the exporter; once for a process.
///
/// # Errors
/// One is installed already.
pub fn install_metrics() -> Result<PrometheusHandle, BuildError> {
    let full = |name: &str| Matcher::Full(name.to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(full("workflow_execution_duration_seconds"), &LONG)?
        .set_buckets_for_metric(full("action_execution_duration_ms"), &MILLIS)?
        .set_buckets_for_metric(full("workflow_suggestion_confidence"), &SHARES)?
        .set_buckets_for_metric(Matcher::Suffix("duration_seconds".to_owned()), &SHORT)?
        .set_buckets_for_metric(
            full("db_group_commit_size"),
            &[1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0],
        )?
        .install_recorder()?;
    describe();
    super::zero::begin();
    Ok(handle)
}

fn describe() {
    describe_counter!(
        "workflow_execution_total",
        "Executions that ended, by how they ended."
    );
    describe_histogram!(
        "workflow_execution_duration_seconds",
        Unit::Seconds,
        "Duration of executions that ended, without pauses."
    );
    describe_counter!("workflow_simulation_total", "Simulations made.");
    describe_histogram!(
        "workflow_simulation_duration_seconds",
        Unit::Seconds,
        "Time that simulations took."
    );
    describe_counter!(
        "workflow_sla_breach_total",
        "SLA breaches, counted for each severity that they reached."
    );
    describe_gauge!(
        "workflow_sla_target_seconds",
        Unit::Seconds,
        "Target of the SLA."
    );
    describe_gauge!(
        "workflow_sla_percentage",
        "Share of executions in the rolling window that kept the target, in percent."
    );
    describe_counter!(
        "workflow_suggestion_total",
        "Suggestions that reached a status."
    );
    describe_histogram!(
        "workflow_suggestion_confidence",
        "Confidence of suggestions made."
    );
    describe_counter!("action_execution_total", "Steps that ended, by action.");
    describe_histogram!(
        "action_execution_duration_ms",
        "Duration of steps in milliseconds."
    );
    describe_gauge!(
        "action_success_rate",
        "Completed among the steps that ended, 0 to 1."
    );
    describe_counter!("alert_delivery_total", "Attempts to deliver alerts.");
    describe_gauge!(
        "alert_backlog",
        "Alerts that are to be sent (scheduled), or were given up and their breach is not \
         acknowledged (dead)."
    );
    describe_counter!("http_requests_total", "Requests answered.");
    describe_histogram!(
        "http_request_duration_seconds",
        Unit::Seconds,
        "Time to answer."
    );
    describe_histogram!(
        "db_job_duration_seconds",
        Unit::Seconds,
        "Time of database jobs."
    );
    describe_gauge!(
        "db_up",
        "1 when the database answered this scrape, else 0: then the gauges that are read from it \
         are those of an earlier one."
    );
    describe_gauge!("db_queue_depth", "Jobs that wait for a database thread.");
    describe_histogram!("db_group_commit_size", "Jobs that shared one commit.");
    describe_counter!(
        "db_unavailable_total",
        "Jobs that could not reach the database."
    );
}

/// The Prometheus page.
pub struct PrometheusPage {
    /// The installed exporter.
    pub handle: PrometheusHandle,
    /// Gauges to recompute.
    pub gauges: GaugeSources,
}

#[async_trait]
impl MetricsPage for PrometheusPage {
    async fn render(&self) -> Result<String, StoreError> {
        // While the database is away, what this process counted is needed most.
        let refreshed = tokio::time::timeout(PATIENCE, self.gauges.refresh()).await;
        let is_up = matches!(refreshed, Ok(Ok(())));
        if !is_up {
            tracing::warn!("the gauges were not renewed: the database does not answer");
        }
        gauge!("db_up").set(if is_up { 1.0 } else { 0.0 });
        self.handle.run_upkeep();
        Ok(self.handle.render())
    }
}
