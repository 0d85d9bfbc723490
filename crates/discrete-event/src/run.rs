//! Replications on several threads, as many as the precision asks for.

mod compare;
mod meter;
mod stability;
mod workers;

use crate::check::problems;
use crate::engine::{Engine, Settings};
use crate::error::Error;
use crate::experiment::{Control, Experiment, Replications, WarmUp};
use crate::model::{Model, Times};
use crate::network::Network;
use crate::results::{PrecisionReached, Results, Unstable, WarmUpRemoved};
use crate::statistics::{Findings, assemble, mser, reached};

pub use compare::compare;
use meter::Meter;
use workers::Workers;

/// Runs whose cycle times MSER averages.
const PILOTS: u32 = 3;

/// Runs a model. Pure: the same model and experiment give the same result, bit for bit, on any
/// number of threads and from run to run.
///
/// # Errors
/// See [`Error`].
pub fn run(
    model: &Model,
    experiment: &Experiment,
    control: &Control<'_>,
) -> Result<Results, Error> {
    let problems = problems(model, experiment);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let meter = Meter::new(control, experiment);
    let network = Network::new(model);
    let mut trial = Trial::new(model, &network, experiment, &meter)?;
    trial.run(&meter)?;
    trial.results()
}

/// A model that is being run.
#[derive(Debug)]
struct Trial<'m> {
    model: &'m Model,
    experiment: &'m Experiment,
    network: &'m Network,
    overload: Option<Unstable>,
    warm_up: WarmUpRemoved,
    workers: Workers<'m>,
    precision: Option<PrecisionReached>,
}

impl<'m> Trial<'m> {
    /// Finds what can be known before the first replication: overload, and how long to warm up.
    fn new(
        model: &'m Model,
        network: &'m Network,
        experiment: &'m Experiment,
        meter: &Meter<'_>,
    ) -> Result<Self, Error> {
        let overload = stability::overload(model, experiment, meter)?;
        let mut trial = Self {
            model,
            experiment,
            network,
            overload,
            warm_up: WarmUpRemoved {
                cases: 0,
                settled: true,
            },
            workers: Workers::new(network, experiment.threads),
            precision: None,
        };
        trial.warm_up = trial.find_warm_up(meter)?;
        Ok(trial)
    }

    fn find_warm_up(&self, meter: &Meter<'_>) -> Result<WarmUpRemoved, Error> {
        let listed = |times: &Times| match times {
            Times::At(_) => true,
            Times::Renewal { .. } => false,
        };
        let given = |cases| WarmUpRemoved {
            cases,
            settled: true,
        };
        match self.experiment.warm_up {
            WarmUp::None => Ok(given(0)),
            WarmUp::Cases(cases) => Ok(given(cases)),
            WarmUp::Auto
                if self
                    .model
                    .arrivals
                    .iter()
                    .all(|arrival| listed(&arrival.times)) =>
            {
                Ok(given(0))
            }
            // What grows without bound never settles.
            WarmUp::Auto if self.overload.is_some() => Ok(WarmUpRemoved {
                cases: 0,
                settled: false,
            }),
            WarmUp::Auto => {
                let settings = self.settings(0);
                let mut engine = Engine::new(self.network);
                let mut pilots = Vec::new();
                for number in 0..PILOTS {
                    engine.keep_series();
                    let run = engine.run(number, &settings, meter);
                    run.map_err(|halt| meter.error(halt, self.model))?;
                    pilots.extend(engine.take_series());
                }
                let (cases, settled) = mser(pilots);
                Ok(WarmUpRemoved { cases, settled })
            }
        }
    }

    fn settings(&self, warm_up: u64) -> Settings {
        Settings {
            seed: self.experiment.seed,
            length: self.experiment.length,
            warm_up,
            thresholds: self.experiment.thresholds.clone(),
            max_steps: self.experiment.budget.max_steps_per_case,
        }
    }

    /// Runs as many replications as the experiment asks for.
    fn run(&mut self, meter: &Meter<'_>) -> Result<(), Error> {
        match self.experiment.replications {
            Replications::Fixed(count) => self.run_to(count, meter),
            Replications::Precision {
                goal,
                relative_half_width,
                min,
                max,
            } => {
                self.run_to(min, meter)?;
                loop {
                    let all = self.workers.replications();
                    let confidence = self.experiment.confidence;
                    let now = reached(goal, relative_half_width, confidence, all);
                    self.precision = Some(now);
                    let done = u32::try_from(all.len()).unwrap_or(u32::MAX);
                    if now.reached || done >= max {
                        return Ok(());
                    }
                    self.run_to(further(done, &now).min(max), meter)?;
                }
            }
        }
    }

    fn run_to(&mut self, count: u32, meter: &Meter<'_>) -> Result<(), Error> {
        let settings = self.settings(self.warm_up.cases);
        let run = self.workers.run_to(count, &settings, meter);
        run.map_err(|halt| meter.error(halt, self.model))
    }

    fn results(self) -> Result<Results, Error> {
        let replications = self.workers.replications();
        if replications.iter().all(|one| one.cases == 0) {
            return Err(Error::NothingMeasured);
        }
        let mut findings = Findings {
            confidence: self.experiment.confidence,
            thresholds: self.experiment.thresholds.clone(),
            outcomes: self.network.outcomes.clone(),
            simulated_tasks: replications.iter().map(|one| one.attempts).sum(),
            warm_up: self.warm_up,
            precision: self.precision,
            unstable: self.overload,
        };
        if findings.unstable.is_none() {
            findings.unstable = stability::growth(self.model, replications);
        }
        let pooled = self.workers.pooled();
        Ok(assemble(self.model, findings, replications, &pooled))
    }
}

/// How many replications to try next: the half-width shrinks with the square root of their number.
/// At most twice as many, because the scatter so far is itself only an estimate.
fn further(done: u32, now: &PrecisionReached) -> u32 {
    let needed = f64::from(done) * (now.relative_half_width / now.wanted).powi(2) * 1.05;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and is limited to twice the number so far"
    )]
    let needed = needed.ceil() as u32;
    needed.clamp(done.saturating_add(1), done.saturating_mul(2))
}
