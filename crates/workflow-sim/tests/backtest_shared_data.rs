//! The back-test against logs whose true rule is known: 501 cases with three exclusive gateways,
//! and the attribute that decides each of them in the log.
//!
//! Run with `--features shared-data`; `WFI_SHARED_DATA` says where the material is.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot read its material fails"
)]

use chrono::{DateTime, TimeDelta, Utc};
use kernel::TenantId;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use workflow_model::{
    Definition, Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};
use workflow_sim::{
    Backtest, BacktestAssumptions, BacktestChange, BacktestReport, BacktestRequest, BacktestWindow,
    DefinitionChange, Facts, SlaTarget, StepSource, TellingKind,
};

const GATEWAYS: [&str; 3] = ["A", "B", "C"];

/// The executions of a log.
fn log(name: &str) -> Vec<Execution> {
    #[expect(clippy::disallowed_methods, reason = "where the reference material is")]
    let folder = std::env::var("WFI_SHARED_DATA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    let path = PathBuf::from(folder).join("simulation/simod").join(name);
    let file = std::fs::File::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; set WFI_SHARED_DATA", path.display()));
    let mut lines = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let mut cases: BTreeMap<i64, Execution> = BTreeMap::new();
    for line in lines.records() {
        let line = line.unwrap();
        let id: i64 = line[0].parse().unwrap();
        let (start, end) = (instant(&line[3]), instant(&line[4]));
        let case = cases.entry(id).or_insert_with(|| execution(id, start));
        for (at, gateway) in ["g1", "g2", "g3"].into_iter().enumerate() {
            let value = &line[6 + at];
            if !value.is_empty() {
                let number = value.parse::<f64>().map(|number| json!(number));
                case.input_data
                    .insert(gateway.to_owned(), number.unwrap_or_else(|_| json!(value)));
            }
        }
        case.completed_at = case.completed_at.max(Some(end));
        case.steps.push(RecordedStep {
            step_index: None,
            step_name: line[1].to_owned(),
            action: None,
            actor: Some(line[5].to_owned()),
            status: StepStatus::Completed,
            outcome: None,
            attempt: 1,
            started_at: Some(start),
            completed_at: Some(end),
            error_message: None,
        });
    }
    for case in cases.values_mut() {
        case.steps.sort_by_key(|step| step.started_at);
    }
    cases.into_values().collect()
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z")
        .expect("an instant")
        .with_timezone(&Utc)
}

fn execution(id: i64, started_at: DateTime<Utc>) -> Execution {
    Execution {
        id: ExecutionId(id),
        tenant: TenantId(1),
        workflow: WorkflowId(1),
        workflow_name: "Gateways".to_owned(),
        workflow_type: "custom".to_owned(),
        workflow_version: 1,
        external_id: Some(id.to_string()),
        status: ExecutionStatus::Completed,
        input_data: Map::new(),
        outcome: None,
        error_message: None,
        started_at,
        completed_at: None,
        paused_at: None,
        paused_millis: 0,
        triggered_by: None,
        steps: Vec::new(),
        created_at: started_at,
        updated_at: started_at,
        revision: 1,
    }
}

/// A, then one of A1 to A5, then B, and so on; `rule` is the condition of a branch from gateway
/// (1 to 3) and branch (1 to 5).
fn definition(rule: impl Fn(usize, usize) -> String) -> Definition {
    let mut steps = Vec::new();
    for (at, gateway) in GATEWAYS.into_iter().enumerate() {
        let branches: Vec<Value> = (1..=5)
            .map(|branch| {
                let condition = rule(at + 1, branch);
                json!({"condition": condition, "next_step": format!("{gateway}{branch}")})
            })
            .collect();
        steps.push(json!({"name": gateway, "action": "work", "branches": branches}));
        let next = ["B", "C", "D"][at];
        for branch in 1..=5 {
            steps.push(json!({
                "name": format!("{gateway}{branch}"), "action": "work",
                "branches": [{"next_step": next}],
            }));
        }
    }
    steps.push(json!({"name": "D", "action": "work"}));
    Definition::read(&json!({"steps": steps})).unwrap()
}

/// Branch k is taken from 20(k−1) up to 20k.
fn by_bounds() -> Definition {
    definition(|gateway, branch| format!("g{gateway} < {}", 20 * branch))
}

fn request(change: BacktestChange) -> BacktestRequest {
    BacktestRequest {
        window: BacktestWindow::default(),
        change,
        assumptions: BacktestAssumptions::default(),
        examples: 10,
        seed: 7,
        max_executions: 1000,
    }
}

fn backtest(
    baseline: &Definition,
    changes: Vec<DefinitionChange>,
    slas: &[SlaTarget],
    log: &[Execution],
) -> BacktestReport {
    let request = request(BacktestChange::List(changes));
    let changed = request.changed_definition(baseline).unwrap();
    let mut test = Backtest::new(baseline, &changed, &Facts::default(), slas, &request).unwrap();
    for execution in log {
        test.learn(execution);
    }
    for execution in log {
        test.observe(execution);
    }
    test.finish(DateTime::<Utc>::UNIX_EPOCH)
}

fn first_bound(gateway: usize, bound: u32) -> DefinitionChange {
    DefinitionChange::Set {
        path: format!("steps.{}.branches.0.condition", GATEWAYS[gateway - 1]),
        value: json!(format!("g{gateway} < {bound}")),
    }
}

fn millis(step: &RecordedStep) -> i64 {
    step.duration().unwrap().num_milliseconds()
}

fn step<'a>(execution: &'a Execution, name: &str) -> Option<&'a RecordedStep> {
    execution.steps.iter().find(|step| step.step_name == name)
}

