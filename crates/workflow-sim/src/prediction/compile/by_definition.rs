//! Cases go as the definition says: the token semantics of the dry run, as a network.

use super::Builder;
use super::groups::{Group, always, groups};
use super::work::Work;
use crate::plan::{Names, NodeKind, Plan, Target};
use crate::prediction::answer::{Assumption, Source};
use crate::prediction::decisions::{Decisions, Runs, works};
use crate::prediction::fit::ActivityFit;
use crate::prediction::network::Meaning;
use crate::prediction::setting::shown;
use crate::prediction::shares::{ROUNDS, Shares};
use crate::prediction::times::Timed;
use discrete_event::{Join, JoinRule, NodeId, NodeKind as Kind, Rest};
use serde_json::Value;
use workflow_model::OnFailure;

/// A definition that is compiled.
pub(super) struct Ground<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) decisions: Decisions,
    pub(super) shares: Vec<Shares>,
    pub(super) works: Vec<Option<Work<'a>>>,
    /// Where each node goes on when it has failed for good.
    on_failure: Vec<OnFailure>,
    names: Names<'a>,
}

impl<'b> Builder<'b, '_> {
    /// Where cases begin.
    pub(super) fn by_definition(&mut self, inputs: &[Value]) -> NodeId {
        let setting = self.setting;
        let plan = Plan::new(&setting.definition, &mut Vec::new());
        let history = |at: usize| setting.history_of(at, plan.nodes[at].name);
        let given = |at: usize| self.given_shares(plan.nodes[at].name).is_some();
        let decisions = Decisions::new(&plan, inputs, &history, &given);
        let shares = (0..plan.nodes.len())
            .map(|at| {
                Shares::of(
                    &plan,
                    at,
                    self.given_shares(plan.nodes[at].name),
                    history(at),
                )
            })
            .collect();
        let works = (0..plan.nodes.len())
            .map(|at| {
                works(&plan.nodes[at]).then(|| self.node_work(&plan, at, history(at), inputs))
            })
            .collect();
        let ground = Ground {
            decisions,
            shares,
            works,
            on_failure: on_failures(&plan),
            names: Names::of(&setting.definition.steps),
            plan: &plan,
        };
        self.tell(&ground);
        let failures = |at: usize| self.failure_ways(&ground, at);
        let (groups, too_many) = groups(&plan, &ground.decisions, &failures);
        if too_many {
            self.warnings.push(
                "The data of recorded cases decide in too many ways; joins may wait for ways that \
                 the data of a case rule out."
                    .to_owned(),
            );
        }
        let starts: Vec<NodeId> = groups
            .iter()
            .map(|group| self.group(&ground, group))
            .collect();
        let mut fixed = vec![None; self.cases];
        for (place, group) in (0_u32..).zip(&groups) {
            for case in &group.cases {
                fixed[*case] = Some(place);
            }
        }
        self.network.by_case("start", &starts, fixed)
    }

    fn given_shares(&self, name: &str) -> Option<&'b [(String, f64)]> {
        let given = &self.setting.request.branch_probabilities;
        given
            .iter()
            .find(|(step, _)| step == name)
            .map(|(_, shares)| &shares[..])
    }

    fn node_work<'a>(
        &mut self,
        plan: &'a Plan<'a>,
        at: usize,
        history: Option<&'a ActivityFit>,
        inputs: &[Value],
    ) -> Work<'a> {
        let node = &plan.nodes[at];
        let timed = Timed {
            name: node.name,
            action: node.action_name(),
            path: node.path.clone(),
            step: node.step,
            history,
            by_resource: false,
        };
        let retries = node.step.map_or(0, |step| step.max_retries);
        self.work(at, timed, node.approvers.as_deref(), retries, inputs)
    }

    /// Assumptions and warnings about what is drawn.
    fn tell(&mut self, ground: &Ground<'_>) {
        for (at, node) in ground.plan.nodes.iter().enumerate() {
            let decided = &ground.decisions.nodes[at];
            let open = decided.ways.iter().flatten().any(|ways| ways.len() > 1);
            if open {
                let told = ground.shares[at].assumption(ground.plan, at);
                self.assumptions.push(told);
            }
            if let crate::prediction::decisions::Chooser::Outcomes(outcomes) = &decided.chooser {
                self.assumptions.push(drawn_outcomes(&node.path, outcomes));
            }
            if decided.endless > 0 && ground.shares[at].source == Source::Convention {
                self.warnings.push(format!(
                    "{}: The data of {} of {} cases close the loop at \"{}\" for ever, and nothing \
                     was recorded of it: {ROUNDS} rounds on average are followed.",
                    node.path, decided.endless, ground.decisions.cases, node.name
                ));
            }
            if let Some(told) = self.guard_assumption(ground, at) {
                self.assumptions.push(told);
            }
        }
    }

    fn guard_assumption(&self, ground: &Ground<'_>, at: usize) -> Option<Assumption> {
        let open = ground.decisions.nodes[at].runs.contains(&Runs::Open);
        let node = &ground.plan.nodes[at];
        let (share, source, observations) = self.guard_share(ground, at);
        open.then(|| Assumption {
            about: format!("{}.conditions", node.path),
            source,
            observations,
            text: format!(
                "Where the data do not say whether \"{}\" runs, it does in {:.1} % of cases.",
                node.name,
                100.0 * share
            ),
            distribution: None,
        })
    }

    /// How often a step runs where its guard cannot be told.
    pub(super) fn guard_share(&self, ground: &Ground<'_>, at: usize) -> (f64, Source, u64) {
        let known = self.setting.history_of(at, ground.plan.nodes[at].name);
        #[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
        match known.map(|known| known.guard) {
            Some((runs, met)) if met > 0 => (runs as f64 / met as f64, Source::History, met),
            Some(_) | None => (0.5, Source::Convention, 0),
        }
    }

    fn group(&mut self, ground: &Ground<'_>, group: &Group) -> NodeId {
        let fails = (0..ground.plan.nodes.len()).any(|at| {
            let ways_out = ground.on_failure[at] == OnFailure::Fail;
            group.reached[at] && ways_out && ground.can_fail(at)
        });
        self.fails = (group.concurrent && fails).then(|| {
            let next = self.network.end("failed");
            let rule = JoinRule::First {
                count: 1,
                rest: Rest::Withdrawn,
            };
            let key = format!("{}/failed", group.label);
            self.network.set(&key, Kind::Join(Join { rule, next }))
        });
        for at in 0..ground.plan.nodes.len() {
            if group.reached[at] {
                self.node(ground, group, at);
            }
        }
        let entries = ground.plan.entries.iter();
        let entries = entries.map(|at| self.entry(group, *at)).collect();
        self.network
            .all_of(&format!("{}/entries", group.label), entries)
    }

    /// Where a case comes to a node.
    pub(super) fn entry(&mut self, group: &Group, at: usize) -> NodeId {
        let part = if group.joins(at) { "join" } else { "guard" };
        self.network.id(&key(group, at, part))
    }

    fn node(&mut self, ground: &Ground<'_>, group: &Group, at: usize) {
        if group.joins(at) {
            let next = self.network.id(&key(group, at, "guard"));
            let rule = JoinRule::All;
            self.network
                .set(&key(group, at, "join"), Kind::Join(Join { rule, next }));
        }
        let work = if ground.plan.nodes[at].kind == NodeKind::End {
            self.ended(group, "completed")
        } else {
            let after = self.after(ground, group, at);
            match &ground.works[at] {
                Some(work) => {
                    let failed = self.failed(ground, group, at);
                    let key = key(group, at, "work");
                    self.place(&key, work, &group.cases, after, failed)
                }
                None => after,
            }
        };
        let start = self.guard(ground, group, at, work);
        // A node of its own, so that others can name it before it is made.
        self.network
            .set(&key(group, at, "guard"), Kind::Fork(vec![start]));
    }

    /// Where a step goes on when it has failed for good.
    fn failed(&mut self, ground: &Ground<'_>, group: &Group, at: usize) -> NodeId {
        if !ground.can_fail(at) {
            return self.network.end("failed");
        }
        match &ground.on_failure[at] {
            OnFailure::Fail => match self.fails {
                Some(join) => join,
                None => self.network.end("failed"),
            },
            OnFailure::Continue => self.passed_by(ground, group, at),
            OnFailure::GoTo(to) => {
                let steps = &self.setting.definition.steps;
                match ground.names.find(to, steps) {
                    Some(Target::Node(to)) => self.entry(group, to),
                    Some(Target::End) | None => self.ended(group, "completed"),
                }
            }
        }
    }

    fn failure_ways(&self, ground: &Ground<'_>, at: usize) -> Vec<Target> {
        if !ground.can_fail(at) {
            return Vec::new();
        }
        match &ground.on_failure[at] {
            OnFailure::Fail => Vec::new(),
            OnFailure::Continue => {
                let on = always(ground.plan, at).into_iter().map(Target::Node);
                on.chain(ground.plan.nodes[at].default.iter().copied())
                    .collect()
            }
            OnFailure::GoTo(to) => {
                let steps = &self.setting.definition.steps;
                ground.names.find(to, steps).into_iter().collect()
            }
        }
    }

    /// Where a case ends; what passes between the last step and the end comes before, unless ways
    /// run side by side.
    pub(super) fn ended(&mut self, group: &Group, outcome: &str) -> NodeId {
        let end = self.network.end(outcome);
        if group.concurrent {
            return end;
        }
        self.closing(outcome, end)
    }

    pub(super) fn closing(&mut self, outcome: &str, end: NodeId) -> NodeId {
        let sample = &self.setting.fit.closing;
        let Some(found) = crate::prediction::fitting::fit(&sample.values) else {
            return end;
        };
        if found.mean() <= 0.0 {
            return end;
        }
        let key = format!("closing/{outcome}");
        let id = self.network.id(&key);
        if self.network.has(id) {
            return id;
        }
        if !self.assumptions.iter().any(|told| told.about == "closing") {
            self.assumptions.push(Assumption {
                about: "closing".to_owned(),
                source: Source::History,
                observations: sample.seen,
                text: format!(
                    "Between the last step and the end of a case: fitted to {} records.",
                    sample.seen
                ),
                distribution: Some(shown(&found)),
            });
        }
        let task = Self::pause(&found, end);
        self.network.task(&key, task, Meaning::Closing)
    }
}

