//! One step as tasks: what it waits, who works on it, how it fails.

use super::{Builder, engine};
use crate::prediction::answer::{Assumption, Source};
use crate::prediction::distribution::Distribution;
use crate::prediction::network::Meaning;
use crate::prediction::setting::{Setting, shown};
use crate::prediction::staff::Who;
use crate::prediction::times::{StepTimes, Timed};
use condition::Scope;
use discrete_event::{
    Batch, Candidate, Demand, Failure, Join, JoinRule, NodeId, NodeKind, ResourceId, Rest, Task,
    Timeout,
};
use serde_json::Value;
use workflow_model::{ApprovalMode, Approvers};

/// A step that is to be built, whatever its place.
pub(super) struct Work<'a> {
    /// Its row in the answer.
    pub(super) row: usize,
    pub(super) name: &'a str,
    pub(super) action: &'a str,
    pub(super) approvers: Option<&'a Approvers>,
    pub(super) who: Who,
    pub(super) times: StepTimes,
    /// How it fails, if it does; where it then goes on is added in its place.
    pub(super) failure: Option<Failing>,
    /// From arrival to when it has failed for good, in seconds.
    pub(super) timeout: Option<f64>,
    /// For each recorded case how early it is served.
    pub(super) priorities: Vec<i32>,
}

/// How a step fails.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failing {
    pub(super) probability: f64,
    pub(super) max_retries: u32,
    pub(super) retry_delay: Distribution,
}

