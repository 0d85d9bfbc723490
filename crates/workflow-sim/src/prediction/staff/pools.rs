//! Resource pools from recorded actors.
//!
//! Actors who do the same activities, in like proportion, are one pool: those whose profiles
//! correlate by 0.9 (Pearson, on logarithms of counts) are joined, and so are those joined to the
//! same one (Song and van der Aalst 2008, "Towards comprehensive support for organizational
//! mining", section 4.2). A pool works in the hours in which its actors were seen to work.

use super::Staff;
use crate::prediction::answer::Source;
use crate::prediction::distribution::count;
use crate::prediction::fit::{ActorFit, Fit};
use crate::prediction::hours;
use crate::prediction::request::Resource;
use crate::prediction::setting::Setting;

const SIMILAR: f64 = 0.9;
/// Actors who did less than this share of what the busiest of their pool did are not counted.
const MIN_WORK: f64 = 0.05;
/// A pool that did less than this share of a step's work is no candidate for it.
const MIN_SHARE: f64 = 0.05;
/// Comparing each with each; the busiest come first.
const MAX_COMPARED: usize = 1000;

impl Staff {
    pub(super) fn find_pools(&mut self, setting: &Setting<'_>) {
        let fit = setting.fit;
        let pools = pools(fit);
        for (at, pool) in pools.iter().enumerate() {
            let actors: Vec<&ActorFit> = pool.iter().map(|actor| &fit.actors[*actor]).collect();
            let most = actors.iter().map(|one| done(one)).max().unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
            let counts = |one: &&&ActorFit| done(one) as f64 >= MIN_WORK * most as f64;
            let amount = actors.iter().filter(counts).count().max(1);
            let mut seen = vec![0_u64; 168];
            for actor in &actors {
                for (sum, count) in seen.iter_mut().zip(&actor.hours) {
                    *sum += u64::from(*count);
                }
            }
            let name = match actors.as_slice() {
                [only] => only.name.clone(),
                several => format!("{} and {} others", several[0].name, several.len() - 1),
            };
            let name = if self.resources.iter().any(|one| one.name == name) {
                format!("{name} ({at})")
            } else {
                name
            };
            let calendar = hours::measured(&format!("hours of {name}"), &seen, fit.time_zone);
            self.resources.push(Resource {
                name,
                amount: u32::try_from(amount).unwrap_or(u32::MAX),
                cost_per_hour: 0.0,
                skills: Vec::new(),
                calendar: calendar.as_ref().map(|one| one.name.clone()),
                absences: Vec::new(),
            });
            self.calendars.extend(calendar);
        }
        self.assign(fit, &pools);
        let text = format!(
            "{} pools of {} recorded actors, by what they did, each in the hours in which it was \
             seen to work; what an hour costs is not recorded.",
            pools.len(),
            fit.actors.len()
        );
        let observations = u64::try_from(fit.actors.len()).unwrap_or(u64::MAX);
        self.tell(Source::History, observations, &text);
    }

    /// Who may do each step.
    fn assign(&mut self, fit: &Fit, pools: &[Vec<usize>]) {
        let mut pool_of = vec![None; fit.actors.len()];
        for (at, pool) in pools.iter().enumerate() {
            for actor in pool {
                pool_of[*actor] = Some(at);
            }
        }
        for activity in &fit.activities {
            let mut work = vec![0_u64; pools.len()];
            for (actor, times) in &activity.actors {
                if let Some(pool) = pool_of.get(*actor as usize).copied().flatten() {
                    work[pool] += times;
                }
            }
            let total: u64 = work.iter().sum();
            let mut order: Vec<usize> = (0..pools.len()).collect();
            order.sort_by(|a, b| work[*b].cmp(&work[*a]).then(a.cmp(b)));
            #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
            order.retain(|pool| work[*pool] > 0 && work[*pool] as f64 >= MIN_SHARE * total as f64);
            if !order.is_empty() {
                self.recorded.push((activity.name.clone(), order));
            }
        }
    }
}

/// Pools of actors, those who did most first.
fn pools(fit: &Fit) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..fit.actors.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(done(&fit.actors[*at])));
    order.truncate(MAX_COMPARED);
    let profiles: Vec<Vec<f64>> = order
        .iter()
        .map(|at| profile(&fit.actors[*at], fit.activities.len()))
        .collect();
    let mut pool: Vec<usize> = (0..order.len()).collect();
    for a in 0..order.len() {
        for b in a + 1..order.len() {
            if pool[a] != pool[b] && correlation(&profiles[a], &profiles[b]) >= SIMILAR {
                let (from, to) = (pool[b].max(pool[a]), pool[a].min(pool[b]));
                for one in &mut pool {
                    if *one == from {
                        *one = to;
                    }
                }
            }
        }
    }
    let mut found: Vec<Vec<usize>> = Vec::new();
    for root in 0..order.len() {
        let members: Vec<usize> = (0..order.len())
            .filter(|at| pool[*at] == root)
            .map(|at| order[at])
            .collect();
        if !members.is_empty() {
            found.push(members);
        }
    }
    found
}

fn done(actor: &ActorFit) -> u64 {
    actor.did.iter().map(|(_, times)| times).sum()
}

fn profile(actor: &ActorFit, activities: usize) -> Vec<f64> {
    let mut profile = vec![0.0; activities];
    for (activity, times) in &actor.did {
        if let Some(place) = profile.get_mut(*activity as usize) {
            #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
            let times = *times as f64;
            *place = times.ln_1p();
        }
    }
    profile
}

/// Pearson's; 1 of two profiles that do not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = count(a.len());
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut both, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        both += (x - mean_a) * (y - mean_b);
        of_a += (x - mean_a).powi(2);
        of_b += (y - mean_b).powi(2);
    }
    if of_a <= 0.0 || of_b <= 0.0 {
        return if of_a <= 0.0 && of_b <= 0.0 { 1.0 } else { 0.0 };
    }
    both / (of_a * of_b).sqrt()
}