impl Ground<'_> {
    fn can_fail(&self, at: usize) -> bool {
        self.works[at].as_ref().is_some_and(|work| {
            let timeout = work.timeout.is_some();
            work.failure.is_some() || timeout
        })
    }
}

fn on_failures(plan: &Plan<'_>) -> Vec<OnFailure> {
    let of = |node: &crate::plan::PlanNode<'_>| {
        node.step
            .map_or(OnFailure::Fail, |step| step.on_failure.clone())
    };
    plan.nodes.iter().map(of).collect()
}

fn drawn_outcomes(path: &str, outcomes: &[(String, f64)]) -> Assumption {
    let total: f64 = outcomes.iter().map(|(_, weight)| weight).sum();
    let list: Vec<String> = outcomes
        .iter()
        .map(|(name, weight)| format!("{name} {:.1} %", 100.0 * weight / total))
        .collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a sum of counts"
    )]
    let observations = total as u64;
    Assumption {
        about: format!("{path}.outcome"),
        source: Source::History,
        observations,
        text: format!("Drawn as recorded: {}.", list.join(", ")),
        distribution: None,
    }
}

/// The name of a part of a node in the network of a group.
pub(super) fn key(group: &Group, at: usize, part: &str) -> String {
    format!("{}/{}/{part}", group.label, group.names[at])
}
