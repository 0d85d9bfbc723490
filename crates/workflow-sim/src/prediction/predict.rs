//! From a request to its answer.

use super::answer::Prediction;
use super::compile::{Compiled, compile, origin};
use super::control::{Control, PredictionError, Progress, Stop};
use super::fit::Fit;
use super::network::Numbers;
use super::report;
use super::request::{PredictionRequest, WarmUp};
use super::setting::Setting;
use crate::SlaTarget;
use discrete_event::{Budget, Experiment, Goal, Length, Replications};
use std::ops::ControlFlow;
use workflow_model::Definition;

/// Replications below which an interval says little.
const MIN_REPLICATIONS: u32 = 5;

/// Predicts what would happen to many cases of a workflow. Pure: the same arguments give the same
/// answer, bit for bit, on any number of threads.
///
/// What-if variants meet the same cases as the workflow as it is, so that their differences are
/// known better than the values.
///
/// # Errors
/// See [`PredictionError`].
pub fn predict(
    name: &str,
    definition: &Definition,
    fit: &Fit,
    sla_targets: &[SlaTarget],
    request: &PredictionRequest,
    control: Control<'_>,
) -> Result<Prediction, PredictionError> {
    let base = Setting::new(name, definition, fit, request);
    let problems = base.problems(&request.changes);
    if !problems.is_empty() {
        return Err(PredictionError::Invalid(problems));
    }
    let mut numbers = Numbers::default();
    let compiled = compile(&base, &mut numbers);
    let mut variants = Vec::new();
    for variant in &request.changes {
        let setting = base.varied(variant)?;
        variants.push((variant.name.as_str(), compile(&setting, &mut numbers)));
    }
    let thresholds: Vec<f64> = sla_targets.iter().map(seconds).collect();
    let experiment = experiment(request, &compiled, thresholds);
    let control = forward(control);
    if variants.is_empty() {
        let results = discrete_event::run(&compiled.model, &experiment, &control)
            .map_err(|error| failure(&error))?;
        return Ok(report::prediction(
            &base,
            &compiled,
            sla_targets,
            &results,
            Vec::new(),
        ));
    }
    let models: Vec<_> = variants.iter().map(|(_, one)| one.model.clone()).collect();
    let compared = discrete_event::compare(&compiled.model, &models, &experiment, &control)
        .map_err(|error| failure(&error))?;
    let reports = variants
        .iter()
        .zip(&compared.variants)
        .map(|((name, compiled), results)| report::variant(name, compiled, sla_targets, results))
        .collect();
    let mut answer = report::prediction(&base, &compiled, sla_targets, &compared.base, reports);
    for (name, compiled) in &variants {
        for warning in &compiled.warnings {
            if !answer.warnings.contains(warning) {
                answer.warnings.push(format!("\"{name}\": {warning}"));
            }
        }
    }
    Ok(answer)
}

/// Runs a setting for its own thresholds; no variants.
pub(super) fn run(
    setting: &Setting<'_>,
    thresholds: Vec<f64>,
    control: Control<'_>,
) -> Result<(Compiled, discrete_event::Results), PredictionError> {
    let compiled = compile(setting, &mut Numbers::default());
    let experiment = experiment(&setting.request, &compiled, thresholds);
    let control = forward(control);
    let results = discrete_event::run(&compiled.model, &experiment, &control)
        .map_err(|error| failure(&error))?;
    Ok((compiled, results))
}

/// When the clock of an answer begins.
pub(super) fn start(setting: &Setting<'_>) -> chrono::DateTime<chrono::Utc> {
    origin(setting)
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
pub(super) fn seconds(target: &SlaTarget) -> f64 {
    target.target.num_milliseconds() as f64 / 1000.0
}

fn experiment(
    request: &PredictionRequest,
    compiled: &Compiled,
    thresholds: Vec<f64>,
) -> Experiment {
    let alone = compiled.model.resources.is_empty() && request.batching.is_empty();
    let precision = request.precision;
    Experiment {
        seed: request.seed,
        length: Length::Cases(u64::from(request.cases)),
        warm_up: match request.warm_up {
            // Nobody waits for anybody, so there is nothing that fills.
            WarmUp::Auto if alone => discrete_event::WarmUp::None,
            WarmUp::Auto => discrete_event::WarmUp::Auto,
            WarmUp::None => discrete_event::WarmUp::None,
            WarmUp::Cases(cases) => discrete_event::WarmUp::Cases(u64::from(cases)),
        },
        replications: Replications::Precision {
            goal: Goal::CycleTime,
            relative_half_width: precision.relative_half_width,
            min: MIN_REPLICATIONS.min(precision.max_replications),
            max: precision.max_replications,
        },
        confidence: precision.confidence,
        thresholds,
        threads: request.threads.max(1),
        budget: Budget {
            max_tasks: request.budget.tasks,
            ..Budget::default()
        },
    }
}

fn forward(
    control: Control<'_>,
) -> impl Fn(discrete_event::Progress) -> ControlFlow<discrete_event::Stop> + Sync {
    move |progress| {
        let told = Progress {
            tasks: progress.tasks,
            replications: progress.replications_done,
            max_replications: progress.replications_planned,
        };
        control(told).map_break(|stop| match stop {
            Stop::Cancelled => discrete_event::Stop::Cancelled,
            Stop::OutOfTime => discrete_event::Stop::OutOfTime,
        })
    }
}

fn failure(error: &discrete_event::Error) -> PredictionError {
    use discrete_event::Error;
    match error {
        Error::Cancelled { .. } => PredictionError::Cancelled,
        Error::OutOfTime {
            replications,
            tasks,
        } => PredictionError::OverBudget {
            tasks: *tasks,
            replications: *replications,
        },
        Error::BudgetExhausted {
            max_tasks,
            replications,
            ..
        } => PredictionError::OverBudget {
            tasks: *max_tasks,
            replications: *replications,
        },
        Error::EndlessCase { .. } | Error::NothingMeasured | Error::Invalid(_) => {
            PredictionError::Model(error.to_string())
        }
    }
}
