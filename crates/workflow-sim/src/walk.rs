//! Tokens through a net.

mod joins;

use crate::plan::{NodeKind, Plan, Target};
use crate::verdict::{Verdict, Way, targets_of};
use condition::Truth;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How often one choice is made for another round of a loop. An input that closes a loop closes
/// it every time, so that it is left only by this bound.
pub(crate) const MAX_ROUNDS: u32 = 100;

/// One time that a token comes to a node.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) node: usize,
    /// From 1.
    pub(crate) round: u32,
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// The visit that it waited for last.
    pub(crate) cause: Option<usize>,
    /// The node and the exit that sent the first token here.
    pub(crate) came_by: Option<(usize, Option<usize>)>,
    /// Whether the node's guard failed.
    pub(crate) skipped: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// In the order in which they were handled.
    pub(crate) visits: Vec<Visit>,
    /// The ways that were taken: node and exit, or no exit for the default.
    pub(crate) taken: HashSet<(usize, Option<usize>)>,
    /// Nodes at which it stopped because they are known already.
    pub(crate) met: Vec<usize>,
    /// Loops that were left by the bound: node and exit.
    pub(crate) loops: Vec<(usize, Option<usize>)>,
    /// Choices none of whose ways can be taken.
    pub(crate) stuck: Vec<usize>,
    /// Joins that wait for ever: the node, and where no token came from.
    pub(crate) waiting: Vec<(usize, Vec<usize>)>,
    /// Whether it was cut short.
    pub(crate) cut: bool,
}

struct Token {
    at: i64,
    from: Option<usize>,
    came_by: Option<(usize, Option<usize>)>,
}

/// What is walked through.
pub(crate) struct Ground<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) verdicts: &'a [Verdict],
    /// How long each node takes.
    pub(crate) durations: &'a [i64],
}

impl Ground<'_> {
    /// Follows the main way from `starts`, and stops at nodes that are `known`. The guard of
    /// `forced` is taken to hold.
    pub(crate) fn walk(
        &self,
        starts: &[usize],
        forced: Option<usize>,
        known: &dyn Fn(usize) -> bool,
    ) -> Walk {
        let mut run = Run {
            ground: self,
            known,
            forced,
            waiting: BTreeMap::new(),
            held: BTreeMap::new(),
            followed: HashMap::new(),
            rounds: vec![0; self.plan.nodes.len()],
            walk: Walk::default(),
        };
        for start in starts {
            run.send(
                Target::Node(*start),
                Token {
                    at: 0,
                    from: None,
                    came_by: None,
                },
            );
        }
        let most = 1000 + 2 * self.plan.nodes.len();
        while let Some(((_, node), tokens)) = run.waiting.pop_first() {
            if run.walk.visits.len() >= most {
                run.walk.cut = true;
                break;
            }
            if let Some(tokens) = run.joined(node, tokens) {
                run.visit(node, &tokens);
            }
        }
        run.give_up();
        run.walk
    }
}

struct Run<'a> {
    ground: &'a Ground<'a>,
    known: &'a dyn Fn(usize) -> bool,
    forced: Option<usize>,
    /// Tokens by rank and node.
    waiting: BTreeMap<(usize, usize), Vec<Token>>,
    /// Tokens at strict joins that others are still to join.
    held: BTreeMap<usize, Vec<Token>>,
    followed: HashMap<(usize, usize), u32>,
    rounds: Vec<u32>,
    walk: Walk,
}

impl Run<'_> {
    fn visit(&mut self, node: usize, tokens: &[Token]) {
        let verdict = &self.ground.verdicts[node];
        let last = tokens.iter().max_by_key(|token| token.at);
        let start = last.map_or(0, |token| token.at);
        let skipped = verdict.guard.is_false() && self.forced != Some(node);
        let duration = if skipped {
            0
        } else {
            self.ground.durations[node]
        };
        self.rounds[node] += 1;
        let visit = self.walk.visits.len();
        self.walk.visits.push(Visit {
            node,
            round: self.rounds[node],
            start,
            end: start.saturating_add(duration),
            cause: last.and_then(|token| token.from),
            came_by: tokens.iter().find_map(|token| token.came_by),
            skipped,
        });
        if self.ground.plan.nodes[node].kind == NodeKind::End {
            return;
        }
        if self.ground.plan.trapped[node] && self.rounds[node] > MAX_ROUNDS {
            self.note_loop(node, None);
            return;
        }
        self.go_on(node, visit);
        for next in &self.ground.plan.nodes[node].always {
            if self.ground.plan.closes_loop(node, Target::Node(*next)) {
                // Steps that must end before themselves never start; a fault says so.
                if !self.ground.plan.is_graph {
                    continue;
                }
                if self.rounds[node] > MAX_ROUNDS {
                    self.note_loop(node, None);
                    continue;
                }
            }
            self.follow(node, None, Target::Node(*next), visit);
        }
    }

    /// Takes the first way that the bound leaves open. A loop that is left goes on as if the
    /// condition for another round had failed.
    fn go_on(&mut self, node: usize, visit: usize) {
        let plan = self.ground.plan;
        let mut verdict = Cow::Borrowed(&self.ground.verdicts[node]);
        if self.forced == Some(node) {
            verdict.to_mut().guard = Truth::True;
        }
        if plan.nodes[node].is_inclusive && self.include(node, visit) {
            return;
        }
        loop {
            let Some(way) = verdict.ways(plan, node).first().copied() else {
                return;
            };
            let exit = match way {
                Way::Exit(at) => Some(at),
                Way::Default => None,
            };
            if let Some(at) = exit
                && !self.may_follow(node, at)
            {
                verdict.to_mut().exits[at] = Truth::False;
                continue;
            }
            let targets = targets_of(plan, node, way);
            if !self.walk.visits[visit].skipped {
                self.walk.taken.insert((node, exit));
            }
            if targets.is_empty() && plan.is_graph && !plan.nodes[node].exits.is_empty() {
                self.walk.stuck.push(node);
            }
            for target in targets {
                self.follow(node, exit, target, visit);
            }
            return;
        }
    }

    /// Whether the bound leaves an exit open; counts its use.
    fn may_follow(&mut self, node: usize, exit: usize) -> bool {
        let plan = self.ground.plan;
        let it = &plan.nodes[node].exits[exit];
        if it.guard.condition.is_always() || !plan.repeats(node, it.target) {
            return true;
        }
        let followed = self.followed.entry((node, exit)).or_default();
        *followed += 1;
        if *followed > MAX_ROUNDS {
            self.note_loop(node, Some(exit));
            return false;
        }
        true
    }

    fn note_loop(&mut self, node: usize, exit: Option<usize>) {
        if !self.walk.loops.contains(&(node, exit)) {
            self.walk.loops.push((node, exit));
        }
    }

    fn follow(&mut self, node: usize, exit: Option<usize>, target: Target, visit: usize) {
        let at = self.walk.visits[visit].end;
        self.send(
            target,
            Token {
                at,
                from: Some(visit),
                came_by: Some((node, exit)),
            },
        );
    }

    fn send(&mut self, target: Target, token: Token) {
        let Target::Node(node) = target else { return };
        if (self.known)(node) {
            if !self.walk.met.contains(&node) {
                self.walk.met.push(node);
            }
            return;
        }
        let place = (self.ground.plan.rank[node], node);
        self.waiting.entry(place).or_default().push(token);
    }
}
