//! The step that takes most of the time.

use super::case::Case;
use super::evidence::{Draft, Scope, average_text, object, template_step, template_with_handler};
use super::table::{Budget, Table};
use super::text;
use crate::wilson::{as_f64, share};
use crate::{Finding, FindingKind, Share};
use serde_json::json;
use std::collections::BTreeMap;

/// The step is the longest of its execution (lower bound) in at least this many times the share
/// that it would have if all steps were alike: of two steps, in 0.6 of the executions.
const LONGEST_FACTOR: f64 = 1.2;
/// The most steps of one workflow that are timed.
const MAX_STEPS: usize = 256;

/// How the time of executions divides among their steps.
#[derive(Debug, Default)]
pub(super) struct TimeTally {
    /// Executions with at least two different ended steps, which took any time at all.
    executions: u64,
    /// The sum of their times, up to their last ended step.
    millis: u64,
    /// The sum of their numbers of different steps.
    parts: u64,
    steps: BTreeMap<String, StepTime>,
}

/// The time of one step: since the step before it ended, so with waiting, in milliseconds.
#[derive(Debug, Default)]
struct StepTime {
    /// Executions that have it.
    executions: u64,
    /// Executions in which it took longest; the one that ended first among equals.
    longest: u64,
    millis: u64,
    /// Where its start is recorded: its time, and the part of it before the start.
    started_millis: u64,
    waiting_millis: u64,
    /// Its time by execution; none when the miner ran out of tables.
    times: Option<Table<u64>>,
    action: Option<String>,
}

impl TimeTally {
    pub(super) fn observe(&mut self, case: &Case<'_>, budget: &mut Budget) {
        let mut times: Vec<(&str, u64)> = Vec::new();
        for ended in &case.ended {
            let name = ended.step.step_name.as_str();
            match times.iter_mut().find(|(known, _)| *known == name) {
                Some((_, millis)) => *millis += ended.share_millis(),
                None => times.push((name, ended.share_millis())),
            }
        }
        let total: u64 = times.iter().map(|(_, millis)| millis).sum();
        if times.len() < 2 || total == 0 {
            return;
        }
        self.executions += 1;
        self.millis += total;
        self.parts += u64::try_from(times.len()).unwrap_or(u64::MAX);
        // `max_by_key` takes the last of equals: look from the end.
        let longest = times
            .iter()
            .rev()
            .max_by_key(|(_, millis)| *millis)
            .map(|(name, _)| *name);
        for (name, millis) in &times {
            if self.steps.len() >= MAX_STEPS && !self.steps.contains_key(*name) {
                continue;
            }
            let step = self.steps.entry((*name).to_owned()).or_default();
            step.executions += 1;
            step.longest += u64::from(longest == Some(name));
            step.millis += millis;
            if step.times.is_none() && step.executions == 1 && budget.take() {
                step.times = Some(Table::default());
            }
            if let Some(times) = &mut step.times {
                *times.at(as_f64(*millis)) += 1;
            }
        }
        self.observe_waiting(case);
    }

    fn observe_waiting(&mut self, case: &Case<'_>) {
        for ended in &case.ended {
            if let Some(step) = self.steps.get_mut(&ended.step.step_name) {
                if let Some(waiting) = ended.waiting_millis() {
                    step.started_millis += ended.share_millis();
                    step.waiting_millis += waiting;
                }
                if ended.step.action.is_some() {
                    step.action.clone_from(&ended.step.action);
                }
            }
        }
    }

    /// The step that takes most of the time, if that is half of all or one and a half times what
    /// it would take if all steps were alike, and if it is so in many executions and not only in
    /// a few that took very long.
    pub(super) fn finding(&self, scope: &Scope<'_>) -> Option<Finding> {
        let (name, step) = self.steps.iter().max_by_key(|(_, step)| step.millis)?;
        let claimed = Share {
            count: step.longest,
            of: self.executions,
        };
        let alike = share(self.executions, self.parts);
        let takes = share(step.millis, self.millis);
        let enough = self.executions >= scope.options.min_support
            && claimed.lower_bound() >= LONGEST_FACTOR * alike
            && takes >= (1.5 * alike).min(0.5);
        enough.then(|| self.describe(scope, name, step, claimed))
    }

    fn describe(&self, scope: &Scope<'_>, name: &str, step: &StepTime, claimed: Share) -> Finding {
        let percentile = |percent| {
            step.times
                .as_ref()
                .and_then(|times| times.percentile(percent))
                .map(millis)
        };
        let (median, p95) = (percentile(50), percentile(95));
        let waits = step.started_millis > 0 && step.waiting_millis * 2 >= step.started_millis;
        let cause = if waits {
            format!(
                "{} of that passes before it begins: more hands, or a reminder, help more than \
                 faster work.",
                text::percent(step.waiting_millis, step.started_millis)
            )
        } else {
            "Consider a time limit with an escalation, or work on it in parallel.".to_owned()
        };
        let typical = median.map_or_else(String::new, |m| {
            format!(" It typically takes {}.", text::duration(m))
        });
        // A limit that 95 of 100 executions keep today.
        let limit = p95
            .unwrap_or(step.millis / step.executions.max(1))
            .div_ceil(1000)
            .max(1);
        let patched = template_step(
            name,
            step.action.as_deref(),
            json!({
                "timeout_seconds": limit.min(31_536_000),
            }),
        );
        let handler = format!("Escalate {}", text::name(name));
        scope.finding(Draft {
            kind: FindingKind::SlowStep,
            identity: &[name],
            title: format!("Speed up {}", text::name(name)),
            description: format!(
                "In \"{}\", \"{name}\" takes {} of the whole time and is the longest step in {} \
                 of {}.{typical} {cause}",
                scope.workflow_name,
                text::percent(step.millis, self.millis),
                claimed.count,
                text::counted(claimed.of, "execution"),
            ),
            template: template_with_handler("escalation", object(patched), &handler, "time limit"),
            claimed,
            frequency: step.longest,
            data: json!({
                "step": name,
                "sample_count": self.executions,
                "step_count": step.executions,
                "longest_count": step.longest,
                "distinct_step_count": self.parts,
                "total_milliseconds": self.millis,
                "step_milliseconds": step.millis,
                "avg_step_time": average_text(step.millis, step.executions),
                "median_milliseconds": median,
                "p95_milliseconds": p95,
                "started_milliseconds": step.started_millis,
                "waiting_milliseconds": step.waiting_millis,
            }),
        })
    }
}

/// A number of milliseconds that was counted as a double.
fn millis(number: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was a whole, positive number before"
    )]
    let millis = number as u64;
    millis
}
