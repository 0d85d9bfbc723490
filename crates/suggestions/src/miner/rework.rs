//! Work that is done again.

use super::case::Case;
use super::evidence::{Draft, Scope, average_text, template_step};
use super::text;
use crate::{Finding, FindingKind, Share};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use workflow_model::StepStatus;

/// Work is often done again when at least this share of executions come back to the step (lower
/// bound).
const MIN_CONFIDENCE: f64 = 0.1;
/// The most steps of one workflow that are counted.
const MAX_STEPS: usize = 256;

/// Returns to a step, by step. Several records in a row are several approvers, or attempts, and
/// not rework; a return is a record after which another step ended in between.
#[derive(Debug, Default)]
pub(super) struct ReworkTally {
    steps: BTreeMap<String, Returns>,
}

#[derive(Debug, Default)]
struct Returns {
    /// Executions that have the step.
    executions: u64,
    /// Of these, those that came back to it.
    repeated: u64,
    /// Returns in all,
    times: u64,
    /// and how long the step took in them, in milliseconds.
    millis: u64,
    action: Option<String>,
}

impl ReworkTally {
    pub(super) fn observe(&mut self, case: &Case<'_>) {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut again: HashSet<&str> = HashSet::new();
        let mut before: Option<&str> = None;
        let completed = case
            .ended
            .iter()
            .filter(|ended| ended.step.status == StepStatus::Completed);
        for ended in completed {
            let name = ended.step.step_name.as_str();
            let first = seen.insert(name);
            if self.steps.len() >= MAX_STEPS && !self.steps.contains_key(name) {
                continue;
            }
            let step = self.steps.entry(name.to_owned()).or_default();
            step.executions += u64::from(first);
            if !first && before != Some(name) {
                step.times += 1;
                step.millis += ended.share_millis();
                step.repeated += u64::from(again.insert(name));
            }
            if ended.step.action.is_some() {
                step.action.clone_from(&ended.step.action);
            }
            before = Some(name);
        }
    }

    /// The step that most executions come back to. One of a loop is enough.
    pub(super) fn finding(&self, scope: &Scope<'_>) -> Option<Finding> {
        let (name, step) = self
            .steps
            .iter()
            .max_by_key(|(_, step)| (step.repeated, step.millis))?;
        let claimed = Share {
            count: step.repeated,
            of: step.executions,
        };
        if step.executions < scope.options.min_support || claimed.lower_bound() < MIN_CONFIDENCE {
            return None;
        }
        let check = format!("Check before {}", text::name(name));
        Some(scope.finding(Draft {
            kind: FindingKind::Rework,
            identity: &[name],
            title: format!("Avoid doing {} again", text::name(name)),
            description: format!(
                "In \"{}\", {} of {} came back to \"{name}\" after another step, {} in all, for \
                 {} each on average. Consider a check before it that finds early what sends them \
                 back.",
                scope.workflow_name,
                claimed.count,
                text::counted(claimed.of, "execution"),
                text::counted(step.times, "time"),
                text::duration(step.millis / step.times.max(1)),
            ),
            template: json!({
                "workflow_type": "custom",
                "trigger_conditions": {},
                "steps": [
                    { "name": check, "action": "validation" },
                    template_step(name, step.action.as_deref(), json!({})),
                ],
            }),
            claimed,
            frequency: step.repeated,
            data: json!({
                "step": name,
                "sample_count": step.executions,
                "repeated_count": step.repeated,
                "return_count": step.times,
                "total_return_milliseconds": step.millis,
                "avg_return_time": average_text(step.millis, step.times),
            }),
        }))
    }
}
