//! Distributions of times.

use super::MAX_SECONDS;
use crate::prediction::Distribution;
use document::{Node, Object};

/// The most values of an empirical distribution.
const MAX_VALUES: usize = 10_000;

#[derive(Clone, Copy)]
enum Kind {
    Fixed,
    Exponential,
    Uniform,
    Normal,
    Lognormal,
    Gamma,
    Triangular,
    Empirical,
}

const KINDS: [(&str, Kind); 8] = [
    ("fixed", Kind::Fixed),
    ("exponential", Kind::Exponential),
    ("uniform", Kind::Uniform),
    ("normal", Kind::Normal),
    ("lognormal", Kind::Lognormal),
    ("gamma", Kind::Gamma),
    ("triangular", Kind::Triangular),
    ("empirical", Kind::Empirical),
];

/// A distribution in seconds; a number is a fixed time.
pub(super) fn distribution(node: Node<'_>) -> Option<Distribution> {
    if node.value().is_number() {
        return Some(Distribution::Fixed {
            value: node.number(0.0..=MAX_SECONDS)?,
        });
    }
    let mut body = node.object()?;
    let kind = body.required("distribution").and_then(|n| n.choice(&KINDS));
    let Some(kind) = kind else {
        body.read_only(&[
            "value",
            "mean",
            "min",
            "max",
            "mode",
            "standard_deviation",
            "values",
        ]);
        body.finish();
        return None;
    };
    let read = parameters(kind, &mut body);
    body.finish();
    read
}

/// A distribution whose mean is over 0.
pub(super) fn over_zero(node: Node<'_>) -> Option<Distribution> {
    let (path, problems) = (node.path().to_owned(), node.problems());
    let read = distribution(node)?;
    if read.mean() <= 0.0 {
        problems.add(path, "The mean must be over 0.");
        return None;
    }
    Some(read)
}

fn parameters(kind: Kind, body: &mut Object<'_>) -> Option<Distribution> {
    match kind {
        Kind::Fixed => Some(Distribution::Fixed {
            value: seconds(body, "value")?,
        }),
        Kind::Exponential => Some(Distribution::Exponential {
            mean: positive(body, "mean")?,
        }),
        Kind::Uniform => {
            let (min, max) = (seconds(body, "min"), seconds(body, "max"));
            let (min, max) = (min?, max?);
            if max < min {
                body.fail("max", "Ensure this value is not below min.");
                return None;
            }
            Some(Distribution::Uniform { min, max })
        }
        Kind::Normal => {
            moments(body, seconds).map(|(mean, standard_deviation)| Distribution::Normal {
                mean,
                standard_deviation,
            })
        }
        Kind::Lognormal => {
            moments(body, positive).map(|(mean, standard_deviation)| Distribution::Lognormal {
                mean,
                standard_deviation,
            })
        }
        Kind::Gamma => {
            moments(body, positive).map(|(mean, standard_deviation)| Distribution::Gamma {
                mean,
                standard_deviation,
            })
        }
        Kind::Triangular => {
            let (min, max) = (seconds(body, "min"), seconds(body, "max"));
            let mode = seconds(body, "mode");
            let (min, mode, max) = (min?, mode?, max?);
            if !(min <= mode && mode <= max) {
                body.fail("mode", "Ensure that min ≤ mode ≤ max.");
                return None;
            }
            Some(Distribution::Triangular { min, mode, max })
        }
        Kind::Empirical => values(body),
    }
}

fn values(body: &mut Object<'_>) -> Option<Distribution> {
    let list = body.required("values")?.list(MAX_VALUES)?;
    let values: Vec<_> = list.iter().map(|n| n.number(0.0..=MAX_SECONDS)).collect();
    let mut values = values.into_iter().collect::<Option<Vec<_>>>()?;
    if values.is_empty() {
        body.fail("values", "Give at least one value.");
        return None;
    }
    values.sort_by(f64::total_cmp);
    Some(Distribution::Empirical { values })
}

type Reader = fn(&mut Object<'_>, &'static str) -> Option<f64>;

fn moments(body: &mut Object<'_>, read: Reader) -> Option<(f64, f64)> {
    let (mean, deviation) = (read(body, "mean"), read(body, "standard_deviation"));
    Some((mean?, deviation?))
}

fn seconds(body: &mut Object<'_>, name: &'static str) -> Option<f64> {
    body.required(name)?.number(0.0..=MAX_SECONDS)
}

fn positive(body: &mut Object<'_>, name: &'static str) -> Option<f64> {
    body.required(name)?.number(0.001..=MAX_SECONDS)
}

/// A factor on times or rates.
pub(super) fn factor(body: &mut Object<'_>) -> Option<f64> {
    body.required("factor")?.number(0.001..=1000.0)
}
