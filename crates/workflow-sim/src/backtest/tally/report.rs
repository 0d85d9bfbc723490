//! The counts as they are answered.

use super::Tally;
use crate::SlaTarget;
use crate::backtest::case::Pair;
use crate::backtest::cost::{PARTS, in_units};
use crate::backtest::durations::Durations;
use crate::backtest::report::{
    ApproverChange, BacktestReport, CaseCounts, CostChange, DecisionChange, EstimatedStep,
    MeanInterval, OutcomeChange, SlaChange, TellingCase, TimeChange, Unanswered, WayChange,
    WindowReport,
};
use crate::backtest::stats::share;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Tally {
    /// The whole answer but for its notes.
    pub(in crate::backtest) fn report(
        &self,
        (pair, durations): (&Pair, &Durations),
        targets: &[SlaTarget],
        has_costs: bool,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
        examples: Vec<TellingCase>,
    ) -> BacktestReport {
        BacktestReport {
            window: WindowReport {
                from,
                until,
                first_started_at: self.first,
                last_started_at: self.last,
            },
            cases: self.case_counts(),
            conformance: self.conformance.finish(&pair.baseline),
            decisions: self.decision_changes(pair),
            time: self.time(),
            cost: has_costs.then(|| self.cost()),
            approvals: self.approvals(),
            slas: self.slas(targets),
            outcomes: self.outcome_changes(),
            estimated_steps: self.estimated_steps(pair, durations),
            unanswered: self.unanswered(),
            examples,
            notes: Vec::new(),
            seed: self.seed,
        }
    }

    fn case_counts(&self) -> CaseCounts {
        let counts = &self.counts;
        CaseCounts {
            observed: counts.observed,
            examined: counts.examined,
            not_ended: counts.not_ended,
            not_examined: counts.not_examined,
            answered: counts.answered,
            unanswered: counts.examined - counts.answered,
            unchanged: counts.answered - counts.changed,
            changed: counts.changed,
            path_changed: counts.path_changed,
            approvers_changed: counts.approvers_changed,
            outcome_changed: counts.outcome_changed,
            faster: counts.faster,
            slower: counts.slower,
            not_started: counts.not_started,
            without_steps: counts.without_steps,
            changed_share: share(counts.changed, counts.answered),
        }
    }

    fn decision_changes(&self, pair: &Pair) -> Vec<DecisionChange> {
        let mut ways: BTreeMap<usize, Vec<WayChange>> = BTreeMap::new();
        for ((node, from, to), count) in &self.ways {
            ways.entry(*node).or_default().push(WayChange {
                from: from.clone(),
                to: to.clone(),
                count: *count,
            });
        }
        let mut changes: Vec<DecisionChange> = ways
            .into_iter()
            .filter_map(|(node, mut from_to)| {
                from_to.sort_by_key(|way| Reverse(way.count));
                let diverted = from_to.iter().map(|way| way.count).sum();
                Some(DecisionChange {
                    step: pair.changed.nodes[node].name.clone(),
                    decisions: self.decisions[node],
                    diverted,
                    share: share(diverted, self.decisions[node])?,
                    from_to,
                })
            })
            .collect();
        changes.sort_by_key(|change| Reverse(change.diverted));
        changes
    }

    fn time(&self) -> TimeChange {
        let whole = |sum: i128| i64::try_from(sum).unwrap_or(i64::MAX);
        #[expect(
            clippy::cast_precision_loss,
            reason = "16 digits are enough of a share"
        )]
        let estimated_share = if self.new.total > 0 {
            self.estimated as f64 / self.new.total as f64
        } else {
            0.0
        };
        TimeChange {
            cases: self.old.count,
            old_total_ms: self.old.total(),
            new_total_ms: self.new.total(),
            difference_total_ms: self.differences.total(),
            mean_difference_ms: self.differences.mean(),
            old_mean_ms: self.old.mean().map(|mean| mean.mean),
            new_mean_ms: self.new.mean().map(|mean| mean.mean),
            median_difference_ms: self.sample.median(),
            median_is_sampled: self.sample.is_partial(),
            dropped_work_ms: whole(self.dropped),
            added_work_ms: whole(self.added),
            estimated_share,
            cases_with_estimates: self.with_estimates,
        }
    }

    fn cost(&self) -> CostChange {
        let mean = self.cost_differences.mean().map(|mean| MeanInterval {
            mean: mean.mean / PARTS,
            low: mean.low.map(|low| low / PARTS),
            high: mean.high.map(|high| high / PARTS),
        });
        CostChange {
            old_total: in_units(self.old_cost.total()),
            new_total: in_units(self.new_cost.total()),
            difference_total: in_units(self.cost_differences.total()),
            mean_difference: mean,
            steps_without_price: self.without_price,
        }
    }

    fn approvals(&self) -> Vec<ApproverChange> {
        let mut changes: Vec<ApproverChange> = self
            .asked
            .iter()
            .map(|(approver, asked)| ApproverChange {
                approver: approver.clone(),
                old: asked.old,
                new: asked.new,
                saved: asked.saved,
                added: asked.added,
            })
            .collect();
        changes.sort_by_key(|change| Reverse(change.saved + change.added));
        changes
    }

    fn slas(&self, targets: &[SlaTarget]) -> Vec<SlaChange> {
        let change = |(target, sum): (&SlaTarget, &super::Breaches)| SlaChange {
            sla: target.name.clone(),
            target_seconds: target.target.num_seconds(),
            old_breaches: sum.old,
            new_breaches: sum.new,
            appear: sum.appear,
            vanish: sum.vanish,
            appear_on_estimates: sum.appear_on_estimates,
            vanish_on_estimates: sum.vanish_on_estimates,
        };
        targets.iter().zip(&self.breaches).map(change).collect()
    }

    fn outcome_changes(&self) -> Vec<OutcomeChange> {
        let mut changes: Vec<OutcomeChange> = self
            .outcomes
            .iter()
            .map(|((from, to), (count, assumed))| OutcomeChange {
                from: from.clone(),
                to: to.clone(),
                count: *count,
                assumed: *assumed,
            })
            .collect();
        changes.sort_by_key(|change| Reverse(change.count));
        changes
    }

    fn estimated_steps(&self, pair: &Pair, durations: &Durations) -> Vec<EstimatedStep> {
        let mut steps: Vec<EstimatedStep> = self
            .guessed
            .iter()
            .enumerate()
            .filter(|(_, runs)| **runs > 0)
            .map(|(node, runs)| {
                let guess = &durations.new[node];
                EstimatedStep {
                    step: pair.changed.nodes[node].name.clone(),
                    runs: *runs,
                    estimated_duration_ms: guess.millis,
                    estimated_wait_ms: guess.wait,
                    source: guess.source,
                    basis: guess.basis.clone(),
                }
            })
            .collect();
        steps.sort_by_key(|step| Reverse(step.runs));
        steps
    }

    fn unanswered(&self) -> Vec<Unanswered> {
        let mut found: Vec<Unanswered> = self
            .unanswered
            .iter()
            .map(|(stop, cases)| Unanswered {
                reason: stop.reason,
                step: stop.step.clone(),
                condition: stop.condition.clone(),
                missing: stop.missing.clone(),
                cases: *cases,
            })
            .collect();
        found.sort_by_key(|stop| Reverse(stop.cases));
        found
    }
}
