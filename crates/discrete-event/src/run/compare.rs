//! What if: variants against a base.

use super::{Meter, Trial};
use crate::check::problems;
use crate::error::{Error, Problem};
use crate::experiment::{Control, Experiment};
use crate::model::Model;
use crate::network::Network;
use crate::results::{Comparison, VariantResults};
use crate::statistics::difference;

/// Runs a base and variants of it with common random numbers: the n-th case of a replication meets
/// the same arrivals, durations, decisions and failures in all of them, so that the differences
/// are known far better than the values. A task is the same in two models when its node number is:
/// append the nodes that a variant adds.
///
/// The base decides how many replications there are. The longest warm-up that any of them needs
/// holds for all, and the budget is for all together.
///
/// # Errors
/// See [`Error`]; paths of a variant begin with `variants.N.`.
pub fn compare(
    base: &Model,
    variants: &[Model],
    experiment: &Experiment,
    control: &Control<'_>,
) -> Result<Comparison, Error> {
    let mut faults = problems(base, experiment);
    for (number, variant) in variants.iter().enumerate() {
        // The experiment's own faults are named once, with the base.
        let of_variant = problems(variant, &Experiment::default());
        faults.extend(of_variant.into_iter().map(|problem| Problem {
            path: format!("variants.{number}.{}", problem.path),
            message: problem.message,
        }));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let meter = Meter::new(control, experiment);
    let models = || std::iter::once(base).chain(variants);
    let networks: Vec<Network> = models().map(Network::new).collect();
    let mut trials = models()
        .zip(&networks)
        .map(|(model, network)| Trial::new(model, network, experiment, &meter))
        .collect::<Result<Vec<Trial<'_>>, Error>>()?;
    let warm_up = trials
        .iter()
        .map(|trial| trial.warm_up.cases)
        .max()
        .unwrap_or(0);
    for trial in &mut trials {
        trial.warm_up.cases = warm_up;
    }
    let mut trials = trials.into_iter();
    let Some(mut of_base) = trials.next() else {
        return Err(Error::NothingMeasured);
    };
    of_base.run(&meter)?;
    let replications = of_base.workers.replications().to_vec();
    let count = u32::try_from(replications.len()).unwrap_or(u32::MAX);
    let mut results = Vec::with_capacity(variants.len());
    for mut trial in trials {
        trial.run_to(count, &meter)?;
        let difference = difference(
            experiment.confidence,
            &experiment.thresholds,
            &replications,
            trial.workers.replications(),
        );
        results.push(VariantResults {
            results: trial.results()?,
            difference,
        });
    }
    Ok(Comparison {
        base: of_base.results()?,
        variants: results,
    })
}