#[test]
fn the_true_rule_reproduces_every_decision() {
    let log = log("xor_6.csv.gz");
    let report = backtest(&by_bounds(), vec![first_bound(1, 20)], &[], &log);
    assert_eq!(report.cases.examined, 501);
    assert_eq!(report.conformance.decisions, 1503);
    assert_eq!(report.conformance.agreeing, 1503);
    assert_eq!(report.conformance.share, Some(1.0));
    assert_eq!(report.conformance.conforming_cases, 501);
    assert_eq!(report.conformance.undecided, 0);
    assert_eq!(report.conformance.steps_outside, 0);
    assert_eq!(report.conformance.steps_missing, 0);
    assert_eq!(report.cases.changed, 0, "the same bound changes nothing");
    assert_eq!(report.time.difference_total_ms, 0);
}

#[test]
fn the_rule_of_equal_values_reproduces_every_decision() {
    let log = log("xor_1.csv.gz");
    let baseline = definition(|gateway, branch| {
        format!("g{gateway} == \"{}{branch}\"", GATEWAYS[gateway - 1])
    });
    let swapped = DefinitionChange::Set {
        path: "steps.B.branches.0.condition".to_owned(),
        value: json!("g2 in [\"B1\", \"B2\"]"),
    };
    let report = backtest(&baseline, vec![swapped], &[], &log);
    assert_eq!(report.cases.examined, 501);
    assert_eq!(
        (report.conformance.agreeing, report.conformance.decisions),
        (1503, 1503)
    );
    // Every one of the 111 that took B2 takes B1, and nothing else moves.
    assert_eq!(report.decisions.len(), 1);
    assert_eq!(report.decisions[0].step, "B");
    assert_eq!(report.decisions[0].from_to.len(), 1);
    let way = &report.decisions[0].from_to[0];
    assert_eq!((&*way.from, &*way.to, way.count), ("B2", "B1", 111));
    assert_eq!(report.cases.changed, 111);
}

