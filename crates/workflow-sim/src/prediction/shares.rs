//! How often ways are taken where the data do not decide.

use super::answer::{Assumption, Source};
use super::distribution::count;
use super::fit::ActivityFit;
use crate::plan::{Plan, Target};

/// How often a loop that nothing is known of is repeated, on average: as often as a dry run
/// follows one that the data close.
pub(crate) const ROUNDS: f64 = crate::walk::MAX_ROUNDS as f64;

/// The weights of a node's ways, and where they came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shares {
    /// For each exit, then for the default.
    weights: Vec<f64>,
    pub(crate) source: Source,
    pub(crate) observations: u64,
}

impl Shares {
    /// Given ones by the names of the targets, else as recorded, else all alike.
    pub(crate) fn of(
        plan: &Plan<'_>,
        at: usize,
        given: Option<&[(String, f64)]>,
        history: Option<&ActivityFit>,
    ) -> Self {
        let node = &plan.nodes[at];
        let ways = node.exits.len() + 1;
        if let Some(given) = given {
            return Self {
                weights: by_target(plan, at, given),
                source: Source::Given,
                observations: 0,
            };
        }
        let recorded =
            history.filter(|known| known.ways.len() == ways && known.ways.iter().sum::<u64>() > 0);
        if let Some(known) = recorded {
            #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
            let weights = known.ways.iter().map(|count| *count as f64).collect();
            return Self {
                weights,
                source: Source::History,
                observations: known.ways.iter().sum(),
            };
        }
        Self {
            weights: vec![1.0; ways],
            source: Source::Convention,
            observations: 0,
        }
    }

    /// The probabilities of these ways of a node. Of a loop of which nothing was recorded there are
    /// 100 rounds on average if the data close it, and no other round if they leave it open; no
    /// loop is drawn for ever.
    pub(crate) fn among(&self, plan: &Plan<'_>, at: usize, ways: &[Option<usize>]) -> Vec<f64> {
        let node = &plan.nodes[at];
        let mut weights: Vec<f64> = ways
            .iter()
            .map(|way| self.weights[way.unwrap_or(node.exits.len())])
            .collect();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            weights = vec![1.0; ways.len()];
        }
        let repeats: Vec<bool> = ways
            .iter()
            .map(|way| way.is_some_and(|exit| plan.repeats(at, node.exits[exit].target)))
            .collect();
        if repeats.contains(&true) && repeats.contains(&false) {
            // What the data leave open stands last, what they decide first.
            let merely_possible = repeats.first() == Some(&false);
            if self.source == Source::Convention && merely_possible {
                scale(&mut weights, &repeats, 0.0);
            } else {
                self.bound(&mut weights, &repeats);
            }
        }
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    fn bound(&self, weights: &mut [f64], repeats: &[bool]) {
        let sum = |of: bool, weights: &[f64]| -> f64 {
            let chosen = weights
                .iter()
                .zip(repeats)
                .filter(|(_, again)| **again == of);
            chosen.map(|(weight, _)| weight).sum()
        };
        let (again, onwards) = (sum(true, weights), sum(false, weights));
        let unknown = self.source == Source::Convention;
        if onwards <= 0.0 {
            let ways = count(repeats.iter().filter(|again| !**again).count());
            for (weight, again) in weights.iter_mut().zip(repeats) {
                if !*again {
                    *weight = 1.0 / ways;
                }
            }
            scale(weights, repeats, ROUNDS / again);
        } else if unknown || again > ROUNDS * onwards {
            scale(weights, repeats, ROUNDS * onwards / again);
        }
    }

    /// What the answer says of it.
    pub(crate) fn assumption(&self, plan: &Plan<'_>, at: usize) -> Assumption {
        let node = &plan.nodes[at];
        let total: f64 = self.weights.iter().sum();
        let name = |target: Target| match target {
            Target::Node(to) => format!("\"{}\"", plan.nodes[to].name),
            Target::End => "the end".to_owned(),
        };
        let targets = node.exits.iter().map(|exit| name(exit.target));
        let default = node
            .default
            .first()
            .map_or("the end".to_owned(), |t| name(*t));
        let list: Vec<String> = targets
            .chain([default])
            .zip(&self.weights)
            .map(|(to, weight)| format!("{to} {:.1} %", 100.0 * weight / total.max(f64::EPSILON)))
            .collect();
        let text = match self.source {
            Source::Convention => format!(
                "Where the data do not decide, \"{}\" goes on each possible way alike, as nothing \
                 was recorded of it; a loop that the data close is followed {ROUNDS} times on \
                 average, one that they leave open not at all.",
                node.name
            ),
            Source::Given | Source::History | Source::Definition | Source::Catalogue => format!(
                "Where the data do not decide, \"{}\" goes on to {}.",
                node.name,
                list.join(", ")
            ),
        };
        Assumption {
            about: format!("{}.branches", node.path),
            source: self.source,
            observations: self.observations,
            text,
            distribution: None,
        }
    }
}

fn scale(weights: &mut [f64], repeats: &[bool], factor: f64) {
    for (weight, again) in weights.iter_mut().zip(repeats) {
        if *again {
            *weight *= factor;
        }
    }
}

fn by_target(plan: &Plan<'_>, at: usize, given: &[(String, f64)]) -> Vec<f64> {
    let node = &plan.nodes[at];
    let targets = node.exits.iter().map(|exit| exit.target).chain([node
        .default
        .first()
        .copied()
        .unwrap_or(Target::End)]);
    let share = |target: Target| {
        let fits = |name: &str| match target {
            Target::Node(to) => plan.nodes[to].name == name,
            Target::End => name.eq_ignore_ascii_case("end"),
        };
        given
            .iter()
            .find(|(name, _)| fits(name))
            .map_or(0.0, |(_, share)| *share)
    };
    let mut seen: Vec<Target> = Vec::new();
    // Two ways to one node share what is given for it: the first takes it.
    targets
        .map(|target| {
            if seen.contains(&target) {
                return 0.0;
            }
            seen.push(target);
            share(target)
        })
        .collect()
}
