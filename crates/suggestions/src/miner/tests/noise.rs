//! Nothing is found where nothing is.

use super::found;
use super::history::{Dice, History, did};
use crate::FindingKind;
use serde_json::json;

#[test]
fn random_decisions_carry_no_rule() {
    for seed in 0..20 {
        for percent in [10, 50, 90, 97] {
            let history = History::decided(1000 + seed, 400, |_, dice| dice.percent(percent));
            let findings = found(&history.executions);
            // That nearly everything is approved may be said; that it depends on something, not.
            let rules = findings
                .iter()
                .filter(|f| f.supporting_data.contains_key("variable"));
            assert_eq!(rules.count(), 0, "seed {seed}, {percent} %: {findings:?}");
        }
    }
}

/// Steps alike in time, in random order, that seldom fail; approvals side by side.
#[test]
fn random_times_and_rare_failures_carry_no_pattern() {
    for seed in 0..30 {
        let mut dice = Dice(seed);
        let mut history = History::default();
        for _ in 0..400 {
            let (one, two) = (10 + dice.below(100), 10 + dice.below(100));
            let fails = dice.percent(2);
            let check = did("Check", 0, one);
            let check = if fails {
                check.failed("timeout")
            } else {
                check
            };
            let book = did("Book", one, one + two);
            let (first, second) = (dice.percent(50), dice.percent(50));
            let start = one + two;
            history.add(
                json!({ "amount": dice.below(1000) }),
                vec![
                    check,
                    book,
                    did("Legal", start, start + 10 + dice.below(100))
                        .decided(first)
                        .by("ann"),
                    did("Finance", start, start + 10 + dice.below(100))
                        .decided(second)
                        .by("bob"),
                ],
            );
        }
        let findings = found(&history.executions);
        assert!(findings.is_empty(), "seed {seed}: {findings:?}");
    }
}

/// A variable that goes with the outcome a little is no rule.
#[test]
fn a_tendency_is_no_rule() {
    for seed in 0..30 {
        let history = History::decided(seed, 1000, |input, dice| {
            let discount = input["discount_percentage"].as_i64().unwrap();
            dice.percent(90 - discount)
        });
        let findings = found(&history.executions);
        let rules = [FindingKind::AutoApprove, FindingKind::AutoReject];
        assert!(
            findings.iter().all(|f| !rules.contains(&f.kind)),
            "seed {seed}: {findings:?}"
        );
    }
}
