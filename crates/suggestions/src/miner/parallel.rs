//! Approvals that wait for each other without need.

use super::case::{Case, Decision, Ended};
use super::evidence::{Draft, Scope, average_text};
use super::text;
use crate::{Finding, FindingKind, Share};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Both approvals are asked for in at least this share of the cases (lower bound); below it,
/// asking for both at once wastes the second approver's time too often.
const MIN_CONFIDENCE: f64 = 0.6;
/// The least saving worth the change: a twentieth of what the two approvals take together.
const SAVING_PART: u64 = 20;
/// The most pairs and steps of one workflow that are counted.
const MAX_PAIRS: usize = 1000;

/// Counts of approvals that directly follow each other, by their steps.
#[derive(Debug, Default)]
pub(super) struct ParallelTally {
    pairs: BTreeMap<(String, String), Pair>,
    /// Executions by the step whose rejection was the last approval: no second one was needed.
    stopped: BTreeMap<String, u64>,
}

/// Executions in which the second approval directly followed the first.
#[derive(Debug, Default)]
struct Pair {
    /// It began when the first had ended, and somebody else gave it.
    sequential: u64,
    /// Of these, both approved.
    both_approved: u64,
    /// It began before the first had ended: they are side by side already.
    overlapping: u64,
    /// The same person gave both.
    same_actor: u64,
    /// Of the sequential ones: sums of what each took, in milliseconds,
    first_millis: u64,
    second_millis: u64,
    /// and of the shorter of the two: what asking for both at once would have saved.
    saving_millis: u64,
    first_action: Option<String>,
    second_action: Option<String>,
}

impl ParallelTally {
    pub(super) fn observe(&mut self, case: &Case<'_>) {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for pair in case.ended.windows(2) {
            let [first, second] = pair else { continue };
            let names = (
                first.step.step_name.as_str(),
                second.step.step_name.as_str(),
            );
            let (Some(before), Some(after)) = (first.decision(), second.decision()) else {
                continue;
            };
            // An execution counts once for a pair, however often it went round.
            if names.0 != names.1 && !seen.contains(&names) {
                seen.push(names);
                self.count(
                    first,
                    second,
                    before == after && after == Decision::Approved,
                );
            }
        }
        let last = case
            .ended
            .iter()
            .rev()
            .find_map(|ended| Some((ended, ended.decision()?)));
        if let Some((ended, Decision::Rejected)) = last {
            let known = self.stopped.contains_key(&ended.step.step_name);
            if known || self.stopped.len() < MAX_PAIRS {
                *self
                    .stopped
                    .entry(ended.step.step_name.clone())
                    .or_default() += 1;
            }
        }
    }

    /// What lacks an actor or the second's start cannot be told and does not count.
    fn count(&mut self, first: &Ended<'_>, second: &Ended<'_>, both_approved: bool) {
        let (Some(first_actor), Some(second_actor), Some(began)) = (
            &first.step.actor,
            &second.step.actor,
            second.step.started_at,
        ) else {
            return;
        };
        let names = (first.step.step_name.clone(), second.step.step_name.clone());
        if self.pairs.len() >= MAX_PAIRS && !self.pairs.contains_key(&names) {
            return;
        }
        let pair = self.pairs.entry(names).or_default();
        if first_actor == second_actor {
            pair.same_actor += 1;
        } else if began < first.at {
            pair.overlapping += 1;
        } else {
            let (one, other) = (first.share_millis(), second.share_millis());
            pair.sequential += 1;
            pair.both_approved += u64::from(both_approved);
            pair.first_millis += one;
            pair.second_millis += other;
            pair.saving_millis += one.min(other);
            pair.first_action.clone_from(&first.step.action);
            pair.second_action.clone_from(&second.step.action);
        }
    }

    /// The pair that saves most. One at a time: after a change the others look different.
    pub(super) fn finding(&self, scope: &Scope<'_>) -> Option<Finding> {
        let worth_it = self.pairs.iter().filter(|(names, pair)| {
            let claimed = self.claimed(names, pair);
            claimed.count >= scope.options.min_support
                && claimed.lower_bound() >= MIN_CONFIDENCE
                && pair.saving_millis * SAVING_PART >= pair.first_millis + pair.second_millis
                && pair.saving_millis > 0
        });
        let (names, pair) = worth_it.max_by_key(|(_, pair)| pair.saving_millis)?;
        Some(self.describe(scope, names, pair))
    }

    /// Of the executions in which the first approval was given and the second would have been
    /// asked for at the same time, those in which it was needed.
    fn claimed(&self, names: &(String, String), pair: &Pair) -> Share {
        let stopped = self.stopped.get(&names.0).copied().unwrap_or(0);
        Share {
            count: pair.sequential,
            of: pair.sequential + pair.overlapping + pair.same_actor + stopped,
        }
    }

    fn describe(&self, scope: &Scope<'_>, names: &(String, String), pair: &Pair) -> Finding {
        let (first, second) = (names.0.as_str(), names.1.as_str());
        let claimed = self.claimed(names, pair);
        let mut identity = [first, second];
        identity.sort_unstable();
        scope.finding(Draft {
            kind: FindingKind::ParallelApproval,
            identity: &identity,
            title: format!(
                "Suggested: Parallel approval for {} and {}",
                text::name(first),
                text::name(second)
            ),
            description: format!(
                "In \"{}\", \"{second}\" waited for \"{first}\" in {}, although somebody else \
                 gives it and it was needed in {} of {} cases. Asked for at the same time, the \
                 two would have ended {} earlier on average.",
                scope.workflow_name,
                text::counted(pair.sequential, "execution"),
                claimed.count,
                claimed.of,
                text::duration(pair.saving_millis / pair.sequential.max(1)),
            ),
            template: template(names, pair),
            claimed,
            frequency: pair.sequential,
            data: json!({
                "steps": [first, second],
                "sample_count": claimed.of,
                "sequential_count": pair.sequential,
                "both_approved_count": pair.both_approved,
                "overlapping_count": pair.overlapping,
                "same_actor_count": pair.same_actor,
                "stopped_count": claimed.of
                    - pair.sequential - pair.overlapping - pair.same_actor,
                "total_first_milliseconds": pair.first_millis,
                "total_second_milliseconds": pair.second_millis,
                "total_saving_milliseconds": pair.saving_millis,
                "avg_saving": average_text(pair.saving_millis, pair.sequential),
            }),
        })
    }
}

/// Both steps without a predecessor.
fn template(names: &(String, String), pair: &Pair) -> Value {
    let step = |name: &str, action: Option<&str>| json!({ "name": name, "action": action.unwrap_or("approval"), "depends_on": [] });
    json!({
        "workflow_type": "approval",
        "trigger_conditions": {},
        "steps": [
            step(&names.0, pair.first_action.as_deref()),
            step(&names.1, pair.second_action.as_deref()),
        ],
    })
}
