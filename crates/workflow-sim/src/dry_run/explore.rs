//! Ways that were not taken.
//!
//! Each node is described once: a way ends where it meets the execution path or a way that is
//! shown already. So the answer grows with the definition, not with the number of ways through
//! it, which doubles with every decision.

use super::why::{Why, explain};
use super::{BranchExploration, Case, Course, CourseStep, ExplorationKind, TruthValue, worked};
use crate::plan::Target;
use crate::verdict::{Way, assumed_before, targets_of};
use crate::walk::{Ground, Walk};
use std::collections::{HashSet, VecDeque};

/// Beyond this many the rest adds nothing for the reader.
const MAX_EXPLORATIONS: usize = 2000;

pub(super) struct Explorer<'a> {
    pub(super) case: &'a Case<'a>,
    ground: &'a Ground<'a>,
    /// Nodes of the execution path and of the ways shown so far.
    shown: Vec<bool>,
    /// The ways that tokens took.
    taken: HashSet<(usize, Option<usize>)>,
    /// Nodes whose conditions are to be shown: where the token came from, whether on the path.
    queue: VecDeque<(usize, Option<usize>, bool)>,
    /// Nodes whose conditions were shown.
    pub(super) seen: Vec<usize>,
    found: Vec<BranchExploration>,
    cut: bool,
}

impl<'a> Explorer<'a> {
    pub(super) fn new(case: &'a Case<'a>, ground: &'a Ground<'a>, main: &Walk) -> Self {
        let mut explorer = Self {
            case,
            ground,
            shown: vec![false; case.plan.nodes.len()],
            taken: HashSet::new(),
            queue: VecDeque::new(),
            seen: Vec::new(),
            found: Vec::new(),
            cut: false,
        };
        explorer.enqueue(main, None, true);
        explorer
    }

    /// Notes the nodes of a walk, each for its first visit, by time.
    fn enqueue(&mut self, walk: &Walk, before: Option<usize>, on_path: bool) {
        let mut visits: Vec<_> = walk
            .visits
            .iter()
            .filter(|visit| visit.round == 1)
            .collect();
        visits.sort_by_key(|visit| visit.start);
        for visit in visits {
            if std::mem::replace(&mut self.shown[visit.node], true) {
                continue;
            }
            let from = visit.came_by.map(|(node, _)| node).or(before);
            self.queue.push_back((visit.node, from, on_path));
        }
        self.taken.extend(&walk.taken);
    }

    pub(super) fn explore(&mut self) -> Vec<BranchExploration> {
        let plan = self.case.plan;
        for trigger in &plan.other_triggers {
            let then = self.course(&[Target::Node(*trigger)], None, None);
            self.found.push(BranchExploration {
                condition: format!("triggered by \"{}\"", plan.nodes[*trigger].name),
                kind: ExplorationKind::Trigger,
                next_step: Some(*trigger),
                then: Some(then),
                ..blank()
            });
        }
        while let Some((node, from, on_path)) = self.queue.pop_front() {
            if self.found.len() >= MAX_EXPLORATIONS {
                self.cut = true;
                break;
            }
            self.seen.push(node);
            self.guard(node, from, on_path);
            self.choice(node, on_path);
        }
        std::mem::take(&mut self.found)
    }

    pub(super) fn warnings(&self) -> Option<String> {
        self.cut.then(|| {
            format!("Of the ways not taken only the first {MAX_EXPLORATIONS} conditions are shown.")
        })
    }

    /// Whether a node runs.
    fn guard(&mut self, node: usize, from: Option<usize>, on_path: bool) {
        let case = self.case;
        let Some(guard) = case.plan.nodes[node].guard else {
            return;
        };
        let verdict = &case.verdicts[node];
        let outcome = assumed_before(&guard.condition, case.input);
        let why = explain(&guard.condition, case.input, outcome);
        let then = verdict
            .guard
            .is_false()
            .then(|| self.course(&[Target::Node(node)], Some(node), from));
        let unknown = !verdict.guard.is_false() && !verdict.guard.is_true();
        let otherwise = unknown.then(|| {
            let passed_by = targets_of(case.plan, node, Way::Default);
            self.course(&passed_by, None, Some(node))
        });
        self.found.push(BranchExploration {
            from_step: from,
            condition: guard.condition.to_string(),
            next_step: Some(node),
            kind: ExplorationKind::Guard,
            taken: !verdict.guard.is_false(),
            on_path,
            assumed_outcome: outcome.map(ToOwned::to_owned),
            then,
            otherwise,
            ..because(why)
        });
    }