impl Builder<'_, '_> {
    /// Finds out everything about a step, and adds its row and its assumptions.
    pub(super) fn work<'a>(
        &mut self,
        index: usize,
        timed: Timed<'a>,
        approvers: Option<&'a Approvers>,
        retries: u32,
        inputs: &[Value],
    ) -> Work<'a> {
        let who = self
            .staff
            .who(self.setting, timed.name, timed.action, approvers);
        let timed = Timed {
            by_resource: who != Who::Nobody,
            ..timed
        };
        let times = self.setting.times(&timed, inputs);
        if timed.by_resource && times.mixed {
            self.warnings.push(format!(
                "{}: Only ends were recorded of \"{}\", so its duration holds waiting, and \
                 whoever does it seems busier than they are; give its duration.",
                timed.path, timed.name
            ));
        }
        self.assumptions.extend(times.assumptions.iter().cloned());
        let failure = self.failing(&timed, retries);
        let automated = Setting::find(&self.setting.automated, timed.name, timed.action).is_some();
        let timeout = timed
            .step
            .and_then(|step| step.timeout_seconds)
            .filter(|_| !automated && !times.mixed)
            .map(|one| one * (f64::from(retries) + 1.0));
        self.steps.push((index, timed.name.to_owned()));
        Work {
            row: self.steps.len() - 1,
            name: timed.name,
            action: timed.action,
            approvers,
            priorities: self.priorities(timed.name, inputs),
            who,
            times,
            failure: failure.filter(|_| !automated),
            timeout,
        }
    }

    fn priorities(&self, name: &str, inputs: &[Value]) -> Vec<i32> {
        let rules = &self.setting.request.priorities;
        let of = |input: &Value| {
            let fits = rules.iter().find(|rule| {
                let here = rule.step.as_ref().is_none_or(|step| step == name);
                here && rule
                    .condition
                    .condition
                    .evaluate(&Scope::new(input))
                    .is_true()
            });
            fits.map_or(0, |rule| rule.priority)
        };
        inputs.iter().map(of).collect()
    }

    fn failing(&mut self, timed: &Timed<'_>, retries: u32) -> Option<Failing> {
        let request = &self.setting.request;
        let given = Setting::find(&request.failures, timed.name, timed.action);
        let known = timed.history.filter(|known| known.attempts > 0);
        let (probability, source, observations) = match (given, known) {
            (Some(given), _) => (given.probability, Source::Given, 0),
            #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
            (None, Some(known)) => {
                let rate = known.failed as f64 / known.attempts as f64;
                (rate, Source::History, known.attempts)
            }
            (None, None) => return None,
        };
        if probability <= 0.0 {
            return None;
        }
        let recorded = || {
            let sample = &timed.history?.retry_delay;
            crate::prediction::fitting::fit(&sample.values)
        };
        let retry_delay = given
            .and_then(|given| given.retry_delay.clone())
            .or_else(recorded)
            .unwrap_or(Distribution::Fixed { value: 0.0 });
        let max_retries = given.and_then(|given| given.max_retries).unwrap_or(retries);
        self.assumptions.push(Assumption {
            about: format!("{}.failure", timed.path),
            source,
            observations,
            text: format!(
                "{:.2} % of attempts fail; each is tried again at most {max_retries} times.",
                100.0 * probability
            ),
            distribution: (max_retries > 0).then(|| shown(&retry_delay)),
        });
        Some(Failing {
            probability,
            max_retries,
            retry_delay,
        })
    }

    /// Builds a step in one place of the network: from where its case comes to `next`.
    pub(super) fn place(
        &mut self,
        key: &str,
        work: &Work<'_>,
        group: &[usize],
        next: NodeId,
        failed: NodeId,
    ) -> NodeId {
        let start = match &work.who {
            Who::Nobody => {
                let demand = Demand::Unattended {
                    duration: engine(&work.times.duration),
                    calendar: None,
                };
                let task = self.task(work, demand, next, failed);
                self.network.task(key, task, Meaning::Work(work.row, 1))
            }
            Who::OneOf(resources) => {
                let to = (next, failed);
                self.attended(key, work, group, resources, to, 1)
            }
            Who::Each(resources) => {
                let rule = work.approvers.map_or(JoinRule::All, rule);
                let join = NodeKind::Join(Join { rule, next });
                let join = self.network.set(&format!("{key}/approved"), join);
                let each = resources.iter().enumerate().map(|(at, one)| {
                    let key = format!("{key}/approver {at}");
                    let parts = u32::try_from(resources.len()).unwrap_or(u32::MAX);
                    self.attended(&key, work, group, &[*one], (join, failed), parts)
                });
                let each = each.collect();
                self.network.all_of(&format!("{key}/approvers"), each)
            }
        };
        match &work.times.waiting {
            Some(waiting) => {
                let task = Self::pause(waiting, start);
                let key = format!("{key}/wait");
                self.network.task(&key, task, Meaning::Wait(work.row))
            }
            None => start,
        }
    }

    /// Work by resources; a task for each priority that cases of the group have.
    fn attended(
        &mut self,
        key: &str,
        work: &Work<'_>,
        group: &[usize],
        resources: &[ResourceId],
        (next, failed): (NodeId, NodeId),
        parts: u32,
    ) -> NodeId {
        let mut distinct: Vec<i32> = group.iter().map(|case| work.priorities[*case]).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut tasks = Vec::new();
        for priority in &distinct {
            let demand = Demand::OneOf(
                resources
                    .iter()
                    .map(|resource| Candidate {
                        resource: *resource,
                        units: 1,
                        duration: engine(&work.times.duration),
                    })
                    .collect(),
            );
            let task = Task {
                priority: Some(*priority),
                ..self.task(work, demand, next, failed)
            };
            let key = match (distinct.len(), *priority) {
                (1, _) | (_, 0) => key.to_owned(),
                (_, priority) => format!("{key}/priority {priority}"),
            };
            tasks.push(
                self.network
                    .task(&key, task, Meaning::Work(work.row, parts)),
            );
        }
        let mut fixed = vec![None; self.cases];
        for case in group {
            let place = distinct.binary_search(&work.priorities[*case]).ok();
            fixed[*case] = place.and_then(|place| u32::try_from(place).ok());
        }
        self.network
            .by_case(&format!("{key}/priorities"), &tasks, fixed)
    }

    fn task(&self, work: &Work<'_>, demand: Demand, next: NodeId, failed: NodeId) -> Task {
        let request = &self.setting.request;
        let batching = request.batching.iter().find(|(name, _)| name == work.name);
        let failure = work.failure.as_ref().map(|failing| Failure {
            probability: failing.probability,
            max_retries: failing.max_retries,
            retry_delay: engine(&failing.retry_delay),
            on_failure: failed,
        });
        Task {
            demand,
            priority: None,
            batch: batching.map(|(_, batching)| Batch {
                size: batching.size,
                max_wait: batching.max_wait_seconds,
            }),
            capacity: None,
            failure: failure.or_else(|| self.never_fails()),
            timeout: work.timeout.map(|seconds| Timeout {
                seconds,
                calendar: None,
                on_timeout: failed,
            }),
            fixed_cost: Setting::find(&request.costs, work.name, work.action)
                .copied()
                .unwrap_or(0.0),
            next,
        }
    }
}

fn rule(approvers: &Approvers) -> JoinRule {
    match approvers.mode {
        ApprovalMode::All => JoinRule::All,
        ApprovalMode::Any => JoinRule::First {
            count: 1,
            rest: Rest::Withdrawn,
        },
        ApprovalMode::AtLeast(count) => JoinRule::First {
            count: count.max(1),
            rest: Rest::Withdrawn,
        },
    }
}