#[test]
fn a_wrong_rule_is_seen_as_one() {
    let log = log("xor_6.csv.gz");
    let wrong = definition(|gateway, branch| {
        let bound = if (gateway, branch) == (2, 1) {
            30
        } else {
            20 * branch
        };
        format!("g{gateway} < {bound}")
    });
    let report = backtest(&wrong, vec![first_bound(1, 20)], &[], &log);
    assert_eq!(report.conformance.decisions, 1503);
    assert_eq!(report.conformance.agreeing, 1503 - 37);
    assert_eq!(report.conformance.deviations.len(), 1);
    assert_eq!(report.conformance.deviations[0].step, "B");
    assert_eq!(report.cases.changed, 0, "both definitions are wrong alike");
}

#[test]
fn a_moved_bound_diverts_exactly_those_between() {
    let log = log("xor_6.csv.gz");
    let all: Vec<_> = (1..=3).map(|gateway| first_bound(gateway, 30)).collect();
    let slas = [SlaTarget {
        name: "ten hours".to_owned(),
        target: TimeDelta::hours(10),
    }];
    let report = backtest(&by_bounds(), all, &slas, &log);
    for (gateway, diverted) in [("A", 45), ("B", 37), ("C", 51)] {
        let change = report
            .decisions
            .iter()
            .find(|change| change.step == gateway)
            .unwrap();
        assert_eq!((change.decisions, change.diverted), (501, diverted));
        let ways: Vec<_> = change
            .from_to
            .iter()
            .map(|way| (way.from.clone(), way.to.clone(), way.count))
            .collect();
        let (from, to) = (format!("{gateway}2"), format!("{gateway}1"));
        assert_eq!(ways, [(from, to, diverted)]);
    }
    recount(&report, &log, &slas[0]);
}

/// The same figures straight from the log: a diverted case loses what the second branch took,
/// and what lay before it, and gains the mean of the first.
fn recount(report: &BacktestReport, log: &[Execution], sla: &SlaTarget) {
    let mean = |name: &str| {
        let of: Vec<i64> = log
            .iter()
            .filter_map(|e| step(e, name))
            .map(millis)
            .collect();
        let (sum, count) = (of.iter().sum::<i64>(), i64::try_from(of.len()).unwrap());
        (2 * sum + count).div_euclid(2 * count)
    };
    let mut changed = 0;
    let mut differences = Vec::new();
    let (mut appear, mut vanish) = (0, 0);
    for execution in log {
        let mut difference = 0;
        for (at, gateway) in GATEWAYS.into_iter().enumerate() {
            let value = execution.input_data[&format!("g{}", at + 1)]
                .as_f64()
                .unwrap();
            if (20.0..30.0).contains(&value) {
                let taken = step(execution, &format!("{gateway}2")).unwrap();
                difference += mean(&format!("{gateway}1")) - millis(taken);
            }
        }
        let old = execution.duration_millis().unwrap();
        changed += u64::from(difference != 0);
        appear += u64::from(!sla.is_breached_by(old) && sla.is_breached_by(old + difference));
        vanish += u64::from(sla.is_breached_by(old) && !sla.is_breached_by(old + difference));
        differences.push(difference);
    }
    let total: i64 = differences.iter().sum();
    // Instants are microseconds and durations milliseconds: each step may lose one.
    let slack = i64::try_from(3 * changed).unwrap();
    let off = (report.time.difference_total_ms - total).abs();
    assert!(
        off <= slack,
        "{} against {total}",
        report.time.difference_total_ms
    );
    assert_eq!(report.cases.changed, changed);
    assert_eq!(report.time.cases, 501);
    assert_eq!(
        (report.slas[0].appear, report.slas[0].vanish),
        (appear, vanish)
    );
    assert!(appear + vanish > 0, "the promise must tell something");
    let interval = report.time.mean_difference_ms.unwrap();
    assert!(interval.low.unwrap() < interval.mean && interval.mean < interval.high.unwrap());
    assert!(
        report
            .estimated_steps
            .iter()
            .all(|s| s.source == StepSource::Window)
    );
    assert!(
        report
            .examples
            .iter()
            .any(|c| c.kind == TellingKind::BiggestSaving)
    );
    assert_eq!(report.examples.len(), 10);
}
