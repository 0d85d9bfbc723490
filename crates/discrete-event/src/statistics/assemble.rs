//! From replications to results.

use super::histogram::Histogram;
use super::interval::{Judge, not_negative};
use super::replication::{MEASURES, PoolRecord, QUANTILES, Replication, TaskRecord};
use crate::experiment::Goal;
use crate::model::Model;
use crate::results::{
    Difference, Estimate, Flow, Measure, MeasureDifference, OutcomeShare, PrecisionReached,
    ResourceResult, Results, TaskResult, ThresholdExceeded, Unstable, WarmUpRemoved,
};

/// What a run has found beside its replications.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) confidence: f64,
    pub(crate) thresholds: Vec<f64>,
    pub(crate) outcomes: Vec<String>,
    pub(crate) simulated_tasks: u64,
    pub(crate) warm_up: WarmUpRemoved,
    pub(crate) precision: Option<PrecisionReached>,
    pub(crate) unstable: Option<Unstable>,
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

/// The results of a run.
pub(crate) fn assemble(
    model: &Model,
    findings: Findings,
    all: &[Replication],
    pooled: &[Histogram; MEASURES],
) -> Results {
    let judge = Judge::new(findings.confidence, all.len());
    let measure = |index: usize| measure(&judge, all, index, &pooled[index]);
    let [cycle_time, waiting_time, processing_time, cost] = [0, 1, 2, 3].map(measure);
    let hours = |one: &Replication| one.seconds / 3600.0;
    let sum = |count: fn(&Replication) -> u64| all.iter().map(count).sum::<u64>();
    Results {
        confidence: findings.confidence,
        replications: u32::try_from(all.len()).unwrap_or(u32::MAX),
        cases: sum(|one| one.cases),
        simulated_tasks: findings.simulated_tasks,
        warm_up: findings.warm_up,
        precision: findings.precision,
        cycle_time,
        waiting_time,
        processing_time,
        cost,
        throughput_per_hour: not_negative(
            judge.ratio(
                all.iter()
                    .map(|one| (float(one.ended_measured), hours(one))),
            ),
        ),
        in_progress: not_negative(
            judge.ratio(all.iter().map(|one| (one.case_seconds, one.seconds))),
        ),
        outcomes: findings
            .outcomes
            .into_iter()
            .enumerate()
            .map(|(index, outcome)| OutcomeShare {
                outcome,
                share: share_of_cases(&judge, all, |one| one.outcomes[index]),
            })
            .collect(),
        thresholds: (findings.thresholds.iter().enumerate())
            .map(|(index, seconds)| ThresholdExceeded {
                seconds: *seconds,
                share: share_of_cases(&judge, all, |one| one.exceeded[index]),
            })
            .collect(),
        resources: resources(model, &judge, all),
        tasks: tasks(model, &judge, all),
        unstable: findings.unstable,
        flow: Flow {
            arrived: sum(|one| one.arrived),
            ended: sum(|one| one.ended),
            in_progress: sum(|one| one.arrived - one.ended),
        },
    }
}

fn share_of_cases(
    judge: &Judge,
    all: &[Replication],
    count: impl Fn(&Replication) -> u64 + Copy,
) -> Estimate {
    judge.share(
        all.iter()
            .map(move |one| (float(count(one)), float(one.cases))),
    )
}

fn mean(judge: &Judge, all: &[Replication], index: usize) -> Estimate {
    judge.ratio(all.iter().map(|one| (one.sums[index], float(one.cases))))
}

fn measure(judge: &Judge, all: &[Replication], index: usize, pooled: &Histogram) -> Measure {
    let values = pooled.quantiles(QUANTILES);
    let quantile = |q: usize| {
        let each = all
            .iter()
            .filter(|one| one.cases > 0)
            .map(|one| one.quantiles[index][q]);
        not_negative(judge.around(Some(values[q]), each))
    };
    Measure {
        mean: not_negative(mean(judge, all, index)),
        p50: quantile(0),
        p90: quantile(1),
        p99: quantile(2),
        max: pooled.max(),
    }
}

/// How precisely the goal is known.
pub(crate) fn reached(
    goal: Goal,
    wanted: f64,
    confidence: f64,
    all: &[Replication],
) -> PrecisionReached {
    let index = match goal {
        Goal::CycleTime => 0,
        Goal::WaitingTime => 1,
        Goal::Cost => 3,
    };
    let estimate = mean(&Judge::new(confidence, all.len()), all, index);
    let half = estimate.half_width();
    // Something that is always zero is known exactly.
    let relative_half_width = if half > 0.0 {
        half / estimate.value
    } else {
        0.0
    };
    PrecisionReached {
        wanted,
        relative_half_width,
        reached: relative_half_width <= wanted,
    }
}

