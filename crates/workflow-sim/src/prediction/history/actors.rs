//! Who did the work, and when.

use crate::prediction::fit::ActorFit;
use std::collections::{BTreeMap, HashMap};

/// Further ones are not told apart.
const MAX_ACTORS: usize = 5000;

/// Actors while history is read.
#[derive(Debug, Default)]
pub(super) struct Actors(HashMap<String, Actor>);

#[derive(Debug)]
struct Actor {
    did: BTreeMap<u32, u64>,
    hours: Vec<u32>,
}

impl Actors {
    pub(super) fn saw(&mut self, name: &str, activity: usize, hour: usize) {
        if !self.0.contains_key(name) {
            if self.0.len() >= MAX_ACTORS {
                return;
            }
            let new = Actor {
                did: BTreeMap::new(),
                hours: vec![0; 168],
            };
            self.0.insert(name.to_owned(), new);
        }
        let (Some(actor), Ok(activity)) = (self.0.get_mut(name), u32::try_from(activity)) else {
            return;
        };
        *actor.did.entry(activity).or_default() += 1;
        actor.hours[hour] += 1;
    }

    /// By name.
    pub(super) fn finish(self) -> Vec<ActorFit> {
        let mut actors: Vec<_> = self
            .0
            .into_iter()
            .map(|(name, actor)| ActorFit {
                name,
                did: actor.did.into_iter().collect(),
                hours: actor.hours,
            })
            .collect();
        actors.sort_by(|a, b| a.name.cmp(&b.name));
        actors
    }
}
