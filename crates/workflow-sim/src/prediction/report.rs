//! What the engine found, as the answer says it.

use super::answer::{
    Differences, Interval, OutcomeShare, Overload, Prediction, ResourceReport, SlaDifference,
    SlaRisk, Spread, StepReport, Totals, VariantReport,
};
use super::compile::Compiled;
use super::network::Meaning;
use super::predict::{seconds, start};
use super::setting::Setting;
use crate::SlaTarget;
use discrete_event::{Estimate, Measure, Results, VariantResults};

/// The answer for the workflow as it is.
pub(super) fn prediction(
    setting: &Setting<'_>,
    compiled: &Compiled,
    slas: &[SlaTarget],
    results: &Results,
    variants: Vec<VariantReport>,
) -> Prediction {
    let request = &setting.request;
    let mut warnings = compiled.warnings.clone();
    let unstable = unstable(results);
    let overloaded = unstable.iter().map(|overload| &overload.message);
    warnings.extend(overloaded.cloned());
    let reached = results.precision.is_none_or(|found| found.reached);
    if !reached {
        warnings.push(format!(
            "precision: After {} replications the mean cycle time is known to ±{:.1} %, not to \
             ±{:.1} %.",
            results.replications,
            100.0 * results.precision.map_or(0.0, |p| p.relative_half_width),
            100.0 * request.precision.relative_half_width
        ));
    }
    if !results.warm_up.settled {
        warnings.push(
            "warm_up: The system has not settled in so many cases; ask for more, or see whether \
             it is overloaded."
                .to_owned(),
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
    let warm_up_cases = results.warm_up.cases as f64;
    Prediction {
        workflow_name: setting.name.to_owned(),
        seed: request.seed,
        start_at: start(setting),
        replications: results.replications,
        cases_per_replication: results.cases / u64::from(results.replications.max(1)),
        warm_up_cases,
        confidence: results.confidence,
        precision_reached: reached,
        totals: totals(results),
        resources: resources(compiled, results),
        steps: steps(compiled, results),
        outcomes: outcomes(results),
        slas: risks(slas, results),
        unstable,
        variants,
        assumptions: compiled.assumptions.clone(),
        warnings,
    }
}

/// The answer for a variant.
pub(super) fn variant(
    name: &str,
    compiled: &Compiled,
    slas: &[SlaTarget],
    found: &VariantResults,
) -> VariantReport {
    let difference = &found.difference;
    let shares = difference.thresholds.iter().map(|one| interval(&one.share));
    let slas_differ = slas.iter().zip(shares).map(|(sla, share)| SlaDifference {
        sla: sla.name.clone(),
        breach_probability: share,
    });
    VariantReport {
        name: name.to_owned(),
        totals: totals(&found.results),
        resources: resources(compiled, &found.results),
        slas: risks(slas, &found.results),
        unstable: unstable(&found.results),
        differences: Differences {
            cycle_time: interval(&difference.cycle_time.mean),
            waiting_time: interval(&difference.waiting_time.mean),
            cost: interval(&difference.cost.mean),
            slas: slas_differ.collect(),
        },
    }
}

fn interval(found: &Estimate) -> Interval {
    Interval {
        value: found.value,
        low: found.low,
        high: found.high,
    }
}

fn spread(found: &Measure) -> Spread {
    Spread {
        mean: interval(&found.mean),
        p50: interval(&found.p50),
        p90: interval(&found.p90),
        p99: interval(&found.p99),
    }
}

fn totals(results: &Results) -> Totals {
    Totals {
        cycle_time: spread(&results.cycle_time),
        waiting_time: spread(&results.waiting_time),
        processing_time: spread(&results.processing_time),
        cost: spread(&results.cost),
        throughput_per_hour: interval(&results.throughput_per_hour),
    }
}

fn resources(compiled: &Compiled, results: &Results) -> Vec<ResourceReport> {
    let amounts = compiled.model.resources.iter().map(|one| one.amount);
    let report = |(found, amount): (&discrete_event::ResourceResult, u32)| ResourceReport {
        resource: found.name.clone(),
        amount,
        utilisation: interval(&found.utilisation),
        busy_hours: interval(&found.busy_hours),
        cost: interval(&found.cost),
        mean_queue: interval(&found.queue_length),
        max_queue: found.longest_queue,
        waiting_time: interval(&found.waiting_time),
    };
    results.resources.iter().zip(amounts).map(report).collect()
}

/// What the tasks of one step add up to.
#[derive(Default, Clone, Copy)]
struct Sums {
    runs: f64,
    visits: f64,
    waiting: f64,
    processing: f64,
    failures: f64,
    retries: f64,
}

fn steps(compiled: &Compiled, results: &Results) -> Vec<StepReport> {
    let mut sums = vec![Sums::default(); compiled.steps.len()];
    for (task, meaning) in results.tasks.iter().zip(&compiled.meanings) {
        let visits = task.visits_per_case.value;
        match meaning {
            Meaning::Work(row, parts) => {
                let sum = &mut sums[*row];
                sum.runs += visits / f64::from(*parts);
                sum.visits += visits;
                sum.waiting += visits * task.waiting_time.value / f64::from(*parts);
                sum.processing += visits * task.processing_time.value;
                sum.failures += task.failures_per_case.value;
                sum.retries += task.retries_per_case.value;
            }
            Meaning::Wait(row) => sums[*row].waiting += visits * task.waiting_time.value,
            Meaning::Closing => {}
        }
    }
    let each = |sum: f64, number: f64| if number > 0.0 { sum / number } else { 0.0 };
    let report = |((index, name), sum): (&(usize, String), Sums)| StepReport {
        step_index: *index,
        step_name: name.clone(),
        runs_per_case: sum.runs,
        waiting_time: each(sum.waiting, sum.runs),
        processing_time: each(sum.processing, sum.runs),
        failure_rate: each(sum.failures, sum.visits + sum.retries),
        retries_per_case: sum.retries,
    };
    compiled.steps.iter().zip(sums).map(report).collect()
}

/// Ways to end that happen, the likeliest first.
fn outcomes(results: &Results) -> Vec<OutcomeShare> {
    let mut outcomes: Vec<_> = results
        .outcomes
        .iter()
        .filter(|found| found.share.value > 0.0)
        .map(|found| OutcomeShare {
            outcome: found.outcome.clone(),
            share: interval(&found.share),
        })
        .collect();
    outcomes.sort_by(|a, b| b.share.value.total_cmp(&a.share.value));
    outcomes
}

fn risks(slas: &[SlaTarget], results: &Results) -> Vec<SlaRisk> {
    let shares = results
        .thresholds
        .iter()
        .map(|found| interval(&found.share));
    slas.iter()
        .zip(shares)
        .map(|(sla, share)| SlaRisk {
            sla: sla.name.clone(),
            target_seconds: seconds(sla),
            breach_probability: share,
        })
        .collect()
}

pub(super) fn unstable(results: &Results) -> Option<Overload> {
    results.unstable.as_ref().map(|found| Overload {
        resource: found.resource.clone(),
        demand: found.demand_per_hour,
        capacity: found.capacity_per_hour,
        message: format!(
            "resources: \"{}\" is overloaded: {:.2} hours of work come in an hour, and it can do \
             {:.2}. Its queue grows without end, so the times depend on how many cases are \
             followed.",
            found.resource, found.demand_per_hour, found.capacity_per_hour
        ),
    })
}
