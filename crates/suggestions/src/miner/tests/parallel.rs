//! Approvals in sequence.

use super::history::{Dice, Did, History, did};
use super::{count, found};
use crate::{Finding, FindingKind};
use serde_json::{Value, json};

/// Legal, then finance unless legal refused; `overlap` seconds of it at the same time.
fn history(seed: u64, second_actor: &str, legal_approves: i64, overlap: i64) -> History {
    let mut dice = Dice(seed);
    let mut history = History::default();
    for _ in 0..300 {
        let (one, two) = (600 + dice.below(600), 600 + dice.below(600));
        let approved = dice.percent(legal_approves);
        let mut steps = vec![did("Legal", 0, one).decided(approved).by("ann")];
        if approved {
            let start = one + 5 - overlap;
            steps.push(
                did("Finance", start, start + two)
                    .decided(dice.percent(80))
                    .by(second_actor),
            );
        }
        history.add(json!({}), steps);
    }
    history
}

fn parallel(history: &History) -> Option<Finding> {
    let findings = found(&history.executions);
    findings
        .into_iter()
        .find(|finding| finding.kind == FindingKind::ParallelApproval)
}

#[test]
fn approvals_that_wait_for_each_other_are_found_with_what_they_cost() {
    let history = history(1, "bob", 90, 0);
    let finding = parallel(&history).unwrap();
    let (mut both, mut refused, mut saving) = (0, 0, 0);
    for execution in &history.executions {
        let took = |n: usize| {
            let end = execution.steps[n].completed_at.unwrap();
            let begin = if n == 0 {
                execution.started_at
            } else {
                execution.steps[0].completed_at.unwrap()
            };
            u64::try_from((end - begin).num_milliseconds()).unwrap()
        };
        if execution.steps.len() == 2 {
            both += 1;
            saving += took(0).min(took(1));
            // The second refused: nothing was asked in vain, but it was the last word.
        } else {
            refused += 1;
        }
    }
    assert_eq!(count(&finding, "sequential_count"), both);
    assert_eq!(count(&finding, "stopped_count"), refused);
    assert_eq!(count(&finding, "total_saving_milliseconds"), saving);
    assert_eq!(
        (finding.claimed.count, finding.claimed.of),
        (both, both + refused)
    );
    assert_eq!(finding.pattern_frequency, both);
    assert_eq!(
        finding.title,
        "Suggested: Parallel approval for Legal and Finance"
    );
    assert_eq!(
        finding.workflow_template["steps"][1]["depends_on"],
        json!([])
    );
    assert_eq!(
        finding.supporting_data["steps"],
        json!(["Legal", "Finance"])
    );
}

#[test]
fn no_gain_no_suggestion() {
    assert!(
        parallel(&history(2, "ann", 90, 0)).is_none(),
        "the same person gives both"
    );
    assert!(
        parallel(&history(3, "bob", 90, 20)).is_none(),
        "they overlap already"
    );
    assert!(
        parallel(&history(4, "bob", 40, 0)).is_none(),
        "the second is seldom needed"
    );
}

#[test]
fn the_order_of_a_pair_does_not_make_another_pattern() {
    let turned = |history: History| {
        let mut history = history;
        for step in history.executions.iter_mut().flat_map(|e| &mut e.steps) {
            let other = if step.step_name == "Legal" {
                "Finance"
            } else {
                "Legal"
            };
            other.clone_into(&mut step.step_name);
        }
        parallel(&history).unwrap().fingerprint
    };
    let straight = parallel(&history(1, "bob", 90, 0)).unwrap().fingerprint;
    assert_eq!(turned(history(1, "bob", 90, 0)), straight);
}

#[test]
fn what_lacks_an_actor_or_a_start_cannot_be_told() {
    for lacks in [true, false] {
        let mut history = history(1, "bob", 90, 0);
        for step in history.executions.iter_mut().flat_map(|e| &mut e.steps) {
            if lacks {
                step.actor = None;
            } else {
                step.started_at = None;
            }
        }
        assert!(parallel(&history).is_none());
    }
}

#[test]
fn rework_of_a_step_by_the_same_name_is_no_pair() {
    let mut history = History::default();
    for _ in 0..50 {
        let steps: Vec<Did> = [0, 60]
            .map(|s| did("Legal", s, s + 60).decided(true).by(&s.to_string()))
            .into();
        history.add(Value::Object(serde_json::Map::new()), steps);
    }
    assert!(parallel(&history).is_none());
}
