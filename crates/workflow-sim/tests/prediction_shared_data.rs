//! Prediction of the last 30 % of public event logs from the first 70 %. Run with the feature
//! `shared-data`; the logs are in the folder that `WFI_SHARED_DATA` names.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "errors are printed, and tests fail by panicking"
)]

#[path = "prediction_logs/read.rs"]
mod logs;

use workflow_sim::PredictionRequest;

#[test]
fn cycle_times_of_the_rest_of_a_log_are_predicted() {
    for (path, bound) in logs::LOGS {
        let found = logs::calibrated(path, &PredictionRequest::default());
        println!("{}", logs::line(&found));
        let error = found.relative_wasserstein;
        assert!(error.is_finite() && error < bound, "{path}: {error}");
    }
}