fn resources(model: &Model, judge: &Judge, all: &[Replication]) -> Vec<ResourceResult> {
    let of = |index: usize| {
        move |one: &Replication| -> PoolRecord { one.pools.get(index).copied().unwrap_or_default() }
    };
    model
        .resources
        .iter()
        .enumerate()
        .map(|(index, resource)| {
            let of = of(index);
            let each = |value: fn(PoolRecord) -> f64, unit: f64| {
                not_negative(judge.mean(all.iter().map(move |one| value(of(one)) * unit)))
            };
            let ratio = |over: fn(PoolRecord) -> f64, under: fn(PoolRecord) -> f64| {
                let pairs = all.iter().map(move |one| (over(of(one)), under(of(one))));
                not_negative(judge.ratio(pairs))
            };
            let queue = all.iter().map(|one| (of(one).queue_seconds, one.seconds));
            ResourceResult {
                name: resource.name.clone(),
                utilisation: ratio(|pool| pool.busy, |pool| pool.available),
                busy_hours: each(|pool| pool.busy, 1.0 / 3600.0),
                available_hours: each(|pool| pool.available, 1.0 / 3600.0),
                cost: each(|pool| pool.busy, resource.cost_per_hour / 3600.0),
                queue_length: not_negative(judge.ratio(queue)),
                longest_queue: all
                    .iter()
                    .map(|one| u64::from(of(one).longest))
                    .max()
                    .unwrap_or(0),
                waiting_time: ratio(|pool| pool.waited, |pool| float(pool.started)),
            }
        })
        .collect()
}

fn tasks(model: &Model, judge: &Judge, all: &[Replication]) -> Vec<TaskResult> {
    let tasks = model.nodes.iter().filter(|node| node.as_task().is_some());
    tasks
        .enumerate()
        .map(|(index, node)| {
            let ratio = |over: fn(&TaskRecord) -> f64, under: fn(&TaskRecord) -> f64| {
                let pairs = all.iter().map(move |one| {
                    let task = &one.tasks[index];
                    (over(task), under(task))
                });
                not_negative(judge.ratio(pairs))
            };
            let per_case = |count: fn(&TaskRecord) -> u64| {
                let pairs = all
                    .iter()
                    .map(move |one| (float(count(&one.tasks[index])), float(one.cases)));
                not_negative(judge.ratio(pairs))
            };
            let blocked = all.iter().map(|one| {
                let task = &one.tasks[index];
                (float(task.blocked), float(task.blocked + task.visits))
            });
            TaskResult {
                name: node.name.clone(),
                visits_per_case: per_case(|task| task.visits),
                waiting_time: ratio(|task| task.waited, |task| float(task.visits)),
                processing_time: ratio(|task| task.worked, |task| float(task.visits)),
                failures_per_case: per_case(|task| task.failures),
                retries_per_case: per_case(|task| task.retries),
                timeouts_per_case: per_case(|task| task.timeouts),
                blocked: judge.share(blocked),
                batches_per_case: per_case(|task| task.batches),
                batch_size: ratio(|task| float(task.batched), |task| float(task.batches)),
            }
        })
        .collect()
}

/// How a variant differs, by paired replications.
pub(crate) fn difference(
    confidence: f64,
    thresholds: &[f64],
    base: &[Replication],
    variant: &[Replication],
) -> Difference {
    let judge = Judge::new(confidence, base.len());
    let paired = |value: &dyn Fn(&Replication) -> f64| {
        let differences = base
            .iter()
            .zip(variant)
            .map(|(base, variant)| value(variant) - value(base));
        judge.mean(differences)
    };
    let per_case = |one: &Replication, sum: f64| sum / float(one.cases.max(1));
    let measure = |index: usize| MeasureDifference {
        mean: paired(&|one| per_case(one, one.sums[index])),
        p50: paired(&|one| one.quantiles[index][0]),
        p90: paired(&|one| one.quantiles[index][1]),
        p99: paired(&|one| one.quantiles[index][2]),
    };
    Difference {
        cycle_time: measure(0),
        waiting_time: measure(1),
        processing_time: measure(2),
        cost: measure(3),
        throughput_per_hour: paired(&|one| {
            let hours = one.seconds / 3600.0;
            if hours > 0.0 {
                float(one.ended_measured) / hours
            } else {
                0.0
            }
        }),
        thresholds: (thresholds.iter().enumerate())
            .map(|(index, seconds)| ThresholdExceeded {
                seconds: *seconds,
                share: paired(&|one| per_case(one, float(one.exceeded[index]))),
            })
            .collect(),
    }
}
