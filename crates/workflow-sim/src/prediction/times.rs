//! How long a step waits and is worked on, and where that is known from.

use super::answer::{Assumption, Source};
use super::distribution::Distribution;
use super::fit::ActivityFit;
use super::fitting;
use super::sample::Sample;
use super::setting::{Setting, shown};
use crate::{EstimateSource, Facts, dry_run, estimate};
use serde_json::Value;
use workflow_model::Step;

/// A step as far as its times are concerned.
pub(crate) struct Timed<'a> {
    pub(crate) name: &'a str,
    pub(crate) action: &'a str,
    /// Where it is written; `activities.NAME` where it is not.
    pub(crate) path: String,
    pub(crate) step: Option<&'a Step>,
    pub(crate) history: Option<&'a ActivityFit>,
    /// Whether a resource does it, for which it waits.
    pub(crate) by_resource: bool,
}

/// The times of a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StepTimes {
    /// Worked on; where only ends were recorded with waiting.
    pub(crate) duration: Distribution,
    /// Before that, nobody works on it. Waiting for resources comes on top.
    pub(crate) waiting: Option<Distribution>,
    /// Where they came from.
    pub(crate) assumptions: Vec<Assumption>,
    /// Whether the duration holds waiting that was not recorded apart.
    pub(crate) mixed: bool,
}

impl Setting<'_> {
    /// The times of a step. `inputs` are those on which workflows that it runs are followed.
    pub(crate) fn times(&self, timed: &Timed<'_>, inputs: &[Value]) -> StepTimes {
        if let Some(seconds) = Setting::find(&self.automated, timed.name, timed.action) {
            return StepTimes {
                duration: Distribution::Fixed { value: *seconds },
                waiting: None,
                assumptions: Vec::new(),
                mixed: false,
            };
        }
        let (duration, mut told, mixed) = self.duration(timed, inputs);
        let factor = self.factor(timed.name, timed.action);
        let duration = if (factor - 1.0).abs() > f64::EPSILON {
            duration.scaled(factor)
        } else {
            duration
        };
        told.distribution = Some(shown(&duration));
        let mut assumptions = vec![told];
        let waiting = self.waiting(timed, &mut assumptions);
        StepTimes {
            duration,
            waiting,
            assumptions,
            mixed,
        }
    }

    fn duration(&self, timed: &Timed<'_>, inputs: &[Value]) -> (Distribution, Assumption, bool) {
        let about = format!("{}.duration", timed.path);
        let given = Setting::find(&self.request.durations, timed.name, timed.action);
        if let Some(given) = given {
            let told = told(about, Source::Given, 0, "As given.".to_owned());
            return (given.clone(), told, false);
        }
        if let Some((found, told, mixed)) = self.recorded(timed, &about) {
            return (found, told, mixed);
        }
        let (seconds, source, observations, text) = self.estimated(timed, inputs);
        (
            Distribution::Fixed { value: seconds },
            told(about, source, observations, text),
            false,
        )
    }

    /// What was recorded of the step itself, else of its action in this workflow.
    fn recorded(&self, timed: &Timed<'_>, about: &str) -> Option<(Distribution, Assumption, bool)> {
        let own = timed.history.and_then(|known| self.sample_of(known, timed));
        let same_action = || {
            let others = self.fit.activities.iter();
            others
                .filter(|one| !timed.action.is_empty() && one.action == timed.action)
                .filter_map(|one| self.sample_of(one, timed))
                .max_by_key(|(sample, _)| sample.seen)
        };
        let (sample, mixed, of) = if let Some((sample, mixed)) = own {
            (sample, mixed, "this step".to_owned())
        } else {
            let (sample, mixed) = same_action()?;
            let of = format!("the \"{}\" step with the most records", timed.action);
            (sample, mixed, of)
        };
        let found = fitting::fit(&sample.values)?;
        let mut text = format!(
            "Fitted to {} records of {of}: {}.",
            sample.seen,
            found.name()
        );
        if mixed {
            text.push_str(
                " Only ends were recorded, so it is the time since the end before and holds \
                 waiting too.",
            );
        }
        let told = told(about.to_owned(), Source::History, sample.seen, text);
        Some((found, told, mixed))
    }

    fn sample_of<'s>(
        &self,
        known: &'s ActivityFit,
        timed: &Timed<'_>,
    ) -> Option<(&'s Sample, bool)> {
        let (sample, mixed) = if !known.has_starts() {
            (&known.elapsed, true)
        } else if self.by_history && !timed.by_resource {
            (&known.processing_alone, false)
        } else {
            (&known.processing, false)
        };
        (sample.seen > 0).then_some((sample, mixed))
    }

    /// What the dry run would estimate.
    fn estimated(&self, timed: &Timed<'_>, inputs: &[Value]) -> (f64, Source, u64, String) {
        let facts = &self.fit.facts;
        let known = estimate(timed.name, timed.action, facts);
        let measured = known.source == EstimateSource::Measured;
        let inner = timed.step.and_then(|step| step.workflow.as_ref());
        if let (false, Some(reference)) = (measured, inner)
            && let Some(Some(found)) = facts.workflows.get(reference)
        {
            let facts = Facts {
                steps: Vec::new(),
                ..facts.clone()
            };
            let some = inputs.iter().filter_map(Value::as_object).take(20);
            let runs: Vec<f64> = some
                .map(|input| {
                    millis(dry_run(&found.definition, input, &facts).predicted_duration_ms)
                })
                .collect();
            let text = format!("The dry run of \"{}\".", found.name);
            let mean = super::distribution::mean(&runs);
            return (mean, Source::Catalogue, 0, text);
        }
        let source = match known.source {
            EstimateSource::Measured => Source::History,
            EstimateSource::SubWorkflow | EstimateSource::Catalogue => Source::Catalogue,
            EstimateSource::Default => Source::Convention,
        };
        let observations = known.sample_count.unsigned_abs();
        let text = format!("Always the estimate of a dry run: {}.", known.basis);
        (millis(known.millis), source, observations, text)
    }

    fn waiting(
        &self,
        timed: &Timed<'_>,
        assumptions: &mut Vec<Assumption>,
    ) -> Option<Distribution> {
        let about = format!("{}.waiting", timed.path);
        let given = Setting::find(&self.request.waiting, timed.name, timed.action);
        if let Some(given) = given {
            let mut told = told(about, Source::Given, 0, "As given.".to_owned());
            told.distribution = Some(shown(given));
            assumptions.push(told);
            return Some(given.clone());
        }
        let known = timed.history.filter(|known| known.has_starts())?;
        let sample = if self.by_history {
            &known.waiting_alone
        } else {
            &known.waiting
        };
        let found = fitting::fit(&sample.values).filter(|found| found.mean() > 0.0)?;
        let (text, used) = if timed.by_resource {
            let text = "Recorded, but left out: it follows from the resources.".to_owned();
            (text, None)
        } else {
            let text = format!(
                "Fitted to {} records, from the end of what leads to it to its beginning: {}. It \
                 does not depend on how busy anybody is.",
                sample.seen,
                found.name()
            );
            (text, Some(found.clone()))
        };
        let mut told = told(about, Source::History, sample.seen, text);
        told.distribution = used.as_ref().map(shown);
        assumptions.push(told);
        used
    }
}

fn told(about: String, source: Source, observations: u64, text: String) -> Assumption {
    Assumption {
        about,
        source,
        observations,
        text,
        distribution: None,
    }
}

/// Milliseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "below 2^53 milliseconds")]
fn millis(millis: i64) -> f64 {
    millis as f64 / 1000.0
}
