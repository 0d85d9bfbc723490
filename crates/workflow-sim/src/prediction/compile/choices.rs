//! Where a case goes on from a node.

use super::Builder;
use super::by_definition::{Ground, key};
use super::groups::{Group, always};
use crate::plan::Target;
use crate::prediction::decisions::{Chooser, Runs, Ways};
use crate::prediction::shares::ROUNDS;
use discrete_event::NodeId;

impl Builder<'_, '_> {
    /// Whether a node runs: to `work` if it does.
    pub(super) fn guard(
        &mut self,
        ground: &Ground<'_>,
        group: &Group,
        at: usize,
        work: NodeId,
    ) -> NodeId {
        let runs = &ground.decisions.nodes[at].runs;
        let mut kinds: Vec<Runs> = group.cases.iter().map(|case| runs[*case]).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut targets = Vec::new();
        for kind in &kinds {
            let target = match kind {
                Runs::Yes => work,
                Runs::No => self.passed_by(ground, group, at),
                Runs::Open => {
                    let (share, _, _) = self.guard_share(ground, at);
                    let otherwise = self.passed_by(ground, group, at);
                    let ways = vec![(work, share), (otherwise, 1.0 - share)];
                    self.network.drawn(&key(group, at, "whether"), ways)
                }
            };
            targets.push(target);
        }
        let fixed = self.fixed(group, |case| kinds.binary_search(&runs[case]).ok());
        self.network
            .by_case(&key(group, at, "guarded"), &targets, fixed)
    }

    /// Where a case goes on that does not run a node: in order, and to what depends on it.
    pub(super) fn passed_by(&mut self, ground: &Ground<'_>, group: &Group, at: usize) -> NodeId {
        let default = &ground.plan.nodes[at].default;
        let mut targets: Vec<NodeId> = Vec::new();
        for target in default {
            targets.push(self.to(ground, group, at, *target, "completed"));
        }
        for next in always(ground.plan, at) {
            targets.push(self.to(ground, group, at, Target::Node(next), "completed"));
        }
        self.all(group, at, "passed by", targets)
    }

    fn all(&mut self, group: &Group, at: usize, part: &str, targets: Vec<NodeId>) -> NodeId {
        if targets.is_empty() {
            return self.ended(group, "completed");
        }
        self.network.all_of(&key(group, at, part), targets)
    }

    /// Where a case goes on that has run a node.
    pub(super) fn after(&mut self, ground: &Ground<'_>, group: &Group, at: usize) -> NodeId {
        let node = &ground.plan.nodes[at];
        let mut targets = Vec::new();
        if node.exits.is_empty() {
            for target in &node.default {
                targets.push(self.to(ground, group, at, *target, "completed"));
            }
        } else {
            targets.extend(self.chosen(ground, group, at));
        }
        for next in always(ground.plan, at) {
            targets.push(self.to(ground, group, at, Target::Node(next), "completed"));
        }
        self.all(group, at, "after", targets)
    }

    fn chosen(&mut self, ground: &Ground<'_>, group: &Group, at: usize) -> Option<NodeId> {
        let decided = &ground.decisions.nodes[at];
        match &decided.chooser {
            Chooser::Data => self.ways(ground, group, at, 0, "completed"),
            Chooser::Outcomes(outcomes) => {
                let total: f64 = outcomes.iter().map(|(_, weight)| weight).sum();
                let mut ways = Vec::new();
                for (place, (outcome, weight)) in outcomes.iter().enumerate() {
                    let to = self.ways(ground, group, at, place, outcome);
                    let to = to.unwrap_or_else(|| self.ended(group, outcome));
                    ways.push((to, weight / total));
                }
                Some(self.network.drawn(&key(group, at, "outcome"), ways))
            }
        }
    }

    /// The choice after an outcome; `None` when no case has run the node.
    fn ways(
        &mut self,
        ground: &Ground<'_>,
        group: &Group,
        at: usize,
        place: usize,
        outcome: &str,
    ) -> Option<NodeId> {
        let ways = &ground.decisions.nodes[at].ways[place];
        let mut kinds: Vec<&Ways> = group.cases.iter().map(|case| &ways[*case]).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut targets = Vec::new();
        for (number, kind) in kinds.iter().enumerate() {
            let shares = ground.shares[at].among(ground.plan, at, kind);
            let mut drawn = Vec::new();
            for (way, share) in kind.iter().zip(shares) {
                drawn.push((self.way(ground, group, at, *way, outcome), share));
            }
            let part = format!("drawn {place} {number}");
            targets.push(self.network.drawn(&key(group, at, &part), drawn));
        }
        if targets.is_empty() {
            return None;
        }
        let fixed = self.fixed(group, |case| kinds.binary_search(&&ways[case]).ok());
        let part = format!("decided {place}");
        Some(
            self.network
                .by_case(&key(group, at, &part), &targets, fixed),
        )
    }

    fn way(
        &mut self,
        ground: &Ground<'_>,
        group: &Group,
        at: usize,
        way: Option<usize>,
        outcome: &str,
    ) -> NodeId {
        let node = &ground.plan.nodes[at];
        let target = match way {
            Some(exit) => Some(node.exits[exit].target),
            None => node.default.first().copied(),
        };
        match target {
            Some(target) => self.to(ground, group, at, target, outcome),
            // What depends on the node goes on; nothing else does.
            None => self.network.end(outcome),
        }
    }

    /// Along an edge. Out of a loop without an exit a case is taken after 100 rounds on average.
    fn to(
        &mut self,
        ground: &Ground<'_>,
        group: &Group,
        at: usize,
        target: Target,
        outcome: &str,
    ) -> NodeId {
        let Target::Node(node) = target else {
            return self.ended(group, outcome);
        };
        let entry = self.entry(group, node);
        if !(ground.plan.trapped[at] && ground.plan.closes_loop(at, target)) {
            return entry;
        }
        let left = self.ended(group, "completed");
        let again = ROUNDS / (ROUNDS + 1.0);
        let ways = vec![(entry, again), (left, 1.0 - again)];
        self.network
            .drawn(&key(group, at, &format!("loop to {node}")), ways)
    }

    /// For each recorded case of the group a position.
    fn fixed(&self, group: &Group, place: impl Fn(usize) -> Option<usize>) -> Vec<Option<u32>> {
        let mut fixed = vec![None; self.cases];
        for case in &group.cases {
            fixed[*case] = place(*case).and_then(|place| u32::try_from(place).ok());
        }
        fixed
    }
}
