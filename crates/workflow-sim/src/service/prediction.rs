//! What many cases would go through, and how well history predicts itself.

use super::history::since;
use super::run::{Run, document, name_faults, stopped};
use super::watch::Leash;
use super::{SimulationError, SimulationService, Watch};
use crate::{
    Calibration, Calibrator, Facts, Fit, History, HistoryOptions, Prediction, PredictionError,
    PredictionRequest, Progress, Stop, predict, split_point, validate,
};
use chrono::TimeDelta;
use document::Problem;
use serde_json::{Map, Value, json};
use std::ops::ControlFlow;
use std::sync::Arc;

impl SimulationService {
    pub(super) async fn predict(
        &self,
        run: Run,
        request: Box<PredictionRequest>,
        watch: &Arc<Watch>,
    ) -> Result<Map<String, Value>, SimulationError> {
        let leash = self.leash(&run, &request, watch);
        let facts = self
            .facts(run.tenant, run.workflow, &run.subject.definition)
            .await?;
        let mut answer = run.opening();
        name_faults(&mut answer, &validate(&run.subject.definition, &facts));
        let fit = self.fit(&run, &request, facts, &leash).await?;
        let targets = self.promised(&run).await?;
        let (request, name) = (self.threaded(*request), run.subject.name);
        let (definition, follow) = (run.subject.definition, leash.clone());
        let predicted = self
            .compute(move || {
                let control = |progress: Progress| follow.replicate(progress);
                predict(&name, &definition, &fit, &targets, &request, &control)
            })
            .await?;
        let prediction: Prediction = predicted.map_err(|error| refused(&leash, error))?;
        answer.insert(
            "predicted_duration_ms".to_owned(),
            json!(whole_millis(prediction.totals.cycle_time.p50.value)),
        );
        answer.insert("prediction".to_owned(), document(&prediction)?);
        Ok(answer)
    }

    pub(super) async fn calibrate(
        &self,
        run: Run,
        request: Box<PredictionRequest>,
        watch: &Arc<Watch>,
    ) -> Result<Map<String, Value>, SimulationError> {
        let leash = self.leash(&run, &request, watch);
        let now = self.ports.clock.now();
        let window = since(now, request.window_days);
        let mut starts = Vec::new();
        self.read_history(&run, &window, &leash, |execution| {
            starts.push(execution.started_at);
            ControlFlow::Continue(())
        })
        .await?;
        let split = split_point(starts).ok_or_else(too_little)?;
        let options = HistoryOptions {
            seed: request.seed,
            ..HistoryOptions::default()
        };
        let mut calibrator = Calibrator::new(&run.subject.definition, options, split);
        self.read_history(&run, &window, &leash, |execution| {
            calibrator.observe(execution);
            ControlFlow::Continue(())
        })
        .await?;
        let mut answer = run.opening();
        let (request, name, follow) = (self.threaded(*request), run.subject.name, leash.clone());
        let calibrated = self
            .compute(move || {
                let control = |progress: Progress| follow.replicate(progress);
                calibrator.finish(&name, &request, &control)
            })
            .await?;
        let calibration: Option<Calibration> =
            calibrated.map_err(|error| refused(&leash, error))?;
        let calibration = calibration.ok_or_else(too_little)?;
        answer.insert("calibration".to_owned(), document(&calibration)?);
        Ok(answer)
    }

    fn leash(&self, run: &Run, request: &PredictionRequest, watch: &Arc<Watch>) -> Leash {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the reader bounds it to an hour"
        )]
        let asked = TimeDelta::milliseconds((request.budget.seconds * 1000.0) as i64);
        Leash::new(watch, &self.ports.clock, asked.min(run.limit))
    }

    fn threaded(&self, request: PredictionRequest) -> PredictionRequest {
        PredictionRequest {
            threads: self.ports.workers.threads(),
            ..request
        }
    }

    /// What history says of the workflow.
    async fn fit(
        &self,
        run: &Run,
        request: &PredictionRequest,
        facts: Facts,
        leash: &Leash,
    ) -> Result<Fit, SimulationError> {
        let options = HistoryOptions {
            seed: request.seed,
            ..HistoryOptions::default()
        };
        let mut history = History::new(&run.subject.definition, options);
        let window = since(self.ports.clock.now(), request.window_days);
        self.read_history(run, &window, leash, |execution| {
            history.observe(execution);
            ControlFlow::Continue(())
        })
        .await?;
        Ok(history.finish().with_facts(facts))
    }
}

impl Leash {
    fn replicate(&self, progress: Progress) -> ControlFlow<Stop> {
        let most = progress.max_replications.into();
        self.watch.set(progress.replications.into(), most);
        self.check()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates; a duration is finite and not negative"
)]
fn whole_millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

fn too_little() -> SimulationError {
    invalid(
        "window_days",
        "The window has too few executions that ended to calibrate: at least ten, before and \
         after the split."
            .to_owned(),
    )
}

fn invalid(path: &str, message: String) -> SimulationError {
    SimulationError::Invalid(vec![Problem {
        path: path.to_owned(),
        message,
    }])
}

fn refused(leash: &Leash, error: PredictionError) -> SimulationError {
    let sentence = error.to_string();
    match error {
        PredictionError::Invalid(problems) => SimulationError::Invalid(problems),
        PredictionError::Cancelled => SimulationError::Cancelled,
        PredictionError::OverBudget { .. } => match leash.check() {
            ControlFlow::Break(why) => stopped(leash, why),
            ControlFlow::Continue(()) => invalid("budget.tasks", sentence),
        },
        PredictionError::Model(cause) => super::run::corrupt(cause),
    }
}
