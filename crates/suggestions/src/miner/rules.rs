//! Finds the part of a variable's range where the outcome is (almost) always the same.

use super::case::Decision;
use super::decisions::Outcomes;
use super::significance::{FAMILY_ERROR, fisher};
use super::table::{Interval, Tally};
use super::{MiningOptions, friendly};
use crate::wilson::{as_f64, wilson_lower_bound};

/// The least lower bound of a rule's share. 20 of 20, the default support, reach 0.84; one
/// exception in 20 gives 0.76 and is not enough to decide without people.
pub(super) const MIN_CONFIDENCE: f64 = 0.8;

/// On which side of the threshold the rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    Above,
}

/// A rule on numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberRule {
    pub(super) side: Side,
    pub(super) threshold: f64,
    /// What was decided where the rule holds.
    pub(super) inside: Outcomes,
    /// The probability of such a rule by chance, at this one threshold.
    pub(super) chance: f64,
}

/// A rule on texts and booleans.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ValueRule {
    /// As JSON texts.
    pub(super) values: Vec<String>,
    /// What was decided where the rule holds.
    pub(super) inside: Outcomes,
    /// The largest probability among the values to be in the rule by chance.
    pub(super) chance: f64,
}

/// What a rule must reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    min_support: u64,
    hypotheses: u64,
    decision: Decision,
    /// All decisions where the variable is known.
    base: Outcomes,
}

impl Bar {
    pub(super) fn new(
        options: &MiningOptions,
        hypotheses: u64,
        decision: Decision,
        base: Outcomes,
    ) -> Self {
        Self {
            min_support: options.min_support,
            hypotheses,
            decision,
            base,
        }
    }

    /// The probability of these outcomes by chance, if they reach the bar.
    fn chance(&self, inside: &Outcomes) -> Option<f64> {
        let (hits, all) = (inside.of(self.decision), inside.all());
        if all < self.min_support || wilson_lower_bound(hits, all) < MIN_CONFIDENCE {
            return None;
        }
        let chance = fisher(hits, all, self.base.of(self.decision), self.base.all());
        (chance * as_f64(self.hypotheses) <= FAMILY_ERROR).then_some(chance)
    }

    /// What one hit is worth and one miss costs, so that outcomes worth more than 0 have few
    /// enough exceptions: at most 2 %, and at most a tenth of the usual share of exceptions.
    /// Without the second a rule could swallow everything where exceptions are rare anyway.
    fn weights(&self) -> (i128, i128) {
        let all = i128::from(self.base.all());
        let misses = all - i128::from(self.base.of(self.decision));
        if misses * 5 >= all {
            (1, 49)
        } else {
            (misses, 10 * all - misses)
        }
    }

    fn worth(&self, outcomes: &Outcomes) -> i128 {
        let (hit, miss) = self.weights();
        let hits = i128::from(outcomes.of(self.decision));
        hits * hit - (i128::from(outcomes.all()) - hits) * miss
    }

    fn has_both_outcomes(&self) -> bool {
        self.base.approved > 0 && self.base.rejected > 0
    }
}

/// The largest range from one end of the numbers where the rule holds: the one whose outcomes
/// are worth most, so that each stretch it takes in pays for its exceptions.
pub(super) fn number_rule(
    intervals: &[Interval<Outcomes>],
    side: Side,
    bar: &Bar,
) -> Option<NumberRule> {
    if !bar.has_both_outcomes() {
        return None;
    }
    let ordered: Vec<&Interval<Outcomes>> = match side {
        Side::Below => intervals.iter().collect(),
        Side::Above => intervals.iter().rev().collect(),
    };
    let (mut inside, mut best, mut best_worth, mut last) = (Outcomes::default(), None, 0, 0);
    for (place, interval) in ordered.iter().enumerate() {
        inside.join(&interval.tally);
        let worth = bar.worth(&inside);
        if worth > best_worth {
            (best, best_worth, last) = (Some(inside), worth, place);
        }
    }
    let inside = best?;
    let outside = ordered.get(last + 1)?;
    let threshold = match side {
        Side::Below => friendly::just_above(ordered[last].high, outside.low),
        Side::Above => friendly::just_below(outside.high, ordered[last].low),
    };
    let chance = bar.chance(&inside)?;
    Some(NumberRule {
        side,
        threshold,
        inside,
        chance,
    })
}

/// All values where the rule holds, each on its own evidence.
pub(super) fn value_rule<'a>(
    values: impl Iterator<Item = (&'a String, &'a Outcomes)>,
    bar: &Bar,
) -> Option<ValueRule> {
    if !bar.has_both_outcomes() {
        return None;
    }
    let mut rule = ValueRule {
        values: Vec::new(),
        inside: Outcomes::default(),
        chance: 0.0,
    };
    for (value, outcomes) in values {
        if bar.worth(outcomes) <= 0 {
            continue;
        }
        if let Some(chance) = bar.chance(outcomes) {
            rule.values.push(value.clone());
            rule.inside.join(outcomes);
            rule.chance = rule.chance.max(chance);
        }
    }
    (!rule.values.is_empty()).then_some(rule)
}

#[cfg(test)]
mod tests;
