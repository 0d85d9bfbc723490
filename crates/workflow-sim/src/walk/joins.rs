//! Where several tokens come or go at once: strict joins and inclusive splits.

use super::{Run, Token};
use condition::Truth;

impl Run<'_> {
    /// The tokens with which a node starts; `None` while it waits for others.
    pub(super) fn joined(&mut self, node: usize, tokens: Vec<Token>) -> Option<Vec<Token>> {
        let waits_for = &self.ground.plan.nodes[node].waits_for;
        // A way that begins at the join, to be looked at by itself, waits for nothing.
        if waits_for.len() < 2 || tokens.iter().any(|token| token.came_by.is_none()) {
            return Some(tokens);
        }
        let mut all = self.held.remove(&node).unwrap_or_default();
        all.extend(tokens);
        if self.absent(node, &all).is_empty() {
            return Some(all);
        }
        self.held.insert(node, all);
        None
    }

    /// Those of whom a strict join waits for a token, and none came. On a way that is looked at
    /// by itself, what is known already sent its own.
    fn absent(&self, node: usize, tokens: &[Token]) -> Vec<usize> {
        let sent = |from: usize| {
            let by = |token: &Token| token.came_by.is_some_and(|(by, _)| by == from);
            (self.known)(from) || tokens.iter().any(by)
        };
        let waits_for = self.ground.plan.nodes[node].waits_for.iter().copied();
        waits_for.filter(|from| !sent(*from)).collect()
    }

    /// Notes the joins that are left waiting.
    pub(super) fn give_up(&mut self) {
        for (node, tokens) in std::mem::take(&mut self.held) {
            let absent = self.absent(node, &tokens);
            self.walk.waiting.push((node, absent));
        }
    }

    /// Takes every exit of an inclusive node that may hold; `false` when there is none.
    pub(super) fn include(&mut self, node: usize, visit: usize) -> bool {
        let (plan, verdict) = (self.ground.plan, &self.ground.verdicts[node]);
        let mut taken = false;
        for (at, truth) in verdict.exits.iter().enumerate() {
            let target = plan.nodes[node].exits[at].target;
            let open = match truth {
                Truth::True => true,
                Truth::False => false,
                Truth::Unknown(_) => !plan.repeats(node, target),
            };
            if open && self.may_follow(node, at) {
                self.walk.taken.insert((node, Some(at)));
                self.follow(node, Some(at), target, visit);
                taken = true;
            }
        }
        taken
    }
}
