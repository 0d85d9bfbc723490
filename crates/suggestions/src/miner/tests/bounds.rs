//! What counts, in bounded memory, the same every time.

use super::history::{Dice, History, at, did};
use super::{Miner, count, found, mine, only, options};
use crate::miner::MiningOptions;
use crate::{FindingKind, SuggestionSource};
use serde_json::json;
use workflow_model::{ExecutionStatus, WorkflowId};

#[test]
fn only_finished_executions_within_the_window_count() {
    let mut history = History::decided(8, 100, |_, _| true);
    history.executions[0].status = ExecutionStatus::Running;
    history.executions[1].status = ExecutionStatus::Paused;
    history.executions[2].status = ExecutionStatus::Cancelled;
    history.executions[3].status = ExecutionStatus::Failed;
    // The window: from the start of the fourth to the start of the last but one, both included.
    let window = MiningOptions::of_window(at(3 * 3600), at(98 * 3600));
    let findings = mine(&history.executions, window.clone());
    assert_eq!(count(&findings[0], "sample_count"), 96);
    assert_eq!(count(&findings[0], "executions_examined"), 96);
    let mut miner = Miner::new(window);
    history
        .executions
        .iter()
        .for_each(|execution| miner.observe(execution));
    assert_eq!(miner.observed(), 96);
}

#[test]
fn only_the_wanted_sources_are_named() {
    let mut history = History::default();
    for _ in 0..50 {
        history.add(
            json!({}),
            vec![did("Check", 0, 1), did("Approve", 1, 90).decided(true)],
        );
    }
    let kinds = |sources: &[SuggestionSource]| {
        let options = MiningOptions {
            sources: sources.to_vec(),
            ..options()
        };
        let mut kinds: Vec<_> = mine(&history.executions, options)
            .into_iter()
            .map(|f| f.kind)
            .collect();
        kinds.sort();
        kinds
    };
    assert_eq!(
        kinds(&[SuggestionSource::Historical]),
        [FindingKind::AutoApprove]
    );
    assert_eq!(kinds(&[SuggestionSource::Pattern]), [FindingKind::SlowStep]);
    assert_eq!(kinds(&[]), []);
}

#[test]
fn support_is_as_asked_for() {
    let history = History::decided(8, 30, |_, _| true);
    let with = |min_support| {
        mine(
            &history.executions,
            MiningOptions {
                min_support,
                ..options()
            },
        )
    };
    assert_eq!(with(30).len(), 1);
    assert_eq!(with(31).len(), 0);
}

#[test]
fn the_order_of_executions_does_not_matter() {
    let history = History::decided(3, 1500, |input, dice| {
        input["amount"].as_i64().unwrap() < 20_000 || dice.percent(50)
    });
    let straight = found(&history.executions);
    let turned = mine(history.executions.iter().rev(), options());
    assert_eq!(straight, turned);
    assert_eq!(straight, mine(&history.executions, options()));
}

#[test]
fn workflows_are_looked_at_each_for_itself() {
    let mut history = History::decided(1, 600, |input, dice| {
        input["discount_percentage"].as_i64().unwrap() < 10 || dice.percent(60)
    });
    let alone = found(&history.executions);
    for number in (0..600).step_by(2) {
        let mut other = history.executions[number].clone();
        other.workflow = WorkflowId(8);
        other.steps[0].outcome = Some("rejected".to_owned());
        history.executions.push(other);
    }
    let both = found(&history.executions);
    assert_eq!(both.len(), 1);
    assert_eq!(both[0].fingerprint, alone[0].fingerprint);
    assert_eq!(both[0].claimed, alone[0].claimed);
}

#[test]
fn more_numbers_than_fit_leave_the_counts_exact() {
    let mut dice = Dice(11);
    let mut history = History::default();
    for _ in 0..20_000 {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let amount = dice.below(100_000_000) as f64 / 1000.0;
        let approved = amount < 25_000.0 || dice.percent(70);
        let steps = vec![did("Approve", 0, 5).decided(approved)];
        history.add(json!({ "amount": amount }), steps);
    }
    let findings = mine(
        &history.executions,
        MiningOptions::of_window(at(0), at(1 << 40)),
    );
    let finding = only(&findings, FindingKind::AutoApprove);
    let threshold = finding.supporting_data["threshold"].as_f64().unwrap();
    assert!((24_800.0..25_200.0).contains(&threshold), "{threshold}");
    let inside =
        |e: &&workflow_model::Execution| e.input_data["amount"].as_f64().unwrap() < threshold;
    let inside: Vec<_> = history.executions.iter().filter(inside).collect();
    let approved = inside
        .iter()
        .filter(|e| e.steps[0].outcome.as_deref() == Some("approved"))
        .count();
    assert_eq!(
        count(finding, "sample_count"),
        u64::try_from(inside.len()).unwrap()
    );
    assert_eq!(
        count(finding, "approved_count"),
        u64::try_from(approved).unwrap()
    );
}
