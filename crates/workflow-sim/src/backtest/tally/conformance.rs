//! Whether the record agrees with the recorded definition.

use super::{MAX_NAMES, OTHERS};
use crate::backtest::case::Agreements;
use crate::backtest::net::Net;
use crate::backtest::recorded::Undecided;
use crate::backtest::report::{Conformance, Deviation, UndecidedCondition};
use crate::backtest::stats::number;
use std::collections::BTreeMap;

/// Sums over all cases.
#[derive(Debug, Default)]
pub(super) struct ConformanceTally {
    /// For each node of the recorded definition: decisions, and those that agree.
    at: Vec<(u64, u64)>,
    undecided: u64,
    /// By node of the recorded definition.
    open: BTreeMap<(usize, Undecided), u64>,
    conforming: u64,
    outside: u64,
    missing: u64,
}

impl ConformanceTally {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            at: vec![(0, 0); nodes],
            ..Self::default()
        }
    }

    /// What was recorded without a step says nothing about the definition.
    pub(super) fn add(&mut self, case: &Agreements, without_steps: bool) {
        let mut conforms = case.missing == 0 && case.outside == 0 && !without_steps;
        for agreement in &case.at {
            match &agreement.agrees {
                Err(open) => self.leave_open(agreement.node, open),
                Ok(agrees) => {
                    let (decisions, agreeing) = &mut self.at[agreement.node];
                    *decisions += 1;
                    *agreeing += u64::from(*agrees);
                    conforms &= *agrees;
                }
            }
        }
        self.conforming += u64::from(conforms);
        self.outside += case.outside;
        self.missing += case.missing;
    }

    fn leave_open(&mut self, node: usize, open: &Undecided) {
        self.undecided += 1;
        let mut key = (node, open.clone());
        if self.open.len() >= MAX_NAMES && !self.open.contains_key(&key) {
            key.1.missing = vec![OTHERS.to_owned()];
        }
        *self.open.entry(key).or_default() += 1;
    }

    fn undecided_conditions(&self, net: &Net) -> Vec<UndecidedCondition> {
        let one = |((node, open), decisions): (&(usize, Undecided), &u64)| {
            let node = &net.nodes[*node];
            let condition = match open.exit {
                Some(exit) => Some(&node.exits[exit].condition),
                None => node.guard.as_ref(),
            };
            UndecidedCondition {
                step: node.name.clone(),
                condition: condition.map(ToString::to_string).unwrap_or_default(),
                missing: open.missing.clone(),
                decisions: *decisions,
            }
        };
        let mut found: Vec<_> = self.open.iter().map(one).collect();
        found.sort_by_key(|open| std::cmp::Reverse(open.decisions));
        found
    }

    pub(super) fn finish(&self, net: &Net) -> Conformance {
        let decisions = self.at.iter().map(|(decisions, _)| decisions).sum();
        let agreeing = self.at.iter().map(|(_, agreeing)| agreeing).sum();
        let mut deviations: Vec<Deviation> = self
            .at
            .iter()
            .zip(&net.nodes)
            .filter(|((decisions, agreeing), _)| agreeing < decisions)
            .map(|((decisions, agreeing), node)| Deviation {
                step: node.name.clone(),
                decisions: *decisions,
                agreeing: *agreeing,
            })
            .collect();
        deviations.sort_by_key(|at| std::cmp::Reverse(at.decisions - at.agreeing));
        Conformance {
            decisions,
            agreeing,
            share: (decisions > 0).then(|| number(agreeing) / number(decisions)),
            undecided: self.undecided,
            undecided_conditions: self.undecided_conditions(net),
            conforming_cases: self.conforming,
            steps_outside: self.outside,
            steps_missing: self.missing,
            deviations,
        }
    }
}
