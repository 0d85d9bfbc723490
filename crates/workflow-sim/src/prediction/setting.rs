//! Everything that is simulated: a definition, its history, and what was asked, with the changes of
//! one variant made.

use super::answer::{Assumption, Source};
use super::control::PredictionError;
use super::distribution::Distribution;
use super::fit::{ActivityFit, Fit};
use super::request::{Amount, Change, Flow, PredictionRequest, Resources, Variant};
use document::Problem;
use serde_json::Value;
use workflow_model::Definition;

/// What is simulated.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    pub(crate) name: &'a str,
    pub(crate) definition: Definition,
    pub(crate) fit: &'a Fit,
    pub(crate) request: PredictionRequest,
    /// Whether cases go the ways of recorded ones.
    pub(crate) by_history: bool,
    /// Steps that no one does any more, with the time that they then take.
    pub(crate) automated: Vec<(String, f64)>,
    /// What durations are multiplied by, by step or action; every step without one.
    pub(crate) factors: Vec<(Option<String>, f64)>,
    /// What the rate of arrivals is multiplied by.
    pub(crate) arrival_factor: f64,
}

/// The share of recorded executions that must have followed a definition for it to say where
/// cases go.
const MIN_CONFORMANCE: f64 = 0.5;

impl<'a> Setting<'a> {
    pub(crate) fn new(
        name: &'a str,
        definition: &Definition,
        fit: &'a Fit,
        request: &PredictionRequest,
    ) -> Self {
        let by_history = match request.flow {
            Flow::Definition => false,
            Flow::History => !fit.profiles.is_empty(),
            Flow::Auto => fit
                .conformance()
                .is_some_and(|(share, _)| share < MIN_CONFORMANCE),
        };
        Self {
            name,
            definition: definition.clone(),
            fit,
            request: request.clone(),
            by_history,
            automated: Vec::new(),
            factors: Vec::new(),
            arrival_factor: 1.0,
        }
    }

    /// Where the order of steps comes from, in words.
    pub(crate) fn flow_assumption(&self) -> Assumption {
        let observations = u64::try_from(self.fit.profiles.len()).unwrap_or(u64::MAX);
        let share = self.fit.conformance().map(|(share, _)| 100.0 * share);
        let text = match (self.by_history, share) {
            (true, share) => format!(
                "Each case goes the way of a recorded execution, drawn from {observations}: {:.1} \
                 % of them ran as the definition says.",
                share.unwrap_or(0.0)
            ),
            (false, Some(share)) => format!(
                "Cases go as the definition says, on the input of recorded executions, drawn from \
                 {observations}; {share:.1} % of them ran as the definition says."
            ),
            (false, None) => "Cases go as the definition says, on the given input; nothing was \
                              recorded."
                .to_owned(),
        };
        Assumption {
            about: "flow".to_owned(),
            source: if self.by_history {
                Source::History
            } else {
                Source::Definition
            },
            observations,
            text,
            distribution: None,
        }
    }

