//! Cases go the ways of recorded ones: a tree of what they ran, one after another, in which each
//! recorded case has its own way.

use super::Builder;
use super::work::Work;
use crate::prediction::times::Timed;
use discrete_event::NodeId;
use serde_json::Value;
use std::collections::BTreeMap;

/// How often a failed attempt is tried again: until it succeeds, as it did in the recorded case.
const RETRIES: u32 = 100;

impl<'b> Builder<'b, '_> {
    /// Where cases begin.
    pub(super) fn by_history(&mut self, inputs: &[Value]) -> NodeId {
        let setting = self.setting;
        let works: Vec<Work<'b>> = setting
            .fit
            .activities
            .iter()
            .enumerate()
            .map(|(at, activity)| {
                let known = at < setting.definition.steps.len();
                let timed = Timed {
                    name: &activity.name,
                    action: &activity.action,
                    path: if known {
                        format!("steps.{at}")
                    } else {
                        format!("activities.{}", activity.name)
                    },
                    step: None,
                    history: Some(activity),
                    by_resource: false,
                };
                self.work(at, timed, None, RETRIES, inputs)
            })
            .collect();
        let all: Vec<usize> = (0..setting.fit.profiles.len()).collect();
        self.tree(&works, &all, 0, "root")
    }

    /// The part of the tree for cases that are alike in their first `depth` activities.
    fn tree(&mut self, works: &[Work<'b>], cases: &[usize], depth: usize, key: &str) -> NodeId {
        // Deep ways of single cases would nest as deep: a way without branches is a loop here.
        let profiles = &self.setting.fit.profiles;
        let mut shared = depth;
        while let Some(first) = cases
            .first()
            .and_then(|case| profiles[*case].route.get(shared))
        {
            let same = |case: &usize| profiles[*case].route.get(shared) == Some(first);
            if !cases.iter().all(same) {
                break;
            }
            shared += 1;
        }
        let route: Vec<u32> = cases
            .first()
            .map(|case| profiles[*case].route[depth..shared].to_vec())
            .unwrap_or_default();
        let end_key = route
            .iter()
            .fold(key.to_owned(), |key, activity| step_key(&key, *activity));
        let mut next = self.parting(works, cases, shared, &end_key);
        let mut keys = Vec::with_capacity(route.len());
        let mut here = key.to_owned();
        for activity in &route {
            here = step_key(&here, *activity);
            keys.push(here.clone());
        }
        for (activity, key) in route.iter().zip(&keys).rev() {
            let Some(work) = works.get(*activity as usize) else {
                continue;
            };
            next = self.place(key, work, cases, next, next);
        }
        next
    }

    /// Where ways part: by the next activity, or by the outcome where they end.
    fn parting(&mut self, works: &[Work<'b>], cases: &[usize], depth: usize, key: &str) -> NodeId {
        let profiles = &self.setting.fit.profiles;
        let mut parts: BTreeMap<Result<u32, &str>, Vec<usize>> = BTreeMap::new();
        for case in cases {
            let profile = &profiles[*case];
            let next = profile.route.get(depth).copied();
            parts
                .entry(next.ok_or(profile.outcome.as_str()))
                .or_default()
                .push(*case);
        }
        let mut fixed = vec![None; self.cases];
        let mut targets = Vec::new();
        for (place, (next, part)) in (0_u32..).zip(&parts) {
            for case in part {
                fixed[*case] = Some(place);
            }
            targets.push(match next {
                Ok(_) => self.tree(works, part, depth, key),
                Err(outcome) => {
                    let end = self.network.end(outcome);
                    self.closing(outcome, end)
                }
            });
        }
        self.network.by_case(&format!("{key}/on"), &targets, fixed)
    }
}

/// The same for the same activities in the same order, in every variant, and short however long
/// the way is.
fn step_key(before: &str, activity: u32) -> String {
    let mixed = crate::prediction::sample::mix(
        crate::prediction::sample::digest(before) ^ u64::from(activity),
    );
    format!("{mixed:016x}/{activity}")
}