    /// Where a node goes on.
    fn choice(&mut self, node: usize, on_path: bool) {
        let case = self.case;
        let it = &case.plan.nodes[node];
        if it.exits.is_empty() {
            return;
        }
        let verdict = &case.verdicts[node];
        // What a step would do next is no part of the path when the step is passed by.
        let on_path = on_path && !verdict.guard.is_false();
        for (at, exit) in it.exits.iter().enumerate() {
            let condition = &exit.guard.condition;
            let outcome = verdict
                .outcome
                .as_deref()
                .filter(|_| condition.uses_outcome());
            let taken = self.taken.contains(&(node, Some(at)));
            let why = explain(condition, case.input, outcome);
            let then = (!taken).then(|| self.course(&[exit.target], None, Some(node)));
            self.found.push(BranchExploration {
                from_step: Some(node),
                condition: condition.to_string(),
                next_step: exit.target.node(),
                kind: ExplorationKind::Branch,
                taken,
                on_path,
                assumed_outcome: outcome.map(ToOwned::to_owned),
                then,
                ..because(why)
            });
        }
        if !it.default.is_empty() && it.default_is_live() {
            self.default_of(node, on_path);
        }
    }

    fn default_of(&mut self, node: usize, on_path: bool) {
        let case = self.case;
        let ways = case.verdicts[node].ways(case.plan, node);
        let taken = self.taken.contains(&(node, None));
        let targets = targets_of(case.plan, node, Way::Default);
        let then = (!taken).then(|| self.course(&targets, None, Some(node)));
        self.found.push(BranchExploration {
            from_step: Some(node),
            condition: "otherwise".to_owned(),
            next_step: targets.first().and_then(|target| target.node()),
            kind: ExplorationKind::Default,
            taken,
            truth: match ways.as_slice() {
                [Way::Default] => TruthValue::True,
                several if several.contains(&Way::Default) => TruthValue::Unknown,
                _ => TruthValue::False,
            },
            on_path,
            then,
            ..blank()
        });
    }

    /// The way from `targets` to what is shown already; it is shown from now on. The guard of
    /// `forced` is taken to hold, and the node to be new.
    pub(super) fn course(
        &mut self,
        targets: &[Target],
        forced: Option<usize>,
        before: Option<usize>,
    ) -> Course {
        let starts: Vec<usize> = targets.iter().filter_map(|target| target.node()).collect();
        let known = |node: usize| self.shown[node] && Some(node) != forced;
        if starts.iter().all(|start| known(*start)) {
            return Course {
                steps: Vec::new(),
                continues_at: starts.first().copied(),
                estimated_duration_ms: 0,
            };
        }
        let walk = self.ground.walk(&starts, forced, &known);
        let step = |visit: &&crate::walk::Visit| {
            let node = &self.case.plan.nodes[visit.node];
            CourseStep {
                step_index: visit.node,
                step_name: node.name.to_owned(),
                action: node.action_name().to_owned(),
            }
        };
        let course = Course {
            steps: worked(self.case, &walk).iter().map(step).collect(),
            continues_at: walk
                .met
                .iter()
                .copied()
                .min_by_key(|node| self.case.plan.rank[*node]),
            estimated_duration_ms: walk.visits.iter().map(|visit| visit.end).max().unwrap_or(0),
        };
        self.enqueue(&walk, before, false);
        course
    }
}

fn because(why: Why) -> BranchExploration {
    BranchExploration {
        truth: (&why.truth).into(),
        why: why.clauses,
        nearest_change: why.nearest,
        missing: why.missing,
        ..blank()
    }
}

fn blank() -> BranchExploration {
    BranchExploration {
        from_step: None,
        condition: String::new(),
        next_step: None,
        kind: ExplorationKind::Default,
        taken: false,
        truth: TruthValue::False,
        on_path: false,
        why: Vec::new(),
        nearest_change: Vec::new(),
        missing: Vec::new(),
        assumed_outcome: None,
        then: None,
        otherwise: None,
    }
}