    /// What history says of a node of the definition, by its name.
    pub(crate) fn history_of(&self, at: usize, name: &str) -> Option<&'a ActivityFit> {
        let here = self.fit.activities.get(at).filter(|one| one.name == name);
        here.or_else(|| self.fit.activities.iter().find(|one| one.name == name))
    }

    /// The entry for a step: by its name, else by its action type.
    pub(crate) fn find<'t, T>(
        entries: &'t [(String, T)],
        name: &str,
        action: &str,
    ) -> Option<&'t T> {
        let by = |key: &str| entries.iter().find(|(entry, _)| entry == key);
        let named = by(name).or_else(|| by(action).filter(|_| !action.is_empty()));
        named.map(|(_, value)| value)
    }

    /// What the durations of a step are multiplied by.
    pub(crate) fn factor(&self, name: &str, action: &str) -> f64 {
        let fits = |step: &Option<String>| {
            step.as_ref()
                .is_none_or(|step| step == name || step == action)
        };
        let fitting = self.factors.iter().filter(|(step, _)| fits(step));
        fitting.map(|(_, factor)| factor).product()
    }

    /// The same with the changes of a variant.
    ///
    /// # Errors
    /// Problems of conditions that do not fit the definition.
    pub(crate) fn varied(&self, variant: &Variant) -> Result<Self, PredictionError> {
        let mut setting = self.clone();
        for (at, change) in variant.changes.iter().enumerate() {
            setting.apply(change, &format!("{}.changes.{at}", variant.path))?;
        }
        Ok(setting)
    }

    fn apply(&mut self, change: &Change, path: &str) -> Result<(), PredictionError> {
        match change {
            Change::Amount { resource, to } => {
                for one in self.resources_named(resource) {
                    one.amount = match to {
                        Amount::Set(amount) => *amount,
                        Amount::Add(more) => one.amount.saturating_add_signed(*more).max(1),
                    };
                }
            }
            Change::ResourceCalendar { resource, calendar } => {
                for one in self.resources_named(resource) {
                    one.calendar.clone_from(calendar);
                }
            }
            Change::Automate { step, seconds } => self.automated.push((step.clone(), *seconds)),
            Change::DurationFactor { step, factor } => self.factors.push((step.clone(), *factor)),
            Change::ArrivalFactor { factor } => self.arrival_factor *= factor,
            Change::Definition(definition) => {
                self.definition = (**definition).clone();
                self.by_history = false;
            }
            Change::Condition {
                step,
                branch,
                condition,
            } => {
                self.definition = replaced(&self.definition, step, *branch, condition, path)?;
                self.by_history = false;
            }
        }
        Ok(())
    }

    fn resources_named(
        &mut self,
        name: &str,
    ) -> impl Iterator<Item = &mut super::request::Resource> {
        let list = match &mut self.request.resources {
            Resources::Given(list) => &mut list[..],
            Resources::Unlimited | Resources::FromHistory => &mut [],
        };
        list.iter_mut().filter(move |one| one.name == name)
    }

    /// What cannot be, under its path in the request: names that nothing has.
    pub(crate) fn problems(&self, variants: &[Variant]) -> Vec<Problem> {
        super::names::problems(self, variants)
    }
}

/// The definition with one condition replaced.
fn replaced(
    definition: &Definition,
    step: &str,
    branch: Option<usize>,
    condition: &Value,
    path: &str,
) -> Result<Definition, PredictionError> {
    let invalid = |field: &str, message: String| {
        PredictionError::Invalid(vec![Problem {
            path: format!("{path}.{field}"),
            message,
        }])
    };
    let Some(at) = definition.steps.iter().position(|one| one.name == step) else {
        return Err(invalid("step", format!("There is no step \"{step}\".")));
    };
    let mut document = definition.to_json();
    let written = &mut document["steps"][at];
    match branch {
        None => written["conditions"] = condition.clone(),
        Some(branch) if branch < definition.steps[at].branches.len() => {
            written["branches"][branch]["condition"] = condition.clone();
        }
        Some(_) => {
            let count = definition.steps[at].branches.len();
            return Err(invalid(
                "branch",
                format!("\"{step}\" has {count} branches; they are counted from 0."),
            ));
        }
    }
    Definition::read(&document).map_err(|problems| {
        let messages: Vec<_> = problems
            .into_iter()
            .map(|problem| problem.message)
            .collect();
        invalid("condition", messages.join(" "))
    })
}

/// A distribution as the answer shows it: of an empirical one at most 11 quantiles.
pub(crate) fn shown(distribution: &Distribution) -> Distribution {
    match distribution {
        Distribution::Empirical { values } if values.len() > 11 => {
            let last = values.len() - 1;
            Distribution::Empirical {
                values: (0..=10).map(|tenth| values[last * tenth / 10]).collect(),
            }
        }
        other => other.clone(),
    }
}
