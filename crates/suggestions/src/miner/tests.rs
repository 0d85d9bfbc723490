mod approvals;
mod bounds;
mod history;
mod noise;
mod parallel;
mod times;

use super::{Miner, MiningOptions, mine};
use crate::read::read_template;
use crate::{Finding, FindingKind};
use document::{Node, Problems};
use history::at;
use serde_json::Value;
use workflow_model::Execution;

fn options() -> MiningOptions {
    MiningOptions::of_window(at(0), at(100_000_000))
}

/// What is mined; every finding must be fit to be kept and built.
fn found(executions: &[Execution]) -> Vec<Finding> {
    let findings = mine(executions, options());
    for finding in &findings {
        let template = Value::Object(finding.workflow_template.clone());
        let problems = Problems::default();
        let read = read_template(Node::root(&template, &problems));
        assert!(read.is_some(), "{template}: {:?}", problems.into_list());
        assert!(finding.title.chars().count() <= 200, "{}", finding.title);
        let claimed = (finding.claimed.count, finding.claimed.of);
        assert_eq!(
            claimed,
            (
                count(finding, "claimed_count"),
                count(finding, "claimed_of")
            )
        );
        assert!(finding.confidence() <= finding.claimed.ratio());
    }
    findings
}

fn only(findings: &[Finding], kind: FindingKind) -> &Finding {
    let titles: Vec<_> = findings.iter().map(|finding| &finding.title).collect();
    let [finding] = findings else {
        panic!("{titles:?}")
    };
    assert_eq!(finding.kind, kind, "{titles:?}");
    finding
}

fn count(finding: &Finding, name: &str) -> u64 {
    let value = finding.supporting_data.get(name);
    value
        .and_then(Value::as_u64)
        .unwrap_or_else(|| panic!("{name}: {value:?}"))
}
