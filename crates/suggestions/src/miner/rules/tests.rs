use super::{Bar, Side, number_rule};
use crate::MiningOptions;
use crate::miner::case::Decision;
use crate::miner::decisions::Outcomes;
use crate::miner::table::{Interval, Tally};
use chrono::DateTime;

fn rule(counts: &[(f64, u64, u64)], hypotheses: u64, side: Side) -> Option<(f64, u64, u64)> {
    let intervals: Vec<_> = counts
        .iter()
        .map(|(number, approved, rejected)| Interval {
            low: *number,
            high: *number,
            tally: Outcomes {
                approved: *approved,
                rejected: *rejected,
                timed: 0,
                millis: 0,
            },
        })
        .collect();
    let mut base = Outcomes::default();
    for interval in &intervals {
        base.join(&interval.tally);
    }
    let options = MiningOptions::of_window(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH);
    let bar = Bar::new(&options, hypotheses, Decision::Approved, base);
    let rule = number_rule(&intervals, side, &bar)?;
    Some((rule.threshold, rule.inside.approved, rule.inside.rejected))
}

#[test]
fn a_stretch_is_taken_in_if_it_pays_for_its_exceptions() {
    // One exception among 50 breaks even and is left out; among 60 it pays.
    let counts = [(1.0, 100, 0), (2.0, 49, 1), (3.0, 50, 50)];
    assert_eq!(rule(&counts, 10, Side::Below), Some((2.0, 100, 0)));
    let counts = [(1.0, 100, 0), (2.0, 59, 1), (3.0, 50, 50)];
    assert_eq!(rule(&counts, 10, Side::Below), Some((3.0, 159, 1)));
}

#[test]
fn the_same_evidence_weighs_less_the_more_was_looked_at() {
    let counts = [(1.0, 25, 0), (2.0, 50, 25)];
    assert!(rule(&counts, 1, Side::Below).is_some());
    assert!(rule(&counts, 1_000_000, Side::Below).is_none());
}

#[test]
fn one_outcome_only_is_no_rule() {
    assert_eq!(rule(&[(1.0, 100, 0), (2.0, 100, 0)], 1, Side::Below), None);
    assert_eq!(rule(&[], 1, Side::Above), None);
}
