//! How well prediction predicts the last 30 % of public event logs from the first 70 %, beside a
//! prediction that resamples the cycle times of the first part. Prints errors, not times. With
//! `--quick` only the smaller logs. The logs are in the folder that `WFI_SHARED_DATA` names.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints and may panic"
)]

#[path = "../tests/prediction_logs/read.rs"]
mod logs;

use workflow_sim::{PredictionRequest, Resources};

fn main() {
    let folder = logs::folder();
    if !folder.is_dir() {
        println!(
            "nothing was calibrated: there is no folder {}; set WFI_SHARED_DATA",
            folder.display()
        );
        return;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let settings = [
        ("measured waiting", Resources::Unlimited),
        ("resource pools from history", Resources::FromHistory),
    ];
    for (title, resources) in settings {
        println!("{title}: cases trained on, predicted; errors of the cycle times");
        let request = PredictionRequest {
            resources,
            ..PredictionRequest::default()
        };
        for (path, _) in logs::LOGS {
            if quick && path.contains("bpic2012") {
                continue;
            }
            println!("{}", logs::line(&logs::calibrated(path, &request)));
        }
    }
}
