//! Steps that fail often, and whether trying again helps.

use super::case::Case;
use super::evidence::{Draft, Scope, object, rate, template_step, template_with_handler};
use super::text;
use crate::wilson::{as_f64, share};
use crate::{Finding, FindingKind, Share, wilson_lower_bound};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workflow_model::StepStatus;

/// A step fails often when at least this share of its attempts do (lower bound).
const MIN_FAILURE_SHARE: f64 = 0.05;
/// Trying again usually helps when at least this share of second attempts succeed (lower bound).
const MIN_RECOVERY_SHARE: f64 = 0.5;
/// Enough retries that failures which stay are rarer than this.
const LEFT_OVER: f64 = 0.05;
/// The most steps of one workflow that are counted.
const MAX_STEPS: usize = 256;
/// The most different error messages of one step that are counted, and their length.
const MAX_ERRORS: usize = 32;
const MAX_ERROR_CHARS: usize = 200;

/// Attempts and failures by step.
#[derive(Debug, Default)]
pub(super) struct FailureTally {
    steps: BTreeMap<String, StepFailures>,
}

#[derive(Debug, Default)]
struct StepFailures {
    attempts: u64,
    failures: u64,
    /// Executions with at least one failure.
    executions: u64,
    /// Failures after which the step was tried again in the same execution,
    retried: u64,
    /// and those of them after which the next attempt succeeded.
    recovered: u64,
    errors: BTreeMap<String, u64>,
    action: Option<String>,
}

impl FailureTally {
    pub(super) fn observe(&mut self, case: &Case<'_>) {
        let mut attempts: BTreeMap<&str, Vec<&workflow_model::RecordedStep>> = BTreeMap::new();
        for ended in &case.ended {
            attempts
                .entry(&ended.step.step_name)
                .or_default()
                .push(ended.step);
        }
        for (name, attempts) in attempts {
            if self.steps.len() >= MAX_STEPS && !self.steps.contains_key(name) {
                continue;
            }
            let step = self.steps.entry(name.to_owned()).or_default();
            let failed = |place: usize| {
                attempts
                    .get(place)
                    .map(|attempt| attempt.status == StepStatus::Failed)
            };
            let mut any = false;
            for (place, attempt) in attempts.iter().enumerate() {
                step.attempts += 1;
                if attempt.action.is_some() {
                    step.action.clone_from(&attempt.action);
                }
                if attempt.status != StepStatus::Failed {
                    continue;
                }
                any = true;
                step.failures += 1;
                step.retried += u64::from(failed(place + 1).is_some());
                step.recovered += u64::from(failed(place + 1) == Some(false));
                step.count_error(attempt.error_message.as_deref());
            }
            step.executions += u64::from(any);
        }
    }

    pub(super) fn findings(&self, scope: &Scope<'_>) -> Vec<Finding> {
        self.steps
            .iter()
            .filter(|(_, step)| {
                step.attempts >= scope.options.min_support
                    && wilson_lower_bound(step.failures, step.attempts) >= MIN_FAILURE_SHARE
            })
            .map(|(name, step)| step.describe(scope, name))
            .collect()
    }
}

impl StepFailures {
    fn count_error(&mut self, message: Option<&str>) {
        let Some(message) = message else { return };
        let message = text::bounded(message, MAX_ERROR_CHARS);
        if self.errors.len() < MAX_ERRORS || self.errors.contains_key(&message) {
            *self.errors.entry(message).or_default() += 1;
        }
    }

    /// How many retries leave hardly any failure, if the attempts fail independently of each
    /// other; at most 5. `None` when trying again does not usually help.
    fn retries(&self) -> Option<u32> {
        if wilson_lower_bound(self.recovered, self.retried) < MIN_RECOVERY_SHARE {
            return None;
        }
        let stays = 1.0 - share(self.recovered, self.retried);
        (1..=5)
            .find(|retries| stays.powi(*retries) <= LEFT_OVER)
            .unwrap_or(5)
            .try_into()
            .ok()
    }

    fn describe(&self, scope: &Scope<'_>, name: &str) -> Finding {
        let retries = self.retries();
        let failures = Share {
            count: self.failures,
            of: self.attempts,
        };
        // What is claimed is that a retry helps where one is suggested, else that it fails.
        let (claimed, title, advice) = if retries.is_some() {
            let recovered = Share {
                count: self.recovered,
                of: self.retried,
            };
            let advice = format!(
                "Of {} that were tried again, {} succeeded at the next attempt; {} were not \
                 tried again. Consider automatic retries.",
                text::counted(self.retried, "failure"),
                self.recovered,
                self.failures - self.retried,
            );
            (
                recovered,
                format!("Retry {} automatically", text::name(name)),
                advice,
            )
        } else {
            let advice = match self.errors.iter().max_by_key(|(_, count)| **count) {
                Some((error, count)) => format!(
                    "The most frequent reason, {count} times: \"{error}\". Consider a handler \
                     for its failures."
                ),
                None => "Consider a handler for its failures.".to_owned(),
            };
            (
                failures,
                format!("Handle failures of {}", text::name(name)),
                advice,
            )
        };
        scope.finding(Draft {
            kind: FindingKind::FailingStep,
            identity: &[name],
            title,
            description: format!(
                "In \"{}\", \"{name}\" failed in {} of {} ({}; at least {:.1} % with 95 % \
                 confidence). {advice}",
                scope.workflow_name,
                self.failures,
                text::counted(self.attempts, "attempt"),
                text::percent(self.failures, self.attempts),
                (failures.lower_bound() * 1000.0).floor() / 10.0,
            ),
            template: self.template(name, retries),
            claimed,
            frequency: self.executions,
            data: self.data(name, failures),
        })
    }

    fn template(&self, name: &str, retries: Option<u32>) -> Value {
        let action = self.action.as_deref();
        if let Some(retries) = retries {
            return json!({
                "workflow_type": "automation",
                "trigger_conditions": {},
                "steps": [template_step(name, action, json!({ "max_retries": retries }))],
            });
        }
        template_with_handler(
            "automation",
            object(template_step(name, action, json!({}))),
            &format!("Handle failure of {}", text::name(name)),
            "failure",
        )
    }

    fn data(&self, name: &str, failures: Share) -> Value {
        let common = self.errors.iter().max_by_key(|(_, count)| **count);
        json!({
            "step": name,
            "sample_count": self.attempts,
            "failure_count": self.failures,
            "failure_rate": rate(self.failures, self.attempts),
            "failure_rate_lower_bound": failures.lower_bound(),
            "affected_executions": self.executions,
            "retried_count": self.retried,
            "recovered_count": self.recovered,
            "recovery_rate": rate(self.recovered, self.retried),
            "attempts_per_failed_execution":
                if self.executions == 0 { Value::Null }
                else { (as_f64(self.failures + self.recovered) / as_f64(self.executions)).into() },
            "common_error": common.map(|(error, _)| error),
            "common_error_count": common.map(|(_, count)| count),
        })
    }
}
