//! What is arranged for failures.

use super::explore::Explorer;
use super::{FailurePlan, worked};
use crate::plan::{Names, Target};
use crate::walk::Walk;
use std::collections::HashSet;
use workflow_model::{OnFailure, Step};

impl Explorer<'_> {
    /// What is arranged for failures of the steps on the path.
    pub(super) fn failures(&mut self, main: &Walk) -> Vec<FailurePlan> {
        let case = self.case;
        let mut known = HashSet::new();
        let mut plans = Vec::new();
        for visit in worked(case, main) {
            let Some(step) = case.plan.nodes[visit.node].step else {
                continue;
            };
            let plain = step.on_failure == OnFailure::Fail
                && step.max_retries == 0
                && step.timeout_seconds.is_none();
            if !plain && known.insert(visit.node) {
                plans.push(self.failure(visit.node, step));
            }
        }
        plans
    }

    fn failure(&mut self, node: usize, step: &Step) -> FailurePlan {
        let case = self.case;
        let (then, target) = match &step.on_failure {
            OnFailure::Fail => ("fail", None),
            OnFailure::Continue => ("continue", case.plan.default_of(node)),
            OnFailure::GoTo(to) => {
                let steps = &case.definition.steps;
                ("go_to", Names::of(steps).find(to, steps))
            }
        };
        let course = match &step.on_failure {
            OnFailure::GoTo(_) => target.map(|target| self.course(&[target], None, Some(node))),
            OnFailure::Fail | OnFailure::Continue => None,
        };
        let attempts = f64::from(step.max_retries) + 1.0;
        let rates = || {
            case.facts
                .steps
                .iter()
                .filter(|row| row.step_name == step.name)
        };
        FailurePlan {
            step: node,
            step_name: step.name.clone(),
            max_retries: step.max_retries,
            timeout_seconds: step.timeout_seconds,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a timeout is at most a year"
            )]
            longest_ms: step
                .timeout_seconds
                .map(|one| (one * attempts * 1000.0).round() as i64),
            success_rate: rates()
                .max_by_key(|row| row.timed)
                .map(|row| row.success_rate),
            then,
            next_step: target.and_then(Target::node),
            course,
        }
    }
}
